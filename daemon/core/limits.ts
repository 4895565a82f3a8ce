// How wrong codes slow the credential they claim, and nobody else (P12). Pure: the caller brings the counts and the time.
//
// Ten wrong codes a day at full speed, then one every fifteen minutes. The day is any 24 hours, not one that begins with the first wrong
// code: whoever waits for a window to end would otherwise get two windows' worth in one night. A right code does not clear the count:
// otherwise each homecoming would hand an attacker ten more. Time is monotonic, so a stepped wall clock frees nobody; after a reboot
// the old instants mean nothing and are read as the moment of the boot, so pulling the plug frees nobody either.

import type { MonotonicMs } from '../../config/words.ts'

export const freeTries = 10
export const tryWindowMs = 24 * 60 * 60 * 1000
export const slowTryMs = 15 * 60 * 1000

/** The wrong codes of one credential. `boot` says which boot the instants belong to. */
export type Tries = {
  /** Since the last day without any at full speed. */
  readonly wrong: number
  readonly boot: string
  /** Those at full speed, of the last 24 hours: at most ten. */
  readonly freeAt: readonly MonotonicMs[]
  readonly lastAt: MonotonicMs
}

const bootMoment = 0 as MonotonicMs

/** CLOCK_MONOTONIC begins at 0 with the boot: instants of an earlier boot are taken as having happened at this one's start. */
const readInBoot = (tries: Tries, now: MonotonicMs, boot: string): Tries => {
  const isHere = tries.boot === boot
  const freeAt = tries.freeAt.map((at) => (isHere ? at : bootMoment)).filter((at) => now - at < tryWindowMs)
  return { wrong: tries.wrong, boot, freeAt, lastAt: isHere ? tries.lastAt : bootMoment }
}

const isSlow = ({ freeAt, lastAt }: Tries, now: MonotonicMs): boolean =>
  freeAt.length >= freeTries && now - lastAt < slowTryMs

export const isLockedOut = (tries: Tries | undefined, now: MonotonicMs, boot: string): boolean =>
  tries !== undefined && isSlow(readInBoot(tries, now, boot), now)

/** The counts after one more wrong code. A code that came while locked out was not judged and is not counted. */
export const countWrong = (tries: Tries | undefined, now: MonotonicMs, boot: string): Tries => {
  const here = tries === undefined ? undefined : readInBoot(tries, now, boot)
  if (here === undefined || here.freeAt.length === 0) return { wrong: 1, boot, freeAt: [now], lastAt: now }
  if (isSlow(here, now)) return here
  const freeAt = here.freeAt.length < freeTries ? [...here.freeAt, now] : here.freeAt
  return { wrong: here.wrong + 1, boot, freeAt, lastAt: now }
}
