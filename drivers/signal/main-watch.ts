// Whether main is there for the people at the gate. Missing: it has been silent for too long, from the part's own start on, or it comes
// and dies again and again. A restart is neither. Knows no wire and no message; the clock is given. Built by part.ts, asked by alarm.ts.

import type { Clock, MonotonicMs } from '../../config/words.ts'

/** A restart on a slow card takes less; so does a main that hangs until its watchdog bites. */
export const MAIN_AWAY_MS = 30_000
/** A main that dies sooner than this many times that span after it came was no remedy. */
const SETTLED_SPANS = 2
/** So many of these in a row are no technician's restarts. */
const SHORT_LIVES_LIMIT = 3

export type MainWatch = {
  /** Any sign of life. */
  readonly hear: () => void
  /** The connection ended. */
  readonly lose: () => void
  readonly isMissing: () => boolean
}

/** The start counts as a sign of life. `awayMs`: main may be silent, or unsettled, for so long. */
export const watchMain = ({ monotonic }: Pick<Clock, 'monotonic'>, awayMs: number = MAIN_AWAY_MS): MainWatch => {
  const settledMs = SETTLED_SPANS * awayMs
  let heardAt = monotonic()
  /** Main's first word on the connection that stands. */
  let cameAt: MonotonicMs | undefined
  let unsettledAt = heardAt
  let shortLives = 0

  const settle = (at: MonotonicMs) => {
    if (cameAt === undefined || at - cameAt < settledMs) return
    shortLives = 0
    unsettledAt = at
  }
  return {
    hear: () => {
      heardAt = monotonic()
      cameAt ??= heardAt
      settle(heardAt)
    },
    lose: () => {
      if (cameAt !== undefined && heardAt - cameAt < settledMs) shortLives++
      cameAt = undefined
    },
    isMissing: () => {
      const at = monotonic()
      return at - heardAt >= awayMs || (shortLives >= SHORT_LIVES_LIMIT && at - unsettledAt >= awayMs)
    },
  }
}
