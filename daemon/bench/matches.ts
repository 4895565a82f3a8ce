// Measures how long one search among many vectors takes, and how usearch's own exact search does on the same vectors in the same
// minutes. Judges nothing and stores nothing. Called by the `bench` command.

import { createRequire } from 'node:module'
import { createGallery } from '../../models/match.ts'
import { type Unmeasured, unmeasured } from './figures.ts'
import { rankOf } from './ranks.ts'

type Spread = { readonly p50: number; readonly min: number; readonly p95: number }
export type MatchFigures = {
  readonly match_10000_ms: Spread
  readonly match_100000_ms: Spread
  readonly usearch_exact_ratio: { readonly value: number; readonly theirs_ms: Spread } | Unmeasured
}

const DIMENSION = 128
const ROUNDS = 10
const SEARCHES_A_ROUND = 20
/** At the beginning of each round. */
const WARM_UPS = 5

/** One search for one vector; gives the row that it found. */
type Search = (query: Float32Array) => number

const spreadOf = (times: readonly number[]): Spread => ({
  p50: rankOf(times, 0.5),
  min: Math.min(...times),
  p95: rankOf(times, 0.95),
})

/** Directions from a fixed sequence, the same on every machine, one after the other in one array. */
const drawVectors = (count: number): Float32Array => {
  const vectors = new Float32Array(count * DIMENSION)
  let state = 1
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION)
    let square = 0
    for (let i = 0; i < DIMENSION; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      const value = state / 2 ** 32 - 0.5
      vector[i] = value
      square += value * value
    }
    for (let i = 0; i < DIMENSION; i++) vector[i] = (vector[i] as number) / Math.sqrt(square)
  }
  return vectors
}

const rowOf = (vectors: Float32Array, row: number): Float32Array =>
  vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION)

const openOurs = (vectors: Float32Array): Search => {
  const count = vectors.length / DIMENSION
  const gallery = createGallery({ dimension: DIMENSION, capacity: count })
  for (let row = 0; row < count; row++) gallery.add(`${row}`, rowOf(vectors, row))
  return (query) => Number(gallery.search(query).best?.id)
}

type Usearch = {
  readonly exactSearch: (
    ...args: [
      dataset: Float32Array,
      query: Float32Array,
      dimension: number,
      count: number,
      metric: string,
      threads: number,
    ]
  ) => { readonly keys: BigUint64Array }
}

/** With one thread, as ours, and with as many as it likes; undefined where it is not installed. */
const openTheirs = (vectors: Float32Array): readonly Search[] | undefined => {
  try {
    const { exactSearch } = createRequire(import.meta.url)('usearch') as Usearch
    return [1, 0].map((threads) => (query) => Number(exactSearch(vectors, query, DIMENSION, 2, 'ip', threads).keys[0]))
  } catch {
    return undefined // absent, or without a build for this machine
  }
}

/** Rounds in which each contestant searches several times, one contestant after the other: what else the machine does falls on all
 * alike, and none finds the caches full of another one's rows. Each must find the vector. */
const timeInTurn = (vectors: Float32Array, contestants: readonly Search[]): readonly (readonly number[])[] => {
  const count = vectors.length / DIMENSION
  const times = contestants.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, search] of contestants.entries()) {
      for (let turn = -WARM_UPS; turn < SEARCHES_A_ROUND; turn++) {
        const row = ((round * 101 + turn + WARM_UPS) * 7919) % count
        const query = Float32Array.from(rowOf(vectors, row))
        const start = performance.now()
        const found = search(query)
        if (turn >= 0) times[i]?.push(performance.now() - start)
        if (found !== row) throw new Error(`row ${found} instead of ${row}`)
      }
    }
  }
  return times
}

/** Theirs is the better of its two ways. */
export const benchMatches = (): MatchFigures => {
  const few = drawVectors(10_000)
  const theirs = openTheirs(few)
  const [ours = [], ...others] = timeInTurn(few, [openOurs(few), ...(theirs ?? [])])
  const [best] = others.map(spreadOf).sort((a, b) => a.p50 - b.p50)
  const many = drawVectors(100_000)
  const [oursAmongMany = []] = timeInTurn(many, [openOurs(many)])
  const mine = spreadOf(ours)
  return {
    match_10000_ms: mine,
    match_100000_ms: spreadOf(oursAmongMany),
    usearch_exact_ratio: best
      ? { value: best.p50 / mine.p50, theirs_ms: best }
      : unmeasured('usearch is not installed'),
  }
}
