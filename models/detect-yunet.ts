// Finds faces with YuNet: prepares its input, reads its twelve outputs. Knows no runtime and no file.
// Built by face-model.ts, decoded by second-look.ts too; the decoding follows libfacedetection.train (Apache-2.0), whose export applies the sigmoids.

import { type Detector, type Face, keepBest } from './face.ts'
import { type Network, outputOf } from './network.ts'
import { type Canvas, createCanvas, createLetterbox, type Letterbox, type Picture, type Pixels } from './picture.ts'

/** Blue first, 0 … 255, as OpenCV feeds it. */
export const yunetPixels: Pixels = { planar: true, order: 'bgr', multiply: [1, 1, 1], add: [0, 0, 0] }
const strides = [8, 16, 32] as const
export const yunetOutputs: readonly string[] = ['cls', 'obj', 'bbox', 'kps'].flatMap((kind) =>
  strides.map((stride) => `${kind}_${stride}`),
)
/** Input sides are multiples of the largest stride. */
const granule = 32

/** One shape of input and what draws into it. */
type Stage = { readonly canvas: Canvas; readonly letterbox: Letterbox }

const sideOf = (length: number, longest: number, longestSide: number): number =>
  Math.max(granule, Math.ceil((length * longestSide) / longest / granule) * granule)

const sizeFor = (picture: Picture, longestSide: number): readonly [number, number] => {
  const longest = Math.max(picture.width, picture.height)
  return [sideOf(picture.width, longest, longestSide), sideOf(picture.height, longest, longestSide)]
}

type Outputs = Readonly<Record<string, Float32Array>>

const readCell = (
  outputs: Outputs,
  stride: number,
  cell: number,
  columns: number,
  score: number,
  scale: number,
): Face => {
  const box = outputOf(outputs, `bbox_${stride}`).subarray(cell * 4, cell * 4 + 4)
  const keys = outputOf(outputs, `kps_${stride}`).subarray(cell * 10, cell * 10 + 10)
  const column = cell % columns
  const row = Math.floor(cell / columns)
  const unit = stride / scale
  const width = Math.exp(box[2] ?? 0) * unit
  const height = Math.exp(box[3] ?? 0) * unit
  const points = keys.map((key, i) => (key + (i % 2 === 0 ? column : row)) * unit)
  return {
    x: (column + (box[0] ?? 0)) * unit - width / 2,
    y: (row + (box[1] ?? 0)) * unit - height / 2,
    width,
    height,
    score,
    points,
  }
}

/** Every cell whose score reaches the least one, in pixels of the picture (`scale`: canvas pixels per picture pixel). */
export const decodeYunet = (outputs: Outputs, canvasWidth: number, scale: number, leastScore: number): Face[] => {
  const found: Face[] = []
  const leastProduct = leastScore * leastScore
  for (const stride of strides) {
    const classes = outputOf(outputs, `cls_${stride}`)
    const objects = outputOf(outputs, `obj_${stride}`)
    const columns = canvasWidth / stride
    for (let cell = 0; cell < classes.length; cell++) {
      const product = (classes[cell] as number) * (objects[cell] as number)
      if (product < leastProduct) continue
      found.push(readCell(outputs, stride, cell, columns, Math.min(1, Math.sqrt(product)), scale))
    }
  }
  return found
}

/** `longestSide`: pixels to which the longer side of a picture is brought; speed grows with its square. */
export const createYunet = (network: Network, longestSide: number, leastScore: number): Detector => {
  let stage: Stage | undefined
  const stageFor = (picture: Picture): Stage => {
    const [width, height] = sizeFor(picture, longestSide)
    if (stage?.canvas.width === width && stage.canvas.height === height) return stage
    const canvas = createCanvas(width, height, yunetPixels)
    stage = { canvas, letterbox: createLetterbox(canvas) }
    return stage
  }
  return {
    detect: async (picture) => {
      const { canvas, letterbox } = stageFor(picture)
      try {
        const scale = letterbox.draw(picture)
        const input = { values: canvas.values, shape: [1, 3, canvas.height, canvas.width] }
        return keepBest(decodeYunet(await network.run({ input }), canvas.width, scale, leastScore))
      } finally {
        canvas.values.fill(0)
      }
    },
  }
}
