// How long a resident could pass a side without his face. Pure. Decides when face pauses after the last other credential is
// gone (P2): not at the loss, but a stated grace later. Called by facts.ts.

import type { Path } from '../../config/words.ts'

/** Until when each path other than face was held: infinite while held now, absent when never. Wall milliseconds. */
export type HeldUntil = Readonly<Partial<Record<Path, number>>>

export type SideWays = {
  readonly paths: readonly Path[]
  readonly twoFactor: readonly (readonly [Path, Path])[]
  /** When the side's paths or rules last changed: a side changed yesterday gives its grace from yesterday. */
  readonly since: number
}

/** 0 when never; Infinity while the side can be passed without face. */
export const findOtherWayEnd = (held: HeldUntil, side: SideWays): number => {
  const until = (path: Path): number => (path === 'face' || !side.paths.includes(path) ? 0 : (held[path] ?? 0))
  const ends =
    side.twoFactor.length === 0 ? side.paths.map(until) : side.twoFactor.map(([a, b]) => Math.min(until(a), until(b)))
  return Math.max(0, ...ends)
}

const dayMs = 86_400_000

export const isOtherWayLost = (held: HeldUntil, side: SideWays, now: number, graceDays: number): boolean => {
  const end = findOtherWayEnd(held, side)
  return end !== Number.POSITIVE_INFINITY && Math.max(end, side.since) + graceDays * dayMs < now
}
