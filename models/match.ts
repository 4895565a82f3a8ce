// Owns the only copy of the vectors that faces are compared with, in one WebAssembly memory, and wipes what leaves it.
// They are kept in fixed point, 15 bits behind the point: half the memory to read, which is what a search costs, and the same scores
// on every processor. A cosine is off by some 0.00001 for it. Never decides: it gives scores. Used by the face process (1:N, 1:1, calibration) and by enrolment (who else looks like this).

import { createMemory, instantiateDotKernel, pageBytes, rowGranuleBytes } from './dot-kernel.ts'

/** Vectors. 200 000 × 128 values are 51 MB; a compound has a few thousand. */
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
  /** One id may own several vectors. `false`: the gallery is full. Throws on a vector of another dimension, with a NaN, or longer than 1. */
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

/** A value of 1. Twice the sum of products of two vectors of unit length still fits 32 bits. */
const one = 32_767
/** Vectors come out of divisions by their own length. */
const mostSquare = 1.001

/** Addresses in bytes. Query and scores stand before the rows, so that only the rows grow. */
type Layout = { readonly rowBytes: number; readonly scores: number; readonly rows: number; readonly mostPages: number }

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

const planLayout = ({ dimension, capacity }: GalleryShape): Layout => {
  if (!Number.isInteger(dimension) || dimension < 1) throw new Error(`a dimension of ${dimension}`)
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > mostVectors)
    throw new Error(`room for ${capacity} vectors`)
  const rowBytes = roundUp(dimension * 2, rowGranuleBytes)
  const rows = rowBytes + roundUp(capacity * 4, rowGranuleBytes)
  return { rowBytes, scores: rowBytes, rows, mostPages: pagesFor(rows + capacity * rowBytes) }
}

const pagesFor = (bytes: number): number => Math.ceil(bytes / pageBytes)

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

/** Whether a gallery of this dimension takes it: no longer than 1, and every value a number. */
export const isVectorFor = (vector: Float32Array, dimension: number): boolean => {
  if (vector.length !== dimension) return false
  let square = 0
  for (const value of vector) square += value * value
  // Written so that a value that is no number is refused as well: it would be a zero in fixed point.
  return square <= mostSquare
}

const prove = (vector: Float32Array, dimension: number): void => {
  if (isVectorFor(vector, dimension)) return
  throw new Error(
    `a vector of ${vector.length} values for ${dimension}, longer than 1, or with a value that is no number`,
  )
}

/** As a gallery keeps it. */
export const toFixedPoint = (vector: Float32Array): Int16Array =>
  Int16Array.from(vector, (value) => Math.round(value * one))

export const createGallery = (shape: GalleryShape): Gallery => {
  const { dimension, capacity } = shape
  const { rowBytes, scores, rows, mostPages } = planLayout(shape)
  const initial = Math.min(mostPages, pagesFor(rows + firstRows * rowBytes))
  const memory = createMemory(initial, mostPages)
  const scoreRows = instantiateDotKernel(memory, mostPages, 1 / one ** 2)
  const ids: string[] = []
  let cells = new Int16Array(memory.buffer)

  /** Of its first cell. */
  const rowAt = (row: number): number => (rows + row * rowBytes) / 2
  const put = (vector: Float32Array, at: number): void => {
    for (let i = 0; i < dimension; i++) cells[at + i] = Math.round((vector[i] as number) * one)
  }
  const makeRoom = (): void => {
    if (rowAt(ids.length + 1) <= cells.length) return
    const pages = memory.buffer.byteLength / pageBytes
    memory.grow(Math.min(mostPages, pages * 2) - pages)
    cells = new Int16Array(memory.buffer)
  }
  const dropRow = (row: number): void => {
    const last = ids.length - 1
    cells.copyWithin(rowAt(row), rowAt(last), rowAt(last + 1))
    cells.fill(0, rowAt(last), rowAt(last + 1))
    ids[row] = ids[last] as string
    ids.pop()
  }

  /** Of the query that stands before the rows. */
  const useScores = <T>(use: (scores: Float32Array) => T): T => {
    try {
      scoreRows(0, rows, ids.length, rowBytes, scores)
      return use(new Float32Array(memory.buffer, scores, ids.length))
    } finally {
      cells.fill(0, 0, (scores + ids.length * 4) / 2)
    }
  }

  return {
    add: (id, vector) => {
      prove(vector, dimension)
      if (ids.length === capacity) return false
      makeRoom()
      put(vector, rowAt(ids.length))
      ids.push(id)
      return true
    },
    remove: (id) => {
      const before = ids.length
      for (let row = before - 1; row >= 0; row--) if (ids[row] === id) dropRow(row)
      return before - ids.length
    },
    clear: () => {
      cells.fill(0)
      ids.length = 0
    },
    size: () => ids.length,
    ids: () => ids,
    search: (vector, only) => {
      prove(vector, dimension)
      put(vector, 0)
      return useScores((found) => pickBest(ids, found, only))
    },
    compareRow: (row, use) => {
      if (!(row >= 0 && row < ids.length)) throw new Error(`no row ${row}`)
      cells.copyWithin(0, rowAt(row), rowAt(row + 1))
      useScores(use)
    },
  }
}
