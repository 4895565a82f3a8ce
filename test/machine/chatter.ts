// A thread that moves one line of a simulated chip a thousand times a second, or as often as it can, for a while; tells at its end
// how often. Inside the machine, started by trouble.ts.

import { openSync, writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

export type Chatter = { readonly pullFile: string; readonly lastsMs: number }

const { pullFile, lastsMs } = workerData as Chatter
const file = openSync(pullFile, 'w')
const rest = new Int32Array(new SharedArrayBuffer(4))
const since = performance.now()
let moves = 0
while (performance.now() < since + lastsMs) {
  writeSync(file, moves++ % 2 === 0 ? 'pull-up' : 'pull-down', 0)
  Atomics.wait(rest, 0, 0, Math.max(0, since + moves - performance.now()))
}
writeSync(file, 'pull-down', 0)
parentPort?.postMessage(moves)
