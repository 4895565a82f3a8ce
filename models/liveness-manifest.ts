// The shape of what manifest.json says of the networks for liveness: optional files beside the packs, that no consent names. Reads no
// file. Used by manifest.ts.

import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1))

/** `converted`: what the publisher has is of another format, so that nothing can be fetched from there; a technician adds the file. */
const file = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9_]+\.onnx$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16 * 2 ** 20)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  upstream: v.strictObject({
    kind: v.literal('converted'),
    repository: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
    commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
    path: text,
  }),
  licence: text,
  trainedOn: text,
  /** How many times the face's box the network looks at. */
  scale: v.pipe(v.number(), v.minValue(1), v.maxValue(8)),
})

export const livenessSet = v.strictObject({
  files: v.pipe(v.array(file), v.minLength(1)),
  input: text,
  output: text,
  /** Nobody has measured it against real attacks. */
  measured: v.null(),
})
export type LivenessSet = v.InferOutput<typeof livenessSet>
