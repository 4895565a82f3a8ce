// What no camera and no maker would send, and what happens to it: pictures of one pixel and of eight thousand, rows with a stride,
// networks that answer nonsense, files with one byte changed.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { arcfaceTemplate } from '../../models/align.ts'
import { createBlazeface } from '../../models/detect-blazeface.ts'
import { createYunet, yunetOutputs } from '../../models/detect-yunet.ts'
import { createEmbedder } from '../../models/embed.ts'
import { mostFaces } from '../../models/face.ts'
import { type FaceModel, openFaceModel } from '../../models/face-model.ts'
import type { Network } from '../../models/network.ts'
import { packs } from '../../models/packs.ts'
import { assertPicture, pictureSidePixels } from '../../models/picture.ts'
import { testModel } from '../../models/self-test.ts'
import { modelsDirectory, pixelsOf } from './pictures.ts'

const recommended = packs.find(({ name }) => name === 'recommended')
const files = recommended?.files ?? []
const isHere = files.every(({ name }) => existsSync(join(modelsDirectory, name)))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: it is not damaged and sees no odd picture`)

describe('a picture', () => {
  test('whose rows have a stride is refused, however wide it is', () => {
    const side = fc.integer({ min: pictureSidePixels.least, max: 64 })
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 16 }), (width, height, padding) => {
        const rgb = new Uint8Array((width * 3 + padding) * height)
        expect(assertPicture({ width, height, rgb })).toMatchObject({ ok: false, code: 'picture_invalid' })
      }),
    )
  })

  test('of one pixel, or of more than any camera has, is refused', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 1080],
      [15, 16],
      [8193, 16],
      [16, 1e9],
    ] as const) {
      const rgb = new Uint8Array(Math.min(width * height * 3, 1000))
      expect(assertPicture({ width, height, rgb })).toMatchObject({ ok: false, code: 'picture_invalid' })
    }
  })
})

/** A network that gives the same number everywhere. */
const always = (value: number, lengths: Readonly<Record<string, number>>): Network => ({
  run: async () =>
    Object.fromEntries(Object.entries(lengths).map(([name, length]) => [name, new Float32Array(length).fill(value)])),
  close: async () => undefined,
})

const nonsense = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38]
const picture = pixelsOf({ width: 320, height: 320 }, (x, y) => x ^ y)
const upright = { x: 0, y: 0, width: 112, height: 112, score: 1, points: Float32Array.from(arcfaceTemplate) }

describe('a network that answers nonsense', () => {
  const perCell: Readonly<Record<string, number>> = { cls: 1, obj: 1, bbox: 4, kps: 10 }
  const yunetLengths = Object.fromEntries(
    yunetOutputs.map((name) => {
      const [kind = '', stride = ''] = name.split('_')
      return [name, (320 / Number(stride)) ** 2 * (perCell[kind] ?? 0)]
    }),
  )
  const blazefaceLengths = { Identity: 512, Identity_1: 384, Identity_2: 512 * 16, Identity_3: 384 * 16 }

  for (const value of nonsense) {
    test(`${value} everywhere finds nobody whom alignment could not hold, and never too many`, async () => {
      const detectors = [
        createYunet(always(value, yunetLengths), 320, 0.6),
        createBlazeface(always(value, blazefaceLengths), 0.5),
      ]
      for (const detector of detectors) {
        const faces = await detector.detect(picture)
        expect(faces.length).toBeLessThanOrEqual(mostFaces)
        for (const face of faces)
          expect([face.x, face.y, face.width, face.height, ...face.points].every(Number.isFinite)).toBe(true)
      }
    })

    test(`${value} for a vector is one of length 1 or a fault`, async () => {
      const pixels = { planar: true, order: 'rgb', multiply: [1, 1, 1], add: [0, 0, 0] } as const
      const shape = { side: 112, pixels, input: 'x', output: 'y', dimension: 128 }
      const embedded = createEmbedder(always(value, { y: 128 }), shape).embed(picture, upright)
      if (Number.isFinite(value)) expect(Math.hypot(...(await embedded))).toBeCloseTo(1, 5)
      else await expect(embedded).rejects.toThrow('direction')
      await expect(createEmbedder(always(value, { y: 127 }), shape).embed(picture, upright)).rejects.toThrow()
    })
  }

  test('fails its self-test, which says what it got', async () => {
    if (recommended === undefined) throw new Error('no recommended pack in the manifest')
    const network = always(1, { output0: 128 })
    const embedder = { embed: async () => new Float32Array(128), rinse: async () => undefined }
    const tested = await testModel({ pack: recommended, detector: { detect: async () => [] }, embedder, network })
    expect(tested).toMatchObject({
      ok: false,
      code: 'self_test_failed',
      detail: expect.stringMatching(/known answer is 1\.4/),
    })
  })
})

describe.runIf(isHere)('the recommended pack', () => {
  let folder = ''
  let model: FaceModel
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evengate-bad-'))
    const opened = await openFaceModel({ pack: 'recommended', modelsDirectory, threads: 1 })
    if (!opened.ok) throw new Error(`${opened.code} ${opened.detail}`)
    model = opened.value
  })
  beforeEach(async () => {
    for (const { name } of files) await writeFile(join(folder, name), await readFile(join(modelsDirectory, name)))
  })
  afterAll(async () => {
    await model.close()
    await rm(folder, { recursive: true })
  })

  test('with one bit changed anywhere in either file is never opened', { timeout: 60_000 }, async () => {
    const place = fc.record({
      file: fc.nat(files.length - 1),
      part: fc.double({ min: 0, max: 0.999, noNaN: true }),
      bit: fc.nat(7),
    })
    await fc.assert(
      fc.asyncProperty(place, async ({ file, part, bit }) => {
        const name = files[file]?.name ?? ''
        const whole = await readFile(join(modelsDirectory, name))
        const at = Math.floor(part * whole.length)
        whole[at] = (whole[at] ?? 0) ^ (1 << bit)
        await writeFile(join(folder, name), whole)
        const opened = await openFaceModel({ pack: 'recommended', modelsDirectory: folder })
        whole[at] = (whole[at] ?? 0) ^ (1 << bit)
        await writeFile(join(folder, name), whole)
        expect(opened).toMatchObject({ ok: false, code: 'model_file_mismatching', detail: name })
      }),
      { numRuns: 12 },
    )
  })

  test('cut short or grown by a byte is never opened', async () => {
    const [{ name } = { name: '' }] = files
    const whole = await readFile(join(modelsDirectory, name))
    for (const wrong of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      await writeFile(join(folder, name), wrong)
      const opened = await openFaceModel({ pack: 'recommended', modelsDirectory: folder })
      expect(opened).toMatchObject({ ok: false, code: 'model_file_mismatching', detail: name })
    }
  })

  test('looks at the smallest, the longest and the largest picture there may be', { timeout: 60_000 }, async () => {
    const { least, most } = pictureSidePixels
    for (const [width, height] of [
      [least, least],
      [least, most],
      [most, least],
      [7680, 4320],
    ] as const) {
      const odd = { width, height, rgb: new Uint8Array(width * height * 3).fill(77) }
      expect(assertPicture(odd).ok).toBe(true)
      expect(await model.detect(odd)).toEqual([])
    }
  })

  test('embeds a face of which most lies outside the picture, and one that covers eight thousand pixels', async () => {
    for (const [shift, scale] of [
      [-100, 1],
      [200, 1],
      [0, 70],
    ] as const) {
      const points = upright.points.map((value) => value * scale + shift)
      const vector = await model.embed(picture, { ...upright, points })
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    }
  })
})
