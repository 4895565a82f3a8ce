// Whether an instant lies within a schedule, read in the gate's time zone. Pure. The calendar library knows the zones: a segment names
// wall-clock minutes of a local day, so that daylight saving is right by construction. The local minute is kept as long as it lasts: a
// decision costs a comparison, not a calendar.

import { Temporal } from 'temporal-polyfill'
import type { HolidayCalendar } from '../../config/holidays.ts'
import { RESTDAY, type Schedule, type WallMs, type WeeklySegment, WORKDAY } from '../../config/words.ts'

type LocalMinute = { readonly weekday: number; readonly minute: number }
export type LocalDay = LocalMinute & { readonly year: number; readonly day: string }
type Local = LocalDay & { readonly before: Pick<LocalDay, 'year' | 'day' | 'weekday'> }

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

const readLocal = (wall: WallMs, timeZone: string): Local => {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(wall)).toZonedDateTimeISO(timeZone)
  const before = now.toPlainDate().subtract({ days: 1 })
  return {
    year: now.year,
    day: now.toPlainDate().toString(),
    weekday: now.dayOfWeek,
    minute: now.hour * 60 + now.minute,
    before: { year: before.year, day: before.toString(), weekday: before.dayOfWeek },
  }
}

/** The last answer. Zones change their offset on whole minutes of UTC since 1972, the last (Liberia) that year: older instants are not kept. */
let kept: { readonly minute: number; readonly timeZone: string; readonly local: Local } | undefined
const KEPT_SINCE_MS = Date.UTC(1973, 0, 1)

const localOf = (wall: WallMs, timeZone: string): Local => {
  const minute = Math.floor(wall / MINUTE_MS)
  if (kept?.minute === minute && kept.timeZone === timeZone) return kept.local
  const local = readLocal(wall, timeZone)
  if (wall >= KEPT_SINCE_MS) kept = { minute, timeZone, local }
  return local
}

export const localMinute = (wall: WallMs, timeZone: string): LocalMinute => {
  const { weekday, minute } = localOf(wall, timeZone)
  return { weekday, minute }
}

export const localDay = (wall: WallMs, timeZone: string): LocalDay => localOf(wall, timeZone)

const startOfMinute = (day: string, minute: number, timeZone: string): number =>
  Temporal.PlainDate.from(day).toPlainDateTime().add({ minutes: minute }).toZonedDateTime(timeZone).epochMilliseconds

/** How long ago the clocks of that zone last showed so many minutes after midnight. */
export const sinceLocalMinuteMs = (wall: WallMs, timeZone: string, minute: number): number => {
  const { day, before } = localOf(wall, timeZone)
  const today = startOfMinute(day, minute, timeZone)
  return wall - (today <= wall ? today : startOfMinute(before.day, minute, timeZone))
}

const noYears: HolidayCalendar = new Map()

/** Whether people work on that day; undefined when nobody has said so for that year. */
export const isWorkday = (
  { year, day, weekday }: Pick<LocalDay, 'year' | 'day' | 'weekday'>,
  calendar: HolidayCalendar,
): boolean | undefined => {
  const known = calendar.get(year)
  if (!known) return undefined
  return known.workdays.has(day) || (weekday <= 5 && !known.holidays.has(day))
}

const fitsDay = ({ weekday }: WeeklySegment, day: Local['before'], calendar: HolidayCalendar): boolean => {
  if (weekday === WORKDAY) return isWorkday(day, calendar) === true
  if (weekday === RESTDAY) return isWorkday(day, calendar) === false
  return weekday === day.weekday
}

const fitsMinute = ({ fromMinute, toMinute }: WeeklySegment, minute: number): boolean =>
  fromMinute <= minute && minute < toMinute

/** A segment that begins on one day and ends on the next belongs to the day on which it began. */
export const isWithin = (
  schedule: Schedule,
  wall: WallMs,
  timeZone: string,
  calendar: HolidayCalendar = noYears,
): boolean => {
  if (schedule.kind === 'always') return true
  const now = localOf(wall, timeZone)
  return schedule.segments.some(
    (segment) =>
      (fitsMinute(segment, now.minute) && fitsDay(segment, now, calendar)) ||
      (segment.toMinute > DAY_MINUTES &&
        fitsMinute(segment, now.minute + DAY_MINUTES) &&
        fitsDay(segment, now.before, calendar)),
  )
}

export const needsCalendar = (schedule: Schedule): boolean =>
  schedule.kind === 'weekly' && schedule.segments.some(({ weekday }) => weekday >= WORKDAY)

/** `YYYY-MM-DDTHH:MM` by the clocks of that zone. In an hour that comes twice the first; undefined where there is no such time. */
export const readInstant = (text: string, timeZone: string): WallMs | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return undefined
  try {
    const written = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
    return written.toZonedDateTime(timeZone).epochMilliseconds as WallMs
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
