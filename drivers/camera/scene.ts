// Turns a picture file into a frame of a given size, as a person before the camera would stand there. Decodes with sharp, loaded at
// the first picture; keeps nothing, writes nothing. Called by the simulated camera and by tests.

import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'

/** A picture of a phone has 12 to 50 million pixels; more is an attack on memory. */
const PICTURE_LIMIT_PIXELS = 50_000_000
const EMPTY_GREY = 128
const NOISE_STEPS = 8

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

/** How the picture stands in the frame; every member may be left out. */
export const view = v.strictObject({
  /** The part of the picture that is shown, in fractions of its sides. */
  x: v.optional(fraction, 0),
  y: v.optional(fraction, 0),
  width: v.optional(fraction, 1),
  height: v.optional(fraction, 1),
  flip: v.optional(v.boolean(), false),
  /** 1: as it is. */
  brightness: v.optional(v.pipe(v.number(), v.minValue(0.05), v.maxValue(4)), 1),
  /** Of the fitted size; under 1 the person stands farther away. */
  scale: v.optional(v.pipe(v.number(), v.minValue(0.05), v.maxValue(4)), 1),
  /** To the right and down, in fractions of the frame. */
  shift: v.optional(v.strictObject({ x: v.optional(v.number(), 0), y: v.optional(v.number(), 0) }), {}),
  fit: v.optional(v.picklist(['contain', 'cover']), 'contain'),
})
export type View = v.InferOutput<typeof view>

/** Nobody there: mid-grey with the same slight noise each time. */
export const drawEmptyScene = (width: number, height: number): Uint8Array => {
  const rgb = new Uint8Array(width * height * 3)
  let seed = 1
  for (let i = 0; i < rgb.length; i++) {
    seed = (seed * 1664525 + 1013904223) >>> 0
    rgb[i] = EMPTY_GREY + ((seed >>> 24) % NOISE_STEPS)
  }
  return rgb
}

/** Copies the part of `from` that lies in the frame, its upper left corner at (left, top). */
const pasteInto = (rgb: Uint8Array, width: number, height: number, from: Picture, left: number, top: number): void => {
  const firstX = Math.max(0, left)
  const lastX = Math.min(width, left + from.width)
  if (firstX >= lastX) return
  for (let y = Math.max(0, top); y < Math.min(height, top + from.height); y++) {
    const start = ((y - top) * from.width + firstX - left) * 3
    rgb.set(from.rgb.subarray(start, start + (lastX - firstX) * 3), (y * width + firstX) * 3)
  }
}

type Size = { readonly width: number; readonly height: number }

const fittedSize = (picture: Size, frame: Size, { fit, scale }: View): Size => {
  const [across, down] = [frame.width / picture.width, frame.height / picture.height]
  const unit = (fit === 'contain' ? Math.min(across, down) : Math.max(across, down)) * scale
  return {
    width: Math.max(1, Math.round(picture.width * unit)),
    height: Math.max(1, Math.round(picture.height * unit)),
  }
}

const cropOf = (picture: Size, { x, y, width, height }: View) => {
  const left = Math.min(picture.width - 1, Math.floor(x * picture.width))
  const top = Math.min(picture.height - 1, Math.floor(y * picture.height))
  return {
    left,
    top,
    width: Math.max(1, Math.min(picture.width - left, Math.round(width * picture.width))),
    height: Math.max(1, Math.min(picture.height - top, Math.round(height * picture.height))),
  }
}

const decodeView = async (file: string, frame: Size, shown: View): Promise<Picture> => {
  const { default: sharp } = await import('sharp')
  const whole = await sharp(file, { limitInputPixels: PICTURE_LIMIT_PIXELS, failOn: 'error' })
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = whole.info
  const crop = cropOf({ width, height }, shown)
  const size = fittedSize(crop, frame, shown)
  const fitted = await sharp(whole.data, { raw: { width, height, channels } })
    .extract(crop)
    .flop(shown.flip)
    .modulate({ brightness: shown.brightness })
    .resize(size.width, size.height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  whole.data.fill(0)
  return { ...size, rgb: fitted }
}

/** A frame with the picture in the middle, or `picture_unreadable`: absent, corrupt, no picture, too large. */
export const drawScene = async (
  file: string,
  frame: Size,
  shown: View,
): Promise<Result<Uint8Array, 'picture_unreadable'>> => {
  let picture: Picture
  try {
    picture = await decodeView(file, frame, shown)
  } catch (error) {
    return failed('picture_unreadable', error instanceof Error ? error.name : 'unknown')
  }
  const rgb = drawEmptyScene(frame.width, frame.height)
  const left = Math.round((frame.width - picture.width) / 2 + shown.shift.x * frame.width)
  const top = Math.round((frame.height - picture.height) / 2 + shown.shift.y * frame.height)
  pasteInto(rgb, frame.width, frame.height, picture, left, top)
  picture.rgb.fill(0)
  return done(rgb)
}
