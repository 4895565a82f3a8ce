// One network on both runtimes: small ones written by the test, and the recommended pack's where it lies beside the checkout.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openFaceModel } from '../../models/face-model.ts'
import type { Network } from '../../models/network.ts'
import { packs } from '../../models/packs.ts'
import { openNetwork, type Runtime, threadsFor } from '../../models/runtime.ts'
import { type Graph, type Node, writeOnnx } from './onnx-writer.ts'
import { cosineOf, demoPicture, modelsDirectory, readPicture } from './pictures.ts'

const open = (graph: Graph, runtime: Runtime): Promise<Network> =>
  openNetwork({ format: 'onnx', runtime, contents: [writeOnnx(graph)], outputs: graph.outputs, threads: 1 })

const run = async (graph: Graph, runtime: Runtime, values: Float32Array): Promise<Float32Array> => {
  const network = await open(graph, runtime)
  try {
    const outputs = await network.run({ x: { values: values.slice(), shape: graph.input.shape } })
    return outputs[graph.outputs[0] ?? ''] ?? new Float32Array()
  } finally {
    await network.close()
  }
}

/** The same every time for the same seed; no two alike. */
const wave = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * 1.7) * Math.cos(i * 0.31 + seed))

const float = (shape: readonly number[], seed: number) => ({
  shape,
  values: wave(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
})

/** Every operation that YuNet and MobileFaceNet use, in one net. */
const everything = (channels: number, height: number, width: number, stride: number, seed: number): Graph => {
  const pads = { pads: [1, 1, 1, 1], strides: [stride, stride], dilations: [1, 1], kernel_shape: [3, 3] }
  const nodes: Node[] = [
    { operation: 'Conv', inputs: ['x', 'w1', 'b1'], output: 'c1', attributes: { ...pads, group: 1 } },
    { operation: 'Relu', inputs: ['c1'], output: 'r1' },
    {
      operation: 'Conv',
      inputs: ['r1', 'w2', 'b2'],
      output: 'c2',
      attributes: { ...pads, strides: [1, 1], group: channels },
    },
    {
      operation: 'Constant',
      inputs: [],
      output: 'low',
      attributes: { value: { shape: [], values: Float32Array.of(-0.5) } },
    },
    {
      operation: 'Constant',
      inputs: [],
      output: 'high',
      attributes: { value: { shape: [], values: Float32Array.of(0.75) } },
    },
    { operation: 'Clip', inputs: ['c2', 'low', 'high'], output: 'k' },
    {
      operation: 'MaxPool',
      inputs: ['k'],
      output: 'm',
      attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    },
    {
      operation: 'Resize',
      inputs: ['m', 'region', 'scales'],
      output: 'u',
      attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    },
    { operation: 'Add', inputs: ['u', 'k'], output: 'a' },
    { operation: 'Transpose', inputs: ['a'], output: 't', attributes: { perm: [0, 2, 3, 1] } },
    { operation: 'Shape', inputs: ['a'], output: 's' },
    { operation: 'Gather', inputs: ['s', 'first'], output: 'g', attributes: { axis: 0 } },
    { operation: 'Concat', inputs: ['g', 'rest'], output: 'sides', attributes: { axis: 0 } },
    { operation: 'Reshape', inputs: ['t', 'sides'], output: 'f' },
    { operation: 'Sigmoid', inputs: ['f'], output: 'y' },
  ]
  return {
    nodes,
    constants: {
      w1: float([channels, 3, 3, 3], seed),
      b1: float([channels], seed + 1),
      w2: float([channels, 1, 3, 3], seed + 2),
      b2: float([channels], seed + 3),
      region: { shape: [0], values: new Float32Array() },
      scales: { shape: [4], values: Float32Array.of(1, 1, 2, 2) },
      first: { shape: [1], values: [0n] },
      rest: { shape: [2], values: [-1n, BigInt(channels)] },
    },
    input: { name: 'x', shape: [1, 3, height, width] },
    outputs: ['y'],
  }
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.POSITIVE_INFINITY))), 0)

const small = fc.record({
  channels: fc.integer({ min: 1, max: 9 }),
  cells: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  stride: fc.constantFrom(1, 2),
  seed: fc.integer({ min: 0, max: 999 }),
})

describe('one network on onnxruntime and on TensorFlow.js', () => {
  test('gives the same numbers', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(small, async ({ channels, cells: [rows, columns], stride, seed }) => {
        const [height, width] = [rows * 2 * stride, columns * 2 * stride]
        const graph = everything(channels, height, width, stride, seed)
        const values = wave(3 * height * width, seed + 9)
        const [one, other] = [await run(graph, 'onnxruntime', values), await run(graph, 'tfjs-wasm', values)]
        expect(one.length).toBe(rows * 2 * columns * 2 * channels)
        expect(other.length).toBe(one.length)
        expect(largestDifference(one, other)).toBeLessThan(1e-5)
      }),
      { numRuns: 25 },
    )
  })

  for (const runtime of ['onnxruntime', 'tfjs-wasm'] as const) {
    const doubling: Graph = {
      nodes: [
        { operation: 'Add', inputs: ['x', 'x'], output: 'a' },
        { operation: 'Reshape', inputs: ['a', 's'], output: 'y' },
      ],
      constants: { s: { shape: [2], values: [1n, 12n] } },
      input: { name: 'x', shape: [1, 3, 2, 2] },
      outputs: ['y'],
    }

    test(`${runtime}: an answer that is no number is a fault, not an answer`, async () => {
      const numbers = new Float32Array(12).fill(2)
      await expect(run(doubling, runtime, numbers)).resolves.toEqual(numbers.map((value) => value * 2))
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
        await expect(run(doubling, runtime, numbers.with(7, wrong))).rejects.toThrow('no number')
    })

    test(`${runtime}: bytes that are no network, or half of one, are refused`, async () => {
      const whole = writeOnnx(everything(2, 4, 4, 1, 1))
      for (const bytes of [
        Buffer.alloc(0),
        Buffer.from('not a network at all'),
        whole.subarray(0, whole.length >> 1),
      ]) {
        const opening = openNetwork({ format: 'onnx', runtime, contents: [bytes], outputs: ['y'], threads: 1 })
        await expect(opening).rejects.toThrow()
      }
    })
  }

  test('an operation that TensorFlow.js is not taught is refused by name when the file is opened', async () => {
    const graph = { ...everything(2, 4, 4, 1, 1), nodes: [{ operation: 'Tan', inputs: ['x'], output: 'y' }] }
    await expect(open(graph, 'tfjs-wasm')).rejects.toThrow('Tan')
  })
})

describe('threads', () => {
  test('are half of the cores, at least one and at most three', () => {
    expect([1, 2, 3, 4, 6, 64].map(threadsFor)).toEqual([1, 1, 1, 2, 3, 3])
  })
})

const files = packs.find(({ name }) => name === 'recommended')?.files ?? []
const isHere = files.every(({ name }) => existsSync(join(modelsDirectory, name)))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: its networks are not compared`)

describe.runIf(isHere)('the recommended pack on both runtimes', () => {
  test('finds the same faces and gives the same vectors', { timeout: 90_000 }, async () => {
    const models = await Promise.all(
      (['onnxruntime', 'tfjs-wasm'] as const).map((runtime) =>
        openFaceModel({ pack: 'recommended', modelsDirectory, threads: 1, runtime }),
      ),
    )
    const [one, other] = models.map((opened) => {
      if (!opened.ok) throw new Error(`${opened.code} ${opened.detail}`)
      return opened.value
    })
    const picture = await readPicture(demoPicture(1))
    const [faces = [], otherFaces = []] = [await one?.detect(picture), await other?.detect(picture)]
    expect(faces).toHaveLength(3)
    expect(otherFaces).toHaveLength(3)
    for (const [i, face] of faces.entries()) {
      const twin = otherFaces[i]
      expect(largestDifference(face.points, twin?.points ?? new Float32Array())).toBeLessThan(0.01)
      const vector = (await one?.embed(picture, face)) ?? new Float32Array()
      const same = (await other?.embed(picture, face)) ?? new Float32Array()
      expect(largestDifference(vector, same)).toBeLessThan(1e-4)
      expect(cosineOf(vector, same)).toBeGreaterThan(0.99999)
    }
    await Promise.all([one?.close(), other?.close()])
  })
})
