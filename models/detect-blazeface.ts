// Finds faces with human's BlazeFace (256 × 256, 896 anchors, six key points). Knows no runtime and no file.
// Built by face-model.ts; the anchors and the order of the outputs follow @vladmandic/human (MIT).

import { type Detector, type Face, keepBest } from './face.ts'
import { type Network, outputOf } from './network.ts'
import { createCanvas, createLetterbox, type Pixels } from './picture.ts'

const side = 256
const pixels: Pixels = {
  planar: false,
  order: 'rgb',
  multiply: [1 / 127.5, 1 / 127.5, 1 / 127.5],
  add: [-1, -1, -1],
}
/** Grids of the network, finer first: pixels per cell, anchors per cell. */
const grids = [
  { stride: 16, anchorsPerCell: 2 },
  { stride: 32, anchorsPerCell: 6 },
] as const

/** The four outputs have no telling names but differ in length: scores one value an anchor, boxes sixteen. */
export const blazefaceOutputs: readonly string[] = ['Identity', 'Identity_1', 'Identity_2', 'Identity_3']

/** Logit → 0 … 1. */
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

/** Values of one anchor: centre x, y, width, height, then x, y of eyes, nose, mouth and ears, all relative to the anchor. */
const valuesPerAnchor = 16

const readAnchor = (values: Float32Array, centreX: number, centreY: number, score: number, scale: number): Face => {
  const at = (i: number): number => values[i] ?? 0
  const width = at(2) / scale
  const height = at(3) / scale
  const x = (i: number): number => (at(4 + i * 2) + centreX) / scale
  const y = (i: number): number => (at(5 + i * 2) + centreY) / scale
  return {
    x: (at(0) + centreX) / scale - width / 2,
    y: (at(1) + centreY) / scale - height / 2,
    width,
    height,
    score,
    // The middle of the mouth stands for both its corners: in a least-squares fit that equals fitting their mean.
    points: Float32Array.of(x(0), y(0), x(1), y(1), x(2), y(2), x(3), y(3), x(3), y(3)),
  }
}

export const decodeBlazeface = (
  outputs: Readonly<Record<string, Float32Array>>,
  scale: number,
  leastScore: number,
): Face[] => {
  const found: Face[] = []
  const arrays = blazefaceOutputs.map((name) => outputOf(outputs, name))
  for (const { stride, anchorsPerCell } of grids) {
    const columns = side / stride
    const anchors = columns * columns * anchorsPerCell
    const scores = arrays.find((values) => values.length === anchors)
    const boxes = arrays.find((values) => values.length === anchors * valuesPerAnchor)
    if (scores === undefined || boxes === undefined) throw new Error('not the outputs of BlazeFace')
    for (let anchor = 0; anchor < anchors; anchor++) {
      const score = sigmoid(scores[anchor] as number)
      if (score < leastScore) continue
      const cell = Math.floor(anchor / anchorsPerCell)
      const centreX = ((cell % columns) + 0.5) * stride
      const centreY = (Math.floor(cell / columns) + 0.5) * stride
      const values = boxes.subarray(anchor * valuesPerAnchor, (anchor + 1) * valuesPerAnchor)
      found.push(readAnchor(values, centreX, centreY, score, scale))
    }
  }
  return found
}

export const createBlazeface = (network: Network, leastScore: number): Detector => {
  const canvas = createCanvas(side, side, pixels)
  const letterbox = createLetterbox(canvas)
  return {
    detect: async (picture) => {
      try {
        const scale = letterbox.draw(picture)
        const input = { values: canvas.values, shape: [1, side, side, 3] }
        return keepBest(decodeBlazeface(await network.run({ input }), scale, leastScore))
      } finally {
        canvas.values.fill(0)
      }
    },
  }
}
