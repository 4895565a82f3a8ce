// Judges whether a found face is worth a vector: near enough, wholly seen, looking here, lit, sharp, uncovered. Pure; keeps nothing.
// A face that fails gets no vector (a passer-by leaves no trace). Called by the face process and by enrolment.

import { eyeDistance, type Face } from './face.ts'
import type { Picture } from './picture.ts'

/** First that applies, in this order; the cheap ones that read no pixel come first. */
export const qualityCodes = [
  'face_small',
  'face_cut_off',
  'face_turned',
  'face_dark',
  'face_bright',
  'face_blurred',
  'face_covered',
  'good',
] as const
export type QualityCode = (typeof qualityCodes)[number]

export type Pose = {
  /** Degrees. 0: towards the camera; positive: turned to the right of the picture. */
  readonly yaw: number
  /** Degrees; positive: looking up. */
  readonly pitch: number
  /** Degrees; positive: head tilted clockwise in the picture. */
  readonly roll: number
}

export type Quality = {
  readonly code: QualityCode
  readonly facePixels: number
  readonly pose: Pose
  /** Mean brightness of the inner face, 0 … 255; 0 when an earlier code made it needless to look. */
  readonly light: number
  /** Mean step between neighbours over the spread of brightness: 0 (fog) … about 1; 0 as above. */
  readonly sharpness: number
}

export type QualityLimits = {
  readonly leastFacePixels: number
  readonly mostYaw: number
  readonly mostPitch: number
  readonly mostRoll: number
  readonly leastLight: number
  readonly mostLight: number
  readonly leastSharpness: number
  /** Whoever comes with a mask is compared all the same; whoever is enrolled, or asks why nothing happens, takes it off. */
  readonly mayBeCovered: boolean
}

/** Looking at the gate, as a person does who wants in. Light and sharpness refuse only what no network can use:
 * a stricter limit on light would fall on dark skin first. */
export const attentionLimits: QualityLimits = Object.freeze({
  leastFacePixels: 64,
  mostYaw: 30,
  mostPitch: 30,
  mostRoll: 30,
  leastLight: 20,
  mostLight: 235,
  leastSharpness: 0.1,
  mayBeCovered: true,
})

const toDegrees = (radians: number): number => (radians * 180) / Math.PI

/** How far the nose tip stands out from the plane of the eyes, in distances between the eyes (about 35 of 63 mm). */
const noseDepth = 0.55
/** Where the nose lies between eyes (0) and mouth (1) in a frontal face (YuNet says 0.58, BlazeFace 0.5), and the length
 * from eyes to mouth. */
const noseHeight = 0.54
const eyesToMouth = 1.15

/** A rough estimate from five points, good to some ten degrees: enough to tell looking here from walking past. */
export const estimatePose = (points: Float32Array): Pose => {
  const at = (i: number): number => points[i] ?? 0
  const eyes = [(at(0) + at(2)) / 2, (at(1) + at(3)) / 2] as const
  const mouth = [(at(6) + at(8)) / 2, (at(7) + at(9)) / 2] as const
  const apart = eyeDistance(points)
  const axis = [(at(2) - at(0)) / apart, (at(3) - at(1)) / apart] as const
  const along = (x: number, y: number): number => (x - eyes[0]) * axis[0] + (y - eyes[1]) * axis[1]
  const below = (x: number, y: number): number => (y - eyes[1]) * axis[0] - (x - eyes[0]) * axis[1]
  const aside = along(at(4), at(5)) - along(...mouth) / 2
  const height = below(at(4), at(5)) / Math.max(1e-6, below(...mouth))
  return {
    yaw: toDegrees(Math.atan(aside / apart / noseDepth)),
    pitch: toDegrees(Math.atan(((noseHeight - height) * eyesToMouth) / noseDepth)),
    roll: toDegrees(Math.atan2(axis[1], axis[0])),
  }
}

/** Points of a square grid over the inner face at which brightness is read, so that every size costs the same. */
const gridSide = 48
/** The part of the box without hair and background. */
const innerPart = 0.7

const readBrightness = (picture: Picture, face: Face): Float32Array => {
  const { width, rgb } = picture
  const grid = new Float32Array(gridSide * gridSide)
  const left = face.x + (face.width * (1 - innerPart)) / 2
  const top = face.y + (face.height * (1 - innerPart)) / 2
  for (let row = 0; row < gridSide; row++) {
    const y = clampTo(top + ((row + 0.5) / gridSide) * face.height * innerPart, picture.height)
    for (let column = 0; column < gridSide; column++) {
      const x = clampTo(left + ((column + 0.5) / gridSide) * face.width * innerPart, width)
      const i = (y * width + x) * 3
      grid[row * gridSide + column] =
        0.299 * (rgb[i] as number) + 0.587 * (rgb[i + 1] as number) + 0.114 * (rgb[i + 2] as number)
    }
  }
  return grid
}

const clampTo = (value: number, length: number): number => Math.min(length - 1, Math.max(0, Math.floor(value)))

/** Brightness, and the steps between neighbours relative to its spread: blur lowers the steps, not the spread. */
const measureLight = (picture: Picture, face: Face): { readonly light: number; readonly sharpness: number } => {
  const grid = readBrightness(picture, face)
  let [sum, squares, steps] = [0, 0, 0]
  for (let i = 0; i < grid.length; i++) {
    const value = grid[i] as number
    sum += value
    squares += value * value
    const inside = i % gridSide > 0 && i >= gridSide
    if (inside) steps += Math.abs(value - (grid[i - 1] as number)) + Math.abs(value - (grid[i - gridSide] as number))
  }
  grid.fill(0)
  const light = sum / grid.length
  const spread = Math.sqrt(Math.max(1, squares / grid.length - light * light))
  return { light, sharpness: steps / (2 * (gridSide - 1) ** 2) / spread }
}

/** Points along each side of a region. */
const regionSide = 16
/** A mask or dark glasses are one surface: the brightness of the region spreads by less than this part of the face's. Measured on
 * the faces of the two test sets: none of 247 uncovered ones; of those with a mask drawn over them nine in ten, with dark glasses six. */
const leastMouthSpread = 0.08
const leastEyeSpread = 0.06

/** Standard deviation of brightness (green) in a rectangle that lies along the eyes; sides in distances between the eyes. */
const spreadAt = (
  { width, height, rgb }: Picture,
  [x, y]: readonly [number, number],
  [along, across]: readonly [number, number],
  [wide, high]: readonly [number, number],
): number => {
  let [sum, squares] = [0, 0]
  for (let i = 0; i < regionSide * regionSide; i++) {
    const u = (((i % regionSide) + 0.5) / regionSide - 0.5) * wide
    const v = ((Math.floor(i / regionSide) + 0.5) / regionSide - 0.5) * high
    const column = clampTo(x + u * along - v * across, width)
    const row = clampTo(y + u * across + v * along, height)
    const value = rgb[(row * width + column) * 3 + 1] as number
    sum += value
    squares += value * value
  }
  const mean = sum / (regionSide * regionSide)
  return Math.sqrt(Math.max(0, squares / (regionSide * regionSide) - mean * mean))
}

/** One of the eyes in shadow is none covered: both must be. */
const isCovered = (picture: Picture, points: Float32Array, light: number): boolean => {
  const at = (i: number): number => points[i] ?? 0
  const axis = [at(2) - at(0), at(3) - at(1)] as const
  const mouth = spreadAt(picture, [(at(6) + at(8)) / 2, (at(7) + at(9)) / 2], axis, [0.9, 0.45])
  if (mouth < leastMouthSpread * light) return true
  const eyes = [0, 2].map((i) => spreadAt(picture, [at(i), at(i + 1)], axis, [0.5, 0.35]))
  return Math.max(...eyes) < leastEyeSpread * light
}

const isCutOff = (picture: Picture, points: Float32Array): boolean =>
  points.some((value, i) => value < 0 || value >= (i % 2 === 0 ? picture.width : picture.height))

export const judgeFace = (picture: Picture, face: Face, limits: QualityLimits = attentionLimits): Quality => {
  const facePixels = Math.min(face.width, face.height)
  const pose = estimatePose(face.points)
  const unread = { facePixels, pose, light: 0, sharpness: 0 }
  if (facePixels < limits.leastFacePixels) return { code: 'face_small', ...unread }
  if (isCutOff(picture, face.points)) return { code: 'face_cut_off', ...unread }
  const turned =
    Math.abs(pose.yaw) > limits.mostYaw ||
    Math.abs(pose.pitch) > limits.mostPitch ||
    Math.abs(pose.roll) > limits.mostRoll
  if (turned) return { code: 'face_turned', ...unread }
  const { light, sharpness } = measureLight(picture, face)
  const read = { facePixels, pose, light, sharpness }
  if (light < limits.leastLight) return { code: 'face_dark', ...read }
  if (light > limits.mostLight) return { code: 'face_bright', ...read }
  if (sharpness < limits.leastSharpness) return { code: 'face_blurred', ...read }
  if (!limits.mayBeCovered && isCovered(picture, face.points, light)) return { code: 'face_covered', ...read }
  return { code: 'good', ...read }
}

/** From these on, more of it makes a vector no better. */
const enoughPixels = 160
const enoughLight = 60

/** Of two good frames of one face the better one has the larger rank: 0 … 1. Larger, sharper, more frontal, better lit. */
export const rankQuality = ({ facePixels, pose, light, sharpness }: Quality): number => {
  const frontal = Math.cos((pose.yaw * Math.PI) / 180) * Math.cos((pose.pitch * Math.PI) / 180)
  const lit = Math.min(1, light / enoughLight, (255 - light) / enoughLight)
  return Math.max(0, Math.min(1, facePixels / enoughPixels) * frontal * lit * Math.min(1, sharpness))
}
