// Real networks on real faces: the recommended pack on ../shared where it is there, the builtin pack on face-api's demo
// pictures everywhere. Says what it could not measure.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mostFaces } from '../../models/face.ts'
import { type FaceModel, openFaceModel } from '../../models/face-model.ts'
import { createGallery } from '../../models/match.ts'
import { type PackName, packs } from '../../models/packs.ts'
import { cosineOf, demoPicture, modelsDirectory, type Person, peopleOf, pixelsOf, readPicture } from './pictures.ts'

const isInstalled = (name: PackName): boolean =>
  name === 'builtin' ||
  (packs.find((pack) => pack.name === name)?.files ?? []).every((file) => existsSync(join(modelsDirectory, file.name)))

const open = async (pack: PackName): Promise<FaceModel> => {
  const opened = await openFaceModel({ pack, modelsDirectory, threads: 1 })
  if (!opened.ok) throw new Error(`${opened.code} ${opened.detail}`)
  return opened.value
}

/** The nearest face: LFW has bystanders. */
const embedFile = async (model: FaceModel, path: string): Promise<Float32Array | undefined> => {
  const picture = await readPicture(path)
  const faces = await model.detect(picture)
  const face = faces.toSorted((a, b) => b.width * b.height - a.width * a.height)[0]
  return face === undefined ? undefined : model.embed(picture, face)
}

/** A loaded machine runs TensorFlow.js at a tenth of its speed. */
const networkTimeoutMs = 90_000

const crashEvents = ['uncaughtException', 'unhandledRejection'] as const
const listenersBefore = crashEvents.map((event) => process.listenerCount(event))

const known = peopleOf('lfw', 4).slice(0, 30)
const strangers = peopleOf('lfw', 1)
  .filter((person) => person.files.length === 1)
  .slice(0, 60)

for (const pack of packs.map((each) => each.name)) {
  describe.runIf(isInstalled(pack))(`the ${pack} pack`, { timeout: networkTimeoutMs }, () => {
    let model: FaceModel
    beforeAll(async () => {
      model = await open(pack)
    }, networkTimeoutMs)
    afterAll(() => model.close())

    test('finds the three faces of a demo picture, with eyes above the mouth', async () => {
      const faces = await model.detect(await readPicture(demoPicture(1)))
      expect(faces).toHaveLength(3)
      for (const { points } of faces) {
        expect(points).toHaveLength(10)
        expect(points[0]).toBeLessThan(points[2] ?? 0)
        expect(points[1]).toBeLessThan(points[7] ?? 0)
      }
    })

    test('gives a vector of length 1', async () => {
      const vector = await embedFile(model, demoPicture(2))
      expect(vector).toHaveLength(model.dimension)
      expect(cosineOf(vector ?? new Float32Array(), vector ?? new Float32Array())).toBeCloseTo(1, 5)
    })

    test('knows a face again when the picture is tilted', async () => {
      const upright = await embedFile(model, demoPicture(3))
      const picture = await readPicture(demoPicture(3), 12)
      const scores: number[] = []
      for (const face of await model.detect(picture)) {
        scores.push(cosineOf(upright ?? new Float32Array(), await model.embed(picture, face)))
      }
      expect(Math.max(...scores)).toBeGreaterThan(model.enrolment.leastSelfScore)
    })

    test('tells the people of one picture apart', async () => {
      const { threshold } = model.thresholdFor(1, 0.01)
      for (const number of [4, 5, 6]) {
        const picture = await readPicture(demoPicture(number))
        const vectors: Float32Array[] = []
        for (const face of await model.detect(picture)) vectors.push(await model.embed(picture, face))
        expect(vectors.length).toBeGreaterThanOrEqual(3)
        for (const [i, a] of vectors.entries()) {
          for (const b of vectors.slice(i + 1)) expect(cosineOf(a, b)).toBeLessThan(threshold)
        }
      }
    })

    test('finds at most the declared number of faces in noise, each with finite numbers', async () => {
      const side = fc.integer({ min: 16, max: 400 })
      await fc.assert(
        fc.asyncProperty(side, side, fc.integer({ min: 1, max: 2 ** 31 }), async (width, height, seed) => {
          const picture = pixelsOf(
            { width, height },
            (x, y, c) => (Math.imul(seed + x * 3 + c, y * 7919 + 1) >>> 8) % 256,
          )
          const faces = await model.detect(picture)
          expect(faces.length).toBeLessThanOrEqual(mostFaces)
          for (const face of faces)
            expect([face.x, face.y, face.score, ...face.points].every(Number.isFinite)).toBe(true)
        }),
        { numRuns: 8 },
      )
    })

    test('refuses to look at two pictures at once', async () => {
      const picture = pixelsOf({ width: 64, height: 64 }, () => 0)
      const first = model.detect(picture)
      await expect(model.detect(picture)).rejects.toThrow()
      await first
      await expect(model.detect(picture)).resolves.toEqual([])
    })

    test('leaves no process-wide crash listener behind', () => {
      for (const [i, event] of crashEvents.entries()) expect(process.listenerCount(event)).toBe(listenersBefore[i])
    })
  })
}

const canMeasure = isInstalled('recommended') && known.length === 30
if (!canMeasure) console.log('recommended pack or LFW pictures absent: accuracy is not measured')

describe.runIf(canMeasure)('thirty people with three templates each and sixty strangers', () => {
  let model: FaceModel
  let probes: (Float32Array | undefined)[]
  let unknown: (Float32Array | undefined)[]
  const embedAll = async (people: readonly Person[], picture: number): Promise<(Float32Array | undefined)[]> => {
    const vectors: (Float32Array | undefined)[] = []
    for (const person of people) vectors.push(await embedFile(model, person.files[picture] ?? ''))
    return vectors
  }
  beforeAll(async () => {
    model = await open('recommended')
    probes = await embedAll(known, 3)
    unknown = await embedAll(strangers, 0)
  }, networkTimeoutMs)
  afterAll(() => model.close())

  const fill = async () => {
    const gallery = createGallery({ dimension: model.dimension, capacity: 90 })
    for (const picture of [0, 1, 2]) {
      for (const [i, vector] of (await embedAll(known, picture)).entries()) {
        if (vector !== undefined) gallery.add(known[i]?.name ?? '', vector)
      }
    }
    return gallery
  }

  test(
    'are told apart at the threshold: 27 or more of 30 recognised, nobody taken for another',
    async () => {
      const gallery = await fill()
      const { threshold, margin } = model.thresholdFor(gallery.size(), 0.01)
      const nameOf = (vector: Float32Array | undefined): string | undefined => {
        if (vector === undefined) return undefined
        const { best, runnerUp } = gallery.search(vector)
        const sure = best !== undefined && best.score >= threshold && best.score - (runnerUp?.score ?? -1) >= margin
        return sure ? best.id : undefined
      }
      const names = probes.map(nameOf)
      const right = names.filter((name, i) => name === known[i]?.name).length
      const wrong = names.filter((name, i) => name !== undefined && name !== known[i]?.name).length
      expect({ wrong, strangers: unknown.map(nameOf).filter((name) => name !== undefined) }).toEqual({
        wrong: 0,
        strangers: [],
      })
      expect(right).toBeGreaterThanOrEqual(27)
    },
    networkTimeoutMs,
  )
})
