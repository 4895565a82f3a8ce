// What the counts of a way say: share of successes, times, and when a way is worse than face or serves nobody.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import {
  addCounts,
  bucketName,
  type Counts,
  dayOf,
  edgesMs,
  quantileMs,
  summarise,
  tallyOf,
} from '../../daemon/core/path-counts.ts'
import { findWorse, isSilent } from '../../daemon/core/path-judgement.ts'
import type { denyReasons } from '../../daemon/core/reasons.ts'

const timed = (times: readonly number[]): Counts => addCounts(times.map((ms) => ({ [bucketName(ms)]: 1 })))
const opened = (count: number, ms: number): Counts => ({ day_opened: count, [bucketName(ms)]: count })

describe('a quantile', () => {
  test('of any times lies within its bucket of the exact one', () => {
    const times = fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95), (found, share) => {
        const exact = [...found].sort((a, b) => a - b)[Math.max(0, Math.ceil(found.length * share) - 1)] ?? 0
        const upper = edgesMs.find((edge) => exact <= edge) ?? 10_000
        const lower = edgesMs[edgesMs.indexOf(upper) - 1] ?? 0
        const read = quantileMs(timed(found), share) ?? -1
        return read >= lower && read <= upper
      }),
      { numRuns: 300 },
    )
  })

  test('of nothing is none, and of what is slower than every edge is the last edge', () => {
    expect(quantileMs({}, 0.5)).toBeUndefined()
    expect(quantileMs(timed([60_000]), 0.5)).toBe(10_000)
  })
})

describe('what an attempt counts as', () => {
  const deny = (reason: (typeof denyReasons)[number]) =>
    ({ outcome: 'deny', reason, notes: [], credentialIds: [] }) as const
  test('a slip of the finger is apart, a rule is nobody’s failure, a lockout is', () => {
    expect(tallyOf('keypad', deny('pin_wrong'))).toBe('mistyped')
    expect(tallyOf('keypad', deny('reading_invalid'))).toBe('mistyped')
    expect(tallyOf('card', deny('reading_invalid'))).toBe('failed')
    expect(tallyOf('card', deny('outside_schedule'))).toBe('ruled')
    expect(tallyOf('keypad', deny('credential_locked_out'))).toBe('failed')
    expect(tallyOf('face', deny('face_uncertain'))).toBe('failed')
  })

  test('the success rate leaves slips and rules out', () => {
    const { successRate, availability } = summarise({
      ...{ day_opened: 95, day_failed: 5, day_mistyped: 40, day_ruled: 30 },
      ...{ day_run_s: 1000, day_up_s: 900 },
    })
    expect([successRate, availability]).toEqual([0.95, 0.9])
  })
})

describe('a day', () => {
  test('is the one on the gate’s wall, whatever the zone', () => {
    const wall = Date.UTC(2026, 2, 1, 17) as WallMs
    expect(dayOf(wall, 'Asia/Shanghai')).toBe(Date.UTC(2026, 2, 2))
    expect(dayOf(wall, 'America/Los_Angeles')).toBe(Date.UTC(2026, 2, 1))
    expect(dayOf(wall, 'Asia/Kolkata')).toBe(Date.UTC(2026, 2, 1))
  })
})

describe('card or code is worse than face', () => {
  test('when its p95 is more than half a second above', () => {
    expect(findWorse(opened(60, 1000), opened(60, 300))).toEqual(['path_slower'])
    expect(findWorse(opened(60, 750), opened(60, 300))).toEqual([])
  })

  test('when it fails two points more often', () => {
    const failing = { ...opened(94, 300), day_failed: 6 }
    expect(findWorse(failing, { ...opened(97, 300), day_failed: 3 })).toEqual(['path_fails_more'])
    expect(findWorse(failing, { ...opened(95, 300), day_failed: 5 })).toEqual([])
  })

  test('and not on fewer than fifty tries of either', () => {
    expect(findWorse(opened(49, 3000), opened(60, 300))).toEqual([])
    expect(findWorse(opened(60, 3000), opened(49, 300))).toEqual([])
  })
})

describe('a way that answers and serves nobody', () => {
  const day = (read: number, faces: number) => ({ way: { day_read: read }, face: { day_opened: faces } })
  const days = (count: number, read: number, faces: number) => Array.from({ length: count }, () => day(read, faces))

  test('is suspect after a silent day where ten people were to be expected and fifty faces passed', () => {
    expect(isSilent([...days(14, 20, 60), ...days(2, 0, 60)])).toBe(true)
    expect(isSilent([...days(14, 20, 60), day(0, 60)])).toBe(false)
    expect(isSilent([...days(14, 5, 60), ...days(2, 0, 60)])).toBe(false)
    expect(isSilent([...days(14, 20, 10), ...days(2, 0, 10)])).toBe(false)
  })

  test('is suspect after a week though nobody ever used it, and not in an empty place', () => {
    expect(isSilent(days(8, 0, 30))).toBe(true)
    expect(isSilent(days(7, 0, 30))).toBe(false)
    expect(isSilent(days(30, 0, 1))).toBe(false)
  })

  test('is heard again with one legible reading', () => {
    expect(isSilent([...days(14, 20, 60), ...days(5, 0, 60), day(1, 60)])).toBe(false)
  })
})
