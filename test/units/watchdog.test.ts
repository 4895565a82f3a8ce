// What feeds the watchdog of main's unit, on a clock of the test's own: each kind of work, one at a time, stands still.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { done, failed, type MonotonicMs, systemClock } from '../../config/words.ts'
import type { Decision } from '../../daemon/core/types.ts'
import type { LedgerState } from '../../daemon/store/queue.ts'
import { startWatchdog, type WatchedGate } from '../../daemon/watchdog.ts'

const unknown: Decision = { outcome: 'deny', reason: 'credential_unknown', notes: [], credentialIds: [] }
const never = <T>(): Promise<T> => new Promise(() => undefined)

let at = systemClock.monotonic()
let stop: () => void = () => undefined
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => {
  stop()
  vi.useRealTimers()
})

const watch = (changes: Partial<WatchedGate> = {}, journaled = 0) => {
  let fed = 0
  const state = () => ({ journaled }) as LedgerState
  const gate: WatchedGate = {
    clock: { ...systemClock, monotonic: () => at },
    tryLine: async () => unknown,
    ledger: { moveCursor: async (_, seq = 0) => done(seq), state },
    beatAt: () => at,
    feed: () => {
      fed++
    },
    ...changes,
  }
  stop = startWatchdog({ ...gate, ledger: { ...gate.ledger, state } }).stop
  const pass = async (seconds: number) => {
    for (let n = 0; n < seconds; n++) {
      at = (at + 1000) as MonotonicMs
      await vi.advanceTimersByTimeAsync(1000)
    }
  }
  /** How often it is fed in ten seconds, once it had time to notice. */
  const fedAfter = async (seconds: number) => {
    await pass(seconds)
    fed = 0
    await pass(10)
    return fed
  }
  return { fedAfter }
}

test('a gate that works is fed every second', async () => {
  expect(await watch().fedAfter(120)).toBe(10)
})

test('a line that never ends an attempt starves it', async () => {
  expect(await watch({ tryLine: () => never() }).fedAfter(6)).toBe(0)
})

test('a line that answers something else than unknown starves it', async () => {
  const fault: Decision = { outcome: 'deny', reason: 'controller_fault', notes: [], credentialIds: [] }
  expect(await watch({ tryLine: async () => fault }).fedAfter(6)).toBe(0)
})

test('a heartbeat that stands still starves it', async () => {
  const stood = at
  expect(await watch({ beatAt: () => stood }).fedAfter(6)).toBe(0)
})

const silentDisk = { ledger: { moveCursor: () => never<never>(), state: () => ({}) as LedgerState } }

test('a write that is never answered starves it', async () => {
  expect(await watch(silentDisk).fedAfter(90)).toBe(0)
})

test('a disk that refuses the write does not: its alarm speaks', async () => {
  const refusing = { moveCursor: async () => failed('store_full'), state: () => ({}) as LedgerState }
  expect(await watch({ ledger: refusing }).fedAfter(120)).toBe(10)
})

test('a main that holds grants for a disk that does not answer is not ended', async () => {
  expect(await watch(silentDisk, 1).fedAfter(120)).toBe(10)
})
