// When a schedule opens next, and which groups can ever be the first to come: what tells a right that waits from a right that can never
// apply. Pure: no clock, no disk. Called by commands/right-check.ts.

import { Temporal } from 'temporal-polyfill'
import type { HolidayCalendar } from '../../config/holidays.ts'
import type { Group, Schedule, WallMs } from '../../config/words.ts'
import { isWithin, needsCalendar } from './schedule.ts'

/** Hours of the week come within eight days; a second week, because a change of the clocks may skip them once. */
const WEEKLY_DAYS = 15
/** A year of the calendar and a day. */
const CALENDAR_DAYS = 367
const DAY_MINUTES = 1440

export type Span = { readonly from: WallMs; readonly until?: WallMs }
type Place = { readonly timeZone: string; readonly calendar: HolidayCalendar }

/** The first instant of the span that lies within the schedule; undefined: within its days there is none. */
export const nextOpening = (schedule: Schedule, { from, until }: Span, place: Place): WallMs | undefined => {
  const isInSpan = (wall: number): boolean => wall >= from && (until === undefined || wall < until)
  const isOpen = (wall: number): boolean =>
    isInSpan(wall) && isWithin(schedule, wall as WallMs, place.timeZone, place.calendar)
  if (isOpen(from)) return from
  if (schedule.kind === 'always') return undefined
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(place.timeZone).toPlainDate()
  const days = needsCalendar(schedule) ? CALENDAR_DAYS : WEEKLY_DAYS
  const minutes = [...new Set(schedule.segments.map(({ fromMinute }) => fromMinute % DAY_MINUTES))].toSorted(
    (a, b) => a - b,
  )
  for (let day = 0; day < days; day++)
    for (const minute of minutes) {
      const local = first.add({ days: day }).toPlainDateTime().add({ minutes: minute })
      const wall = local.toZonedDateTime(place.timeZone).epochMilliseconds
      if (isOpen(wall)) return wall as WallMs
    }
  return undefined
}

/** A right of somebody who is of this group; `afterFirst`: for whom it waits. */
export type GroupRight = { readonly belongs: Group; readonly afterFirst?: Group }

/** Groups of which somebody can come in before all others, or after one that can. Each round adds one, so that it ends. */
export const groupsThatCome = (rights: readonly GroupRight[]): ReadonlySet<Group> => {
  const come = new Set<Group>()
  for (;;) {
    const next = rights.find(
      ({ belongs, afterFirst }) => !come.has(belongs) && (afterFirst === undefined || come.has(afterFirst)),
    )
    if (next === undefined) return come
    come.add(next.belongs)
  }
}
