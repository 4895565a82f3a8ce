// How far a measured share may lie from the true one: exact bounds of a binomial count. Pure. Used by thresholds.ts.

/** Steps of halving: beyond 40 nothing moves that anybody prints. */
const HALVINGS = 40
/** Two-sided, as everywhere in the field. */
const CONFIDENCE = 0.95

/** P(X <= hits) of a binomial of `trials` at this share, summed in logarithms. */
const cumulative = (hits: number, trials: number, share: number): number => {
  let term = trials * Math.log1p(-share)
  let sum = Math.exp(term)
  for (let k = 1; k <= hits; k++) {
    term += Math.log((trials - k + 1) / k) + Math.log(share) - Math.log1p(-share)
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}

/** The share at which a falling function reaches `wanted`. */
const solve = (falling: (share: number) => number, wanted: number): number => {
  let [low, high] = [0, 1]
  for (let n = 0; n < HALVINGS; n++) {
    const middle = (low + high) / 2
    if (falling(middle) > wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export type Bounds = { readonly low: number; readonly high: number }

/** Clopper–Pearson: `hits` of `trials` seen; the true share lies between these in 95 of 100 such measurements or more. */
export const boundsOf = (hits: number, trials: number): Bounds => {
  const tail = (1 - CONFIDENCE) / 2
  return {
    low: hits === 0 ? 0 : solve((share) => cumulative(hits - 1, trials, share), 1 - tail),
    high: hits >= trials ? 1 : solve((share) => cumulative(hits, trials, share), tail),
  }
}

/** Rule of three: none seen in so many tries, and yet the true share may be this. */
export const leastClaim = (trials: number): number => (trials === 0 ? 1 : Math.min(1, 3 / trials))
