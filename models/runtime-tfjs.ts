// Starts TensorFlow.js, on the site's tfjs-node or on WebAssembly, and opens a network of the builtin pack on it. Loads the library
// only when called; reads no file, fetches nothing. Called by runtime.ts and runtime-tfjs-onnx.ts.

import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type { GraphModel } from '@tensorflow/tfjs-converter'
import type * as Core from '@tensorflow/tfjs-core'
import type { Network } from './network.ts'

/** Not in package.json: it needs a compiler or a download, and its last release breaks on newer Nodes. */
const nativePeer: string = '@tensorflow/tfjs-node'

const crashEvents = ['uncaughtException', 'unhandledRejection'] as const

/** The wasm backend listens process-wide and would turn our crashes into its own; what it adds is taken away again. */
const withoutCrashListeners = async <T>(work: () => Promise<T>): Promise<T> => {
  const before = crashEvents.map((event) => new Set(process.listeners(event as 'uncaughtException')))
  try {
    return await work()
  } finally {
    crashEvents.forEach((event, i) => {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (before[i]?.has(listener) !== true) process.off(event, listener)
      }
    })
  }
}

/** One small sum proves that the backend not only registers but computes. */
const backendWorks = async (tf: typeof Core, name: string): Promise<boolean> => {
  if (!(await tf.setBackend(name))) return false
  await tf.ready()
  const sum = tf.add(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]))
  const [first] = await sum.data()
  sum.dispose()
  return first === 4
}

export type TfjsBackend = 'tfjs-node' | 'tfjs-wasm'

/** Whether the site has installed it; nothing is loaded. */
export const hasNativePeer = (): boolean => {
  try {
    createRequire(import.meta.url).resolve(nativePeer)
    return true
  } catch {
    return false // the usual case
  }
}

const startBackend = async (wish: TfjsBackend): Promise<typeof Core> => {
  const tf = await import('@tensorflow/tfjs-core')
  if (wish === 'tfjs-node') await import(nativePeer)
  else {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  }
  if (await backendWorks(tf, wish === 'tfjs-node' ? 'tensorflow' : 'wasm')) return tf
  throw new Error(`${wish} does not start`)
}

/** One backend a process, chosen by the first network: the library has one current backend for all. */
let started: { readonly backend: TfjsBackend; readonly tf: Promise<typeof Core> } | undefined

export const startTfjs = (backend: TfjsBackend): Promise<typeof Core> => {
  started ??= { backend, tf: withoutCrashListeners(() => startBackend(backend)) }
  if (started.backend !== backend) throw new Error(`TensorFlow.js runs on ${started.backend} already`)
  return started.tf
}

export type TfjsFiles = { readonly topology: Uint8Array; readonly weights: Uint8Array }

type TopologyFile = {
  readonly modelTopology: object
  readonly signature?: object
  readonly weightsManifest: readonly { readonly weights: readonly unknown[] }[]
}

const loadGraph = async (files: TfjsFiles): Promise<GraphModel> => {
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter')
  const topology = JSON.parse(Buffer.from(files.topology).toString('utf8')) as TopologyFile
  return loadGraphModel({
    load: async () => ({
      modelTopology: topology.modelTopology,
      weightSpecs: topology.weightsManifest.flatMap((group) => group.weights) as Core.io.WeightsManifestEntry[],
      weightData: new Uint8Array(files.weights).buffer,
      ...(topology.signature === undefined ? {} : { userDefinedMetadata: { signature: topology.signature } }),
    }),
  })
}

/** A copy: the array may be a view into the backend's own memory, which the next picture overwrites. The caller wipes his, and this
 * one is nobody's any more. */
export const takeOut = (values: Float32Array): Float32Array => {
  const copy = Float32Array.from(values)
  values.fill(0)
  return copy
}

/** Computes only `outputs`: what the file could also tell (age, sex) is never evaluated. */
export const openTfjsNetwork = async (
  files: TfjsFiles,
  outputs: readonly string[],
  backend: TfjsBackend,
): Promise<Network> => {
  const tf = await startTfjs(backend)
  const graph = await loadGraph(files)
  return {
    run: async (inputs) => {
      const feeds: Record<string, Core.Tensor> = {}
      for (const [name, { values, shape }] of Object.entries(inputs)) feeds[name] = tf.tensor(values, [...shape])
      const answer = graph.execute(feeds, [...outputs])
      const tensors = Array.isArray(answer) ? answer : [answer]
      try {
        const arrays = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
        return Object.fromEntries(arrays.map((values, i) => [outputs[i], takeOut(values)]))
      } finally {
        tf.dispose(tensors)
        tf.dispose(feeds)
      }
    },
    close: async () => graph.dispose(),
  }
}
