// One picture in memory and its way into a network's input. Decodes no file, keeps no picture. Called by the detectors
// and by whoever takes frames from a camera (assertPicture first, everything else trusts it).

import { done, failed, type Result } from './result.ts'

/** 8-bit RGB, row-major, no padding: `rgb.length` is width × height × 3. */
export type Picture = { readonly width: number; readonly height: number; readonly rgb: Uint8Array }

/** Pixels of one side. Under 16 there is no face; over 8192 is no camera of a gate. */
export const pictureSidePixels = Object.freeze({ least: 16, most: 8192 })

/** Proves that a picture's sizes agree before anything reads its bytes. */
export const assertPicture = (picture: Picture): Result<Picture, 'picture_invalid'> => {
  const { width, height, rgb } = picture
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < pictureSidePixels.least || side > pictureSidePixels.most) {
      return failed('picture_invalid', `a side of ${side} pixels`)
    }
  }
  if (!(rgb instanceof Uint8Array)) return failed('picture_invalid', 'no bytes')
  const bytes = width * height * 3
  return rgb.length === bytes ? done(picture) : failed('picture_invalid', `${rgb.length} bytes instead of ${bytes}`)
}

/** How a network wants its pixels: value = byte × multiply + add, per channel in the order R, G, B. */
export type Pixels = {
  readonly planar: boolean
  readonly order: 'rgb' | 'bgr'
  readonly multiply: readonly [number, number, number]
  readonly add: readonly [number, number, number]
}

/** The input of a network, reused from picture to picture and wiped after each. */
export type Canvas = {
  readonly width: number
  readonly height: number
  readonly pixels: Pixels
  readonly values: Float32Array
}

export const createCanvas = (width: number, height: number, pixels: Pixels): Canvas => ({
  width,
  height,
  pixels,
  values: new Float32Array(width * height * 3),
})

/** Where channel R, G or B (0, 1, 2) of a canvas begins, and the distance from one pixel to the next. */
export const channelOf = (canvas: Canvas, channel: number): { readonly offset: number; readonly step: number } => {
  const place = canvas.pixels.order === 'rgb' ? channel : 2 - channel
  return canvas.pixels.planar ? { offset: place * canvas.width * canvas.height, step: 1 } : { offset: place, step: 3 }
}

/** For each target pixel along one axis: the first source pixel and the weights of the `taps` that follow. */
type Axis = { readonly taps: number; readonly first: Int32Array; readonly weights: Float32Array }

/** Area average when shrinking, linear interpolation when enlarging; weights of a pixel sum to 1. */
const planAxis = (source: number, target: number, scale: number): Axis => {
  const reach = Math.max(1, 1 / scale)
  const taps = Math.min(source, Math.ceil(reach) + 1)
  const first = new Int32Array(target)
  const weights = new Float32Array(target * taps)
  for (let at = 0; at < target; at++) {
    const centre = (at + 0.5) / scale - 0.5
    const start = Math.min(source - taps, Math.max(0, Math.ceil(centre - (reach + 1) / 2)))
    first[at] = start
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const distance = Math.abs(start + tap - Math.min(source - 1, Math.max(0, centre)))
      const weight = reach === 1 ? Math.max(0, 1 - distance) : Math.min(1, Math.max(0, (reach + 1) / 2 - distance))
      weights[at * taps + tap] = weight
      sum += weight
    }
    for (let tap = 0; tap < taps; tap++) weights[at * taps + tap] = (weights[at * taps + tap] ?? 0) / sum
  }
  return { taps, first, weights }
}

type Plan = {
  readonly from: string
  readonly scale: number
  readonly across: Axis
  readonly down: Axis
  readonly row: Float32Array
}

const planLetterbox = (picture: Picture, canvas: Canvas, from: string): Plan => {
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height)
  const across = planAxis(picture.width, Math.min(canvas.width, Math.round(picture.width * scale)), scale)
  const down = planAxis(picture.height, Math.min(canvas.height, Math.round(picture.height * scale)), scale)
  return { from, scale, across, down, row: new Float32Array(picture.width * 3) }
}

/** One line of the shrunken picture at the source's full width, all channels. */
const blendRows = (picture: Picture, down: Axis, y: number, row: Float32Array): void => {
  const { rgb } = picture
  const length = row.length
  const { taps } = down
  const start = (down.first[y] ?? 0) * length
  row.fill(0)
  for (let tap = 0; tap < taps; tap++) {
    const weight = down.weights[y * taps + tap] ?? 0
    if (weight === 0) continue
    const from = start + tap * length
    for (let i = 0; i < length; i++) row[i] = (row[i] as number) + weight * (rgb[from + i] as number)
  }
}

const blendColumns = (row: Float32Array, across: Axis, canvas: Canvas, y: number): void => {
  const { first, weights, taps } = across
  const { values, pixels, width } = canvas
  for (let channel = 0; channel < 3; channel++) {
    const { offset, step } = channelOf(canvas, channel)
    const multiply = pixels.multiply[channel] as number
    const add = pixels.add[channel] as number
    let to = offset + y * width * step
    for (let x = 0; x < first.length; x++) {
      const from = (first[x] as number) * 3 + channel
      let sum = 0
      for (let tap = 0; tap < taps; tap++) sum += (weights[x * taps + tap] as number) * (row[from + tap * 3] as number)
      values[to] = sum * multiply + add
      to += step
    }
  }
}

export type Letterbox = {
  /** Fills the upper left of the canvas with the whole picture, aspect kept. Returns canvas pixels per picture pixel. */
  readonly draw: (picture: Picture) => number
}

/** Keeps the weights of the last picture size, so that a camera pays for them once. */
export const createLetterbox = (canvas: Canvas): Letterbox => {
  let plan: Plan | undefined
  return {
    draw: (picture) => {
      const from = `${picture.width}x${picture.height}`
      if (plan?.from !== from) plan = planLetterbox(picture, canvas, from)
      const { scale, across, down, row } = plan
      for (let y = 0; y < down.first.length; y++) {
        blendRows(picture, down, y, row)
        blendColumns(row, across, canvas, y)
      }
      row.fill(0)
      return scale
    },
  }
}
