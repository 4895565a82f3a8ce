import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  alignmentOf,
  arcfaceTemplate,
  fitSimilarity,
  invertSimilarity,
  type Similarity,
  warpInto,
} from '../../models/align.ts'
import { createCanvas, type Pixels } from '../../models/picture.ts'
import { pixelsOf } from './pictures.ts'

const plain: Pixels = { planar: true, order: 'rgb', multiply: [1, 1, 1], add: [0, 0, 0] }

const similarity = fc
  .record({
    angle: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
    scale: fc.double({ min: 0.2, max: 5, noNaN: true }),
    tx: fc.double({ min: -500, max: 500, noNaN: true }),
    ty: fc.double({ min: -500, max: 500, noNaN: true }),
  })
  .map(({ angle, scale, tx, ty }): Similarity => ({ a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx, ty }))

const apply = ({ a, b, tx, ty }: Similarity, points: readonly number[]): number[] =>
  points.map((_, i) => {
    const [x, y] = i % 2 === 0 ? [points[i] ?? 0, points[i + 1] ?? 0] : [points[i - 1] ?? 0, points[i] ?? 0]
    return i % 2 === 0 ? a * x - b * y + tx : b * x + a * y + ty
  })

describe('fitting a similarity', () => {
  test('finds the turn, scale and shift that were applied', () => {
    fc.assert(
      fc.property(similarity, (place) => {
        const found = fitSimilarity(arcfaceTemplate, apply(place, arcfaceTemplate))
        for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(place[key], 6)
      }),
    )
  })

  test('inverts', () => {
    fc.assert(
      fc.property(similarity, (place) => {
        const back = apply(invertSimilarity(place), apply(place, arcfaceTemplate))
        for (const [i, each] of back.entries()) expect(each).toBeCloseTo(arcfaceTemplate[i] ?? 0, 6)
      }),
    )
  })

  test('throws when all points are one', () => {
    expect(() => fitSimilarity(new Array<number>(10).fill(5), arcfaceTemplate)).toThrow()
  })
})

describe('aligning a face', () => {
  test('gives the same canvas however the face was turned, sized and placed in the picture', () => {
    // The face is a smooth pattern in template coordinates; the picture shows it through the similarity.
    const pattern = (x: number, y: number): number => 128 + 60 * Math.sin(x / 15) + 60 * Math.cos(y / 18)
    const canvas = createCanvas(112, 112, plain)
    const degrees = fc.double({ min: -180, max: 180, noNaN: true })
    const size = fc.double({ min: 0.8, max: 2.2, noNaN: true })
    fc.assert(
      fc.property(degrees, size, (turn, scale) => {
        const [a, b] = [scale * Math.cos((turn * Math.PI) / 180), scale * Math.sin((turn * Math.PI) / 180)]
        const place = { a, b, tx: 190 - 56 * (a - b), ty: 190 - 56 * (a + b) }
        const back = invertSimilarity(place)
        const picture = pixelsOf({ width: 380, height: 380 }, (x, y) =>
          pattern(back.a * x - back.b * y + back.tx, back.b * x + back.a * y + back.ty),
        )
        const points = Float32Array.from(apply(place, arcfaceTemplate))
        warpInto(canvas, picture, alignmentOf({ x: 0, y: 0, width: 1, height: 1, score: 1, points }, 112))
        let worst = 0
        for (let at = 0; at < 112 * 112; at++) {
          worst = Math.max(worst, Math.abs((canvas.values[at] ?? 0) - pattern(at % 112, Math.floor(at / 112))))
        }
        expect(worst).toBeLessThan(2.5)
      }),
      { numRuns: 12 },
    )
  })

  test('shows black beyond the edge of the picture', () => {
    const canvas = createCanvas(112, 112, { ...plain, add: [-1, -1, -1] })
    warpInto(
      canvas,
      pixelsOf({ width: 32, height: 32 }, () => 255),
      { a: 1, b: 0, tx: -1000, ty: 0 },
    )
    expect(canvas.values.every((each) => each === -1)).toBe(true)
  })
})
