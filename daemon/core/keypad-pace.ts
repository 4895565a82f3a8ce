// How wrong codes slow a keypad, whatever numbers they claim: a guesser who goes from number to number meets no lockout (limits.ts), but
// he stands at one keypad. Nobody's right code waits longer than PAUSE_LIMIT_MS, no card and no other keypad waits at all (P12). Pure: the
// instants are arguments, on the monotonic clock. Kept in memory alone, for ten minutes. Called by daemon/keypad-pace.ts.

import type { MonotonicMs } from '../../config/words.ts'

/** So many wrong codes of the last ten minutes cost nothing: a family that mistypes, a stair full of people. */
export const freeWrong = 5
export const wrongWindowMs = 10 * 60 * 1000
const firstPauseMs = 1000
/** With the slow hash before and after it (≤ 400 ms each on a Pi 4) and the record, a right code is answered within 10 s. */
export const PAUSE_LIMIT_MS = 9000
/** At the longest pause a window holds 67; more are the oldest. */
const keptLimit = 80

/** The wrong codes of one keypad, oldest first. */
export type Pace = readonly { readonly number: string; readonly at: MonotonicMs }[]

const within = (pace: Pace, now: MonotonicMs): Pace => pace.filter(({ at }) => now - at < wrongWindowMs)

export const noteWrong = (pace: Pace, number: string, at: MonotonicMs): Pace =>
  [...within(pace, at), { number, at }].slice(-keptLimit)

/** The pause that follows the last wrong code: 1, 2, 4, 8, 9 s. A right code costs none. */
export const pauseMs = (pace: Pace, now: MonotonicMs): number => {
  const beyond = within(pace, now).length - freeWrong
  return beyond < 0 ? 0 : Math.min(PAUSE_LIMIT_MS, firstPauseMs * 2 ** beyond)
}

/** When the keypad takes its next code. */
export const nextCodeAt = (pace: Pace, now: MonotonicMs): MonotonicMs =>
  ((pace.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + pauseMs(pace, now)) as MonotonicMs

/** Somebody guesses at this number here. */
export const isTried = (pace: Pace, number: string, now: MonotonicMs): boolean =>
  within(pace, now).some((wrong) => wrong.number === number)

/**
 * Who waits: one whose number nobody guesses at here, and one of the others; of each the last to type, as he is the one who stands there
 * now. A guesser does not take the first one's place, whatever his speed, unless each of his codes claims a new number.
 */
export type Waiting<Code> = { readonly clean?: Code; readonly tried?: Code }

type Typed = { readonly number: string; readonly typedAt: MonotonicMs }

const later = <Code extends Typed>(one: Code | undefined, other: Code): Code =>
  one !== undefined && one.typedAt > other.typedAt ? one : other

export const hold = <Code extends Typed>(
  waiting: Waiting<Code>,
  code: Code,
  pace: Pace,
  now: MonotonicMs,
): Waiting<Code> =>
  isTried(pace, code.number, now)
    ? { ...waiting, tried: later(waiting.tried, code) }
    : { ...waiting, clean: later(waiting.clean, code) }

/** In the order in which they are judged. */
export const listWaiting = <Code>({ clean, tried }: Waiting<Code>): readonly Code[] =>
  [clean, tried].filter((code) => code !== undefined)
