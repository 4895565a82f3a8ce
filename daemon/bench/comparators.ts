// Brings up the two face libraries that ours is measured against, as a site without onnxruntime would run them:
// TensorFlow.js on WebAssembly SIMD, one thread. Development only: a comparator that is not installed says so.
// Called by frames.ts; no part of the gate.

import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Core from '@tensorflow/tfjs-core'
import type { Picture } from '../../models/picture.ts'

/** One look at the frame; gives how many faces came out with a descriptor. */
export type Look = () => Promise<number>
export type Comparator = { readonly look: Look } | { readonly why: string }

const require = createRequire(import.meta.url)

const tensorOf = (tf: typeof Core, { rgb, width, height }: Picture): Core.Tensor3D =>
  tf.tensor3d(rgb, [height, width, 3], 'int32')

const startWasm = async (): Promise<typeof Core> => {
  const tf = require('@tensorflow/tfjs-core') as typeof Core
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths: (folder: string) => void }
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start')
  await tf.ready()
  return tf
}

/** The operations that face-api calls as methods of a tensor. */
const chained = ['div', 'expandDims', 'mean', 'mul', 'reshape', 'slice', 'sub'] as const

/** face-api asks for the whole of TensorFlow.js, but needs its core with a few operations as methods. */
const standInForTfjs = (tf: typeof Core): void => {
  const methods = tf.Tensor.prototype as unknown as Record<string, unknown>
  for (const name of chained) {
    const operation = tf[name] as (...all: unknown[]) => unknown
    methods[name] = function (this: Core.Tensor, ...rest: unknown[]): unknown {
      return operation(this, ...rest)
    }
  }
  for (const name of ['as2D', 'as3D', 'as4D']) {
    methods[name] = function (this: Core.Tensor, ...shape: number[]): Core.Tensor {
      return tf.reshape(this, shape)
    }
  }
  methods['as1D'] = function (this: Core.Tensor): Core.Tensor {
    return tf.reshape(this, [this.size])
  }
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : specifier, context),
  })
}

type Net = { readonly loadFromDisk: (folder: string) => Promise<void> }
type FaceApi = {
  readonly nets: Readonly<Record<'tinyFaceDetector' | 'faceLandmark68Net' | 'faceRecognitionNet', Net>>
  readonly TinyFaceDetectorOptions: new (options: { inputSize: number }) => object
  readonly detectAllFaces: (
    tensor: Core.Tensor,
    options: object,
  ) => { withFaceLandmarks: () => { withFaceDescriptors: () => Promise<readonly object[]> } }
}

/** Tiny detector at 416, 68 landmarks, 128-value descriptor. */
const openFaceApi = async (frame: Picture): Promise<Comparator> => {
  const entry = require.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js')
  const tf = await startWasm()
  standInForTfjs(tf)
  const faceApi = require(entry) as FaceApi
  const { tinyFaceDetector, faceLandmark68Net, faceRecognitionNet } = faceApi.nets
  for (const net of [tinyFaceDetector, faceLandmark68Net, faceRecognitionNet]) {
    await net.loadFromDisk(join(dirname(entry), '..', 'model'))
  }
  const options = new faceApi.TinyFaceDetectorOptions({ inputSize: 416 })
  return {
    look: async () => {
      const tensor = tensorOf(tf, frame)
      const faces = await faceApi.detectAllFaces(tensor, options).withFaceLandmarks().withFaceDescriptors()
      tensor.dispose()
      return faces.length
    },
  }
}

type GraphFile = {
  readonly modelTopology: object
  readonly format: string
  readonly signature?: object
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: object[] }[]
}

const readGraph = (url: string): Core.io.ModelArtifacts => {
  const graph = JSON.parse(readFileSync(new URL(url), 'utf8')) as GraphFile
  const [group] = graph.weightsManifest
  if (group === undefined) throw new Error(`${url} has no weights`)
  return {
    modelTopology: graph.modelTopology,
    format: graph.format,
    weightSpecs: group.weights as Core.io.WeightsManifestEntry[],
    weightData: new Uint8Array(readFileSync(new URL(group.paths[0] ?? '', url))).buffer,
    userDefinedMetadata: { signature: graph.signature ?? {} },
  }
}

type Human = {
  readonly load: () => Promise<void>
  readonly detect: (tensor: Core.Tensor) => Promise<{ readonly face: readonly { readonly embedding?: number[] }[] }>
}

const off = { enabled: false }
const on = { enabled: true }
const humanSettings = (wasmPath: string, modelBasePath: string): object => ({
  backend: 'wasm',
  wasmPath,
  modelBasePath,
  debug: false,
  // 0: every look is a full one, nothing is taken over from the frame before.
  cacheSensitivity: 0,
  ...{ filter: off, gesture: off, body: off, hand: off, object: off, segmentation: off },
  face: {
    enabled: true,
    detector: { rotation: true, maxDetected: 1 },
    ...{ mesh: on, description: on, iris: off, emotion: off, attention: off, antispoof: off, liveness: off },
  },
})

/** BlazeFace, rotation, face mesh, 1024-value description. */
const openHuman = async (frame: Picture): Promise<Comparator> => {
  const folder = dirname(require.resolve('@vladmandic/human'))
  const tf = await startWasm()
  tf.io.registerLoadRouter((url) =>
    typeof url === 'string' && url.startsWith('file:') ? { load: async () => readGraph(url) } : (null as never),
  )
  const { Human } = require(join(folder, 'human.node-wasm.js')) as { Human: new (settings: object) => Human }
  const wasmPath = dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep
  const human = new Human(humanSettings(wasmPath, pathToFileURL(join(folder, '..', 'models') + sep).href))
  await human.load()
  return {
    look: async () => {
      const tensor = tensorOf(tf, frame)
      const { face } = await human.detect(tensor)
      tensor.dispose()
      return face.filter((each) => each.embedding !== undefined).length
    },
  }
}

const orWhy = async (open: (frame: Picture) => Promise<Comparator>, frame: Picture): Promise<Comparator> => {
  try {
    const opened = await open(frame)
    if ('why' in opened) return opened
    const faces = await opened.look()
    return faces === 1 ? opened : { why: `found ${faces} faces where there is one` }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}

/** Each has looked once when this returns. */
export const openComparators = async (
  frame: Picture,
): Promise<{ readonly faceApi: Comparator; readonly human: Comparator }> => ({
  faceApi: await orWhy(openFaceApi, frame),
  human: await orWhy(openHuman, frame),
})
