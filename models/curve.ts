// Reads a measured curve: the threshold of a wanted rate of false matches, the rates at a threshold, and whether an answer still rests
// on what was measured. Pure; knows no target and no gallery. Used by thresholds.ts and calibrate.ts.

import type { Curve } from './packs.ts'

type Point = Curve['points'][number]
export type Reading = { readonly value: number; readonly extrapolated: boolean }

/** A point that rests on fewer false matches is chance: rule of three. */
const LEAST_FALSE_MATCHES = 3
/** Beyond the last point the line goes on as it went over the last tenfold fall, or whatever is there: two neighbours may be noise. The
 * true fall is steeper (a tail of a bell), so that the threshold found there is rather too high than too low. */
const SLOPE_FALL = 10

const isSupported = ({ impostorPairs }: Curve, { fmr }: Point): boolean =>
  Math.round(fmr * impostorPairs) >= LEAST_FALSE_MATCHES

/** The part of a curve that may be believed; never fewer than two points. */
const supportedPoints = (curve: Curve): readonly Point[] => {
  const supported = curve.points.filter((point) => isSupported(curve, point))
  return supported.length >= 2 ? supported : curve.points.slice(0, 2)
}

type Line = { readonly from: Point; readonly to: Point; readonly beyond: boolean }

/** The two points of the straight line, on the logarithm of the rate, that answers where `isPast` first holds. */
const lineAt = (curve: Curve, isPast: (point: Point) => boolean): Line => {
  const points = supportedPoints(curve)
  const [first, second, last] = [points[0], points[1], points.at(-1)]
  if (first === undefined || second === undefined || last === undefined)
    throw new Error('a curve of fewer than two points')
  const next = points.findIndex((point, i) => i > 0 && isPast(point))
  const [before, at] = [points[next - 1], points[next]]
  if (before !== undefined && at !== undefined) return { from: before, to: at, beyond: false }
  const from = points.findLast((point) => point.fmr >= last.fmr * SLOPE_FALL) ?? first
  return { from, to: last, beyond: true }
}

/** From which score on no more than this part of strangers' comparisons match. Falls about exponentially between measured points. */
export const thresholdAt = (curve: Curve, fmr: number): Reading => {
  const { from, to, beyond } = lineAt(curve, (point) => point.fmr <= fmr)
  const part = (Math.log(fmr) - Math.log(from.fmr)) / (Math.log(to.fmr) - Math.log(from.fmr))
  return { value: from.threshold + part * (to.threshold - from.threshold), extrapolated: beyond }
}

/** The part of strangers' comparisons that match at this threshold. */
export const fmrAt = (curve: Curve, threshold: number): Reading => {
  const { from, to, beyond } = lineAt(curve, (point) => point.threshold >= threshold)
  const part = (threshold - from.threshold) / (to.threshold - from.threshold)
  const fmr = Math.exp(Math.log(from.fmr) + part * (Math.log(to.fmr) - Math.log(from.fmr)))
  return { value: Math.min(1, fmr), extrapolated: beyond }
}

/** None seen and all seen are no certainty. */
const LEAST_SHARE = 1e-6
const logit = (rate: number): number => {
  const share = Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, rate))
  return Math.log(share / (1 - share))
}
const unlogit = (value: number): number => 1 / (1 + Math.exp(-value))

/** How far beyond the last point misses are guessed at. Measured: a curve that ended at 0.42 promised 0.4 % of misses at 0.5, where single
 * pictures of that group missed 17 %. */
const MISSES_REACH = 0.02

type Told = { readonly at: number; readonly share: number }

/** On the odds between two points; absent where fewer than two tell it, or the last of them is too far below. */
const shareAt = (told: readonly Told[], threshold: number): Reading | undefined => {
  const next = told.findIndex(({ at }, i) => i > 0 && at >= threshold)
  const beyond = next === -1
  const [from, to] = beyond ? [told.at(-2), told.at(-1)] : [told[next - 1], told[next]]
  if (from === undefined || to === undefined || threshold > to.at + MISSES_REACH) return undefined
  const part = (threshold - from.at) / (to.at - from.at)
  const odds = logit(from.share) + part * (logit(to.share) - logit(from.share))
  return { value: unlogit(odds), extrapolated: beyond }
}

/** The part of a person's own comparisons that do not match at this threshold, picture by picture. */
export const fnmrAt = ({ points, misses = [] }: Curve, threshold: number): Reading | undefined => {
  const told = points.flatMap(({ threshold: at, fnmr }) => (fnmr === null ? [] : [{ at, share: fnmr }]))
  const last = told.at(-1)?.at ?? -1
  const further = misses
    .filter(({ threshold: at }) => at > last)
    .map(({ threshold: at, fnmr }) => ({ at, share: fnmr }))
  return shareAt([...told, ...further], threshold)
}

/** The part of a person's looks that match none of his three templates; absent where nobody has measured it. */
export const fnirAt = ({ misses = [] }: Curve, threshold: number): Reading | undefined =>
  shareAt(
    misses.map(({ threshold: at, fnir }) => ({ at, share: fnir })),
    threshold,
  )
