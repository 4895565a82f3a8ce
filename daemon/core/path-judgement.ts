// Whether a way in that answers still serves people, and whether card or code is worse than face. Pure, from the counts of days alone, so
// that a restart forgets nothing. Called by path-watch.ts.

import { type Counts, summarise, tallyName } from './path-counts.ts'

/** Promise of the equality alarm: card or code may be this much slower at the 95th percentile, */
export const SLOWER_LIMIT_MS = 500
/** and fail so many more times in a hundred, */
const FAILS_MORE_OF_HUNDRED = 2
/** judged once both ways were tried so often in the last seven days. */
export const LEAST_TRIES = 50
export const WINDOW_DAYS = 7

export type Worse = 'path_slower' | 'path_fails_more'

/** How this way is worse than face over the window; both summed over it. */
export const findWorse = (way: Counts, face: Counts): readonly Worse[] => {
  const [one, other] = [summarise(way), summarise(face)]
  if (one.opened + one.failed < LEAST_TRIES || other.opened + other.failed < LEAST_TRIES) return []
  const slower = (one.p95Ms ?? 0) > (other.p95Ms ?? Number.POSITIVE_INFINITY) + SLOWER_LIMIT_MS
  const [ownTries, faceTries] = [one.opened + one.failed, other.opened + other.failed]
  // In whole numbers: two in a hundred is not more than two in a hundred.
  const more = one.failed * faceTries - other.failed * ownTries
  const failsMore = 100 * more > FAILS_MORE_OF_HUNDRED * ownTries * faceTries
  return [...(slower ? (['path_slower'] as const) : []), ...(failsMore ? (['path_fails_more'] as const) : [])]
}

/** Silence that is chance comes once in 20 000 such silences when ten people were expected (Poisson: e^-10). */
const EXPECTED_LEAST = 10
/** Habits change; older days say nothing about this week. */
const HABIT_DAYS = 14
/** People do pass, by face: the place is not simply empty. */
const FACES_LEAST = 50
/** A way that hardly anybody ever used: nobody at all in a week in which so many came by face is worth a technician's tap. */
const SILENT_DAYS = 7
const SILENT_FACES_LEAST = 200

export type DayCounts = { readonly way: Counts; readonly face: Counts }

const legible = ({ way }: DayCounts): number => way[tallyName('read')] ?? 0
const faces = ({ face }: DayCounts): number => face[tallyName('opened')] ?? 0
const sum = (days: readonly DayCounts[], of: (day: DayCounts) => number) => days.reduce((all, day) => all + of(day), 0)

/**
 * A way that answers its probe and gives nothing legible while faces pass. `days`: oldest first, the last is today, days without a count
 * included; as many as there are, 30 at most. Today is not over and counts for no whole day of silence.
 */
export const isSilent = (days: readonly DayCounts[]): boolean => {
  const heardAt = days.findLastIndex((day) => legible(day) > 0)
  const silent = days.slice(heardAt + 1)
  const silentDays = silent.length - 1
  if (silentDays < 1) return false
  const passed = sum(silent, faces)
  const habit = days.slice(Math.max(0, heardAt + 1 - HABIT_DAYS), heardAt + 1)
  const expected = habit.length === 0 ? 0 : (sum(habit, legible) / habit.length) * silentDays
  if (passed >= FACES_LEAST && expected >= EXPECTED_LEAST) return true
  return silentDays >= SILENT_DAYS && passed >= SILENT_FACES_LEAST
}

/** So many cards in a row that the reader felt and could not read: the people who held them stand outside. */
export const UNREAD_LIMIT = 10
