// What feeds the watchdog of main's unit, on a clock of the test's own: each kind of work, one at a time, stands still.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { done, failed, type MonotonicMs, systemClock } from '../../config/words.ts'
import type { Decision } from '../../daemon/core/types.ts'
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

const watch = (changes: Partial<WatchedGate> = {}) => {
  let fed = 0
  const gate: WatchedGate = {
    clock: { ...systemClock, monotonic: () => at },
    tryLine: async () => unknown,
    ledger: { moveCursor: async (_, seq = 0) => done(seq) },
    beatAt: () => at,
    feed: () => {
      fed++
    },
    ...changes,
  }
  stop = startWatchdog(gate).stop
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

test('a line that knows nobody because its store cannot be read starves it', async () => {
  const blind: Decision = { ...unknown, notes: ['controller_fault'] }
  expect(await watch({ tryLine: async () => blind }).fedAfter(6)).toBe(0)
})

test('an attempt that throws starves it, and one that answers again feeds it again', async () => {
  let throws = true
  const gate = watch({
    tryLine: async () => {
      if (throws) throw new Error('facts')
      return unknown
    },
  })
  expect(await gate.fedAfter(6)).toBe(0)
  throws = false
  expect(await gate.fedAfter(6)).toBe(10)
})

test('a disk that never answers ends nobody who lets people in from memory', async () => {
  expect(await watch({ ledger: { moveCursor: () => never<never>() } }).fedAfter(120)).toBe(10)
})

test('a disk that refuses the write does not either: its alarm speaks', async () => {
  expect(await watch({ ledger: { moveCursor: async () => failed('store_full') } }).fedAfter(120)).toBe(10)
})
