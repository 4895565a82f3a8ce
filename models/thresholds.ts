// From the risk that an operator takes to the score from which a face counts as somebody, and what that costs the residents: the pack's
// measured curve, the number of templates, the site's own calibration. Pure. Used by the face process, `check` and `models`.

import { fmrAt, fnirAt, fnmrAt, type Reading, thresholdAt } from './curve.ts'
import { type Bounds, exactBounds } from './evaluate-bounds.ts'
import type { Curve, Pack } from './packs.ts'

export type EnrolmentLimits = Pack['thresholds']['enrolment']

/** Templates of one enrolment (drivers/face/enrol.ts). */
export const TEMPLATES_EACH = 3
/**
 * A stranger who stands there is looked at up to four times, each time with the mean of three pictures: more false matches than a single
 * picture has against a single template. Measured with four different threes of five pictures of other days, 150 people of LFW against all
 * others: 2.3 times at a score of 0.3 (1060 matches), 2.7 at 0.35 (295), and 1.5 for one look. A gate's frames are more alike.
 */
const PRESENTATION_FACTOR = 2.8
/**
 * A resident misses all of his three templates more rarely than one: FNMR to the power of this. Measured on single pictures of 150 people
 * of LFW and 15 East-Asian ones, other days, not a gate: powers of 1.30 at 2 % up to 2.1 at 50 %; the line stays below all of them.
 */
const missExponent = (fnmr: number): number => 1.25 + fnmr
/** Pairs of one person are no independent evidence: people are. Where nobody counted them, ten pairs are taken for one. */
const PAIRS_EACH = 10

/** Over this nobody should be promised that his face opens: the gate would teach its residents that it does not work. */
export const MOST_FNIR = 0.2

export type Threshold = {
  /** Cosine from which the best match counts. */
  readonly threshold: number
  /** By how much it must beat the best match of anybody else. */
  readonly margin: number
  /** The wanted rate lies beyond the measured curve: calibrate on site before trusting it. */
  readonly extrapolated: boolean
}

/** Share of residents' presentations that are not matched, as expected from the worst group that was measured so far up; of the others
 * nothing is known. */
export type ExpectedFnir = Bounds & Reading & { readonly group: string; readonly unknownFor: readonly string[] }

export type Basis = Threshold & {
  readonly templates: number
  readonly targetFpir: number
  /** The group that asks for most, or the pack's floor, which holds however small the gallery is. */
  readonly decidedBy: string
  /** By how much the site's calibration has raised it. */
  readonly raisedBy: number
  /** Share of strangers' presentations that match somebody, as expected; absent for a pack that nobody has measured. */
  readonly fpir?: number
  /** Absent: nobody has measured it here. */
  readonly fnir?: ExpectedFnir
}

export type ThresholdWish = {
  readonly pack: Pack
  /** Templates that one stranger is compared with. */
  readonly templates: number
  /** Part of strangers that may be taken for somebody, each time one stands there: 0.01 is GA/T 1093's limit. */
  readonly targetFpir: number
  /** What the site's own calibration adds (calibrate.ts). */
  readonly raisedBy?: number
}

/** The part of comparisons that may go wrong when `templates` of them are made for one stranger. They are not independent, so that
 * fewer go wrong than this allows. */
export const rateFor = (templates: number, targetFpir: number): number =>
  -Math.expm1(Math.log1p(-targetFpir) / Math.max(1, templates)) / PRESENTATION_FACTOR

type Asked = Reading & { readonly group: string }

/** By the group whose members are taken for each other most easily: nobody's neighbours may count less. */
export const strictestAt = ({ measured }: Pick<Pack, 'measured'>, rate: number): Asked | undefined =>
  measured
    .map((curve) => ({ ...thresholdAt(curve, rate), group: curve.group }))
    .toSorted((a, b) => b.value - a.value)[0]

const fpirAt = ({ measured }: Pack, threshold: number, templates: number): number | undefined => {
  const rates = measured.map((curve) => fmrAt(curve, threshold).value * PRESENTATION_FACTOR)
  if (rates.length === 0) return undefined
  return -Math.expm1(Math.max(1, templates) * Math.log1p(-Math.min(0.999, Math.max(...rates))))
}

type Expected = Omit<ExpectedFnir, 'unknownFor'>

/** As it was measured with three templates, otherwise as it follows from single pairs. */
const expectMisses = (curve: Curve, threshold: number): Expected | undefined => {
  const people = curve.people ?? Math.max(1, Math.round(curve.genuinePairs / PAIRS_EACH))
  const { group } = curve
  const measured = fnirAt(curve, threshold)
  if (measured) return { ...measured, ...exactBounds(measured.value * people, people), group }
  const single = fnmrAt(curve, threshold)
  if (single === undefined) return undefined
  const { low, high } = exactBounds(single.value * people, people)
  const missAll = (fnmr: number): number => fnmr ** missExponent(fnmr)
  return {
    value: missAll(single.value),
    low: missAll(low),
    high: missAll(high),
    extrapolated: single.extrapolated,
    group,
  }
}

/** What was measured with three templates says more than what was not: only where nothing was, single pairs are asked. */
const worstMisses = ({ measured }: Pack, threshold: number): ExpectedFnir | undefined => {
  const whole = measured.filter(({ misses }) => misses !== undefined)
  const asked = whole.length > 0 ? whole : measured
  const expected = asked.flatMap((curve) => expectMisses(curve, threshold) ?? [])
  const [worst] = expected.toSorted((a, b) => b.value - a.value)
  const unknownFor = asked.map(({ group }) => group).filter((name) => !expected.some(({ group }) => group === name))
  return worst && { ...worst, unknownFor }
}

/** The threshold of a search among all, and what it rests on. */
export const deriveThreshold = ({ pack, templates, targetFpir, raisedBy = 0 }: ThresholdWish): Basis => {
  if (!(targetFpir > 0 && targetFpir < 1)) throw new Error(`a target of ${targetFpir}`)
  if (!(raisedBy >= 0)) throw new Error(`raised by ${raisedBy}`)
  const { floor, margin } = pack.thresholds
  const asked = strictestAt(pack, rateFor(templates, targetFpir))
  const wanted = (asked?.value ?? floor) + raisedBy
  const threshold = Math.min(1, Math.max(floor, wanted))
  // Raised, the curve lies higher by as much.
  const fpir = fpirAt(pack, threshold - raisedBy, templates)
  const fnir = worstMisses(pack, threshold)
  return {
    threshold,
    margin,
    extrapolated: asked?.extrapolated ?? true,
    templates,
    targetFpir,
    decidedBy: asked === undefined || wanted < floor ? 'floor' : asked.group,
    raisedBy,
    ...(fpir === undefined ? {} : { fpir }),
    ...(fnir === undefined ? {} : { fnir }),
  }
}

/** Alone for the score; see deriveThreshold. */
export const chooseThreshold = (wish: ThresholdWish): Threshold => {
  const { threshold, margin, extrapolated } = deriveThreshold(wish)
  return { threshold, margin, extrapolated }
}

export type ClaimWish = Pick<ThresholdWish, 'pack' | 'raisedBy'> & {
  /** Part of strangers with somebody else's card or code that may pass for its owner. */
  readonly targetFmr: number
}

/**
 * The threshold of a face that is compared only with whoever's card or code was just shown. A stranger needs that first, and has one try
 * at one person's templates: so the rate may be larger than among all, and fewer residents are turned away. No floor: the floor guards a
 * search among strangers.
 */
export const deriveClaimThreshold = ({ pack, targetFmr, raisedBy = 0 }: ClaimWish): Threshold => {
  const { floor } = pack.thresholds
  const asked = strictestAt(pack, rateFor(TEMPLATES_EACH, targetFmr))
  const threshold = Math.min(1, (asked?.value ?? floor) + raisedBy)
  // Nobody else is compared with, so that nobody has to be beaten.
  return { threshold, margin: 0, extrapolated: asked?.extrapolated ?? true }
}

/** How many strangers stand there until one is taken for somebody, as expected. */
export const strangersPerMatch = (fpir: number): number => Math.max(1, Math.round(1 / fpir))
