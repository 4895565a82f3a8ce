import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import { isWithin, localMinute } from '../../daemon/core/schedule.ts'

const at = (iso: string): WallMs => Date.parse(iso) as WallMs
const weekday = (number: number, fromMinute: number, toMinute: number) =>
  ({ kind: 'weekly', segments: [{ weekday: number, fromMinute, toMinute }] }) as const

test('a segment includes its first minute and excludes its last', () => {
  const mondayMorning = weekday(1, 480, 540)
  expect(isWithin(mondayMorning, at('2026-11-16T07:59:59.999+08:00'), 'Asia/Shanghai')).toBe(false)
  expect(isWithin(mondayMorning, at('2026-11-16T08:00:00+08:00'), 'Asia/Shanghai')).toBe(true)
  expect(isWithin(mondayMorning, at('2026-11-16T08:59:59.999+08:00'), 'Asia/Shanghai')).toBe(true)
  expect(isWithin(mondayMorning, at('2026-11-16T09:00:00+08:00'), 'Asia/Shanghai')).toBe(false)
})

test('a schedule without segments is closed', () => {
  expect(isWithin({ kind: 'weekly', segments: [] }, at('2026-11-16T08:00:00Z'), 'UTC')).toBe(false)
})

test('the hour that a zone repeats in autumn is open both times, the hour it skips in spring never comes', () => {
  const sundayTwoToThree = weekday(7, 120, 180)
  expect(isWithin(sundayTwoToThree, at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe(true)
  expect(isWithin(sundayTwoToThree, at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe(true)
  expect(isWithin(sundayTwoToThree, at('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe(false)
})

test('the local minute agrees with the platform calendar over random zones and instants', () => {
  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 4_102_444_800_000 }), (zone, wall) => {
      const text = new Date(wall).toLocaleString('sv-SE', { timeZone: zone })
      const local = new Date(`${text.replace(' ', 'T')}Z`)
      expect(localMinute(wall as WallMs, zone)).toEqual({
        weekday: local.getUTCDay() === 0 ? 7 : local.getUTCDay(),
        minute: local.getUTCHours() * 60 + local.getUTCMinutes(),
      })
    }),
    { numRuns: 2000 },
  )
})
