// Opens a network of the builtin pack on TensorFlow.js: the site's tfjs-node where it is installed and works, else the
// WebAssembly backend. Loads the library only when called; reads no network, fetches nothing. Called by face-model.ts.

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

const tryNative = async (tf: typeof Core): Promise<boolean> => {
  try {
    await import(nativePeer)
    return await backendWorks(tf, 'tensorflow')
  } catch {
    // Absent or broken is the usual case, and the wasm backend gives the same numbers.
    return false
  }
}

const startBackend = async (): Promise<typeof Core> => {
  const tf = await import('@tensorflow/tfjs-core')
  if (await tryNative(tf)) return tf
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  if (!(await backendWorks(tf, 'wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js does not start')
  return tf
}

/** One backend a process, started by the first network. */
let backend: Promise<typeof Core> | undefined

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

const takeOut = (values: Float32Array): Float32Array => {
  const copy = Float32Array.from(values)
  values.fill(0)
  return copy
}

/** Computes only `outputs`: what the file could also tell (age, sex) is never evaluated. */
export const openTfjsNetwork = async (files: TfjsFiles, outputs: readonly string[]): Promise<Network> => {
  backend ??= withoutCrashListeners(startBackend)
  const tf = await backend
  const graph = await loadGraph(files)
  return {
    run: async (inputs) => {
      const feeds: Record<string, Core.Tensor> = {}
      for (const [name, { values, shape }] of Object.entries(inputs)) feeds[name] = tf.tensor(values, [...shape])
      const answer = graph.execute(feeds, [...outputs])
      const tensors = Array.isArray(answer) ? answer : [answer]
      try {
        const arrays = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
        // A copy: the array may be a view into the backend's own memory, which the next picture overwrites. The caller wipes his, and
        // this one is nobody's any more.
        return Object.fromEntries(arrays.map((values, i) => [outputs[i], takeOut(values)]))
      } finally {
        tf.dispose(tensors)
        tf.dispose(feeds)
      }
    },
    close: async () => graph.dispose(),
  }
}
