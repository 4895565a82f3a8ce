// Workdays and rest days over random years of random holidays, and the next opening of any schedule, against the platform's calendar and
// nothing of ours.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HolidayCalendar } from '../../config/holidays.ts'
import type { WallMs } from '../../config/words.ts'
import { nextOpening } from '../../daemon/core/never.ts'
import { compileSchedule } from '../../daemon/core/rules.ts'
import { isWithin } from '../../daemon/core/schedule.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Antarctica/Troll', 'UTC']
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
const anyHours = fc.record({
  days: fc.constantFrom('workday', 'restday', '1', '6-7', '1-5'),
  from: clockTime,
  to: clockTime,
})

type Year = { readonly holidays: ReadonlySet<string>; readonly workdays: ReadonlySet<string> }
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const daysOf = (year: number) =>
  fc
    .array(fc.integer({ min: 0, max: 364 }), { maxLength: 60 })
    .map((days) => days.map((day) => dayOf(Date.UTC(year, 0, 1) + day * DAY_MS)))
/** 2026 and, now and then, 2027: the turn of the year is where a year that nobody wrote down begins. */
const anyCalendar = fc
  .tuple(daysOf(2026), daysOf(2026), fc.option(fc.tuple(daysOf(2027), daysOf(2027))))
  .map(([holidays, workdays, next]): HolidayCalendar => {
    const yearOf = (off: string[], on: string[]): Year => ({
      holidays: new Set(off.filter((day) => !on.includes(day))),
      workdays: new Set(on),
    })
    return new Map([[2026, yearOf(holidays, workdays)], ...(next ? [[2027, yearOf(...next)] as const] : [])])
  })
const anyInstant = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0, 3), max: Date.UTC(2027, 11, 28) }),
  fc.integer({ min: -2000, max: 2000 }).map((minutes) => Date.UTC(2027, 0, 1) + minutes * MINUTE_MS),
)

const literal = (
  hours: { days: string; from: string; to: string },
  wall: number,
  timeZone: string,
  calendar: HolidayCalendar,
) => {
  const text = new Date(wall).toLocaleString('sv-SE', { timeZone })
  const today = text.slice(0, 10)
  const time = text.slice(11, 16)
  const yesterday = dayOf(Date.parse(`${today}T00:00:00Z`) - DAY_MS)
  const isWeekend = (day: string) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
  const fits = (day: string): boolean => {
    if (hours.days === '1') return new Date(`${day}T00:00:00Z`).getUTCDay() === 1
    if (hours.days === '1-5') return !isWeekend(day)
    if (hours.days === '6-7') return isWeekend(day)
    const year = calendar.get(Number(day.slice(0, 4)))
    if (year === undefined) return false
    const isWorked = year.workdays.has(day) || (!isWeekend(day) && !year.holidays.has(day))
    return isWorked === (hours.days === 'workday')
  }
  if (hours.from < hours.to) return fits(today) && hours.from <= time && time < hours.to
  return (fits(today) && time >= hours.from) || (fits(yesterday) && time < hours.to)
}

test('workdays and rest days come as the platform’s calendar and the list say, in years without a list neither', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), anyInstant, anyHours, anyCalendar, (zone, wall, hours, calendar) => {
      const schedule = compileSchedule({ hours: [hours] })
      expect(isWithin(schedule, wall as WallMs, zone, calendar)).toBe(literal(hours, wall, zone, calendar))
    }),
    { numRuns: 3000, seed: 20261128 },
  )
})

test('the next opening is open, none is earlier, and where there is none every quarter of its days is closed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), anyInstant, anyHours, anyCalendar, (zone, wall, hours, calendar) => {
      const schedule = compileSchedule({ hours: [hours] })
      const from = wall as WallMs
      const until = (wall + 9 * DAY_MS) as WallMs
      const next = nextOpening(schedule, { from, until }, { timeZone: zone, calendar })
      if (next !== undefined) expect(literal(hours, next, zone, calendar)).toBe(true)
      // Steps of a quarter find any hours but the shortest, and these on some runs.
      for (let at = wall; at < (next ?? until); at += 15 * MINUTE_MS)
        expect(literal(hours, at, zone, calendar)).toBe(false)
    }),
    { numRuns: 60, seed: 20261128 },
  )
})
