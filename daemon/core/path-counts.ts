// What is counted of each way in on each side, a day at a time and without anybody in it: how often it opened, failed or was mistyped,
// how long it took, how long it was there. And what the counts say. Pure. Counted by path-watch.ts, read by the equality report.

import type { Path, WallMs } from '../../config/words.ts'
import type { Decision, Proof } from './types.ts'

/**
 * `opened`: the door moved. `failed`: somebody who may well have a right did not get in by it. `mistyped`: a person's slip, apart.
 * `ruled`: a rule said no (hours, a revoked card, a stranger's card), which says nothing about the way. `read`: anything legible.
 */
export const tallies = ['opened', 'failed', 'mistyped', 'ruled', 'read', 'unread'] as const
export type Tally = (typeof tallies)[number]

/** Upper edges of the histogram; what is above the last is counted under `over`. Finest where people notice: 50 ms below half a second. */
export const edgesMs = [
  50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000, 2500, 3000,
  4000, 5000, 10_000,
] as const

/** Names of the counters of a day, apart from those of an hour. */
export const DAY = 'day_'
export const tallyName = (tally: Tally): string => `${DAY}${tally}`
export const bucketName = (ms: number): string => `${DAY}ms_${edgesMs.find((edge) => ms <= edge) ?? 'over'}`
/** Seconds in which a device of this way was there and nothing spoke against it, of the seconds in which the gate ran. */
export const UP_SECONDS = `${DAY}up_s`
export const RUN_SECONDS = `${DAY}run_s`

const slips: ReadonlySet<string> = new Set(['pin_wrong', 'second_factor_missing', 'factors_disagree'])
/** The way's own failures. A locked-out number is one: its owner stands there with the right code. */
const failures: ReadonlySet<string> = new Set([
  'controller_fault',
  'random_identifier',
  'clock_untrusted',
  'credential_locked_out',
  'face_not_live',
  'face_uncertain',
])

/** Of a decision on this way; a grant counts once the door has moved. */
export const tallyOf = (path: Path, decision: Decision): Exclude<Tally, 'read' | 'unread'> => {
  if (decision.outcome === 'grant') return 'opened'
  if (slips.has(decision.reason)) return 'mistyped'
  if (decision.reason === 'reading_invalid') return path === 'keypad' ? 'mistyped' : 'failed'
  return failures.has(decision.reason) ? 'failed' : 'ruled'
}

/** A reader that gives nothing legible reads no card. */
export const isLegible = ({ path, flaw }: Proof): boolean => path !== 'card' || flaw !== 'reading_invalid'

/** The local day, named by its UTC midnight: a row of that day stands in one place whatever the zone. */
export const dayOf = (wall: WallMs, timeZone: string): WallMs => {
  const [year, month, day] = localDay(wall, timeZone).split('-').map(Number)
  return Date.UTC(year ?? 1970, (month ?? 1) - 1, day ?? 1) as WallMs
}
const formatters = new Map<string, Intl.DateTimeFormat>()
/** YYYY-MM-DD, as a clock on the gate's wall would have it. */
const localDay = (wall: WallMs, timeZone: string): string => {
  const known = formatters.get(timeZone)
  const formatter = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  if (!known) formatters.set(timeZone, formatter)
  return formatter.format(wall)
}

/** The first instant of a local day, named as `dayOf` names it. */
export const startOfDay = (day: WallMs, timeZone: string): WallMs => {
  // No zone is further from UTC than 14 hours; the day begins somewhere in these, and dayOf only grows.
  let [before, after] = [day - 15 * HOUR_MS, day + 15 * HOUR_MS]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (dayOf(middle as WallMs, timeZone) >= day) after = middle
    else before = middle
  }
  return after as WallMs
}

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** Counters of one way on one side by name, over any number of days. */
export type Counts = Readonly<Record<string, number>>

export const addCounts = (all: readonly Counts[]): Counts => {
  const sum: Record<string, number> = {}
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

/**
 * The time that a share of the openings took at most, between the edges of its bucket in proportion; so it is right to within the
 * bucket: 50 ms below 500 ms, 100 ms below 1 s, 200 ms below 2 s. Above the last edge, that edge. Absent: nothing was timed.
 */
export const quantileMs = (counts: Counts, share: number): number | undefined => {
  const found = [...edgesMs, 'over' as const].map((edge) => counts[`${DAY}ms_${edge}`] ?? 0)
  const total = found.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let left = total * share
  for (const [place, count] of found.entries()) {
    const upper = edgesMs[place]
    if (upper === undefined) break
    if (count >= left) {
      const lower = edgesMs[place - 1] ?? 0
      return Math.round(lower + (upper - lower) * (count === 0 ? 1 : left / count))
    }
    left -= count
  }
  return edgesMs[edgesMs.length - 1]
}

export type PathSummary = {
  readonly opened: number
  readonly failed: number
  readonly mistyped: number
  readonly ruled: number
  /** Openings of all tries in which neither a slip nor a rule had a part; absent without any. */
  readonly successRate?: number
  readonly medianMs?: number
  readonly p95Ms?: number
  /** Share of the gate's own time; absent while it has not run. */
  readonly availability?: number
}

export const summarise = (counts: Counts): PathSummary => {
  const tally = (name: Tally) => counts[tallyName(name)] ?? 0
  const [opened, failed] = [tally('opened'), tally('failed')]
  const medianMs = quantileMs(counts, 0.5)
  const p95Ms = quantileMs(counts, 0.95)
  const ran = counts[RUN_SECONDS] ?? 0
  return {
    opened,
    failed,
    mistyped: tally('mistyped'),
    ruled: tally('ruled'),
    ...(opened + failed > 0 ? { successRate: opened / (opened + failed) } : {}),
    ...(medianMs === undefined ? {} : { medianMs }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
    ...(ran > 0 ? { availability: Math.min(1, (counts[UP_SECONDS] ?? 0) / ran) } : {}),
  }
}
