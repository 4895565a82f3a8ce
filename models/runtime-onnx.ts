// Opens a network of the recommended pack on onnxruntime-node. Loads the native library only when called; reads no file
// (the caller has proved the bytes) and no network, and sees to it that the library does neither. Called by face-model.ts.

import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Network } from './network.ts'

/** `threads` beyond the free cores makes it slower; spinning is off so that a waiting thread leaves the core to others. */
const sessionOptions = (threads: number): InferenceSession.SessionOptions => ({
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
})

const valuesOf = (name: string, tensor: Tensor): Float32Array => {
  if (tensor.data instanceof Float32Array) return tensor.data
  throw new Error(`output ${name} is ${tensor.type}, not float32`)
}

/** Throws when the bytes are no network: they passed their checksum, so that is a fault of the installation. */
export const openOnnxNetwork = async (
  model: Uint8Array,
  outputs: readonly string[],
  threads: number,
): Promise<Network> => {
  // Since 1.29 the published library reports every session to its maker, from a database in the user's folder, unless this is set
  // before it is loaded (onnxruntime pull request 27379).
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(model, sessionOptions(threads))
  return {
    run: async (inputs) => {
      const feeds: Record<string, Tensor> = {}
      for (const [name, { values, shape }] of Object.entries(inputs)) feeds[name] = new Tensor('float32', values, shape)
      const answer = await session.run(feeds, outputs)
      return Object.fromEntries(Object.entries(answer).map(([name, tensor]) => [name, valuesOf(name, tensor)]))
    },
    close: () => session.release(),
  }
}
