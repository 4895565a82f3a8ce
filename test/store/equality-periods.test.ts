// Hours of face alone in the equality report, from a real record: an interval that is still open counts up to the period's end, one from
// before the period from its first day on, and days are those of the gate's own zone.

import { describe, expect, test } from 'vitest'
import { type Clock, systemClock, type WallMs } from '../../config/words.ts'
import { DAY_MS } from '../../daemon/core/path-counts.ts'
import { reportEquality } from '../../daemon/report/equality.ts'
import { makePlace, openLedger, openReads } from './place.ts'

const HOUR_MS = 3_600_000
/** 1 March 2026 in Shanghai begins at 16:00 UTC of the day before. */
const MARCH_1 = Date.UTC(2026, 2, 1) as WallMs
const begin = MARCH_1 - 8 * HOUR_MS
const way = { card: [], face: [] }
const config = {
  gate: 'south',
  timeZone: 'Asia/Shanghai',
  operator: { name: 'O', contact: 'C', maintainer: 'M' },
  sides: { entry: way, exit: way },
  inequality: { graceHours: 24, remedy: 'pause-face' },
  otherWay: { firstCardPrice: 0, replacementCardPrice: 0, currency: 'CNY' },
} as const

const openRecord = async () => {
  let wall = begin
  const clock: Clock = { wall: () => wall as WallMs, monotonic: systemClock.monotonic }
  const opened = await openLedger(makePlace(), { clock })
  const facts = openReads(opened)
  const record = async (hours: number, kind: string, payload: object) => {
    wall = begin + hours * HOUR_MS
    await opened.ledger.record({ kind, payload: { gate: 'south', ...payload } })
  }
  const opens = (hours: number, side = 'entry') =>
    record(hours, 'inequality_opened', { side, openedAt: begin + hours * HOUR_MS })
  return {
    opens,
    closes: (hours: number, lastedHours: number, side = 'entry') =>
      record(hours, 'inequality_closed', { side, lastedMs: lastedHours * HOUR_MS, remedied: false }),
    remedies: (hours: number) => record(hours, 'inequality_remedy', { side: 'entry' }),
    starts: (hours: number, intervals: object) => record(hours, 'configuration_effective', { intervals }),
    /** The days of March from the first to the last, both included; now: hours after the first one's begin. */
    report: (first: number, last: number, now = 1e6) => {
      const period = { from: (MARCH_1 + (first - 1) * DAY_MS) as WallMs, to: (MARCH_1 + (last - 1) * DAY_MS) as WallMs }
      return reportEquality(config, facts, period, (begin + now * HOUR_MS) as WallMs).inequality
    },
  }
}

describe('an interval that is open at the end', () => {
  test('counts its hours up to the end of the period', async () => {
    const { opens, report } = await openRecord()
    await opens(20)
    expect(report(1, 1)).toMatchObject({ intervals: 1, totalHours: 4, longestHours: 4 })
    expect(report(1, 3)).toMatchObject({ intervals: 1, totalHours: 52, longestHours: 52 })
  })

  test('counts up to now where the period goes on', async () => {
    const { opens, report } = await openRecord()
    await opens(20)
    expect(report(1, 3, 23.5)).toMatchObject({ totalHours: 3.5 })
  })

  test('goes on over a restart, once', async () => {
    const { opens, starts, report } = await openRecord()
    await opens(20)
    await starts(22, { entry: { openedAt: begin + 20 * HOUR_MS, remedied: false } })
    expect(report(1, 1)).toMatchObject({ intervals: 1, totalHours: 4 })
  })
})

describe('an interval from before the period', () => {
  test('counts from the first day on, open or closed in it', async () => {
    const { opens, closes, report } = await openRecord()
    await opens(20)
    expect(report(2, 2)).toMatchObject({ intervals: 1, totalHours: 24 })
    await closes(30, 10)
    expect(report(2, 2)).toMatchObject({ intervals: 1, totalHours: 6 })
    expect(report(1, 1)).toMatchObject({ intervals: 1, totalHours: 4 })
    expect(report(3, 3)).toMatchObject({ intervals: 0, totalHours: 0 })
  })

  test('is known from the last start, and the remedy before the period is not its own', async () => {
    const { opens, remedies, starts, report } = await openRecord()
    await opens(1)
    await remedies(25)
    await starts(26, { entry: { openedAt: begin + HOUR_MS, remedied: true } })
    expect(report(3, 3)).toMatchObject({ intervals: 1, totalHours: 24, remedies: 0 })
    expect(report(2, 2)).toMatchObject({ intervals: 1, totalHours: 24, remedies: 1 })
  })
})

test('two sides are two intervals', async () => {
  const { opens, closes, report } = await openRecord()
  await opens(1)
  await opens(2, 'exit')
  await closes(3, 2)
  expect(report(1, 1)).toMatchObject({ intervals: 2, totalHours: 24, longestHours: 22 })
})
