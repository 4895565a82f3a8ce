// The good frames of one face until they are decided: which of them belong together, which are the best, and their mean, which is what
// is searched. Frames of one face in one second are no independent evidence: counted as votes they would count the same accident three
// times. Holds vectors for one decision only and overwrites them when it lets go of them. Called by the tracker.

import type { MonotonicMs } from '../../config/words.ts'

/** Frames farther apart may be two people's. */
const FRAME_AGE_MS = 1000

export type Sample = {
  /** Of length 1; the caller's, who wipes it. */
  readonly vector: Float32Array
  /** The larger the better; how a face is judged, not whom it resembles. */
  readonly quality: number
  readonly at: MonotonicMs
}

export type Frames = {
  /** `leastSelfScore`: frames that resemble each other less are of two people, and it begins anew with this one. */
  readonly add: (sample: Sample, leastSelfScore: number) => void
  /** Of the best frames, of length 1; absent while there are too few. It belongs to the caller, who wipes it. */
  readonly mean: () => Float32Array | undefined
  /** What is too old for a decision goes. */
  readonly age: (at: MonotonicMs) => void
  readonly wipe: () => void
}

/** Of two vectors of length 1. */
export const cosineOf = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

const meanOf = (vectors: readonly Float32Array[]): Float32Array => {
  const mean = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (vector[i] ?? 0)
  const length = Math.sqrt(cosineOf(mean, mean))
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) / length
  return mean
}

/** `count`: how many frames decide together. */
export const createFrames = (count: number): Frames => {
  let kept: Sample[] = []
  let lastAt: MonotonicMs | undefined

  const wipe = (): void => {
    for (const { vector } of kept) vector.fill(0)
    kept = []
    lastAt = undefined
  }
  const age = (at: MonotonicMs): void => {
    if (lastAt !== undefined && at - lastAt > FRAME_AGE_MS) wipe()
  }
  return {
    add: ({ vector, quality, at }, leastSelfScore) => {
      age(at)
      if (kept.some((each) => cosineOf(each.vector, vector) < leastSelfScore)) wipe()
      lastAt = at
      kept.push({ vector: vector.slice(), quality, at })
      kept.sort((a, b) => b.quality - a.quality)
      for (const worst of kept.splice(count)) worst.vector.fill(0)
    },
    mean: () => (kept.length < count ? undefined : meanOf(kept.map(({ vector }) => vector))),
    age,
    wipe,
  }
}
