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

/** Along one axis, for each sample of each target pixel: the source pixel before it, and how far it lies towards the next. */
type Axis = { readonly before: Int32Array; readonly part: Float32Array }

/** As many samples a target pixel as it covers pairs of source pixels: halving reads each source pixel exactly once. */
const samplesFor = (scale: number): number => Math.max(1, Math.round(0.5 / scale))

const planAxis = (source: number, target: number, scale: number): Axis => {
  const samples = samplesFor(scale)
  const before = new Int32Array(target * samples)
  const part = new Float32Array(target * samples)
  for (let at = 0; at < before.length; at++) {
    const place = Math.min(source - 1, Math.max(0, (at + 0.5) / samples / scale - 0.5))
    before[at] = Math.min(source - 2, Math.floor(place))
    part[at] = place - (before[at] as number)
  }
  return { before, part }
}

type Plan = { readonly from: string; readonly scale: number; readonly across: Axis; readonly down: Axis }

const planLetterbox = (picture: Picture, canvas: Canvas, from: string): Plan => {
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height)
  const across = planAxis(picture.width, Math.min(canvas.width, Math.round(picture.width * scale)), scale)
  const down = planAxis(picture.height, Math.min(canvas.height, Math.round(picture.height * scale)), scale)
  return { from, scale, across, down }
}

/** Channels written out one by one and typed arrays held in constants: this loop is a tenth of a frame's time. */
const addSamples = (picture: Picture, canvas: Canvas, { scale, across, down }: Plan, sx: number, sy: number): void => {
  const { rgb, width } = picture
  const { values, pixels } = canvas
  const { offset: red, step } = channelOf(canvas, 0)
  const { offset: green } = channelOf(canvas, 1)
  const { offset: blue } = channelOf(canvas, 2)
  const row = width * 3
  const samples = samplesFor(scale)
  const share = 1 / (samples * samples)
  const [mr, mg, mb] = pixels.multiply.map((each) => each * share) as [number, number, number]
  const [ar, ag, ab] = pixels.add.map((each) => each * share) as [number, number, number]
  for (let y = sy; y < down.before.length; y += samples) {
    const top = (down.before[y] as number) * row
    const fy = down.part[y] as number
    let to = ((y - sy) / samples) * canvas.width * step
    for (let x = sx; x < across.before.length; x += samples) {
      const i = top + (across.before[x] as number) * 3
      const j = i + row
      const fx = across.part[x] as number
      const w11 = fx * fy
      const w10 = fx - w11
      const w01 = fy - w11
      const w00 = 1 - fx - w01
      const r =
        w00 * (rgb[i] as number) +
        w10 * (rgb[i + 3] as number) +
        w01 * (rgb[j] as number) +
        w11 * (rgb[j + 3] as number)
      const g =
        w00 * (rgb[i + 1] as number) +
        w10 * (rgb[i + 4] as number) +
        w01 * (rgb[j + 1] as number) +
        w11 * (rgb[j + 4] as number)
      const b =
        w00 * (rgb[i + 2] as number) +
        w10 * (rgb[i + 5] as number) +
        w01 * (rgb[j + 2] as number) +
        w11 * (rgb[j + 5] as number)
      values[red + to] = (values[red + to] as number) + r * mr + ar
      values[green + to] = (values[green + to] as number) + g * mg + ag
      values[blue + to] = (values[blue + to] as number) + b * mb + ab
      to += step
    }
  }
}

/** A camera's frame at half its size: every pixel is read once, and nothing is weighed. Twice as fast as samples. */
const drawHalf = ({ width, height, rgb }: Picture, canvas: Canvas): void => {
  const { values, pixels } = canvas
  const { offset: red, step } = channelOf(canvas, 0)
  const { offset: green } = channelOf(canvas, 1)
  const { offset: blue } = channelOf(canvas, 2)
  const [mr, mg, mb] = pixels.multiply.map((each) => each / 4) as [number, number, number]
  const [ar, ag, ab] = pixels.add
  const row = width * 3
  for (let y = 0; y < height / 2; y++) {
    let i = 2 * y * row
    let to = y * canvas.width * step
    for (let x = 0; x < width / 2; x++, i += 6, to += step) {
      const j = i + row
      const r = (rgb[i] as number) + (rgb[i + 3] as number) + (rgb[j] as number) + (rgb[j + 3] as number)
      const g = (rgb[i + 1] as number) + (rgb[i + 4] as number) + (rgb[j + 1] as number) + (rgb[j + 4] as number)
      const b = (rgb[i + 2] as number) + (rgb[i + 5] as number) + (rgb[j + 2] as number) + (rgb[j + 5] as number)
      values[red + to] = r * mr + ar
      values[green + to] = g * mg + ag
      values[blue + to] = b * mb + ab
    }
  }
}

export type Letterbox = {
  /** Fills the upper left of a wiped canvas with the whole picture, aspect kept. Gives canvas pixels per picture pixel. */
  readonly draw: (picture: Picture) => number
}

/** Keeps the plan of the last picture size, so that a camera pays for it once. */
export const createLetterbox = (canvas: Canvas): Letterbox => {
  let plan: Plan | undefined
  return {
    draw: (picture) => {
      const from = `${picture.width}x${picture.height}`
      if (plan?.from !== from) plan = planLetterbox(picture, canvas, from)
      if (plan.scale === 0.5 && picture.width % 2 === 0 && picture.height % 2 === 0) {
        drawHalf(picture, canvas)
        return plan.scale
      }
      const samples = samplesFor(plan.scale)
      for (let sy = 0; sy < samples; sy++) {
        for (let sx = 0; sx < samples; sx++) addSamples(picture, canvas, plan, sx, sy)
      }
      return plan.scale
    },
  }
}
