// The figures of an evaluation as the JSON that others read, and as the curve that the manifest keeps. Computes nothing but the judgement
// of GA/T 1093, whose limits stand here. Called by the `models evaluate` command.

import {
  type Figures,
  keepPoints,
  type LeftOutRate,
  type Missed,
  type MissedAt,
  refusedOf,
  splitsDrawn,
  templatesEach,
  type Unknown,
} from '../../models/evaluate.ts'
import type { FaceModel } from '../../models/face-model.ts'
import type { Curve } from '../../models/packs.ts'
import type { Measured } from './measure.ts'

/** GA/T 1093-2023: of right people refused, at most, at a rate of strangers let in; seconds from the face to the answer. */
export const gat1093 = {
  identification: { at: '1e-2', mostRefused: 0.05 },
  verification: { at: '1e-3', mostRefused: 0.02 },
  mostSeconds: 1,
} as const

/** `undecided`: the limit lies within the bounds; so few people cannot say. */
export type Verdict = 'met' | 'missed' | 'undecided' | 'unknown'
export type Judged = {
  readonly clause: 'identification' | 'verification'
  /** Refused or never seen. */
  readonly refused: number | null
  readonly most: number
  readonly verdict: Verdict
}

export const judgeGat = (figures: Figures): readonly Judged[] => {
  const { identification, verification } = gat1093
  const judge = (clause: Judged['clause'], most: number, found: Missed | Unknown): Judged => {
    if (!found.known) return { clause, refused: null, most, verdict: 'unknown' }
    const [refused, low, high] = [found.rate, found.low, found.high].map((rate) => refusedOf(rate, figures)) as [
      number,
      number,
      number,
    ]
    return { clause, refused, most, verdict: high <= most ? 'met' : low > most ? 'missed' : 'undecided' }
  }
  return [
    judge('identification', identification.mostRefused, figures.missedAtFpir[identification.at]),
    judge('verification', verification.mostRefused, figures.missedAtFmr[verification.at]),
  ]
}

/** Millionths: finer is noise. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6

const tooFew = ({ counted, needed }: Unknown) => ({ why: 'too_few', counted, needed })

const missedJson =
  (name: 'fnmr' | 'fnir') =>
  (found: Missed | Unknown): object =>
    found.known
      ? {
          [name]: round(found.rate),
          threshold: found.threshold,
          low: round(found.low),
          high: round(found.high),
          false_matches: found.falseMatches,
        }
      : { [name]: null, threshold: null, low: null, high: null, ...tooFew(found) }

const leftOutJson = (found: LeftOutRate): object =>
  found.known
    ? { fmr: round(found.fmr), low: round(found.low), high: round(found.high), within_twice: found.verdict }
    : { fmr: null, low: null, high: null, within_twice: 'unknown', ...tooFew(found) }

const mapRates = <Value>(rates: Readonly<Record<string, Value>>, map: (value: Value) => object): object =>
  Object.fromEntries(Object.entries(rates).map(([name, value]) => [name, map(value)]))

const figuresJson = (figures: Figures): object => {
  const { equalError, pairs, missedAtFpir, missedWithMargin } = figures
  const fnir = (rates: MissedAt<string>): object => mapRates(rates, missedJson('fnir'))
  return {
    pictures: figures.pictures,
    identities: figures.identities,
    detection_failures: figures.detectionFailures,
    eer: equalError ? round(equalError.rate) : null,
    eer_low: equalError ? round(equalError.low) : null,
    eer_high: equalError ? round(equalError.high) : null,
    fnmr_at_fmr: mapRates(figures.missedAtFmr, missedJson('fnmr')),
    fnir_at_fpir: fnir(missedAtFpir),
    fnir_at_fpir_with_margin: fnir(missedWithMargin),
    pairs,
    open_set: {
      templates: templatesEach,
      splits: splitsDrawn,
      enrolled: figures.enrolled,
      strangers: figures.strangers,
    },
    left_out: mapRates(figures.leftOut, leftOutJson),
    gat_1093: judgeGat(figures).map((each) => ({
      ...each,
      refused: each.refused === null ? null : round(each.refused),
    })),
  }
}

export type Answer = Readonly<Record<string, unknown>>

export const answerOf = (
  model: FaceModel,
  { all, groups, unreadable, pictureMs }: Measured,
  leftOut: number,
): Answer => ({
  pack: model.pack,
  model: model.modelId,
  pipeline: model.pipeline,
  ...figuresJson(all),
  unreadable: unreadable.length,
  folders_left_out: leftOut,
  picture_ms: round(pictureMs),
  bounds:
    '95 %, people are the unit: percentile bootstrap over people, and Clopper-Pearson on people where fewer than ten err',
  ...(Object.keys(groups).length === 0 ? {} : { groups: mapRates(groups, figuresJson) }),
})

/** Six digits are more than any of these pictures can say. */
const shorten = (value: number): number => Number(value.toPrecision(4))

/** One group as `measured` in the manifest. Absent where too few pairs matched to keep two points. */
export const curveOfGroup = (group: string, from: string, figures: Figures): Curve | undefined => {
  const points = keepPoints(figures).map(({ threshold, fmr, fnmr }) => ({
    threshold,
    fmr: shorten(fmr),
    fnmr: shorten(fnmr),
  }))
  const misses = figures.misses.map(({ threshold, fnmr, fnir }) => ({
    threshold,
    fnmr: shorten(fnmr),
    fnir: shorten(fnir),
  }))
  const { pairs, peopleWithPairs: people } = figures
  if (points.length < 2 || pairs.genuine === 0) return undefined
  return { group, from, people, genuinePairs: pairs.genuine, impostorPairs: pairs.impostor, points, misses }
}
