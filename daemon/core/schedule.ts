// Whether an instant lies within a schedule, read in the gate's time zone. Pure; the calendar is the platform's own (Intl), so that
// daylight saving is right by construction: a segment names wall-clock minutes of the local day.

import type { Schedule, WallMs } from '../../config/words.ts'

type LocalMinute = { readonly weekday: number; readonly minute: number }

const weekdays: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 }

/** One formatter a zone: building one costs 50 µs, using it 2 µs. */
const formatters = new Map<string, Intl.DateTimeFormat>()
const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  })
  formatters.set(timeZone, made)
  return made
}

export const localMinute = (wall: WallMs, timeZone: string): LocalMinute => {
  let weekday = 0
  let minute = 0
  for (const piece of formatterOf(timeZone).formatToParts(wall)) {
    if (piece.type === 'weekday') weekday = weekdays[piece.value] ?? 0
    else if (piece.type === 'hour') minute += Number(piece.value) * 60
    else if (piece.type === 'minute') minute += Number(piece.value)
  }
  return { weekday, minute }
}

export const isWithin = (schedule: Schedule, wall: WallMs, timeZone: string): boolean => {
  if (schedule.kind === 'always') return true
  const now = localMinute(wall, timeZone)
  return schedule.segments.some(
    (segment) => segment.weekday === now.weekday && segment.fromMinute <= now.minute && now.minute < segment.toMinute,
  )
}
