// Turns an aligned face into a unit vector. Keeps neither face nor vector. Built by face-model.ts.

import { alignmentOf, warpInto } from './align.ts'
import type { Face } from './face.ts'
import { type Network, outputOf } from './network.ts'
import { createCanvas, type Picture, type Pixels } from './picture.ts'

/** What a network wants and what it gives, from the manifest. */
export type EmbedderShape = {
  readonly side: number
  readonly pixels: Pixels
  readonly input: string
  readonly output: string
  readonly dimension: number
}

export type Embedder = {
  readonly embed: (picture: Picture, face: Face) => Promise<Float32Array>
  /**
   * Runs the network on nothing. A runtime keeps its memory and clears none of it: what it held of the last face, the vector too, stands
   * there until the next run puts other numbers in the same places.
   */
  readonly rinse: () => Promise<void>
}

/** Scales in place to length 1. Throws when the vector has no direction: a network that answers so is broken. */
export const toUnitLength = (vector: Float32Array): Float32Array => {
  let square = 0
  for (const value of vector) square += value * value
  const length = Math.sqrt(square)
  if (!Number.isFinite(length) || length === 0) throw new Error('the network gave a vector without a direction')
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length
  return vector
}

export const createEmbedder = (network: Network, shape: EmbedderShape): Embedder => {
  const { side, pixels, input, output, dimension } = shape
  const canvas = createCanvas(side, side, pixels)
  const inputShape = pixels.planar ? [1, 3, side, side] : [1, side, side, 3]
  const run = () => network.run({ [input]: { values: canvas.values, shape: inputShape } })
  return {
    embed: async (picture, face) => {
      try {
        warpInto(canvas, picture, alignmentOf(face, side))
        const outputs = await run()
        const vector = outputOf(outputs, output)
        if (vector.length !== dimension) throw new Error(`a vector of ${vector.length} values instead of ${dimension}`)
        return toUnitLength(vector)
      } finally {
        canvas.values.fill(0)
      }
    },
    // Between two faces the canvas is empty.
    rinse: async () => void (await run()),
  }
}
