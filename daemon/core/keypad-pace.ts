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
const wrongLimit = 80
/** Whoever stands there types his code once, and once more when nothing came of it; a guesser types on. */
const honestTypings = 2
/** Typed while the keypad paused: of a machine on its wire some two minutes. */
const typedLimit = 512

type Typing = { readonly number: string; readonly at: MonotonicMs }

/** What one keypad remembers, oldest first: its wrong codes, and the numbers that were typed while it paused. */
export type Pace = { readonly wrong: readonly Typing[]; readonly typed: readonly Typing[] }

export const quietPace: Pace = Object.freeze({ wrong: [], typed: [] })

const within = (typings: readonly Typing[], now: MonotonicMs): readonly Typing[] =>
  typings.filter(({ at }) => now - at < wrongWindowMs)

export const noteWrong = (pace: Pace, number: string, at: MonotonicMs): Pace => ({
  ...pace,
  wrong: [...within(pace.wrong, at), { number, at }].slice(-wrongLimit),
})

export const noteTyped = (pace: Pace, number: string, at: MonotonicMs): Pace => ({
  ...pace,
  typed: [...within(pace.typed, at), { number, at }].slice(-typedLimit),
})

/** The pause that follows the last wrong code: 1, 2, 4, 8, 9 s. A right code costs none. */
export const pauseMs = (pace: Pace, now: MonotonicMs): number => {
  const beyond = within(pace.wrong, now).length - freeWrong
  return beyond < 0 ? 0 : Math.min(PAUSE_LIMIT_MS, firstPauseMs * 2 ** beyond)
}

/** When the keypad takes its next code. */
export const nextCodeAt = (pace: Pace, now: MonotonicMs): MonotonicMs =>
  ((pace.wrong.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + pauseMs(pace, now)) as MonotonicMs

/** Somebody guesses at this number here. */
export const isTried = (pace: Pace, number: string, now: MonotonicMs): boolean =>
  within(pace.wrong, now).some((wrong) => wrong.number === number) ||
  within(pace.typed, now).filter((typed) => typed.number === number).length > honestTypings

/**
 * Who waits: one whose number nobody guesses at here, and one of the others; of each the last to type, as he is the one who stands there
 * now. A guesser does not take the first one's place, whatever his speed, unless he has hundreds of numbers to go through.
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
