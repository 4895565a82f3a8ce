// Error rates read off sorted scores: which threshold keeps false matches under a rate, what it costs the right people, where both
// errors meet, and the curve of both. Pure; knows scores and nobody's face. Called by evaluate.ts.

/** Cosines in rising order. Whoever reaches the threshold matches: `score >= threshold`, as in the gate. */
export type SortedScores = Float32Array

/** Thresholds are told and used in this step, so that the figures belong to the number that is printed. */
const STEPS_PER_UNIT = 10_000
/** Points of a told curve. */
const CURVE_STEPS_PER_UNIT = 100

const first = (sorted: SortedScores, isReached: (score: number) => boolean): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isReached(sorted[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

/** How many scores match at the threshold. */
export const countFrom = (sorted: SortedScores, threshold: number): number =>
  sorted.length - first(sorted, (score) => score >= threshold)

/** Part of the scores that match; 0 of nothing. */
export const shareFrom = (sorted: SortedScores, threshold: number): number =>
  sorted.length === 0 ? 0 : countFrom(sorted, threshold) / sorted.length

/** The least threshold, in its step, that is above the score. */
export const stepAbove = (score: number): number => (Math.floor(score * STEPS_PER_UNIT) + 1) / STEPS_PER_UNIT

/** The least threshold, in its step, at which no more than this part of impostor scores match; undefined where so few pairs were
 * compared that even one would be more. */
export const thresholdAt = (impostor: SortedScores, rate: number): number | undefined => {
  // A rate such as 1e-3 times a number of pairs may miss its whole number by a rounding error.
  const allowed = Math.floor(impostor.length * rate + 1e-9)
  if (allowed < 1) return undefined
  const refused = impostor[impostor.length - 1 - allowed]
  return refused === undefined ? -1 : stepAbove(refused)
}

export type EqualError = { readonly rate: number; readonly threshold: number }

/** Where the part of strangers that match comes nearest to the part of right people that do not; undefined without both. */
export const equalErrorOf = (genuine: SortedScores, impostor: SortedScores): EqualError | undefined => {
  if (genuine.length === 0 || impostor.length === 0) return undefined
  // One falls and the other rises with the threshold: the first step at which they have crossed, and the one before it.
  let [low, high] = [-STEPS_PER_UNIT, STEPS_PER_UNIT + 1]
  const errorsAt = (step: number) => {
    const threshold = step / STEPS_PER_UNIT
    return { falseMatch: shareFrom(impostor, threshold), falseNonMatch: 1 - shareFrom(genuine, threshold) }
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const { falseMatch, falseNonMatch } = errorsAt(middle)
    if (falseNonMatch >= falseMatch) high = middle
    else low = middle + 1
  }
  const gapAt = (step: number): number => Math.abs(errorsAt(step).falseMatch - errorsAt(step).falseNonMatch)
  const step = gapAt(low - 1) < gapAt(low) ? low - 1 : low
  const { falseMatch, falseNonMatch } = errorsAt(step)
  return { rate: (falseMatch + falseNonMatch) / 2, threshold: step / STEPS_PER_UNIT }
}

export type RatePoint = { readonly threshold: number; readonly fmr: number; readonly fnmr: number }

/** Both errors at evenly spaced thresholds, as long as false matches fall and there are any left. */
export const curveOf = (genuine: SortedScores, impostor: SortedScores): readonly RatePoint[] => {
  const points: RatePoint[] = []
  for (let step = -CURVE_STEPS_PER_UNIT; step <= CURVE_STEPS_PER_UNIT; step++) {
    const threshold = step / CURVE_STEPS_PER_UNIT
    const fmr = shareFrom(impostor, threshold)
    if (fmr === 0) break
    if (fmr === 1 || fmr === points.at(-1)?.fmr) continue
    points.push({ threshold, fmr, fnmr: 1 - shareFrom(genuine, threshold) })
  }
  return points
}
