// A clock that is set is told and recorded; one that runs, or a loop that stood still, is not. And what the kernel says of its own clock.

import { expect, test } from 'vitest'
import type { MonotonicMs, WallMs } from '../../config/words.ts'
import { parseTimex, readClockDrift } from '../../daemon/clock-drift.ts'
import { keepClockSteps, STEP_MS } from '../../daemon/clock-steps.ts'

const play = () => {
  const now = { wall: 1_800_000_000_000, monotonic: 5000 }
  const events: unknown[] = []
  const { look, stop } = keepClockSteps({
    clock: { wall: () => now.wall as WallMs, monotonic: () => now.monotonic as MonotonicMs },
    ledger: {
      record: (event) => {
        events.push(event)
        return Promise.resolve({ seq: 1 })
      },
    },
    announce: () => undefined,
  })
  stop()
  return { now, events, look }
}

test('a clock that runs is no step, however long nobody looked', () => {
  const { now, events, look } = play()
  for (const ms of [1000, 60_000, 3_600_000]) {
    now.wall += ms + STEP_MS / 2
    now.monotonic += ms
    look()
    now.wall -= STEP_MS / 2
    look()
  }
  expect(events).toEqual([])
})

test.each([3600, -3600, 2])('a clock that is set by %i s is recorded once, with how far', (seconds) => {
  const { now, events, look } = play()
  now.wall += seconds * 1000
  look()
  look()
  expect(events).toEqual([{ kind: 'clock_stepped', payload: { seconds } }])
})

test('the kernel tells how fast the clock runs, and how wrong it may be while something corrects it', async () => {
  const timex = Buffer.alloc(208)
  timex.writeBigInt64LE(BigInt(-12.5 * 2 ** 16), 16)
  timex.writeBigInt64LE(31_000n, 24)
  expect(parseTimex(timex)).toEqual({ secondsADay: -1.08, withinMs: 31 })
  timex.writeInt32LE(0x40, 40)
  expect(parseTimex(timex)).toEqual({ secondsADay: -1.08 })
  // This very kernel: no crystal is wrong by a minute a day.
  const drift = await readClockDrift()
  expect(Math.abs(drift?.secondsADay ?? Number.NaN)).toBeLessThan(60)
})
