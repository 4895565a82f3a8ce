// A decoder that dies of every picture, for the tests of what stands around it.

import { parentPort } from 'node:worker_threads'

parentPort?.on('message', () => {
  throw new Error('a decoder that dies')
})
