// The one shape behind which both runtimes stand: named tensors in, named flat arrays out. Knows no runtime.
// Implemented by runtime-onnx.ts and runtime-tfjs.ts, used by the detectors and the embedder.

export type TensorIn = { readonly values: Float32Array; readonly shape: readonly number[] }

export type Network = {
  /** Only the outputs named when the network was opened. The arrays belong to the caller. Throws on a wrong shape. */
  readonly run: (inputs: Readonly<Record<string, TensorIn>>) => Promise<Readonly<Record<string, Float32Array>>>
  readonly close: () => Promise<void>
}

/** An output that the network promised when it was opened; its absence is a bug of ours or a wrong file. */
export const outputOf = (outputs: Readonly<Record<string, Float32Array>>, name: string): Float32Array => {
  const values = outputs[name]
  if (values === undefined) throw new Error(`the network gave no output ${name}`)
  return values
}
