// What a gallery tells of its site, against a plain loop over all pairs, with drawn people in the real gallery.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Calibration, calibrate } from '../../models/calibrate.ts'
import { createGallery } from '../../models/match.ts'
import { packNamed } from '../../models/packs.ts'
import { cosineOf } from './pictures.ts'

const pack = packNamed('recommended')
const DIMENSION = 128

/** Seeded, roughly normal. */
const drawNormals = (seed: number): (() => number) => {
  let state = seed >>> 0
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return () => draw() + draw() + draw() + draw() - 2
}

const unit = (values: readonly number[]): Float32Array => {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / length)
}

type Crowd = { readonly people: number; readonly looks: number; readonly alike: number; readonly seed: number }
type Row = { readonly id: string; readonly vector: Float32Array }

/** `alike`: how much of what everybody here has in common. */
const drawCrowd = ({ people, looks, alike, seed }: Crowd): Row[] => {
  const normal = drawNormals(seed)
  const drawn = () => Array.from({ length: DIMENSION }, normal)
  const common = drawn()
  return Array.from({ length: people }, (_, n) => {
    const own = drawn()
    return Array.from({ length: looks }, () => ({
      id: `c_person${n}`,
      vector: unit(drawn().map((value, i) => 0.3 * value + (own[i] ?? 0) + alike * (common[i] ?? 0))),
    }))
  }).flat()
}

const galleryOf = (rows: readonly Row[]) => {
  const gallery = createGallery({ dimension: DIMENSION, capacity: 10_000 })
  for (const { id, vector } of rows) gallery.add(id, vector)
  return gallery
}

const goOn = async () => true
const take = (found: Awaited<ReturnType<typeof calibrate>>): Calibration => {
  if (found === undefined || typeof found === 'string') throw new Error(`no calibration: ${found}`)
  return found
}
const calibrateRows = async (rows: readonly Row[], lookAlikeFrom = 0.9, same: readonly string[][] = []) =>
  take(await calibrate(galleryOf(rows), { pack, lookAlikeFrom, same }, goOn))

/** The oracle. */
const pairsOf = (rows: readonly Row[]) =>
  rows.flatMap((one, n) =>
    rows
      .slice(n + 1)
      .filter(({ id }) => id !== one.id)
      .map((other) => ({ ids: [one.id, other.id].sort().join(' '), score: cosineOf(one.vector, other.vector) })),
  )

const crowd = fc.record({
  people: fc.integer({ min: 2, max: 25 }),
  looks: fc.integer({ min: 1, max: 4 }),
  alike: fc.double({ min: 0, max: 1.2, noNaN: true }),
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
})
/** Scores of the kernel and of the loop differ in the last digits. */
const ROUNDING = 2e-4

describe('a calibration', () => {
  test('counts what a plain loop counts, and tells it only where ten pairs of people are behind it', async () => {
    await fc.assert(
      fc.asyncProperty(crowd, async (drawn) => {
        const rows = drawCrowd(drawn)
        const pairs = pairsOf(rows)
        const found = await calibrateRows(rows)
        expect(found).toMatchObject({ people: drawn.people, pairs: pairs.length })
        for (const point of found.points) {
          const above = pairs.filter(({ score }) => score >= point.threshold - ROUNDING)
          const surely = pairs.filter(({ score }) => score >= point.threshold + ROUNDING)
          expect(point.pairs).toBeLessThanOrEqual(above.length)
          expect(point.pairs).toBeGreaterThanOrEqual(surely.length)
          expect(new Set(above.map(({ ids }) => ids)).size).toBeGreaterThanOrEqual(10)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('names every pair of people of whom two looks reach the limit, once, and nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(crowd, fc.double({ min: 0.3, max: 0.8, noNaN: true }), async (drawn, limit) => {
        const rows = drawCrowd(drawn)
        const pairs = pairsOf(rows).filter(({ score }) => Math.abs(score - limit) > ROUNDING)
        const expected = new Set(pairs.filter(({ score }) => score >= limit).map(({ ids }) => ids))
        const found = (await calibrateRows(rows, limit)).lookAlikes.map((ids) => [...ids].sort().join(' '))
        expect(found.filter((ids) => expected.has(ids)).sort()).toEqual([...expected].sort())
        expect(new Set(found).size).toBe(found.length)
      }),
      { numRuns: 60 },
    )
  })

  test('takes two credentials of one resident for one person', async () => {
    const rows = drawCrowd({ people: 12, looks: 3, alike: 0, seed: 7 })
    const again = rows.slice(0, 3).map(({ vector }) => ({ id: 'c_again', vector }))
    const apart = await calibrateRows([...rows, ...again])
    expect(apart.lookAlikes).toEqual([['c_person0', 'c_again']])
    const one = await calibrateRows([...rows, ...again], 0.9, [['c_person0', 'c_again']])
    expect(one).toMatchObject({ people: 12, lookAlikes: [] })
  })

  test('of few people claims nothing and raises nothing, however much they resemble each other', async () => {
    for (const people of [0, 1, 2, 4]) {
      const found = await calibrateRows(drawCrowd({ people, looks: 3, alike: 2, seed: 3 }))
      expect(found).toMatchObject({ people, points: [], raisedBy: 0 })
      expect(found.leastRate).toBe(people < 3 ? 1 : 3 / ((people * (people - 1)) / 2))
    }
  })

  test('raises the threshold where people resemble each other more than those who were measured, and never lowers it', async () => {
    const [plain, kin] = [0, 0.6].map((alike) => drawCrowd({ people: 150, looks: 2, alike, seed: 11 }))
    expect((await calibrateRows(plain ?? [])).raisedBy).toBe(0)
    const { raisedBy } = await calibrateRows(kin ?? [])
    expect(raisedBy).toBeGreaterThan(0.02)
    expect(raisedBy).toBeLessThanOrEqual(0.2)
  })

  test('is told up to where enrolment begins to turn people away, and not beyond', async () => {
    const found = await calibrateRows(drawCrowd({ people: 60, looks: 3, alike: 1.5, seed: 5 }))
    const last = found.points.at(-1)?.threshold ?? 1
    expect(last).toBeCloseTo(pack.thresholds.floor - pack.thresholds.margin, 9)
  })

  test('is given up when the gallery changes meanwhile', async () => {
    const gallery = galleryOf(drawCrowd({ people: 10, looks: 3, alike: 0, seed: 1 }))
    let turns = 0
    const plan = { pack, lookAlikeFrom: 0.9, same: [] }
    expect(await calibrate(gallery, plan, async () => ++turns < 4)).toBeUndefined()
    expect(turns).toBe(4)
  })

  test('of a crowd in which everybody is everybody’s twin says so instead of listing them', async () => {
    const rows = drawCrowd({ people: 80, looks: 1, alike: 0, seed: 2 })
    const plan = { pack, lookAlikeFrom: -1, same: [] }
    expect(await calibrate(galleryOf(rows), plan, goOn)).toBe('look_alikes_many')
  })
})

describe('a search among some', () => {
  test('finds the best of these and nobody else', () => {
    fc.assert(
      fc.property(crowd, fc.nat(), (drawn, pickOne) => {
        const rows = drawCrowd(drawn)
        const gallery = galleryOf(rows)
        const query = rows[pickOne % rows.length]
        const asked = `c_person${(pickOne >> 3) % drawn.people}`
        if (!query) return
        const { best, runnerUp } = gallery.search(query.vector, new Set([asked]))
        const scores = rows.filter(({ id }) => id === asked).map(({ vector }) => cosineOf(query.vector, vector))
        expect(best).toEqual({ id: asked, score: expect.closeTo(Math.max(...scores), 4) })
        expect(runnerUp).toBeUndefined()
      }),
    )
  })
})
