// Compares every picture with every other: scores of a person's own pairs and of strangers' pairs, and what resampled people would
// give. Pure. Knows people by number only and keeps no vector. Called by evaluate.ts.

import { createChance, drawPeople } from './evaluate-bounds.ts'
import { type SortedScores, stepAbove } from './evaluate-rates.ts'

/** One picture: whose it is, by number from 0, and its unit vector. */
export type Sample = { readonly person: number; readonly vector: Float32Array }

export type Compared = {
  /** Pictures of each person. */
  readonly pictures: Uint32Array
  /** A person's own pairs: rising scores, and whose each is. */
  readonly genuine: SortedScores
  readonly genuineOf: Uint32Array
  readonly impostor: SortedScores
  /** The highest impostor pairs, several times as many as may match at the rate, and whose they are. */
  readonly nearest: (rate: number) => NearestPairs
}

export type NearestPairs = {
  /** Falling. */
  readonly scores: Float32Array
  readonly one: Uint32Array
  readonly other: Uint32Array
  /** Pairs that each of them stands for, where there are more than are kept. */
  readonly each: number
}

/** Pairs of one rate that are kept for resampling; more would only make it slower. */
const NEAREST_LIMIT_PAIRS = 20_000
/** However small the rate: a person who is left out takes his pairs with him. */
const NEAREST_LEAST_PAIRS = 1000
/** Resampled people may err more often than nobody. */
const EQUAL_LEAST_RATE = 0.02
/** More than the pairs that a rate allows, as resampled people may need them. */
const NEAREST_SPREAD = 3

export const dotOf = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** Falling by score. */
const sortPairs = (scores: readonly number[], one: readonly number[], other: readonly number[]) => {
  const order = scores.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  return {
    scores: Float32Array.from(order, (i) => scores[i] ?? 0),
    one: Uint32Array.from(order, (i) => one[i] ?? 0),
    other: Uint32Array.from(order, (i) => other[i] ?? 0),
  }
}

const eachPair = (samples: readonly Sample[], see: (a: Sample, b: Sample) => void): void => {
  for (const [i, a] of samples.entries()) for (let j = i + 1; j < samples.length; j++) see(a, samples[j] as Sample)
}

export const comparePairs = (samples: readonly Sample[], people: number): Compared => {
  const pictures = new Uint32Array(people)
  for (const { person } of samples) pictures[person] = (pictures[person] ?? 0) + 1
  const own = pictures.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0)
  const impostor = new Float32Array((samples.length * (samples.length - 1)) / 2 - own)
  const [scores, owners]: [number[], number[]] = [[], []]
  let at = 0
  eachPair(samples, (a, b) => {
    const score = dotOf(a.vector, b.vector)
    if (a.person !== b.person) impostor[at++] = score
    else {
      scores.push(Math.fround(score))
      owners.push(a.person)
    }
  })
  const { scores: falling, one } = sortPairs(scores, owners, owners)
  const sorted = impostor.slice().sort()
  return {
    pictures,
    genuine: falling.toReversed(),
    genuineOf: one.toReversed(),
    impostor: sorted,
    nearest: (rate) => pickNearest(samples, impostor, sorted, rate),
  }
}

/** Which of many pairs are kept must not depend on whose they are. */
const isKept = (pair: number, each: number): boolean => (Math.imul(pair + 1, 2_654_435_761) >>> 0) % each === 0

const pickNearest = (
  samples: readonly Sample[],
  impostor: Float32Array,
  sorted: SortedScores,
  rate: number,
): NearestPairs => {
  const spread = Math.max(NEAREST_LEAST_PAIRS, Math.ceil(sorted.length * rate * NEAREST_SPREAD))
  const wanted = Math.min(sorted.length, spread)
  const cut = sorted[sorted.length - wanted] ?? Number.POSITIVE_INFINITY
  const each = Math.max(1, Math.ceil(wanted / NEAREST_LIMIT_PAIRS))
  const [scores, one, other]: [number[], number[], number[]] = [[], [], []]
  let at = 0
  eachPair(samples, (a, b) => {
    if (a.person === b.person) return
    const score = impostor[at++] as number
    if (score < cut || !isKept(at, each)) return
    scores.push(score)
    one.push(a.person)
    other.push(b.person)
  })
  return { ...sortPairs(scores, one, other), each }
}

/** Pairs of strangers when each person counts as often as he was drawn. */
const strangerPairs = (pictures: Uint32Array, drawn: Uint32Array): number => {
  let [sum, squares] = [0, 0]
  for (const [person, count] of pictures.entries()) {
    const weighed = count * (drawn[person] ?? 0)
    sum += weighed
    squares += weighed * weighed
  }
  return (sum * sum - squares) / 2
}

/** Walks down the strangers' pairs until more match than the rate allows. */
const drawnThreshold = (near: NearestPairs, drawn: Uint32Array, allowed: number): number => {
  let matched = 0
  for (let i = 0; i < near.scores.length; i++) {
    matched += near.each * (drawn[near.one[i] as number] as number) * (drawn[near.other[i] as number] as number)
    if (matched > allowed) return stepAbove(near.scores[i] as number)
  }
  return near.scores.at(-1) ?? -1
}

const drawnMisses = ({ genuine, genuineOf }: Compared, drawn: Uint32Array, threshold: number): number => {
  let [missed, all] = [0, 0]
  for (let i = 0; i < genuine.length; i++) {
    const weight = drawn[genuineOf[i] as number] as number
    all += weight
    if ((genuine[i] as number) < threshold) missed += weight
  }
  return all === 0 ? 0 : missed / all
}

export type Resampling = { readonly rounds: number; readonly seed: number }

/** FNMR at that FMR among resampled people: a person's pairs come and go together, and the threshold is found anew each time. */
export const resampleMisses = (compared: Compared, rate: number, { rounds, seed }: Resampling): number[] => {
  const near = compared.nearest(rate)
  const chance = createChance(seed)
  return Array.from({ length: rounds }, () => {
    const drawn = drawPeople(compared.pictures.length, chance)
    const allowed = strangerPairs(compared.pictures, drawn) * rate
    return drawnMisses(compared, drawn, drawnThreshold(near, drawn, allowed))
  })
}

/** Where both errors of these people cross, going down from where none match. */
const drawnEqual = (compared: Compared, near: NearestPairs, drawn: Uint32Array): number => {
  const { genuine, genuineOf, pictures } = compared
  const strangers = strangerPairs(pictures, drawn)
  const own = genuineOf.reduce((sum, person) => sum + (drawn[person] ?? 0), 0)
  let [matched, recognised, at] = [0, 0, genuine.length - 1]
  for (let i = 0; i < near.scores.length; i++) {
    const score = near.scores[i] as number
    for (; at >= 0 && (genuine[at] as number) >= score; at--) recognised += drawn[genuineOf[at] as number] as number
    matched += near.each * (drawn[near.one[i] as number] as number) * (drawn[near.other[i] as number] as number)
    const [falseMatch, falseNonMatch] = [matched / strangers, 1 - recognised / own]
    if (falseMatch >= falseNonMatch) return (falseMatch + falseNonMatch) / 2
  }
  return 1 - recognised / own
}

/** The equal error rate, near this one, among resampled people. */
export const resampleEqual = (compared: Compared, rate: number, { rounds, seed }: Resampling): number[] => {
  const near = compared.nearest(Math.max(rate, EQUAL_LEAST_RATE))
  const chance = createChance(seed)
  return Array.from({ length: rounds }, () =>
    drawnEqual(compared, near, drawPeople(compared.pictures.length, chance)),
  ).filter(Number.isFinite)
}

/** With two pictures or more; and those of whom any pair is missed at the threshold. */
export const countErring = (
  { pictures, genuine, genuineOf }: Compared,
  threshold: number,
): { readonly people: number; readonly erring: number } => ({
  people: pictures.reduce((sum, count) => sum + (count > 1 ? 1 : 0), 0),
  erring: new Set(genuineOf.filter((_, i) => (genuine[i] as number) < threshold)).size,
})

/** Pairs with whoever was left out that match at the threshold derived without him. */
export type LeftOut = {
  /** Of all pairs with him, person by person. */
  readonly fmr: number
  /** People any of whose pairs match so. */
  readonly erring: number
  /** Who was left out, and with whom he was taken for one; each stands for so many pairs. */
  readonly left: readonly number[]
  readonly taken: readonly number[]
  readonly each: number
}

/** Walks down everybody else's pairs until more match than are allowed; tells his own above that. */
const findTaken = (near: NearestPairs, person: number, allowed: number): readonly number[] => {
  const taken: number[] = []
  let others = 0
  for (let i = 0; i < near.scores.length; i++) {
    const [one, other] = [near.one[i] as number, near.other[i] as number]
    if (one === person) taken.push(other)
    else if (other === person) taken.push(one)
    else others += near.each
    if (others > allowed) return taken
  }
  return taken
}

/** Each person is left out in turn: the threshold comes from everybody else's pairs and is tried on his. Undefined where the rate is
 * less than one pair of those who are left. */
export const leaveOut = (compared: Compared, rate: number): LeftOut | undefined => {
  const { pictures, impostor } = compared
  const all = pictures.reduce((sum, count) => sum + count, 0)
  const near = compared.nearest(rate)
  const [left, taken]: [number[], number[]] = [[], []]
  for (const [person, count] of pictures.entries()) {
    const allowed = Math.floor((impostor.length - count * (all - count)) * rate + 1e-9)
    if (allowed < 1) return undefined
    const found = findTaken(near, person, allowed)
    taken.push(...found)
    left.push(...found.map(() => person))
  }
  // Every pair is tried twice: once for each of the two.
  const fmr = (left.length * near.each) / (impostor.length * 2)
  return { fmr, erring: new Set(left).size, left, taken, each: near.each }
}

/** The same rate among resampled people. */
export const resampleLeftOut = (
  { pictures }: Compared,
  { left, taken, each }: LeftOut,
  { rounds, seed }: Resampling,
): number[] => {
  const chance = createChance(seed)
  return Array.from({ length: rounds }, () => {
    const drawn = drawPeople(pictures.length, chance)
    let matched = 0
    for (let i = 0; i < left.length; i++)
      matched += each * (drawn[left[i] as number] as number) * (drawn[taken[i] as number] as number)
    return matched / (strangerPairs(pictures, drawn) * 2)
  }).filter(Number.isFinite)
}
