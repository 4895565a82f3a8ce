// How wrong codes slow the credential they claim, and nobody else (P12). Pure: the caller brings the counts and the time.
//
// Ten wrong codes a day at full speed, then one every fifteen minutes. A right code does not clear the count: otherwise each
// homecoming would hand an attacker ten more. Time is monotonic, so a stepped wall clock frees nobody; after a reboot the old
// instants mean nothing and are read as the moment of the boot, so pulling the plug frees nobody either.

import type { MonotonicMs } from '../../config/words.ts'

export const freeTries = 10
export const tryWindowMs = 24 * 60 * 60 * 1000
export const slowTryMs = 15 * 60 * 1000

/** The wrong codes of one credential in its window. `boot` says which boot the two instants belong to. */
export type Tries = {
  readonly wrong: number
  readonly boot: string
  readonly startedAt: MonotonicMs
  readonly lastAt: MonotonicMs
}

const bootMoment = 0 as MonotonicMs

/** CLOCK_MONOTONIC begins at 0 with the boot: instants of an earlier boot are taken as having happened at this one's start. */
const readInBoot = (tries: Tries, boot: string): Tries =>
  tries.boot === boot ? tries : { wrong: tries.wrong, boot, startedAt: bootMoment, lastAt: bootMoment }

const isOver = (tries: Tries, now: MonotonicMs): boolean => now - tries.startedAt >= tryWindowMs

export const isLockedOut = (tries: Tries | undefined, now: MonotonicMs, boot: string): boolean => {
  if (tries === undefined) return false
  const here = readInBoot(tries, boot)
  return here.wrong >= freeTries && !isOver(here, now) && now - here.lastAt < slowTryMs
}

/** The counts after one more wrong code. A code that came while locked out was not judged and is not counted. */
export const countWrong = (tries: Tries | undefined, now: MonotonicMs, boot: string): Tries => {
  const here = tries === undefined ? undefined : readInBoot(tries, boot)
  if (here === undefined || isOver(here, now)) return { wrong: 1, boot, startedAt: now, lastAt: now }
  return isLockedOut(here, now, boot) ? here : { ...here, wrong: here.wrong + 1, lastAt: now }
}
