// The second look on faces of face-api's demo pictures with the real detector, where the recommended pack lies beside the checkout.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createYunet, yunetOutputs } from '../../models/detect-yunet.ts'
import { createEmbedder } from '../../models/embed.ts'
import type { Face } from '../../models/face.ts'
import { openFaceModel } from '../../models/face-model.ts'
import type { Network } from '../../models/network.ts'
import { packNamed } from '../../models/packs.ts'
import type { Picture } from '../../models/picture.ts'
import { openNetwork } from '../../models/runtime.ts'
import { createSecondLook } from '../../models/second-look.ts'
import { cosineOf, demoPicture, modelsDirectory, pixelsOf, readPicture } from './pictures.ts'

const file = join(modelsDirectory, 'yunet_n_dynamic.onnx')
const isHere = existsSync(file)
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: nothing is looked at twice`)

const side = 128

const mirrorPicture = ({ width, height, rgb }: Picture): Picture =>
  pixelsOf({ width, height }, (x, y, c) => rgb[(y * width + width - 1 - x) * 3 + c] ?? 0)

const mirrorFace = (face: Face, { width }: Picture): Face => {
  const order = [1, 0, 2, 4, 3]
  const points = Float32Array.from(face.points, (_, i) => {
    const from = (order[i >> 1] ?? 0) * 2
    return i % 2 === 0 ? width - 1 - (face.points[from] ?? 0) : (face.points[from + 1] ?? 0)
  })
  return { ...face, x: width - face.x - face.width, points }
}

const farthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0)

const shift = (face: Face, by: (i: number) => number): Face => ({
  ...face,
  points: face.points.map((value, i) => value + by(i)),
})

describe.runIf(isHere)('a second look at a face', () => {
  let network: Network
  let looks: readonly { readonly picture: Picture; readonly face: Face }[]
  beforeAll(async () => {
    const contents = [readFileSync(file)]
    network = await openNetwork({ format: 'onnx', runtime: 'onnxruntime', contents, outputs: yunetOutputs, threads: 1 })
    const detector = createYunet(network, 320, 0.6)
    const found = []
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const picture = await readPicture(demoPicture(number))
      for (const face of (await detector.detect(picture)).slice(0, 3)) found.push({ picture, face })
    }
    looks = found
  })
  afterAll(() => network.close())

  test('sees a mirrored face as the mirror of that face', async () => {
    const { refine } = createSecondLook(network, side)
    for (const { picture, face } of looks) {
      const once = mirrorFace(await refine(picture, face), picture)
      const other = await refine(mirrorPicture(picture), mirrorFace(face, picture))
      expect(farthest(once.points, other.points)).toBeLessThan(face.width * 0.005)
    }
  })

  test('brings points that are off nearer to where they belong', async () => {
    const { refine } = createSecondLook(network, side)
    for (const { picture, face } of looks) {
      const right = await refine(picture, face)
      const off = shift(face, (i) => (i % 2 === 0 ? 0.06 : -0.05) * face.width)
      const brought = await refine(picture, off)
      expect(farthest(brought.points, right.points)).toBeLessThan(farthest(off.points, right.points) * 0.6)
    }
  })

  test('leaves the points as they are where there is no face, or none near them', async () => {
    const { refine } = createSecondLook(network, side)
    const [look] = looks
    if (!look) throw new Error('no face in the demo pictures')
    const { width, height } = look.picture
    const grey = pixelsOf({ width, height }, (x, y) => 100 + ((x * 7 + y * 13) % 20))
    expect(await refine(grey, look.face)).toEqual(look.face)
    const beside = shift(look.face, (i) => (i % 2 === 0 ? look.face.width * 0.5 : 0))
    expect(farthest((await refine(look.picture, beside)).points, beside.points)).toBeLessThan(1e-3)
  })

  test('comes before every vector that the gate computes', async () => {
    const { embedder, files } = packNamed('recommended')
    const opened = await openFaceModel({ pack: 'recommended', modelsDirectory, threads: 1 })
    if (!opened.ok) throw new Error(opened.code)
    const contents = files
      .filter(({ name }) => embedder.files.includes(name))
      .map(({ name }) => readFileSync(join(modelsDirectory, name)))
    const outputs = [embedder.output]
    const bare = await openNetwork({ format: 'onnx', runtime: 'onnxruntime', contents, outputs, threads: 1 })
    const triple = (make: (i: number) => number): [number, number, number] => [make(0), make(1), make(2)]
    const multiply = triple((i) => 1 / ((embedder.deviation[i] ?? 1) * embedder.range))
    const add = triple((i) => -(embedder.mean[i] ?? 0) / (embedder.deviation[i] ?? 1))
    const { embed } = createEmbedder(bare, { ...embedder, pixels: { planar: true, order: 'rgb', multiply, add } })
    const { refine } = createSecondLook(network, side)
    for (const { picture, face } of looks.slice(0, 4)) {
      const vector = await opened.value.embed(picture, face)
      expect(cosineOf(vector, await embed(picture, await refine(picture, face)))).toBeCloseTo(1, 5)
      expect(cosineOf(vector, await embed(picture, face))).toBeLessThan(0.9999)
    }
    await Promise.all([opened.value.close(), bare.close()])
  })

  test('keeps nothing of the face in its canvas', async () => {
    const seen: Float32Array[] = []
    const watched: Network = {
      ...network,
      run: (inputs) => {
        const values = inputs['input']?.values
        if (values) seen.push(values)
        return network.run(inputs)
      },
    }
    const [look] = looks
    if (look) await createSecondLook(watched, side).refine(look.picture, look.face)
    expect(seen).toHaveLength(1)
    expect(seen[0]?.every((value) => value === 0)).toBe(true)
  })
})
