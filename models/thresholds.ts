// Turns a pack's measured curve into the score from which a face counts as somebody. Pure. Called at start and by enrolment.

import type { Curve, Pack } from './packs.ts'

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

type Point = Curve['points'][number]

/** The rate of false matches falls about exponentially with the threshold, so a straight line on its logarithm. */
const crossLine = (from: Point, to: Point, rate: number): number => {
  const part = (Math.log(rate) - Math.log(from.fmr)) / (Math.log(to.fmr) - Math.log(from.fmr))
  return from.threshold + part * (to.threshold - from.threshold)
}

const thresholdOn = (
  { points }: Curve,
  rate: number,
): { readonly threshold: number; readonly extrapolated: boolean } => {
  const next = points.findIndex((point, i) => i > 0 && point.fmr <= rate)
  const at = next === -1 ? points.length - 1 : next
  const [from, to] = [points[at - 1], points[at]]
  if (from === undefined || to === undefined) throw new Error('a curve of fewer than two points')
  return { threshold: crossLine(from, to, rate), extrapolated: next === -1 }
}

/** The part of comparisons that may go wrong when `templates` of them are made for one stranger. */
export const rateFor = (templates: number, targetFpir: number): number =>
  -Math.expm1(Math.log1p(-targetFpir) / Math.max(1, templates))

/** By the group whose members are taken for each other most easily: nobody's neighbours may count less. The floor holds however
 * small the gallery is, and alone for a pack that nobody has measured. */
export const chooseThreshold = ({ pack, templates, targetFpir }: ThresholdWish): Threshold => {
  if (!(targetFpir > 0 && targetFpir < 1)) throw new Error(`a target of ${targetFpir}`)
  const { floor, margin } = pack.thresholds
  const rate = rateFor(templates, targetFpir)
  const [strictest] = pack.measured.map((curve) => thresholdOn(curve, rate)).sort((a, b) => b.threshold - a.threshold)
  return {
    threshold: Math.min(1, Math.max(floor, strictest?.threshold ?? floor)),
    margin,
    extrapolated: strictest?.extrapolated ?? true,
  }
}
