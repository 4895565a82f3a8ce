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
/** Each way; a face that would need more fills the whole frame. */
const mostSamples = 8

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

/** Where the samples of one canvas pixel lie about its middle, in pixels of the picture: x, y pairs. */
const spreadSamples = ({ a, b }: Similarity, samples: number): Float64Array => {
  const aside = new Float64Array(samples * samples * 2)
  for (let sample = 0; sample < samples * samples; sample++) {
    const u = ((sample % samples) + 0.5) / samples - 0.5
    const v = (Math.floor(sample / samples) + 0.5) / samples - 0.5
    aside[sample * 2] = a * u - b * v
    aside[sample * 2 + 1] = b * u + a * v
  }
  return aside
}

/** Draws the picture seen through `place` (canvas → picture); outside the picture is black, as in training. A canvas pixel
 * that covers several pixels of the picture averages samples, so that a near face does not shimmer. */
export const warpInto = (canvas: Canvas, picture: Picture, place: Similarity): void => {
  const { width: canvasWidth, height: canvasHeight, values, pixels } = canvas
  const { width, height, rgb } = picture
  const { a, b } = place
  const { offset: red, step } = channelOf(canvas, 0)
  const { offset: green } = channelOf(canvas, 1)
  const { offset: blue } = channelOf(canvas, 2)
  const samples = Math.max(1, Math.min(mostSamples, Math.round(Math.hypot(a, b) / 2)))
  const aside = spreadSamples(place, samples)
  const share = 2 / aside.length
  const [mr, mg, mb] = pixels.multiply.map((each) => each * share) as [number, number, number]
  const [ar, ag, ab] = pixels.add
  const row = width * 3
  for (let v = 0, to = 0; v < canvasHeight; v++) {
    for (let u = 0; u < canvasWidth; u++, to += step) {
      const middleX = a * u - b * v + place.tx
      const middleY = b * u + a * v + place.ty
      let sumRed = 0
      let sumGreen = 0
      let sumBlue = 0
      for (let sample = 0; sample < aside.length; sample += 2) {
        const x = middleX + (aside[sample] as number)
        const y = middleY + (aside[sample + 1] as number)
        if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) continue
        const left = x | 0
        const top = y | 0
        const fx = x - left
        const fy = y - top
        const w11 = fx * fy
        const w10 = fx - w11
        const w01 = fy - w11
        const w00 = 1 - fx - w01
        const i = top * row + left * 3
        const j = i + row
        sumRed +=
          w00 * (rgb[i] as number) +
          w10 * (rgb[i + 3] as number) +
          w01 * (rgb[j] as number) +
          w11 * (rgb[j + 3] as number)
        sumGreen +=
          w00 * (rgb[i + 1] as number) +
          w10 * (rgb[i + 4] as number) +
          w01 * (rgb[j + 1] as number) +
          w11 * (rgb[j + 4] as number)
        sumBlue +=
          w00 * (rgb[i + 2] as number) +
          w10 * (rgb[i + 5] as number) +
          w01 * (rgb[j + 2] as number) +
          w11 * (rgb[j + 5] as number)
      }
      values[red + to] = sumRed * mr + ar
      values[green + to] = sumGreen * mg + ag
      values[blue + to] = sumBlue * mb + ab
    }
  }
}
