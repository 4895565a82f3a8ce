// `report equality`: whether whoever declines face loses anything at this gate, from counts alone. Builds the figures; the page is
// equality-page.ts. Holds no resident, no id of one, no score. Called by the command of the running gate and by the sample.

import { offers } from '../../config/mounted.ts'
import type { Config } from '../../config/settings.ts'
import { type Path, paths, type Side, sides, type WallMs } from '../../config/words.ts'
import { beginDay } from '../core/local-day.ts'
import { addCounts, type Counts, DAY_MS, type PathSummary, summarise } from '../core/path-counts.ts'
import { findWorse, type Worse } from '../core/path-judgement.ts'
import type { DayPath, EqualityEvent, EqualityReads, OtherWays, Replacement } from '../store/equality-reads.ts'

export type DayFigures = PathSummary & { readonly day: string }
export type WayReport = PathSummary & {
  readonly path: Path
  readonly days: readonly DayFigures[]
  /** Weeks, each named by its first day, in which card or code was slower or failed more than face. */
  readonly worse: readonly { readonly week: string; readonly flaw: Worse }[]
}
export type SideReport = { readonly side: Side; readonly ways: readonly WayReport[] }

export type EqualityReport = {
  readonly gate: string
  readonly operator: { readonly name: string; readonly contact: string }
  readonly timeZone: string
  /** Local days, both included. */
  readonly from: string
  readonly to: string
  readonly sides: readonly SideReport[]
  readonly inequality: {
    readonly intervals: number
    readonly remedies: number
    readonly totalHours: number
    readonly longestHours: number
    readonly graceHours: number
    readonly remedy: string
  }
  readonly prices: Config['otherWay']
  readonly replacements: {
    readonly lost: number
    readonly replaced: number
    readonly medianDays?: number
    readonly longestDays?: number
  }
  /** As of now, not of the period. */
  readonly otherWays: OtherWays
  /** Simulated for somebody who wants to see what this page looks like. */
  readonly sample?: true
}

const HOUR_MS = 3_600_000
/** A year has far fewer intervals at any gate that is mended at all. */
export const EVENTS_LIMIT = 10_000

export const writeDay = (day: WallMs): string => new Date(day).toISOString().slice(0, 10)

type Period = { readonly from: WallMs; readonly to: WallMs }

const daysIn = ({ from, to }: Period): readonly WallMs[] =>
  Array.from({ length: Math.round((to - from) / DAY_MS) + 1 }, (_, n) => (from + n * DAY_MS) as WallMs)

type Found = ReadonlyMap<string, Counts>
const keyOf = (day: WallMs, side: Side, path: Path): string => `${day} ${side} ${path}`

const countsOf = (found: Found, days: readonly WallMs[], side: Side, path: Path): Counts =>
  addCounts(days.map((day) => found.get(keyOf(day, side, path)) ?? {}))

/** Whole weeks back from the last day, oldest first; the days before the first whole week are judged by none. */
const weeksOf = (days: readonly WallMs[]): readonly (readonly WallMs[])[] => {
  const count = Math.floor(days.length / 7)
  const first = days.length - count * 7
  return Array.from({ length: count }, (_, n) => days.slice(first + n * 7, first + n * 7 + 7))
}

const reportWay = (found: Found, days: readonly WallMs[], side: Side, path: Path): WayReport => {
  const worse = weeksOf(days).flatMap((week) =>
    path === 'face'
      ? []
      : findWorse(countsOf(found, week, side, path), countsOf(found, week, side, 'face')).map((flaw) => ({
          week: writeDay(week[0] ?? days[0] ?? (0 as WallMs)),
          flaw,
        })),
  )
  const figures = days.map((day) => ({ day: writeDay(day), ...summarise(found.get(keyOf(day, side, path)) ?? {}) }))
  return { path, ...summarise(countsOf(found, days, side, path)), days: figures, worse }
}

const reportReplacements = (all: readonly Replacement[]): EqualityReport['replacements'] => {
  const days = all
    .flatMap(({ lostAt, replacedAt }) => (replacedAt === null ? [] : [(replacedAt - lostAt) / DAY_MS]))
    .sort((a, b) => a - b)
  const round = (value: number) => Math.round(value * 10) / 10
  const [middle, last] = [days[Math.floor((days.length - 1) / 2)], days.at(-1)]
  return {
    lost: all.length,
    replaced: days.length,
    ...(middle === undefined ? {} : { medianDays: round(middle) }),
    ...(last === undefined ? {} : { longestDays: round(last) }),
  }
}

/** Instants: the period's first, and its last or now, whichever comes first. */
type Span = { readonly from: WallMs; readonly end: WallMs }

/**
 * How long each interval lasted within the span. One that is still open counts up to the span's end, and what lay before the span counts in
 * none. `events` go back to the start before the span, which says what stood open then.
 */
const lengthsIn = (events: readonly EqualityEvent[], { from, end }: Span): readonly number[] => {
  let open = new Map<Side, number>()
  const lengths: number[] = []
  for (const { kind, side, wall, openedAt = wall, lastedMs = 0, intervals = {} } of events) {
    if (kind === 'configuration_effective')
      open = new Map(sides.flatMap((one) => (intervals[one] ? [[one, intervals[one].openedAt] as const] : [])))
    if (side === undefined) continue
    if (kind === 'inequality_opened') open.set(side, openedAt)
    if (kind !== 'inequality_closed') continue
    open.delete(side)
    if (wall >= from) lengths.push(Math.min(lastedMs, wall - from))
  }
  return [...lengths, ...[...open.values()].map((at) => Math.max(0, end - Math.max(at, from)))]
}

const reportInequality = (
  events: readonly EqualityEvent[],
  span: Span,
  config: Reported,
): EqualityReport['inequality'] => {
  const hours = lengthsIn(events, span).map((lasted) => lasted / HOUR_MS)
  const { graceHours, remedy } = config.inequality
  const round = (value: number) => Math.round(value * 100) / 100
  return {
    intervals: hours.length,
    remedies: events.filter(({ kind, wall }) => kind === 'inequality_remedy' && wall >= span.from).length,
    totalHours: round(hours.reduce((sum, one) => sum + one, 0)),
    longestHours: round(Math.max(0, ...hours)),
    ...{ graceHours, remedy },
  }
}

/** What of a configuration this reads. */
export type Reported = Pick<Config, 'gate' | 'timeZone' | 'operator' | 'sides' | 'inequality' | 'otherWay'>

/** `period`: days by their UTC midnight, both included. `now` by the law's clock. */
export const reportEquality = (config: Reported, reads: EqualityReads, period: Period, now: WallMs): EqualityReport => {
  const days = daysIn(period)
  const end = (period.to + DAY_MS) as WallMs
  const [first, after] = [beginDay(period.from, config.timeZone), beginDay(end, config.timeZone)]
  const span = { from: first, end: Math.min(after, now) as WallMs }
  const read: readonly DayPath[] = reads.readDays(period.from, end)
  const found: Found = new Map(read.map(({ day, side, path, counts }) => [keyOf(day, side, path), counts]))
  const offered = (side: Side) => paths.filter((path) => offers(config.sides[side] ?? {}, path))
  const { name, contact } = config.operator
  return {
    gate: config.gate,
    operator: { name, contact },
    timeZone: config.timeZone,
    from: writeDay(period.from),
    to: writeDay(period.to),
    sides: sides
      .filter((side) => config.sides[side] !== undefined)
      .map((side) => ({ side, ways: offered(side).map((path) => reportWay(found, days, side, path)) })),
    inequality: reportInequality(reads.readInequality(first, after, EVENTS_LIMIT), span, config),
    prices: config.otherWay,
    replacements: reportReplacements(reads.readReplacements(first, after)),
    otherWays: reads.countOtherWays(),
  }
}
