import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createMemory, instantiateDotKernel } from '../../models/dot-kernel.ts'
import { createGallery, mostVectors } from '../../models/match.ts'

const dotOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

const value = fc.float({ min: -1, max: 1, noNaN: true })
/** Of unit length, or of none. */
const vectorOf = (dimension: number): fc.Arbitrary<Float32Array> =>
  fc.array(value, { minLength: dimension, maxLength: dimension }).map((values) => {
    const length = Math.sqrt(dotOf(values, values))
    return Float32Array.from(values, (each) => (length > 1e-6 ? each / length : 0))
  })

describe('the assembled kernel', () => {
  const cell = fc.integer({ min: -4000, max: 4000 })
  const rowOf = (cells: number) => fc.array(cell, { minLength: cells, maxLength: cells })

  test('gives exactly the sums of products that plain code gives', () => {
    const memory = createMemory(1, 1)
    const scoreRows = instantiateDotKernel(memory, 1, 2 ** -10)
    const cells = new Int16Array(memory.buffer)
    const shape = fc
      .integer({ min: 1, max: 8 })
      .chain((granules) => fc.tuple(rowOf(granules * 32), fc.array(rowOf(granules * 32), { maxLength: 20 })))
    fc.assert(
      fc.property(shape, ([query, rows]) => {
        const scores = query.length * 2
        const first = scores + 128
        cells.set(query)
        for (const [i, row] of rows.entries()) cells.set(row, first / 2 + i * query.length)
        scoreRows(0, first, rows.length, query.length * 2, scores)
        const found = new Float32Array(memory.buffer, scores, rows.length)
        for (const [i, row] of rows.entries()) expect(found[i]).toBe(Math.fround(dotOf(query, row)) * 2 ** -10)
      }),
    )
  })

  test('writes nothing for no rows', () => {
    const memory = createMemory(1, 1)
    const cells = new Int16Array(memory.buffer).fill(7)
    instantiateDotKernel(memory, 1, 1)(0, 1024, 0, 64, 512)
    expect(cells.every((each) => each === 7)).toBe(true)
  })
})

describe('fixed point', () => {
  test('moves a cosine of 128 values by less than 0.0002, and its usual error by less than 0.00003', () => {
    const errors: number[] = []
    fc.assert(
      fc.property(vectorOf(128), vectorOf(128), (a, b) => {
        const gallery = createGallery({ dimension: 128, capacity: 1 })
        gallery.add('a', a)
        const error = Math.abs((gallery.search(b).best?.score ?? Number.NaN) - dotOf(a, b))
        errors.push(error ** 2)
        return error < 2e-4
      }),
    )
    expect(Math.sqrt(errors.reduce((sum, each) => sum + each, 0) / errors.length)).toBeLessThan(3e-5)
  })

  test('holds the longest vector there is, alone in one value or spread, without an overflow', () => {
    for (const vector of [
      Float32Array.of(1, ...new Array<number>(127).fill(0)),
      new Float32Array(128).fill(128 ** -0.5),
    ])
      for (const sign of [1, -1]) {
        const gallery = createGallery({ dimension: 128, capacity: 1 })
        gallery.add('a', vector)
        expect(gallery.search(vector.map((each) => each * sign)).best?.score).toBeCloseTo(sign, 3)
      }
  })
})

type Row = { readonly id: string; readonly vector: Float32Array }

const searchPlainly = (rows: readonly Row[], query: Float32Array) => {
  const sorted = rows.map(({ id, vector }) => ({ id, score: dotOf(vector, query) })).sort((a, b) => b.score - a.score)
  const [best] = sorted
  return { best, runnerUp: sorted.find(({ id }) => id !== best?.id) }
}

const dimension = 20
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constant('add' as const),
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      vector: vectorOf(dimension),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('remove' as const), id: fc.constantFrom('a', 'b', 'c', 'd') }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('clear' as const) }) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('search' as const), vector: vectorOf(dimension) }) },
)

describe('a gallery', () => {
  test('answers every sequence of commands as a plain list does', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const gallery = createGallery({ dimension, capacity: 12 })
        let rows: Row[] = []
        for (const each of commands) {
          if (each.verb === 'add') {
            expect(gallery.add(each.id, each.vector)).toBe(rows.length < 12)
            if (rows.length < 12) rows.push(each)
          } else if (each.verb === 'remove') {
            expect(gallery.remove(each.id)).toBe(rows.filter(({ id }) => id === each.id).length)
            rows = rows.filter(({ id }) => id !== each.id)
          } else if (each.verb === 'clear') {
            gallery.clear()
            rows = []
          } else {
            const found = gallery.search(each.vector)
            const wanted = searchPlainly(rows, each.vector)
            expect(found.best?.score ?? null).toSatisfy(isAbout(wanted.best?.score))
            expect(found.runnerUp === undefined).toBe(wanted.runnerUp === undefined)
            if (found.best?.id === wanted.best?.id)
              expect(found.runnerUp?.score ?? null).toSatisfy(isAbout(wanted.runnerUp?.score))
          }
          expect(gallery.size()).toBe(rows.length)
        }
      }),
    )
  })

  test('keeps every vector when it grows past its first room', () => {
    const gallery = createGallery({ dimension: 16, capacity: 5000 })
    const vectors = Array.from({ length: 5000 }, (_, i) =>
      Float32Array.from({ length: 16 }, (_, k) => Math.sin(i * 16 + k) / 4),
    )
    for (const [i, vector] of vectors.entries()) expect(gallery.add(`${i}`, vector)).toBe(true)
    for (const i of [0, 255, 256, 257, 4999]) {
      const vector = vectors[i] ?? new Float32Array()
      expect(gallery.search(vector).best?.score).toBeGreaterThanOrEqual(dotOf(vector, vector) - 1e-4)
    }
    expect(gallery.add('one more', new Float32Array(16))).toBe(false)
  })

  test('of nobody answers nobody', () => {
    const gallery = createGallery({ dimension, capacity: 1 })
    expect(gallery.search(new Float32Array(dimension).fill(0.2))).toEqual({})
    gallery.add('a', new Float32Array(dimension).fill(0.2))
    gallery.remove('a')
    expect(gallery.search(new Float32Array(dimension).fill(0.2))).toEqual({})
  })

  test('at its limit of 200 000 finds each of them, and takes no more', { timeout: 60_000 }, () => {
    const gallery = createGallery({ dimension: 128, capacity: mostVectors })
    const vector = new Float32Array(128)
    // Two values tell each row: its number in two digits to the base 512, as directions on two circles.
    const point = (row: number): Float32Array => {
      for (const [i, digit] of [row % 512, Math.floor(row / 512)].entries()) {
        vector[i * 2] = Math.cos((digit * Math.PI) / 256) / Math.SQRT2
        vector[i * 2 + 1] = Math.sin((digit * Math.PI) / 256) / Math.SQRT2
      }
      return vector
    }
    for (let row = 0; row < mostVectors; row++) gallery.add(`${row}`, point(row))
    expect([gallery.size(), gallery.add('one more', point(0))]).toEqual([mostVectors, false])
    for (const row of [0, 1, 511, 512, 77_777, mostVectors - 1])
      expect(gallery.search(point(row)).best?.id).toBe(`${row}`)
  })

  test('refuses a vector of another dimension, one longer than 1 and one with a value that is no number', () => {
    const gallery = createGallery({ dimension, capacity: 2 })
    expect(() => gallery.add('a', new Float32Array(dimension + 1))).toThrow()
    expect(() => gallery.search(new Float32Array(3))).toThrow()
    for (const wrong of [1.01, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const vector = new Float32Array(dimension).with(7, wrong)
      expect(() => gallery.add('a', vector)).toThrow()
      expect(() => gallery.search(vector)).toThrow()
    }
    expect(gallery.size()).toBe(0)
  })

  test('cannot be made larger than the declared limit', () => {
    expect(() => createGallery({ dimension, capacity: mostVectors + 1 })).toThrow()
  })
})

const isAbout =
  (wanted: number | undefined) =>
  (found: number | null): boolean =>
    wanted === undefined ? found === null : found !== null && Math.abs(found - wanted) < 1e-4

describe('the bytes of a gallery', () => {
  type MemoryClass = new (pages: object) => { readonly buffer: ArrayBuffer }
  const open = (globalThis as unknown as { WebAssembly: { Memory: MemoryClass } }).WebAssembly
  const { Memory } = open
  afterEach(() => {
    open.Memory = Memory
  })

  /** A real gallery, with a hand on the memory that it allocates. */
  const createWatched = () => {
    const made: { buffer: ArrayBuffer }[] = []
    open.Memory = class extends Memory {
      constructor(pages: object) {
        super(pages)
        made.push(this)
      }
    }
    const gallery = createGallery({ dimension: 16, capacity: 1000 })
    const holds = (needle: number): boolean =>
      made.some(
        ({ buffer }) =>
          new Int16Array(buffer).includes(Math.round(needle * 32_767)) || new Float32Array(buffer).includes(needle),
      )
    return { gallery, holds, made }
  }
  const marked = (mark: number): Float32Array => Float32Array.from({ length: 16 }, (_, i) => (i === 5 ? mark : 0))

  test('are zero where a removed vector was, also after a swap with the last', () => {
    const { gallery, holds } = createWatched()
    gallery.add('a', marked(0.125))
    gallery.add('b', marked(0.25))
    gallery.add('a', marked(0.375))
    expect([holds(0.125), holds(0.25), holds(0.375)]).toEqual([true, true, true])
    expect(gallery.remove('a')).toBe(2)
    expect([holds(0.125), holds(0.25), holds(0.375)]).toEqual([false, true, false])
  })

  test('are zero after clear', () => {
    const { gallery, holds } = createWatched()
    for (let i = 0; i < 700; i++) gallery.add(`${i}`, marked(0.125))
    gallery.clear()
    expect(holds(0.125)).toBe(false)
  })

  test('hold neither the vector that was looked for nor its scores', () => {
    const { gallery, holds, made } = createWatched()
    gallery.add('a', marked(0.5))
    expect(gallery.search(marked(0.25)).best?.score).toBeCloseTo(0.125, 4)
    expect([holds(0.25), holds(0.5)]).toEqual([false, true])
    expect(made.every(({ buffer }) => new Uint16Array(buffer).filter((each) => each !== 0).length <= 1)).toBe(true)
  })
})
