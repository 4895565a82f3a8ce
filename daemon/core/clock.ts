// Whether a wall clock can be right, judged by what was recorded before, and the latest time that the record vouches for. Pure.
//
// A gate without a battery clock wakes up in 1970; a wrong time service or a slipped finger makes it 2099. Every row of the ledger
// carries the latest time told so far by a clock that was set (`latest_wall`). It never falls, so that nothing that has ended comes
// back to life, and it never leaps, so that one hour in 2099 does not end every consent for good. Only the office can say
// otherwise (operation `acceptClock`). The schema holds the same rule (0002-law.sql, ledger_insert). Called by the store and main.

import type { WallMs } from '../../config/words.ts'

/** Nothing was recorded before this program was written. */
export const oldestWallMs = Date.UTC(2025, 0, 1)
/** Time services slew or step back by less than this in normal life. */
export const stepBackMs = 60_000
/** Longer than any consent, so that a silent year still sees its end; a gate that stood still for longer asks the office. */
export const leapMs = 400 * 86_400_000

/** What a clock said, and whether a time service of that boot had set it or the operator vouches for it. */
export type ToldTime = { readonly wall: WallMs; readonly clockSet: boolean }

/** `latest` is 0 while no set clock has told anything. */
export const isWallCredible = (wall: WallMs, latest: WallMs): boolean =>
  wall >= oldestWallMs && wall >= latest - stepBackMs && (latest === 0 || wall < latest + leapMs)

export const isTimeTrusted = ({ wall, clockSet }: ToldTime, latest: WallMs): boolean =>
  clockSet && isWallCredible(wall, latest)

export const advanceLatest = (latest: WallMs, told: ToldTime): WallMs =>
  isTimeTrusted(told, latest) && told.wall > latest ? told.wall : latest

/** The time to date a change with: a clock that cannot be right must not end a card in 1970 or keep it until 2099. */
export const dateChange = (wall: WallMs, latest: WallMs): WallMs =>
  latest === 0 || isWallCredible(wall, latest) ? wall : latest
