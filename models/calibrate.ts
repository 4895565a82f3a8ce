// What the enrolled faces of different people tell about this site: how often two of its people are taken for each other, as counts, and
// who are look-alikes, by id. No picture is needed. No score of anybody leaves it, nor a count that rests on so few pairs of people that
// it would be one. Knows no store and no clock. Called by the face process.

import type { Gallery } from './match.ts'
import type { Pack } from './packs.ts'
import { strictestAt } from './thresholds.ts'

/** Scores counted, in steps of a hundredth. */
const FIRST_SCORE = 0.1
const STEP = 0.01
/** A count is told from so many pairs of people on: fewer are chance, and nearly somebody's score. */
const LEAST_PEOPLE_PAIRS = 10
/** A shift by more would be no other population but a fault, such as one person enrolled many times. */
const MOST_RAISED = 0.2
/** Pairs that are listed. A gate with more is no gate for faces. */
export const LOOK_ALIKES_LIMIT = 2000

/** Rule of three: none seen in so many tries, and yet the true share may be this. */
export const leastClaim = (trials: number): number => (trials === 0 ? 1 : Math.min(1, 3 / trials))

export type CountedPoint = { readonly threshold: number; readonly pairs: number }

export type Calibration = {
  readonly people: number
  readonly peoplePairs: number
  /** Pairs of templates of different people. */
  readonly pairs: number
  /** Pairs of templates at or above each threshold; only where enough pairs of people are behind it. */
  readonly points: readonly CountedPoint[]
  /** By how much this site's people resemble each other more than the worst group that was measured. 0: no more, or too few to say. */
  readonly raisedBy: number
  /** With so few pairs no rate below this can be claimed (rule of three). */
  readonly leastRate: number
  readonly lookAlikes: readonly (readonly [string, string])[]
}

export type CalibrationPlan = {
  readonly pack: Pack
  /** From this score of any two of their templates on, two people are look-alikes. */
  readonly lookAlikeFrom: number
  /** Ids that belong to one person, where he has more than one. */
  readonly same: readonly (readonly string[])[]
}

/** Whose row is whose: a number a person, and his rows. */
const groupRows = (ids: readonly string[], same: CalibrationPlan['same']) => {
  const owner = new Map(same.flatMap((one) => one.map((id) => [id, one[0] ?? id] as const)))
  const personOf = new Map<string, number>()
  const rowPerson = Int32Array.from(ids, (id) => {
    const key = owner.get(id) ?? id
    const known = personOf.get(key)
    if (known !== undefined) return known
    personOf.set(key, personOf.size)
    return personOf.size - 1
  })
  const rowsOf: number[][] = Array.from({ length: personOf.size }, () => [])
  rowPerson.forEach((person, row) => void rowsOf[person]?.push(row))
  return { rowPerson, rowsOf }
}

const binOf = (score: number): number => Math.floor((score - FIRST_SCORE) / STEP + 1e-6)

/** Counts by score: how many lie at or above each step. */
const createCounts = () => {
  const counts = new Float64Array(Math.ceil((1 - FIRST_SCORE) / STEP) + 1)
  return {
    add: (score: number): void => {
      const bin = Math.min(counts.length - 1, binOf(score))
      if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1
    },
    atLeast: (bin: number): number => counts.subarray(bin).reduce((sum, count) => sum + count, 0),
    bins: counts.length,
  }
}
type Counts = ReturnType<typeof createCounts>

/** Points end a margin below the lowest threshold that there is: what lies beyond are a few pairs of people, who are listed. */
const tellPoints = (pack: Pack, pairs: Counts, people: Counts): readonly CountedPoint[] => {
  const last = binOf(pack.thresholds.floor - pack.thresholds.margin)
  return Array.from({ length: Math.min(pairs.bins, last + 1) }, (_, bin) => bin)
    .filter((bin) => people.atLeast(bin) >= LEAST_PEOPLE_PAIRS)
    .map((bin) => ({ threshold: Number((FIRST_SCORE + bin * STEP).toFixed(2)), pairs: pairs.atLeast(bin) }))
}

/** The site's last point against the curve of the worst group at the same rate; where they do not overlap nothing is claimed. It raises
 * and never lowers: residents are not the strangers. */
export const raiseBy = (pack: Pack, points: readonly CountedPoint[], pairs: number, leastRate: number): number => {
  const last = points.findLast((point) => point.pairs / pairs >= leastRate)
  if (last === undefined) return 0
  const rate = last.pairs / pairs
  const overlapping = pack.measured.filter((curve) => (curve.points[0]?.fmr ?? 0) >= rate)
  const worst = strictestAt({ measured: overlapping }, rate)
  if (worst === undefined) return 0
  return Number(Math.min(MOST_RAISED, Math.max(0, last.threshold - worst.value)).toFixed(3))
}

const addPair = (pairs: Map<string, [string, string]>, one = '', other = ''): void =>
  void pairs.set(`${one} ${other}`, [one, other])

/**
 * One person after the other; `rest` is awaited between them and says whether the gallery is still the one that it was. Absent: it is
 * not. Takes time in proportion to the square of the gallery.
 */
export const calibrate = async (
  gallery: Pick<Gallery, 'ids' | 'compareRow'>,
  { pack, lookAlikeFrom, same }: CalibrationPlan,
  rest: () => Promise<boolean>,
): Promise<Calibration | 'look_alikes_many' | undefined> => {
  const ids = gallery.ids()
  const { rowPerson, rowsOf } = groupRows(ids, same)
  const [pairCounts, peopleCounts] = [createCounts(), createCounts()]
  /** Of one person at a time, and nothing while others work. */
  const nearest = new Float32Array(rowsOf.length).fill(-1)
  const lookAlikes: [string, string][] = []
  const lowest = Math.min(FIRST_SCORE, lookAlikeFrom)
  let [pairs, rowsLeft] = [0, ids.length]
  for (const [person, rows] of rowsOf.entries()) {
    rowsLeft -= rows.length
    pairs += rows.length * rowsLeft
    const alike = new Map<string, [string, string]>()
    for (const row of rows) {
      gallery.compareRow(row, (scores) => {
        for (let other = 0; other < scores.length; other++) {
          const score = scores[other] ?? 0
          const otherPerson = rowPerson[other] ?? 0
          // Most pairs are not counted by score, and a large gallery has millions.
          if (score < lowest || otherPerson <= person) continue
          pairCounts.add(score)
          if (score > (nearest[otherPerson] ?? 1)) nearest[otherPerson] = score
          if (score >= lookAlikeFrom) addPair(alike, ids[row], ids[other])
        }
      })
    }
    for (let other = person + 1; other < nearest.length; other++) peopleCounts.add(nearest[other] ?? -1)
    nearest.fill(-1)
    lookAlikes.push(...alike.values())
    if (lookAlikes.length > LOOK_ALIKES_LIMIT) return 'look_alikes_many'
    if (!(await rest())) return undefined
  }
  const people = rowsOf.length
  const peoplePairs = (people * (people - 1)) / 2
  const points = tellPoints(pack, pairCounts, peopleCounts)
  const leastRate = leastClaim(peoplePairs)
  const raisedBy = raiseBy(pack, points, pairs, leastRate)
  return { people, peoplePairs, pairs, points, raisedBy, leastRate, lookAlikes }
}
