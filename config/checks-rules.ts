// Whether schedules, calendar, openings and anti-passback go together. Pure. Called by cross-checks.ts.

import { listSides, offers } from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'
import { paths } from './words.ts'

const checkSchedules = ({ schedules = [] }: Config): readonly Problem[] =>
  schedules.flatMap(({ id }, n) =>
    schedules.findIndex((one) => one.id === id) < n
      ? [problem('error', 'schedule_twice', `schedules.${n}.id`, { id })]
      : [],
  )

const isDay = (text: string, year: number): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) && text.startsWith(`${year}-`)
}

const checkCalendar = ({ calendar = [] }: Config): readonly Problem[] =>
  calendar.flatMap(({ year, holidays = [], workdays = [] }, n) => [
    ...[...holidays, ...workdays]
      .filter((day) => !isDay(day, year))
      .map((day) => problem('error', 'calendar_day_wrong', `calendar.${n}`, { day, year })),
    ...holidays
      .filter((day) => workdays.includes(day))
      .map((day) => problem('error', 'calendar_day_twice', `calendar.${n}`, { day })),
  ])

const checkOpenDuring = ({ schedules = [], openDuring }: Config): readonly Problem[] =>
  openDuring !== undefined && !schedules.some(({ id }) => id === openDuring)
    ? [problem('error', 'schedule_not_there', 'openDuring', { id: openDuring })]
    : []

const checkPairHours = (config: Config): readonly Problem[] =>
  listSides(config).flatMap(({ side, settings }) => {
    const { twoFactor = [], twoFactorDuring: id } = settings
    if (id === undefined) return []
    const at = `sides.${side}.twoFactorDuring`
    if (twoFactor.length === 0) return [problem('error', 'two_factor_during_nothing', at, { side })]
    return config.schedules?.some((one) => one.id === id) ? [] : [problem('error', 'schedule_not_there', at, { id })]
  })

/** Whoever leaves by the button, which is always there (P8), is not seen to leave. */
const checkPassback = ({ passback, sides }: Config): readonly Problem[] => {
  if (!passback) return []
  const { exit } = sides
  const seesExits = exit !== undefined && paths.some((path) => offers(exit, path))
  if (!seesExits) return [problem('error', 'passback_without_exit', 'passback')]
  return passback.kind === 'hard' && passback.forgetAfterMinutes === undefined && passback.forgetAt === undefined
    ? [problem('warning', 'passback_without_end', 'passback')]
    : []
}

export const checkRules = (config: Config): readonly Problem[] => [
  ...checkSchedules(config),
  ...checkCalendar(config),
  ...checkOpenDuring(config),
  ...checkPairHours(config),
  ...checkPassback(config),
]
