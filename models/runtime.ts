// Chooses what computes a pack on this machine and opens its networks there. A native library that this processor cannot run dies
// with an illegal instruction and takes its process along, so it is proved in a child first. Called by face-model.ts.

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Network } from './network.ts'
import { openOnnxNetwork } from './runtime-onnx.ts'
import { hasNativePeer, openTfjsNetwork, type TfjsBackend } from './runtime-tfjs.ts'
import { openOnnxOnTfjs } from './runtime-tfjs-onnx.ts'

export const runtimes = ['onnxruntime', 'tfjs-node', 'tfjs-wasm'] as const
export type Runtime = (typeof runtimes)[number]
/** How a pack's files are written: one ONNX file a network, or a TensorFlow.js graph and its weights. */
export type Format = 'onnx' | 'tfjs'

/** A Pi opens a pack in about 3 s from a slow disk. What takes this long is taken for slow, not for broken. */
const PROOF_LIMIT_MS = 15_000
const MOST_THREADS = 3

/** Half the cores: the other half has a door to open. More threads than free cores make it slower. */
export const threadsFor = (cores: number = availableParallelism()): number =>
  Math.min(MOST_THREADS, Math.max(1, Math.floor(cores / 2)))

/** Best first; the last one is WebAssembly, which has no instruction of its own to be missing. */
const candidatesFor = (format: Format): readonly Runtime[] => {
  const tfjs: readonly TfjsBackend[] = hasNativePeer() ? ['tfjs-node', 'tfjs-wasm'] : ['tfjs-wasm']
  return format === 'onnx' ? ['onnxruntime', ...tfjs] : tfjs
}

/** `died`: of a signal, as SIGILL. `refused`: it said no. `unproven`: no child could be had, or it took too long. */
type Proof = 'works' | 'died' | 'refused' | 'unproven'

const proveIn = (script: string, words: readonly string[]): Promise<Proof> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...words], { stdio: 'ignore' })
    let late = false
    const kill = () => void child.kill('SIGKILL')
    const timer = setTimeout(() => {
      late = true
      kill()
    }, PROOF_LIMIT_MS)
    // Whoever asked is gone: nobody waits for the answer.
    process.once('exit', kill)
    const end = (proof: Proof): void => {
      clearTimeout(timer)
      process.off('exit', kill)
      resolve(late ? 'unproven' : proof)
    }
    child.once('error', () => end('unproven'))
    child.once('exit', (code, signal) => end(code === 0 ? 'works' : signal === null ? 'refused' : 'died'))
  })

const proofScript = fileURLToPath(new URL('./runtime-proof.ts', import.meta.url))

/** What is proved once holds for the life of this process. */
const proofs = new Map<Runtime, Promise<Proof>>()

export type RuntimeChoice = {
  readonly runtime: Runtime
  /** Better ones that do not run here. */
  readonly failed: readonly Runtime[]
}

/** The best one that computes this pack in a child without dying. `words` are for runtime-proof.ts: the pack and its folder. */
export const chooseRuntime = async (format: Format, words: readonly string[]): Promise<RuntimeChoice> => {
  const dead: Runtime[] = []
  for (const runtime of candidatesFor(format)) {
    if (runtime === 'tfjs-wasm') return { runtime, failed: dead }
    const proof = proofs.get(runtime) ?? proveIn(proofScript, [runtime, ...words])
    proofs.set(runtime, proof)
    const outcome = await proof
    if (outcome === 'works' || outcome === 'unproven') return { runtime, failed: dead }
    dead.push(runtime)
  }
  throw new Error('unreachable: WebAssembly is always a candidate')
}

export type Opening = {
  readonly format: Format
  readonly runtime: Runtime
  readonly contents: readonly Uint8Array[]
  readonly outputs: readonly string[]
  /** For onnxruntime; TensorFlow.js has one on WebAssembly and chooses itself on tfjs-node. */
  readonly threads: number
}

const openBare = async ({ format, runtime, contents, outputs, threads }: Opening): Promise<Network> => {
  const [first, second] = contents
  if (first === undefined) throw new Error('a stage without files')
  if (format === 'onnx') {
    return runtime === 'onnxruntime'
      ? openOnnxNetwork(first, outputs, threads)
      : openOnnxOnTfjs(first, outputs, runtime)
  }
  if (second === undefined || runtime === 'onnxruntime') throw new Error('a graph of TensorFlow.js runs only there')
  return openTfjsNetwork({ topology: first, weights: second }, outputs, runtime)
}

/** Zero times anything finite is zero. A loop without calls: a detector gives 25 000 values a frame. */
const areFinite = (values: Float32Array): boolean => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0
  return sum === 0
}

/** What is no number would pass as "no face" or hide among scores: the network is broken, and whoever asked must know. */
const proveNumbers = (network: Network): Network => ({
  run: async (inputs) => {
    const outputs = await network.run(inputs)
    for (const [name, values] of Object.entries(outputs)) {
      if (!areFinite(values)) throw new Error(`output ${name} of the network holds what is no number`)
    }
    return outputs
  },
  close: network.close,
})

/** Throws when the library cannot be loaded or the bytes are no network for it. Its answers are finite, or it throws. */
export const openNetwork = async (opening: Opening): Promise<Network> => proveNumbers(await openBare(opening))
