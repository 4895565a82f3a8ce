// Owns the only copy of the vectors that faces are compared with, in one WebAssembly memory, and wipes what leaves it.
// Never decides: it gives scores. Used by the face process (1:N, 1:1, calibration) and by enrolment (who else looks like this).

import { createMemory, instantiateDotKernel, pageBytes, rowGranule } from './dot-kernel.ts'

/** Vectors. 200 000 × 128 floats are 102 MB; a compound has a few thousand. */
export const mostVectors = 200_000
/** Rows that a gallery makes room for at first. It doubles when full. */
const firstRows = 256

export type Match = { readonly id: string; readonly score: number }
export type Search = {
  /** Absent: the gallery is empty. */
  readonly best?: Match
  /** The best of any *other* id. */
  readonly runnerUp?: Match
}

export type Gallery = {
  /** One id may own several vectors. `false`: the gallery is full. Throws on a vector of another length or with a NaN. */
  readonly add: (id: string, vector: Float32Array) => boolean
  /** All vectors of the id; their bytes are zero when this returns. Gives how many there were. */
  readonly remove: (id: string) => number
  /** Everything, zeroed. */
  readonly clear: () => void
  readonly size: () => number
  /** Exact. Scores are dot products: cosines, when vectors have unit length. Wipes query and scores afterwards. `only`: among these ids. */
  readonly search: (vector: Float32Array, only?: ReadonlySet<string>) => Search
  /** The id of each row, in an order that holds until something is added or removed. */
  readonly ids: () => readonly string[]
  /** The scores of one row with every row, itself too; they are wiped when `use` returns. */
  readonly compareRow: (row: number, use: (scores: Float32Array) => void) => void
}

export type GalleryShape = { readonly dimension: number; readonly capacity: number }

/** Addresses in floats. Query and scores stand before the rows, so that only the rows grow. */
type Layout = { readonly rowFloats: number; readonly scores: number; readonly rows: number; readonly mostPages: number }

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

const planLayout = ({ dimension, capacity }: GalleryShape): Layout => {
  if (!Number.isInteger(dimension) || dimension < 1) throw new Error(`a dimension of ${dimension}`)
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > mostVectors)
    throw new Error(`room for ${capacity} vectors`)
  const rowFloats = roundUp(dimension, rowGranule)
  const rows = rowFloats + roundUp(capacity, rowGranule)
  return { rowFloats, scores: rowFloats, rows, mostPages: pagesFor(rows + capacity * rowFloats) }
}

const pagesFor = (floats: number): number => Math.ceil((floats * 4) / pageBytes)

/** Best row and best row of another id, in one pass. */
const pickBest = (ids: readonly string[], scores: Float32Array, only?: ReadonlySet<string>): Search => {
  let best: Match | undefined
  let runnerUp: Match | undefined
  for (let row = 0; row < ids.length; row++) {
    const score = scores[row] as number
    if (runnerUp !== undefined && score <= runnerUp.score) continue
    const id = ids[row] as string
    if (only !== undefined && !only.has(id)) continue
    if (best === undefined || score > best.score) {
      if (best !== undefined && best.id !== id) runnerUp = best
      best = { id, score }
    } else if (id !== best.id) {
      runnerUp = { id, score }
    }
  }
  return { ...(best === undefined ? {} : { best }), ...(runnerUp === undefined ? {} : { runnerUp }) }
}

export const createGallery = (shape: GalleryShape): Gallery => {
  const { dimension, capacity } = shape
  const { rowFloats, scores, rows, mostPages } = planLayout(shape)
  const initial = Math.min(mostPages, pagesFor(rows + firstRows * rowFloats))
  const memory = createMemory(initial, mostPages)
  const scoreRows = instantiateDotKernel(memory, mostPages)
  const ids: string[] = []
  let floats = new Float32Array(memory.buffer)

  const rowAt = (row: number): number => rows + row * rowFloats
  const prove = (vector: Float32Array): void => {
    if (vector.length !== dimension) throw new Error(`a vector of ${vector.length} values instead of ${dimension}`)
    // One NaN among the rows would hide every row after it.
    if (!vector.every(Number.isFinite)) throw new Error('a vector with a value that is no number')
  }
  const makeRoom = (): void => {
    if (rowAt(ids.length + 1) <= floats.length) return
    const pages = memory.buffer.byteLength / pageBytes
    memory.grow(Math.min(mostPages, pages * 2) - pages)
    floats = new Float32Array(memory.buffer)
  }
  const dropRow = (row: number): void => {
    const last = ids.length - 1
    floats.copyWithin(rowAt(row), rowAt(last), rowAt(last + 1))
    floats.fill(0, rowAt(last), rowAt(last + 1))
    ids[row] = ids[last] as string
    ids.pop()
  }

  /** Of the query that stands before the rows. */
  const useScores = <T>(use: (scores: Float32Array) => T): T => {
    try {
      scoreRows(0, rows * 4, ids.length, rowFloats * 4, scores * 4)
      return use(floats.subarray(scores, scores + ids.length))
    } finally {
      floats.fill(0, 0, scores + ids.length)
    }
  }

  return {
    add: (id, vector) => {
      prove(vector)
      if (ids.length === capacity) return false
      makeRoom()
      floats.set(vector, rowAt(ids.length))
      ids.push(id)
      return true
    },
    remove: (id) => {
      const before = ids.length
      for (let row = before - 1; row >= 0; row--) if (ids[row] === id) dropRow(row)
      return before - ids.length
    },
    clear: () => {
      floats.fill(0)
      ids.length = 0
    },
    size: () => ids.length,
    ids: () => ids,
    search: (vector, only) => {
      prove(vector)
      floats.set(vector)
      return useScores((found) => pickBest(ids, found, only))
    },
    compareRow: (row, use) => {
      if (!(row >= 0 && row < ids.length)) throw new Error(`no row ${row}`)
      floats.copyWithin(0, rowAt(row), rowAt(row + 1))
      useScores(use)
    },
  }
}
