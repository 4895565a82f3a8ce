// Turns a found face upright and into a network's input: a similarity fitted to the five points, one pass over the target
// that interpolates and normalises at once. Keeps nothing. Called by embed.ts.

import type { Face } from './face.ts'
import { type Canvas, channelOf, type Picture } from './picture.ts'

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: turn, scale and shift, never a mirror or a shear. */
export type Similarity = { readonly a: number; readonly b: number; readonly tx: number; readonly ty: number }

/** Where ArcFace expects the points of a face in 112 × 112 pixels. Alignment is worth more than the network behind it. */
export const arcfaceTemplate: readonly number[] = Object.freeze([
  38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041,
])
export const templateSidePixels = 112

const meanOf = (points: ArrayLike<number>, axis: 0 | 1): number => {
  let sum = 0
  for (let i = axis; i < points.length; i += 2) sum += points[i] ?? 0
  return sum / (points.length / 2)
}

/** Least squares (Umeyama without reflection): the similarity that best carries `from` onto `to`; x, y pairs. */
export const fitSimilarity = (from: ArrayLike<number>, to: ArrayLike<number>): Similarity => {
  const [fromX, fromY, toX, toY] = [meanOf(from, 0), meanOf(from, 1), meanOf(to, 0), meanOf(to, 1)]
  let spread = 0
  let along = 0
  let across = 0
  for (let i = 0; i < from.length; i += 2) {
    const [px, py] = [(from[i] ?? 0) - fromX, (from[i + 1] ?? 0) - fromY]
    const [qx, qy] = [(to[i] ?? 0) - toX, (to[i + 1] ?? 0) - toY]
    spread += px * px + py * py
    along += px * qx + py * qy
    across += px * qy - py * qx
  }
  const [a, b] = [along / spread, across / spread]
  if (!Number.isFinite(a) || !Number.isFinite(b) || (a === 0 && b === 0))
    throw new Error('the points of the face coincide')
  return { a, b, tx: toX - a * fromX + b * fromY, ty: toY - b * fromX - a * fromY }
}

export const invertSimilarity = ({ a, b, tx, ty }: Similarity): Similarity => {
  const square = a * a + b * b
  const [inverseA, inverseB] = [a / square, -b / square]
  return { a: inverseA, b: inverseB, tx: -inverseA * tx + inverseB * ty, ty: -inverseB * tx - inverseA * ty }
}

/** From pixels of the canvas to pixels of the picture, for a square canvas of any size. */
export const alignmentOf = (face: Face, canvasSide: number): Similarity => {
  const unit = canvasSide / templateSidePixels
  return invertSimilarity(
    fitSimilarity(
      face.points,
      arcfaceTemplate.map((value) => value * unit),
    ),
  )
}

type Channels = { readonly offsets: readonly [number, number, number]; readonly step: number }

const channelsOf = (canvas: Canvas): Channels => {
  const [red, green, blue] = [channelOf(canvas, 0), channelOf(canvas, 1), channelOf(canvas, 2)]
  return { offsets: [red.offset, green.offset, blue.offset], step: red.step }
}

/** Adds `share` of the picture's colour at a point to `sums`; outside the picture is black, as in training. */
const addSample = (picture: Picture, x: number, y: number, share: number, sums: Float64Array): void => {
  const { width, height, rgb } = picture
  const left = Math.floor(x)
  const top = Math.floor(y)
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return
  const fx = x - left
  const fy = y - top
  const w11 = fx * fy * share
  const w10 = fx * share - w11
  const w01 = fy * share - w11
  const w00 = share - w11 - w10 - w01
  const i = (top * width + left) * 3
  const j = i + width * 3
  for (let c = 0; c < 3; c++) {
    sums[c] =
      (sums[c] as number) +
      w00 * (rgb[i + c] as number) +
      w10 * (rgb[i + c + 3] as number) +
      w01 * (rgb[j + c] as number) +
      w11 * (rgb[j + c + 3] as number)
  }
}

/** Draws the picture seen through `place` (canvas → picture). A canvas pixel that covers several of the picture averages
 * as many samples each way, so that a near face does not shimmer. */
export const warpInto = (canvas: Canvas, picture: Picture, place: Similarity): void => {
  const { width, height, values, pixels } = canvas
  const { offsets, step } = channelsOf(canvas)
  const samples = Math.max(1, Math.min(8, Math.round(Math.hypot(place.a, place.b) / 2)))
  const share = 1 / (samples * samples)
  const sums = new Float64Array(3)
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      sums.fill(0)
      for (let s = 0; s < samples; s++) {
        const cv = v + (s + 0.5) / samples - 0.5
        for (let t = 0; t < samples; t++) {
          const cu = u + (t + 0.5) / samples - 0.5
          addSample(
            picture,
            place.a * cu - place.b * cv + place.tx,
            place.b * cu + place.a * cv + place.ty,
            share,
            sums,
          )
        }
      }
      const to = (v * width + u) * step
      for (let c = 0; c < 3; c++) {
        values[(offsets[c] as number) + to] =
          (sums[c] as number) * (pixels.multiply[c] as number) + (pixels.add[c] as number)
      }
    }
  }
}
