// Whether the keys themselves still serve: one that is held down (a stone in the frame, a stuck dome), and one that nobody could press for
// a week while its neighbours were used. Knows single keys and no codes; keeps instants and a number, in memory alone, so that a week
// begins anew with the process. Pure. Called by pad.ts.

import type { MonotonicMs } from '../../config/words.ts'

/** Repeats of a held key come faster than a finger taps. */
const REPEAT_LIMIT_MS = 400
/** Nobody types one digit this long. */
const HELD_AFTER_MS = 5000
/** A key let go sends nothing any more. */
const RELEASED_AFTER_MS = 1000
const UNSEEN_AFTER_MS = 7 * 86_400_000
/** So many presses of other keys meanwhile: some eighty codes, among which chance leaves no digit out (0.9^480 < 1e-21). */
const UNSEEN_PRESSES = 1000
/** How often an unseen key is told while it stands. */
const TELL_EVERY_MS = 3_600_000

const allKeys = [...'0123456789*#']

type Seen = { at: MonotonicMs; pressesThen: number }

export type KeyWatch = {
  /** `key_unseen` when it is to be told now. */
  readonly press: (key: string, at: MonotonicMs) => 'key_unseen' | undefined
  readonly isHeld: (now: MonotonicMs) => boolean
}

export const createKeyWatch = (from: MonotonicMs): KeyWatch => {
  const seen = new Map<string, Seen>(allKeys.map((key) => [key, { at: from, pressesThen: 0 }]))
  let presses = 0
  let toldAt = Number.NEGATIVE_INFINITY
  let run: { readonly key: string; readonly from: MonotonicMs; readonly last: MonotonicMs } | undefined

  const isUnseen = ({ at, pressesThen }: Seen, now: MonotonicMs): boolean =>
    now - at >= UNSEEN_AFTER_MS && presses - pressesThen >= UNSEEN_PRESSES

  return {
    press: (key, at) => {
      presses++
      seen.set(key, { at, pressesThen: presses })
      const goesOn = run?.key === key && at - run.last <= REPEAT_LIMIT_MS
      run = { key, from: goesOn && run ? run.from : at, last: at }
      if (at - toldAt < TELL_EVERY_MS || ![...seen.values()].some((one) => isUnseen(one, at))) return undefined
      toldAt = at
      return 'key_unseen'
    },
    isHeld: (now) => run !== undefined && run.last - run.from >= HELD_AFTER_MS && now - run.last < RELEASED_AFTER_MS,
  }
}
