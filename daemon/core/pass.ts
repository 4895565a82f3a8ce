// A visitor's pass: what bounds it besides its dates and its uses (one side, named days, a validity that begins with the first use), what
// a pass may ask for at most, and what spends a use of it. Pure: no clock, no chance. Called by decide.ts, events.ts and whoever issues one.

import type { Side, WallMs } from '../../config/words.ts'
import { localDay } from './schedule.ts'
import type { Attempt, CredentialFacts, Decision } from './types.ts'

/** Monday is 1; dates are YYYY-MM-DD by the gate's clock. A day that either names is named. */
export type PassDays = { readonly weekdays: readonly number[]; readonly dates: readonly string[] }

export type PassFacts = {
  /** Absent: both sides. */
  readonly side?: Side
  /** Absent: every day. */
  readonly days?: PassDays
}

/** A cleaner comes every workday of a year; what needs more is a resident's or the staff's own credential. */
export const PASS_USES_LIMIT = 400
/** A pass that nobody remembers must end by itself. */
export const PASS_LASTS_LIMIT_MS = 366 * 86_400_000
export const PASS_DATES_LIMIT = 31

export const passIssuers = ['office', 'guard', 'household'] as const
export type PassIssuer = (typeof passIssuers)[number]

export const isOfPassSide = ({ pass }: CredentialFacts, side: Side): boolean =>
  pass?.side === undefined || pass.side === side

export const isPassDay = ({ pass }: CredentialFacts, wall: WallMs, timeZone: string): boolean => {
  if (pass?.days === undefined) return true
  const { weekday, day } = localDay(wall, timeZone)
  return pass.days.weekdays.includes(weekday) || pass.days.dates.includes(day)
}

/** The earlier of its date and of the time that began with its first use. */
export const passEnd = (expiresAt: number, firstUsedAt: number | undefined, validForMs: number | undefined): WallMs =>
  (firstUsedAt === undefined || validForMs === undefined
    ? expiresAt
    : Math.min(expiresAt, firstUsedAt + validForMs)) as WallMs

/**
 * Coming in spends a use; going out does not, except of a pass that is for the way out alone. Where a door stands open, or lets out
 * whom it would not let in, the pass did not open it.
 */
export const spendsUse = (credential: CredentialFacts, { side }: Attempt, decision: Decision): boolean => {
  if (credential.usesLeft === undefined || decision.outcome !== 'grant') return false
  if (decision.reason === 'right') return true
  return decision.reason === 'exit' && credential.pass?.side === side && decision.notes.length === 0
}
