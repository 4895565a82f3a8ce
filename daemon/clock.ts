// Whether dates may decide. A Pi without a battery clock wakes up hours in the past; until the time is synchronized, rights with
// hours, dated credentials and faces wait, and round-the-clock rights do not notice.

import { existsSync } from 'node:fs'
import type { WallMs } from '../config/words.ts'
import { isTimeTrusted } from './core/clock.ts'

/** systemd-timesyncd makes this file at its first synchronization of a boot; chrony's package does the same through its wait unit. */
const SYNCHRONIZED_MARKS = ['/run/systemd/timesync/synchronized', '/run/chrony/synchronized']

export type ClockTrust = 'synchronized' | 'always'

/** `synchronized`: some time service of this boot has set the clock. `always`: the operator vouches for it (a battery clock, a closed network). */
export const isClockSet = (trust: ClockTrust): boolean =>
  trust === 'always' || SYNCHRONIZED_MARKS.some((mark) => existsSync(mark))

/** Set, and not refuted by our own record: neither behind it nor a leap ahead. */
export const isClockTrusted = (trust: ClockTrust, wall: WallMs, lastRecorded: WallMs): boolean =>
  isTimeTrusted({ wall, clockSet: isClockSet(trust) }, lastRecorded)
