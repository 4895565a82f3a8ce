// How far a measured rate can be trusted: exact bounds of a share, and percentiles of what resampled people give. Pure, and the same
// on every machine for the same seed. Called by the files that evaluate.

/** Two-sided. */
const CONFIDENCE = 0.95
const TAIL = (1 - CONFIDENCE) / 2
/** Fewer people who err than this give a bootstrap too little to draw from. */
const LEAST_ERRING_PEOPLE = 10

export type Bounds = { readonly low: number; readonly high: number }

/** Lanczos' approximation, good to 1e-13 from 1/2 on. */
const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const

const logGamma = (value: number): number => {
  if (value < 0.5) return logGamma(value + 1) - Math.log(value)
  const x = value - 1
  const sum = lanczos.reduce((total, factor, i) => total + factor / (x + i + 1), 0.9999999999998099)
  const t = x + lanczos.length - 0.5
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum)
}

const FRACTION_LIMIT_STEPS = 400
const FRACTION_EXACTNESS = 1e-14
const TINY = 1e-300

/** The continued fraction of the incomplete beta function (Lentz). */
const betaFraction = (a: number, b: number, x: number): number => {
  const keep = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
  let c = 1
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= FRACTION_LIMIT_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / keep(1 + even * d)
    c = keep(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / keep(1 + odd * d)
    c = keep(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < FRACTION_EXACTNESS) break
  }
  return fraction
}

/** Part of a beta distribution below x. */
export const betaBelow = (a: number, b: number, x: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b
}

const BISECTIONS = 60

const betaQuantile = (a: number, b: number, share: number): number => {
  let [low, high] = [0, 1]
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2
    if (betaBelow(a, b, middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Clopper and Pearson's exact bounds of a share, `cases` of `trials` (cases need not be whole: a share of dependent pairs counts as
 * that share of people). With none of n it says at most 3.7/n, one-sided the rule of three. Of nothing nothing is known. */
export const exactBounds = (cases: number, trials: number): Bounds => ({
  low: cases <= 0 || trials <= 0 ? 0 : betaQuantile(cases, trials - cases + 1, TAIL),
  high: cases >= trials ? 1 : betaQuantile(cases + 1, trials - cases, 1 - TAIL),
})

/** From what resampled people gave, in any order. */
export const percentileBounds = (rates: readonly number[]): Bounds => {
  const sorted = rates.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return { low: at(TAIL), high: at(1 - TAIL) }
}

export type Observed = {
  readonly rate: number
  /** Independent people behind the rate, and how many of them err at least once. */
  readonly people: number
  readonly erring: number
  /** The same rate among resampled people. */
  readonly resampled: readonly number[]
}

/** People are the unit, never pairs or pictures: resampled people, and where few of them err, the exact bounds where those are wider. */
export const boundsOf = ({ rate, people, erring, resampled }: Observed): Bounds => {
  const drawn = percentileBounds(resampled)
  if (erring >= LEAST_ERRING_PEOPLE) return drawn
  const exact = exactBounds(rate * people, people)
  return { low: Math.min(drawn.low, exact.low), high: Math.max(drawn.high, exact.high) }
}

/** 0 … 1, the same row for the same seed (mulberry32). */
export const createChance = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How often each of `people` is drawn when as many are drawn as there are. */
export const drawPeople = (people: number, chance: () => number): Uint32Array => {
  const drawn = new Uint32Array(people)
  for (let i = 0; i < people; i++) {
    const who = Math.floor(chance() * people)
    drawn[who] = (drawn[who] ?? 0) + 1
  }
  return drawn
}
