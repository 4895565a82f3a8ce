// Chance that a seed repeats: who comes, in which order, by which path. Pure. Used by the demo alone; never for a key or a code of
// a real gate.

export type Chance = {
  /** From 0, below 1. */
  readonly next: () => number
  /** From 0, below `limit`. */
  readonly below: (limit: number) => number
  readonly shuffle: <T>(list: readonly T[]) => T[]
}

/** mulberry32: 32 bits of state are plenty for sixty people. */
export const createChance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    shuffle: (list) => {
      const left = [...list]
      return list.flatMap(() => left.splice(below(left.length), 1))
    },
  }
}
