// Turns a pack's measured curve into the score from which a face counts as somebody. Pure. Called at start and by enrolment.

import type { Pack } from './packs.ts'

export type EnrolmentLimits = Pack['thresholds']['enrolment']

export type Threshold = {
  /** Cosine from which the best match counts. */
  readonly threshold: number
  /** By how much it must beat the best match of anybody else. */
  readonly margin: number
  /** The wanted rate lies beyond the measured curve: calibrate on site before trusting it. */
  readonly extrapolated: boolean
}

export type ThresholdWish = {
  readonly pack: Pack
  /** Templates that one stranger is compared with. */
  readonly templates: number
  /** Part of strangers that may be taken for somebody, per look: 0.01 is GA/T 1093's limit. */
  readonly targetFpir: number
}

type Point = { readonly threshold: number; readonly rate: number }

/** The rate of false matches falls about exponentially with the threshold, so a straight line on its logarithm. */
const crossLine = (from: Point, to: Point, rate: number): number => {
  const part = (Math.log(rate) - Math.log(from.rate)) / (Math.log(to.rate) - Math.log(from.rate))
  return from.threshold + part * (to.threshold - from.threshold)
}

const segmentFor = (curve: readonly Point[], rate: number): readonly [Point, Point] => {
  const next = curve.findIndex((point, i) => i > 0 && point.rate <= rate)
  const at = next === -1 ? curve.length - 1 : next
  const [from, to] = [curve[at - 1], curve[at]]
  if (from === undefined || to === undefined) throw new Error('a curve of fewer than two points')
  return [from, to]
}

/** The part of comparisons that may go wrong when `templates` of them are made for one stranger. */
export const rateFor = (templates: number, targetFpir: number): number =>
  1 - (1 - targetFpir) ** (1 / Math.max(1, templates))

/** The curve is the conservative one (strangers who share an ethnicity); the floor holds however small the gallery is. */
export const chooseThreshold = ({ pack, templates, targetFpir }: ThresholdWish): Threshold => {
  if (!(targetFpir > 0 && targetFpir < 1)) throw new Error(`a target of ${targetFpir}`)
  const { falseMatchCurve, floor, margin } = pack.thresholds
  const rate = rateFor(templates, targetFpir)
  const threshold = crossLine(...segmentFor(falseMatchCurve, rate), rate)
  const last = falseMatchCurve.at(-1)
  return {
    threshold: Math.min(1, Math.max(floor, threshold)),
    margin,
    extrapolated: last !== undefined && rate < last.rate,
  }
}
