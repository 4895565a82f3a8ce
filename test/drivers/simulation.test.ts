// The player's end of a simulated device: what a device that is not there, ends or says nothing is told as.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { playPatiently } from '../../daemon/demo/play.ts'
import { wordsOf } from '../../drivers/log.ts'
import { openSimulation, playDevice } from '../../drivers/simulation.ts'

let folder = ''
let server: Server | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-'))
})
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const listen = async (onSocket: (socket: Socket) => void): Promise<void> => {
  const started = createServer(onSocket)
  server = started
  await new Promise<void>((resolve) => started.listen(join(folder, 'sim-pad.sock'), resolve))
}

/** The words by which playing fails, within a second or two. */
const failing = (limitMs = 2000): Promise<unknown> =>
  playDevice(folder, 'pad', { keys: '1' }, limitMs).then(
    () => 'answered',
    (error) => wordsOf(error),
  )

test('nobody there is device_absent', async () => {
  expect(await failing()).toEqual({ because: 'device_absent', about: 'pad' })
})

test('a device that ends before it answers is device_gone, at once', async () => {
  await listen((socket) => socket.once('data', () => socket.destroy()))
  expect(await failing()).toEqual({ because: 'device_gone', about: 'pad' })
})

test('a device that says nothing is device_silent', async () => {
  await listen((socket) => socket.resume())
  expect(await failing(50)).toEqual({ because: 'device_silent', about: 'pad' })
})

test('the demo gives its order again to a device that is started anew', async () => {
  const { promise: ordered, resolve: hear } = Promise.withResolvers<void>()
  await listen((socket) =>
    socket.once('data', () => {
      socket.destroy()
      hear()
    }),
  )
  const played = playPatiently({ runtimeDirectory: folder, clock: systemClock }, 'pad', { keys: '1' })
  await ordered
  await new Promise((resolve) => server?.close(resolve))
  server = undefined
  const simulation = openSimulation(folder, 'pad', () => ({ at: 7 }))
  expect(await played).toEqual({ at: 7 })
  await simulation.close()
})
