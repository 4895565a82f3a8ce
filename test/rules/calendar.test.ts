import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chinaYears, makeCalendar } from '../../config/holidays.ts'
import { RESTDAY, type Schedule, type WallMs, WORKDAY } from '../../config/words.ts'
import { compileSchedule } from '../../daemon/core/rules.ts'
import { isWithin, isWorkday, localDay, sinceLocalMinuteMs } from '../../daemon/core/schedule.ts'

const at = (iso: string): WallMs => Date.parse(iso) as WallMs
const calendar = makeCalendar()
const on = (weekday: number): Schedule => ({ kind: 'weekly', segments: [{ weekday, fromMinute: 540, toMinute: 1020 }] })
const within = (weekday: number, iso: string) => isWithin(on(weekday), at(iso), 'Asia/Shanghai', calendar)

describe('holidays and made-up workdays', () => {
  test('a holiday is no workday, a made-up Saturday is one, and rest days are the rest', () => {
    expect(within(WORKDAY, '2026-10-01T10:00+08:00')).toBe(false)
    expect(within(RESTDAY, '2026-10-01T10:00+08:00')).toBe(true)
    expect(within(WORKDAY, '2026-10-10T10:00+08:00')).toBe(true)
    expect(within(RESTDAY, '2026-10-10T10:00+08:00')).toBe(false)
    expect(within(WORKDAY, '2026-10-12T10:00+08:00')).toBe(true)
    expect(within(RESTDAY, '2026-10-17T10:00+08:00')).toBe(true)
  })

  test('in a year that nobody has written down neither kind of day comes, and weekdays do', () => {
    expect(within(WORKDAY, '2031-03-03T10:00+08:00')).toBe(false)
    expect(within(RESTDAY, '2031-03-02T10:00+08:00')).toBe(false)
    expect(within(1, '2031-03-03T10:00+08:00')).toBe(true)
  })

  test('every made-up workday of the list is a weekend, and no day is both', () => {
    for (const { year, holidays, workdays } of chinaYears) {
      for (const day of workdays) {
        expect([0, 6], day).toContain(new Date(`${day}T00:00:00Z`).getUTCDay())
        expect(holidays).not.toContain(day)
        expect(day.startsWith(String(year))).toBe(true)
      }
      for (const day of holidays) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day)
    }
  })

  test('a shift that begins on a workday evening ends the next morning, whatever that morning is', () => {
    const nights = compileSchedule({ hours: [{ days: 'workday', from: '22:00', to: '06:00' }] })
    const isOn = (iso: string) => isWithin(nights, at(iso), 'Asia/Shanghai', calendar)
    expect(isOn('2026-09-30T23:00+08:00')).toBe(true)
    expect(isOn('2026-10-01T05:59+08:00')).toBe(true)
    expect(isOn('2026-10-01T06:00+08:00')).toBe(false)
    expect(isOn('2026-10-01T23:00+08:00')).toBe(false)
  })
})

/** The same by the platform's calendar and nothing of ours: minute by text, day by text. */
const literal = (hours: { days: string; from: string; to: string }, wall: number, timeZone: string): boolean => {
  const spell = (ms: number) => new Date(ms).toLocaleString('sv-SE', { timeZone })
  const day = spell(wall).slice(0, 10)
  const time = spell(wall).slice(11, 16)
  const weekday = (text: string) => ((new Date(`${text}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
  const yesterday = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  const [first, last] = [Number(hours.days[0]), Number(hours.days.at(-1))]
  const fits = (one: number) => (first <= last ? first <= one && one <= last : one >= first || one <= last)
  if (hours.from < hours.to) return fits(weekday(day)) && hours.from <= time && time < hours.to
  return (fits(weekday(day)) && time >= hours.from) || (fits(weekday(yesterday)) && time < hours.to)
}

const zones = [
  ...['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe'],
  ...['Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca', 'America/Santiago', 'Antarctica/Troll', 'UTC'],
]
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
const anyHours = fc.record({
  days: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })).map(([a, b]) => `${a}-${b}`),
  from: clockTime,
  to: clockTime,
})
/** Random instants of 1973 to 2100, and minutes around every change of the clocks that some zones have. */
const anyInstant = fc.oneof(
  fc.integer({ min: Date.UTC(1973, 0, 1), max: Date.UTC(2100, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-03-08T07:00Z',
        '2026-11-01T06:00Z',
        '2026-04-04T15:00Z',
      ),
      fc.integer({ min: -200, max: 200 }),
    )
    .map(([iso, minutes]) => Date.parse(iso) + minutes * 60_000),
)

test('schedules agree with the platform’s calendar over random zones, years and hours, changes of the clocks included', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), anyInstant, anyHours, (zone, wall, hours) => {
      expect(isWithin(compileSchedule({ hours: [hours] }), wall as WallMs, zone)).toBe(literal(hours, wall, zone))
    }),
    { numRuns: 3000, seed: 20261128 },
  )
})

/** What a clock on the wall shows, in minutes after midnight, by the platform. */
const shownMinute = (wall: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const [hour = 0, minute = 0] = parts.format(wall).split(':').map(Number)
  return hour * 60 + minute
}

test('an hour of the day was last where the platform’s clocks showed it, and never a day ago', () => {
  const [hourMs, dayMs] = [3_600_000, 86_400_000]
  const minutes = fc.integer({ min: 0, max: 1439 })
  fc.assert(
    fc.property(fc.constantFrom(...zones), anyInstant, minutes, (zone, wall, minute) => {
      // Where clocks are changed an hour comes twice or not at all; the day may be an hour or two longer.
      const isSteady = [-30, -20, -10, 3].every(
        (hours) => (shownMinute(wall + hours * hourMs, zone) - shownMinute(wall, zone) - hours * 60) % 1440 === 0,
      )
      const since = sinceLocalMinuteMs(wall as WallMs, zone, minute)
      expect(since).toBeGreaterThanOrEqual(0)
      if (!isSteady) return
      expect(since).toBeLessThan(dayMs)
      expect(shownMinute(wall - since, zone)).toBe(minute)
    }),
    { numRuns: 2000, seed: 20261129 },
  )
})

test('the minute that is kept is never another zone’s nor another minute’s', () => {
  const wall = at('2026-11-28T15:59:59.999Z')
  expect(localDay(wall, 'Asia/Shanghai')).toMatchObject({ day: '2026-11-28', minute: 1439 })
  expect(localDay(wall, 'UTC')).toMatchObject({ day: '2026-11-28', minute: 959 })
  expect(localDay((wall + 1) as WallMs, 'Asia/Shanghai')).toMatchObject({ day: '2026-11-29', minute: 0 })
  expect(isWorkday(localDay(wall, 'Asia/Shanghai'), calendar)).toBe(false)
})
