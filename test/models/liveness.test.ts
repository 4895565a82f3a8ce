// The cues of liveness, each by itself and together: what they say of pictures made by a rule, of real people, and of one print and
// one screen.

import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readPictureFile } from '../../drivers/camera/picture-file.ts'
import { boundRate, reportAttacks } from '../../models/attacks.ts'
import type { Face } from '../../models/face.ts'
import { type FaceModel, openFaceModel } from '../../models/face-model.ts'
import { type Cues, cueNames, cueWeights, isAttack, lookAtCues, meanCues, weighCues } from '../../models/liveness.ts'
import { measureBorder } from '../../models/liveness-border.ts'
import { judgeMotion, noMotion, watchMotion } from '../../models/liveness-motion.ts'
import { cropAround } from '../../models/liveness-net.ts'
import { measureStripes } from '../../models/liveness-screen.ts'
import { addSurface, inspectSurface, openSurface } from '../../models/liveness-set.ts'
import { livenessFiles } from '../../models/packs.ts'
import type { Picture } from '../../models/picture.ts'
import { drawHeld, type Held, seeded } from './flat-pictures.ts'
import { modelsDirectory, peopleOf, pixelsOf, readPicture } from './pictures.ts'

const SIDE_PIXELS = 240
const size = { width: 320, height: 240 }
const faceAt = (x: number, y: number, width: number, height: number): Face => {
  const points = Float32Array.of(x, y, x + 10, y, x + 5, y + 5, x, y + 10, x + 10, y + 10)
  return { x, y, width, height, score: 1, points }
}
const middle = faceAt(110, 60, 100, 120)

const everybody = [...peopleOf('east-asian', 2), ...peopleOf('lfw', 2).slice(0, 60)]
const hasModels = existsSync(join(modelsDirectory, 'yunet_n_dynamic.onnx'))
const hasNetworks = livenessFiles.files.every(({ name }) => existsSync(join(modelsDirectory, name)))
if (!hasModels || everybody.length === 0) console.log('no models or no pictures: cues are tested on drawn ones alone')

const straight: Held = {
  ...{ yaw: 0, pitch: 0, roll: 0, shiftX: 0, shiftY: 0, distance: 2 },
  ...{ radius: Number.POSITIVE_INFINITY, axis: 0, axisAt: 0 },
}

describe('stripes', () => {
  test('of any direction and width in the range are found, and noise has none', () => {
    const random = seeded(3)
    const noise = Float32Array.from({ length: size.width * size.height }, () => random() * 40)
    const grain = (x: number, y: number): number => 100 + (noise[y * size.width + x] ?? 0)
    expect(measureStripes(pixelsOf(size, grain), middle)).toBeLessThan(cueWeights.stripes.from / 2)
    const turn = fc.double({ min: 0.2, max: 1.3, noNaN: true })
    const cycles = fc.double({ min: 20, max: 55, noNaN: true })
    fc.assert(
      fc.property(turn, cycles, (angle, count) => {
        const [kx, ky] = [Math.cos(angle), Math.sin(angle)].map((part) => (part * count * 2 * Math.PI) / 128) as [
          number,
          number,
        ]
        const striped = pixelsOf(size, (x, y) => grain(x, y) + 12 * Math.cos(kx * x + ky * y))
        expect(measureStripes(striped, middle)).toBeGreaterThan(cueWeights.stripes.from)
      }),
      { numRuns: 30 },
    )
  })

  test('a picture smaller than the square says nothing, and a face at its border is no reason to read beyond', () => {
    expect(
      measureStripes(
        pixelsOf({ width: 100, height: 200 }, () => 9),
        faceAt(10, 10, 50, 50),
      ),
    ).toBeUndefined()
    for (const face of [faceAt(-40, -40, 100, 100), faceAt(300, 220, 90, 90)])
      expect(
        measureStripes(
          pixelsOf(size, (x, y) => (x * y) % 200),
          face,
        ),
      ).toEqual(expect.any(Number))
  })
})

describe('a border', () => {
  const sheet = (slant: number) =>
    pixelsOf({ width: 480, height: 480 }, (x, y) => {
      const [u, v] = [x - 240 + slant * (y - 240), y - 240 - slant * (x - 240)]
      return Math.abs(u) < 110 && Math.abs(v) < 140 ? 190 : 60
    })
  const face = faceAt(180, 165, 120, 150)

  test('of a sheet around the face is found, straight or aslant', () => {
    for (const slant of [0, 0.08, -0.15])
      expect(measureBorder(sheet(slant), face)).toBeGreaterThanOrEqual(cueWeights.border.from)
  })

  test('is none in a plain picture, nor where only one edge stands beside the face', () => {
    expect(
      measureBorder(
        pixelsOf(size, () => 90),
        middle,
      ),
    ).toBe(0)
    expect(
      measureBorder(
        pixelsOf({ width: 480, height: 480 }, (x) => (x < 140 ? 60 : 190)),
        face,
      ),
    ).toBeLessThan(0.2)
  })
})

describe('together', () => {
  const cues: fc.Arbitrary<Cues> = fc.record(
    {
      ...{ surface: fc.double({ min: 0, max: 1, noNaN: true }), stripes: fc.double({ min: 1, max: 500, noNaN: true }) },
      ...{ border: fc.double({ min: 0, max: 1, noNaN: true }), motion: fc.double({ min: 0, max: 1, noNaN: true }) },
    },
    { requiredKeys: [] },
  )

  test('what cannot tell says nothing, and more evidence never speaks for the living', () => {
    expect(weighCues({})).toBe(0)
    fc.assert(
      fc.property(
        cues,
        fc.constantFrom(...cueNames),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seen, name, more) => {
          const worse = { ...seen, [name]: (seen[name] ?? 0) + more * 10 }
          expect(weighCues(worse)).toBeGreaterThanOrEqual(weighCues(seen))
        },
      ),
    )
  })

  test('a door frame alone turns nobody away, and one that is sure is enough', () => {
    expect(isAttack({ border: 1 })).toBe(false)
    expect(isAttack({ border: 1, surface: 0.45 })).toBe(false)
    expect(isAttack({ border: 1, surface: 0.5 })).toBe(true)
    for (const name of ['surface', 'stripes', 'motion'] as const)
      expect(isAttack({ [name]: cueWeights[name].from })).toBe(true)
  })

  test('the mean leaves out those pictures in which a cue could not tell', () => {
    expect(meanCues([{ surface: 0.2 }, { stripes: 8 }, { surface: 0.4 }])).toEqual({
      surface: expect.closeTo(0.3),
      stripes: 8,
    })
    expect(meanCues([])).toEqual({})
  })
})

describe('what a set of attacks says', () => {
  test('no errors among n give three n-ths at most, all errors as much at least, and the bounds hold the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, part) => {
        const errors = Math.round(count * part)
        const { rate, low, high } = boundRate(errors, count)
        expect(rate).toBe(errors / count)
        expect(low).toBeLessThanOrEqual(errors / count)
        expect(high).toBeGreaterThanOrEqual(errors / count)
        if (errors === 0) expect(high).toBeCloseTo(Math.min(1, 3 / count))
      }),
    )
    expect(boundRate(0, 0)).toEqual({ rate: null, low: 0, high: 1 })
  })

  test('each species stands for itself, and a face that was not found is counted apart', () => {
    const report = reportAttacks([
      { species: 'live', cues: { surface: 0.1 } },
      { species: 'live', cues: { surface: 0.9 } },
      { species: 'print', cues: { surface: 0.9 } },
      { species: 'print' },
      { species: 'screen', cues: { stripes: 3 } },
    ])
    expect(report.bpcer).toMatchObject({ presentations: 2, errors: 1, rate: 0.5 })
    expect(report.apcer['print']).toMatchObject({ presentations: 2, no_face: 1, errors: 0, rate: 0, high: 1 })
    expect(report.apcer['screen']).toMatchObject({ errors: 1, rate: 1 })
    expect(report.by_cue.stripes.bpcer).toMatchObject({ errors: 0 })
  })
})

describe('the pair of networks', () => {
  test('looks at a part of the picture, never beyond it, around the face where there is room', () => {
    const side = fc.integer({ min: 16, max: 2000 })
    const place = fc.double({ min: -50, max: 1500, noNaN: true })
    fc.assert(
      fc.property(side, side, place, place, fc.constantFrom(2.7, 4), (width, height, x, y, scale) => {
        const crop = cropAround({ width, height, rgb: new Uint8Array() }, faceAt(x, y, 80, 100), scale)
        expect(crop.left).toBeGreaterThanOrEqual(0)
        expect(crop.top).toBeGreaterThanOrEqual(0)
        expect(crop.left + crop.width).toBeLessThanOrEqual(width)
        expect(crop.top + crop.height).toBeLessThanOrEqual(height)
      }),
    )
  })

  const makeFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'evengate-liveness-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }

  test('is absent, not a failure of faces, where nobody installed it', async () => {
    const folder = makeFolder()
    expect(await inspectSurface(folder)).toBe('model_file_missing')
    expect(await openSurface(folder, 'onnxruntime', 1)).toMatchObject({ ok: false, code: 'model_file_missing' })
  })

  test.runIf(hasNetworks)(
    'of which one byte differs is neither opened nor installed, not even the other half',
    async () => {
      const [from, to] = [makeFolder(), makeFolder()]
      const [first, second] = livenessFiles.files
      if (!first || !second) throw new Error('unreachable: it is a pair')
      copyFileSync(join(modelsDirectory, first.name), join(from, first.name))
      const bytes = readFileSync(join(modelsDirectory, second.name))
      bytes[1000] = (bytes[1000] ?? 0) ^ 1
      writeFileSync(join(from, second.name), bytes)
      expect(await openSurface(from, 'onnxruntime', 1)).toMatchObject({ ok: false, code: 'model_file_mismatching' })
      expect(await addSurface(from, to)).toMatchObject({ ok: false, code: 'model_file_mismatching' })
      expect(readdirSync(to)).toEqual([])
      expect(await addSurface(modelsDirectory, to)).toMatchObject({ ok: true })
      expect(await inspectSurface(to)).toBe('installed')
      expect(readdirSync(to).toSorted()).toEqual([first.name, second.name].toSorted())
    },
  )
})

describe.skipIf(!hasModels || everybody.length === 0)('on pictures of people', () => {
  let model: FaceModel
  beforeAll(async () => {
    const opened = await openFaceModel({ pack: 'recommended', modelsDirectory, threads: 1 })
    if (!opened.ok) throw new Error(opened.code)
    model = opened.value
  })
  afterAll(() => model?.close())
  const find = async (picture: Picture): Promise<Face | undefined> => (await model.detect(picture))[0]
  const percentOf = <T>(all: readonly T[], isIt: (one: T) => boolean): number =>
    (100 * all.filter(isIt).length) / all.length

  test('drawn screens have stripes and people have not', { timeout: 60_000 }, async () => {
    const [living, screens]: [number[], number[]] = [[], []]
    for (const [n, { files }] of everybody.entries()) {
      const picture = await readPicture(files[0] ?? '')
      const face = await find(picture)
      const stripes = face && measureStripes(picture, face)
      if (stripes !== undefined) living.push(stripes)
      const random = seeded(n)
      const [pitch, angle, depth] = [1.3 + random() * 1.2, 0.1 + random() * 0.4, 0.05 + random() * 0.1]
      const shown = drawHeld(picture, { ...straight, distance: 1.6, roll: angle }, SIDE_PIXELS)
      const grid = (i: number): number => {
        const [x, y] = [i % SIDE_PIXELS, Math.floor(i / SIDE_PIXELS)]
        return 1 + depth * Math.cos(((x * Math.cos(angle) + y * Math.sin(angle)) * 2 * Math.PI) / pitch)
      }
      const screen = { ...shown, rgb: shown.rgb.map((value, i) => Math.min(255, value * grid(Math.floor(i / 3)))) }
      const onScreen = await find(screen)
      if (onScreen) screens.push(measureStripes(screen, onScreen) ?? 0)
    }
    const [refused, accepted] = [
      percentOf(living, (stripes) => stripes >= cueWeights.stripes.from),
      percentOf(screens, (stripes) => stripes < cueWeights.stripes.from),
    ]
    console.log(
      `stripes: ${refused.toFixed(1)} % of ${living.length} people refused, ${accepted.toFixed(1)} % of ${screens.length} drawn screens accepted`,
    )
    expect(refused).toBeLessThanOrEqual(2)
    // A grid that beats slower or faster than the range is not seen.
    expect(accepted).toBeLessThanOrEqual(25)
  })

  test('a board that is tilted far enough moves as one, and a person’s own pictures seldom do', {
    timeout: 120_000,
  }, async () => {
    let [boards, flat, people, taken] = [0, 0, 0, 0]
    for (const [n, { files }] of everybody.slice(0, 45).entries()) {
      const random = seeded(100 + n)
      const picture = await readPicture(files[0] ?? '')
      let motion = noMotion
      const far = (0.95 + random() * 0.1) * (random() < 0.5 ? -1 : 1)
      for (const part of [0, 0.5, 0.9, 0.94, 0.97, 1]) {
        const face = await find(drawHeld(picture, { ...straight, yaw: far * part }, SIDE_PIXELS))
        if (face) motion = watchMotion(motion, face.points)
      }
      const board = judgeMotion(motion)
      if (board !== undefined) boards++
      if (board !== undefined && board >= cueWeights.motion.from) flat++
      motion = noMotion
      for (const file of files) {
        const face = await find(await readPicture(file))
        if (face) motion = watchMotion(motion, face.points)
      }
      const person = judgeMotion({ ...motion, tilted: Math.max(motion.tilted, motion.tilted > 0 ? 3 : 0) })
      if (person !== undefined) people++
      if (person !== undefined && person >= cueWeights.motion.from) taken++
    }
    console.log(`motion: ${flat} of ${boards} tilted boards found, ${taken} of ${people} people taken for one`)
    expect(boards).toBeGreaterThan(15)
    expect(flat / boards).toBeGreaterThan(0.5)
    expect(taken / people).toBeLessThan(0.1)
  })

  const spoof = (name: string): string => join(modelsDirectory, '../faces/spoof', `image_${name}.jpg`)
  test.runIf(hasNetworks && existsSync(spoof('T1')))(
    'one print and one screen are refused and one person is not, which proves nothing',
    async () => {
      const opened = await openSurface(modelsDirectory, 'onnxruntime', 1)
      if (!opened.ok) throw new Error(opened.code)
      const answers: boolean[] = []
      for (const name of ['T1', 'F1', 'F2']) {
        const picture = await readPictureFile(spoof(name), 1280)
        const face = picture.ok && (await find(picture.value))
        if (!picture.ok || !face) throw new Error(`${name}: no face`)
        answers.push(isAttack(await lookAtCues(picture.value, face, opened.value.judge)))
      }
      await opened.value.close()
      expect(answers).toEqual([false, true, true])
    },
  )
})
