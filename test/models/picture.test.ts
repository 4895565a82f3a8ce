import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertPicture, createCanvas, createLetterbox, type Pixels, pictureSidePixels } from '../../models/picture.ts'
import { pixelsOf } from './pictures.ts'

const plain: Pixels = { planar: true, order: 'rgb', multiply: [1, 1, 1], add: [0, 0, 0] }
const side = fc.integer({ min: pictureSidePixels.least, max: 120 })

describe('a picture', () => {
  test('whose bytes agree with its sides passes', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        expect(assertPicture({ width, height, rgb: new Uint8Array(width * height * 3) }).ok).toBe(true)
      }),
    )
  })

  test('with any other number of bytes is a failure, not an exception', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 0, max: 50_000 }), (width, height, bytes) => {
        fc.pre(bytes !== width * height * 3)
        expect(assertPicture({ width, height, rgb: new Uint8Array(bytes) })).toMatchObject({ code: 'picture_invalid' })
      }),
    )
  })

  test('with a side that is no whole number, negative, tiny or huge is a failure', () => {
    for (const width of [Number.NaN, -640, 0, 3.5, 15, 8193, Number.POSITIVE_INFINITY]) {
      expect(assertPicture({ width, height: 480, rgb: new Uint8Array(0) })).toMatchObject({ code: 'picture_invalid' })
    }
  })
})

describe('drawing a picture into a network input', () => {
  test('keeps one colour that colour, at any size, in the channel order asked for', () => {
    fc.assert(
      fc.property(side, side, fc.boolean(), fc.boolean(), (width, height, planar, blueFirst) => {
        const colour = [200, 100, 50]
        const picture = pixelsOf({ width, height }, (_x, _y, c) => colour[c] ?? 0)
        const canvas = createCanvas(64, 64, { ...plain, planar, order: blueFirst ? 'bgr' : 'rgb' })
        createLetterbox(canvas).draw(picture)
        const found = [0, 1, 2].map((c) => canvas.values[planar ? c * 64 * 64 : c])
        const wanted = blueFirst ? colour.toReversed() : colour
        for (const [c, value] of found.entries()) expect(value).toBeCloseTo(wanted[c] ?? 0, 2)
      }),
      { numRuns: 50 },
    )
  })

  test('halves by averaging squares of four pixels', () => {
    const picture = pixelsOf({ width: 64, height: 64 }, (x, y, c) => (x * 7 + y * 13 + c * 31) % 256)
    const canvas = createCanvas(32, 32, plain)
    expect(createLetterbox(canvas).draw(picture)).toBe(0.5)
    const at = (x: number, y: number): number => picture.rgb[(y * 64 + x) * 3] ?? 0
    for (const [x, y] of [
      [0, 0],
      [5, 9],
      [31, 31],
    ] as const) {
      const mean = (at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)) / 4
      expect(canvas.values[y * 32 + x]).toBeCloseTo(mean, 3)
    }
  })

  test('keeps the mean brightness when it shrinks by a quarter', () => {
    const picture = pixelsOf({ width: 256, height: 256 }, (x, y) => ((x + y) % 2 === 0 ? 255 : 0))
    const canvas = createCanvas(64, 64, plain)
    createLetterbox(canvas).draw(picture)
    for (const value of canvas.values.subarray(0, 64 * 64)) expect(value).toBeCloseTo(127.5, 1)
  })

  test('leaves what the picture does not cover as it was', () => {
    const canvas = createCanvas(64, 64, plain)
    createLetterbox(canvas).draw(pixelsOf({ width: 64, height: 32 }, () => 255))
    expect(canvas.values.subarray(64 * 32, 64 * 64).every((value) => value === 0)).toBe(true)
  })
})
