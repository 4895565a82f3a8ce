// A thread that looks at one line of a simulated chip as often as it can and traces each change, and each time in which it could not
// look. It knows nothing of doors. Inside the machine, started by storm.ts.

import { openSync, readSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { systemClock } from '../../config/words.ts'
import { say } from './say.ts'

/** `energised`: the wire's level at which the relay is. */
export type Watch = { readonly valueFile: string; readonly energised: '0' | '1' }

const REST_MS = 1
/** Longer than this between two looks is told. */
const GAP_MS = 50

const { valueFile, energised } = workerData as Watch
const file = openSync(valueFile, 'r')
const level = Buffer.alloc(1)
const rest = new Int32Array(new SharedArrayBuffer(4))
let on = false
let lookedAt: number = systemClock.monotonic()
for (;;) {
  readSync(file, level, 0, 1, 0)
  const at = systemClock.monotonic()
  if (at - lookedAt > GAP_MS) say({ kind: 'gap', at, lastedMs: at - lookedAt })
  lookedAt = at
  if ((level.toString() === energised) !== on) {
    on = !on
    say({ kind: 'line', at, on })
  }
  Atomics.wait(rest, 0, 0, REST_MS)
}
