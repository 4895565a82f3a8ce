// What the daemon does by itself and when, on a store that only writes down what it was asked.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Clock, MonotonicMs, WallMs } from '../../config/words.ts'
import { watchDaemon } from '../../daemon/watches.ts'
import { configOf, goodGate } from '../config/gate-file.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** `slices`: how many times the store still finds something to purge. */
const watch = (slices: number) => {
  const asked: { name: string; args: unknown }[] = []
  let left = slices
  let expired = 0
  const write = async (name: string, args: unknown) => {
    asked.push({ name, args })
    if (name !== 'purgeExpired' || left === 0) return { ok: false, code: 'nothing_expired' }
    left--
    return { ok: true, value: {} }
  }
  const clock: Clock = { wall: () => Date.now() as WallMs, monotonic: () => performance.now() as MonotonicMs }
  const watched = {
    config: configOf(`${goodGate}retention: { namedEventsDays: 7, equalityDays: 30, consentDays: 1100 }\n`),
    clock,
    ledger: { write },
    supervisor: { devices: () => [] },
    gallery: { sync: async () => undefined },
    facts: { lastWall: () => 0, lastExpired: () => expired },
  }
  const { stop } = watchDaemon(watched as unknown as Parameters<typeof watchDaemon>[0], {
    intervals: {},
    facePauses: {},
  })
  /** The last that has run out and is not ended: its instant. */
  const expire = (at: number) => {
    expired = at
  }
  return { stop, asked, expire, count: (name: string) => asked.filter((one) => one.name === name).length }
}

test('what was kept long enough is purged soon after the start, then hourly, by the settings of retention', async () => {
  const { asked, count, stop } = watch(0)
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(asked.find(({ name }) => name === 'purgeExpired')?.args).toEqual({
    namedEventsDays: 7,
    equalityDays: 30,
    consentDays: 1100,
  })
  await vi.advanceTimersByTimeAsync(HOUR_MS - MINUTE_MS)
  expect(count('purgeExpired')).toBe(1)
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(count('purgeExpired')).toBe(2)
  expect(count('endExpiredConsents')).toBe(61)
  stop()
})

test('a purge goes on slice by slice until nothing is left', async () => {
  const { count, stop } = watch(5)
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(count('purgeExpired')).toBe(6)
  stop()
})

test('a consent that runs out is ended within a second, and one that cannot be is not asked for again and again', async () => {
  const { count, stop, expire } = watch(0)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(count('endExpiredConsents')).toBe(0)
  expire(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(count('endExpiredConsents')).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(count('endExpiredConsents')).toBe(1)
  expire(2)
  await vi.advanceTimersByTimeAsync(1000)
  expect(count('endExpiredConsents')).toBe(2)
  stop()
})

test('a consent that runs out in the moment in which another one is ended does not wait for the sweep', async () => {
  const { count, stop, expire } = watch(0)
  expire(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(count('endExpiredConsents')).toBe(1)
  // As many as before: the first is ended, the second has run out.
  expire(2)
  await vi.advanceTimersByTimeAsync(1000)
  expect(count('endExpiredConsents')).toBe(2)
  stop()
})
