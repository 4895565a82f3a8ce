// All figures of one group of people, from labelled vectors: error rates with bounds, open set, thresholds tried on people who were left
// out, the curve that the manifest keeps. Pure; reads no picture. People are the unit of every bound. Called by the `models` command
// and by tests.

import { type Bounds, boundsOf } from './evaluate-bounds.ts'
import { demandLead, drawSplits, identifyAt, resampleSplits, type Split } from './evaluate-open-set.ts'
import {
  type Compared,
  comparePairs,
  countErring,
  leaveOut,
  resampleEqual,
  resampleLeftOut,
  resampleMisses,
  type Sample,
} from './evaluate-pairs.ts'
import { countFrom, curveOf, equalErrorOf, type RatePoint, shareFrom, thresholdAt } from './evaluate-rates.ts'

export const fmrNames = ['1e-1', '1e-2', '1e-3', '1e-4', '1e-5'] as const
export const fpirNames = ['1e-1', '1e-2', '1e-3'] as const
/** At which thresholds people are left out in turn. */
export const leftOutNames = ['1e-2', '1e-3'] as const
/** Three cut the false rejections to a quarter of what one gives; the gate enrols three. */
export const templatesEach = 3
export const splitsDrawn = 20
const RESAMPLED_ROUNDS = 1000
const SEED = 20_260_101
/** A point of a kept curve rests on so many false matches at least; fewer say hardly more than none. */
const CURVE_LEAST_MATCHES = 3
/** By how much the last two points differ: whoever goes on beyond the curve goes along them, and near ones differ by chance. */
const CURVE_LAST_STEP = 10
/** Where what is missed is told, as far as a gate's threshold may go. */
const MISSES = { from: 0.2, to: 0.8, step: 0.02, mostFnir: 0.5 } as const
/** A kept curve begins here: no gate lets every tenth pair match. */
const CURVE_MOST_FMR = 0.1
/** The threshold that fits people who are left out may let so many times the rate match. */
const LEFT_OUT_FACTOR = 2

/** `unknown`: of so few pairs or looks (`counted`) not even one may match at that rate; `needed`: so many would do. */
export type Unknown = { readonly known: false; readonly counted: number; readonly needed: number }
export type Missed = Bounds & {
  readonly known: true
  /** Of the right people: FNMR, or FNIR. */
  readonly rate: number
  readonly threshold: number
  /** Strangers' pairs, or looks, that match at this threshold: on so few the threshold rests. */
  readonly falseMatches: number
}
export type MissedAt<Name extends string> = Readonly<Record<Name, Missed | Unknown>>

export type LeftOutRate =
  | (Bounds & {
      readonly known: true
      readonly fmr: number
      /** Whether it stays within twice the rate, by its bounds. */
      readonly verdict: 'within' | 'beyond' | 'unknown'
    })
  | Unknown

export type Figures = {
  readonly pictures: number
  readonly identities: number
  readonly detectionFailures: number
  readonly pairs: { readonly genuine: number; readonly impostor: number }
  /** With two pictures or more, behind every false non-match. */
  readonly peopleWithPairs: number
  /** Absent without pairs of both kinds. */
  readonly equalError?: (Bounds & { readonly rate: number; readonly threshold: number }) | undefined
  readonly missedAtFmr: MissedAt<(typeof fmrNames)[number]>
  readonly enrolled: number
  readonly strangers: number
  readonly missedAtFpir: MissedAt<(typeof fpirNames)[number]>
  /** The same when the best must also beat everybody else by the pack's margin, as at the gate. */
  readonly missedWithMargin: MissedAt<(typeof fpirNames)[number]>
  readonly leftOut: Readonly<Record<(typeof leftOutNames)[number], LeftOutRate>>
  /** Of one's own: pairs, and looks of somebody with three templates, that do not reach the threshold. Also where no stranger does. */
  readonly misses: readonly MissPoint[]
  /** Of all thresholds, for a plot. */
  readonly curve: readonly RatePoint[]
}

export type MissPoint = { readonly threshold: number; readonly fnmr: number; readonly fnir: number }

const recordOf = <Name extends string, Value>(
  names: readonly Name[],
  make: (rate: number) => Value,
): Readonly<Record<Name, Value>> =>
  Object.fromEntries(names.map((name) => [name, make(Number(name))])) as Record<Name, Value>

const resampling = { rounds: RESAMPLED_ROUNDS, seed: SEED }

const unknownOf = (counted: number, rate: number): Unknown => ({ known: false, counted, needed: Math.ceil(1 / rate) })

const missedAt = (compared: Compared, rate: number): Missed | Unknown => {
  const { genuine, impostor } = compared
  const threshold = thresholdAt(impostor, rate)
  if (threshold === undefined || genuine.length === 0) return unknownOf(impostor.length, rate)
  const missed = 1 - shareFrom(genuine, threshold)
  const resampled = resampleMisses(compared, rate, resampling)
  const bounds = boundsOf({ rate: missed, ...countErring(compared, threshold), resampled })
  return { known: true, rate: missed, threshold, falseMatches: countFrom(impostor, threshold), ...bounds }
}

const equalErrorFigure = (compared: Compared): Figures['equalError'] => {
  const equal = equalErrorOf(compared.genuine, compared.impostor)
  if (equal === undefined) return undefined
  const resampled = resampleEqual(compared, equal.rate, resampling)
  return { ...equal, ...boundsOf({ rate: equal.rate, ...countErring(compared, equal.threshold), resampled }) }
}

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

const erringIn = ({ residents }: Split, threshold: number): number =>
  new Set(residents.filter(({ score }) => !(score >= threshold)).map(({ person }) => person)).size

const missedAtFpir = (splits: readonly Split[], people: number, rate: number): Missed | Unknown => {
  const found = splits.map((split) => ({ split, at: identifyAt(split, rate) }))
  const known = found.flatMap(({ split, at }) => (at ? [{ ...at, split }] : []))
  const strangers = splits.map((split) => split.strangers.length)
  if (known.length === 0 || known.length < found.length)
    return unknownOf(strangers.length === 0 ? 0 : Math.min(...strangers), rate)
  const missed = medianOf(known.map(({ fnir }) => fnir))
  const bounds = boundsOf({
    rate: missed,
    people: medianOf(splits.map(({ enrolled }) => enrolled)),
    erring: medianOf(known.map(({ split, threshold }) => erringIn(split, threshold))),
    resampled: resampleSplits(splits, people, rate, resampling),
  })
  const threshold = medianOf(known.map((each) => each.threshold))
  return {
    known: true,
    rate: missed,
    threshold,
    falseMatches: medianOf(known.map((each) => each.falseAlarms)),
    ...bounds,
  }
}

const leftOutAt = (compared: Compared, rate: number): LeftOutRate => {
  const left = leaveOut(compared, rate)
  if (left === undefined) return unknownOf(compared.impostor.length, rate)
  const { fmr, erring } = left
  const people = compared.pictures.filter((count) => count > 0).length
  const { low, high } = boundsOf({ rate: fmr, people, erring, resampled: resampleLeftOut(compared, left, resampling) })
  const most = rate * LEFT_OUT_FACTOR
  return { known: true, fmr, low, high, verdict: high <= most ? 'within' : low > most ? 'beyond' : 'unknown' }
}

const missesOf = ({ genuine }: Compared, splits: readonly Split[]): readonly MissPoint[] => {
  const looks = splits.flatMap(({ residents }) => residents)
  if (looks.length === 0) return []
  const { from, to, step, mostFnir } = MISSES
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => {
    const threshold = Math.round((from + i * step) * 100) / 100
    const fnir = looks.filter(({ score }) => !(score >= threshold)).length / looks.length
    return { threshold, fnmr: 1 - shareFrom(genuine, threshold), fnir }
  }).filter(({ fnir }) => fnir <= mostFnir)
}

export type Evaluation = {
  /** Of the pictures in which a face was found, people numbered from 0. */
  readonly samples: readonly Sample[]
  readonly people: number
  readonly detectionFailures: number
  readonly margin: number
}

/** The same for the same samples in the same order, on every machine. */
export const evaluateSamples = ({ samples, people, detectionFailures, margin }: Evaluation): Figures => {
  const compared = comparePairs(samples, people)
  const { genuine, impostor, pictures } = compared
  const equalError = equalErrorFigure(compared)
  const splits = drawSplits(samples, people, { templates: templatesEach, splits: splitsDrawn, seed: SEED })
  const withMargin = demandLead(splits, margin)
  return {
    pictures: samples.length + detectionFailures,
    identities: people,
    detectionFailures,
    pairs: { genuine: genuine.length, impostor: impostor.length },
    peopleWithPairs: pictures.filter((count) => count > 1).length,
    ...(equalError ? { equalError } : {}),
    missedAtFmr: recordOf(fmrNames, (rate) => missedAt(compared, rate)),
    enrolled: medianOf(splits.map(({ enrolled }) => enrolled)) || 0,
    strangers: medianOf(splits.map(({ strangers }) => strangers.length)) || 0,
    missedAtFpir: recordOf(fpirNames, (rate) => missedAtFpir(splits, people, rate)),
    missedWithMargin: recordOf(fpirNames, (rate) => missedAtFpir(withMargin, people, rate)),
    leftOut: recordOf(leftOutNames, (rate) => leftOutAt(compared, rate)),
    misses: missesOf(compared, splits),
    curve: curveOf(genuine, impostor),
  }
}

/** The points worth keeping: false matches neither so many that nobody would use the threshold nor so few that they mean nothing. */
export const keepPoints = ({ curve, pairs }: Figures): readonly RatePoint[] => {
  const sound = curve.filter(
    ({ fmr }) => fmr <= CURVE_MOST_FMR && Math.round(fmr * pairs.impostor) >= CURVE_LEAST_MATCHES,
  )
  const last = sound.at(-1)
  return sound.filter((point) => point === last || (last && point.fmr >= last.fmr * CURVE_LAST_STEP))
}

/** A picture without a face is a person who is not let in: both ways to be refused, as GA/T 1093 counts them. */
export const refusedOf = (missed: number, { detectionFailures, pictures }: Figures): number => {
  const unseen = pictures === 0 ? 0 : detectionFailures / pictures
  return unseen + (1 - unseen) * missed
}
