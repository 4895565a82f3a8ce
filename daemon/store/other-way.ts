// How long a resident could pass a side without his face. Pure. Decides when face pauses after the last other credential is
// gone (P2): not at the loss, but a stated grace later. A side that changed took the way only from whoever had it until then: for
// a card lost long before, nothing begins anew. Called by facts.ts; mirror.ts keeps the ways of a side that are over.

import type { Path } from '../../config/words.ts'

/** One credential other than a face. Wall milliseconds; `until` is infinite while it is held. */
export type HeldPath = { readonly path: Path; readonly from: number; readonly until: number }

export type Ways = {
  readonly paths: readonly Path[]
  readonly twoFactor: readonly (readonly [Path, Path])[]
}

/** What a side offered before, and when that was over. */
export type PastWays = Ways & { readonly until: number }

/** `card face keypad card+keypad`: the same for the same ways, in whatever order they were written. */
export const spellWays = ({ paths, twoFactor }: Ways): string =>
  [...[...paths].sort(), ...twoFactor.map((pair) => pair.join('+')).sort()].join(' ')

export const readWays = (text: string): Ways => {
  const words = text.split(' ').filter((word) => word !== '')
  return {
    paths: words.filter((word) => !word.includes('+')) as Path[],
    twoFactor: words.filter((word) => word.includes('+')).map((word) => word.split('+') as [Path, Path]),
  }
}

/** 0 when never; Infinity while the side can be passed without face. `over` is when these ways were, at the latest. */
const findWayEnd = (held: readonly HeldPath[], { paths, twoFactor }: Ways, over: number): number => {
  const until = (path: Path): number => {
    if (path === 'face' || !paths.includes(path)) return 0
    const fitting = held.filter((one) => one.path === path && one.from < over)
    return Math.max(0, ...fitting.map((one) => Math.min(one.until, over)))
  }
  const ends = twoFactor.length === 0 ? paths.map(until) : twoFactor.map(([a, b]) => Math.min(until(a), until(b)))
  return Math.max(0, ...ends)
}

export type SideWays = { readonly ways: Ways; readonly past: readonly PastWays[] }

const dayMs = 86_400_000

export const isOtherWayLost = (
  held: readonly HeldPath[],
  { ways, past }: SideWays,
  now: number,
  graceDays: number,
): boolean => {
  const ends = [
    findWayEnd(held, ways, Number.POSITIVE_INFINITY),
    ...past.map((one) => findWayEnd(held, one, one.until)),
  ]
  return Math.max(...ends) + graceDays * dayMs < now
}
