// The site's rules as decisions read them: schedules by name, the calendar, anti-passback, the groups whose coming is looked for. Made
// once from the configuration and frozen. Pure. Called by opening.ts and daemon.ts; read by store/facts.ts and the door's hours.

import { type HolidayCalendar, makeCalendar } from '../../config/holidays.ts'
import type { Config } from '../../config/settings.ts'
import {
  type Group,
  RESTDAY,
  type Schedule,
  type Side,
  sides,
  type WallMs,
  type WeeklySegment,
  WORKDAY,
} from '../../config/words.ts'
import { isWithin } from './schedule.ts'

export type Passback = {
  readonly kind: 'soft' | 'hard'
  readonly forgetAfterMs: number
  /** Minutes after a local midnight: the hour at which everybody is forgiven. */
  readonly forgetAtMinute?: number
  /** A repeat while the relay is still on renews that opening and is no second entry. */
  readonly sameOpeningMs: number
}

export type Rules = {
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly calendar: HolidayCalendar
  readonly passback?: Passback
  /** When a side asks for its pairs; absent: always. */
  readonly pairHours: ReadonlyMap<Side, Schedule>
  /** Somebody's schedule waits for the first of these. */
  readonly firstGroups: ReadonlySet<Group>
  /** A staff card may hold the door. */
  readonly staffHold?: boolean
}

const DAY_MINUTES = 1440
const MINUTE_MS = 60_000
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** From Monday, 1, to Sunday, 7, and round: 6-1 is Saturday, Sunday, Monday. */
const daysOf = (days: string): readonly number[] => {
  if (days === 'workday') return [WORKDAY]
  if (days === 'restday') return [RESTDAY]
  const first = Number(days[0])
  const last = Number(days.at(-1))
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, n) => ((first - 1 + n) % 7) + 1)
}

type Declared = NonNullable<Config['schedules']>[number]

const segmentsOf = ({ days, from, to }: Declared['hours'][number]): readonly WeeklySegment[] => {
  const fromMinute = minutesOf(from)
  const ends = minutesOf(to)
  const toMinute = ends <= fromMinute ? ends + DAY_MINUTES : ends
  return daysOf(days).map((weekday) => ({ weekday, fromMinute, toMinute }))
}

export const compileSchedule = ({ hours, afterFirst }: Omit<Declared, 'id'>): Schedule => ({
  kind: 'weekly',
  segments: hours.flatMap(segmentsOf),
  ...(afterFirst === undefined ? {} : { afterFirst }),
})

type Settings = Pick<Config, 'schedules' | 'calendar' | 'passback' | 'door' | 'sides'>

const compilePairHours = (config: Settings): Rules['pairHours'] =>
  new Map(
    sides.flatMap((side) => {
      const id = config.sides[side]?.twoFactorDuring
      const declared = id === undefined ? undefined : config.schedules?.find((one) => one.id === id)
      return declared ? [[side, compileSchedule({ hours: declared.hours })] as const] : []
    }),
  )

export const makeRules = (config: Settings): Rules => {
  const { schedules = [], calendar, passback, door } = config
  return {
    schedules: new Map(schedules.map((one) => [one.id, compileSchedule(one)])),
    calendar: makeCalendar(calendar),
    pairHours: compilePairHours(config),
    firstGroups: new Set(schedules.flatMap(({ afterFirst }) => (afterFirst === undefined ? [] : [afterFirst]))),
    ...(door.staffHold ? { staffHold: true } : {}),
    ...(passback === undefined
      ? {}
      : {
          passback: {
            kind: passback.kind,
            forgetAfterMs: (passback.forgetAfterMinutes ?? Number.POSITIVE_INFINITY) * MINUTE_MS,
            ...(passback.forgetAt === undefined ? {} : { forgetAtMinute: minutesOf(passback.forgetAt) }),
            sameOpeningMs: door.pulseMs,
          },
        }),
  }
}

type Moment = { readonly wall: WallMs; readonly clockTrusted: boolean; readonly timeZone: string }

/** P10: without a clock that can be right nobody is asked for more than one proof, where hours ask for it. */
export const arePairsAsked = (
  rules: Rules | undefined,
  side: Side,
  { wall, clockTrusted, timeZone }: Moment,
): boolean => {
  const hours = rules?.pairHours.get(side)
  return hours === undefined || (clockTrusted && isWithin(hours, wall, timeZone, rules?.calendar))
}
