// Whether dates may decide. A Pi without a battery clock wakes up hours in the past; until the time is synchronized, rights with
// hours, dated credentials and faces wait, and round-the-clock rights do not notice.

import { existsSync } from 'node:fs'
import type { WallMs } from '../config/words.ts'

/** systemd-timesyncd makes this file at its first synchronization of a boot; chrony's package does the same through its wait unit. */
const SYNCHRONIZED_MARKS = ['/run/systemd/timesync/synchronized', '/run/chrony/synchronized']

/**
 * `synchronized`: some time service of this boot has set the clock, and the clock is not behind the last thing we recorded.
 * `always`: the operator vouches for the clock (a battery clock, a closed network); being behind our own record still refutes it.
 */
export const isClockTrusted = (trust: 'synchronized' | 'always', wall: WallMs, lastRecorded: WallMs): boolean => {
  if (wall < lastRecorded - STEP_BACK_MS) return false
  return trust === 'always' || SYNCHRONIZED_MARKS.some((mark) => existsSync(mark))
}

/** Time services slew or step back by less than this in normal life. */
const STEP_BACK_MS = 60_000
