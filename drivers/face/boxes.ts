// Where a face is and how it moves from one frame to the next: in the zone, the same one, standing still. Pure geometry of boxes.
// Called by the tracker, by enrolment and by the hints.

import type { Face } from '../../models/face.ts'

/** Fractions of the picture; `minFacePixels` of its width. */
export type Zone = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly minFacePixels: number
}
export type FrameSize = { readonly width: number; readonly height: number }

/** From one frame to the next, what shares less than this part of the common area or grew by more is a jump: perhaps another person. */
const STEADY_OVERLAP = 0.5
const STEADY_GROWTH = 1.3
/** Who stands moves his head by less than its own width in a second; who walks past, by five. Nearer or farther: a step takes a second. */
const STILL_WIDTHS_PER_S = 1
const STILL_GROWTH_PER_S = 0.8
/** By so much of its width a detector's box trembles between two frames of a face that does not move. */
const TREMBLE_WIDTHS = 0.06
const TREMBLE_GROWTH = 0.08

export const isCentredIn = (face: Face, zone: Zone, frame: FrameSize): boolean => {
  const x = (face.x + face.width / 2) / frame.width
  const y = (face.y + face.height / 2) / frame.height
  return x >= zone.x && x <= zone.x + zone.width && y >= zone.y && y <= zone.y + zone.height
}

export const isInZone = (face: Face, zone: Zone, frame: FrameSize): boolean =>
  isCentredIn(face, zone, frame) && face.width >= zone.minFacePixels

export const overlapOf = (a: Face, b: Face): number => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** Two boxes of which the second can be the first a frame later, with nobody else in it. */
export const isSteady = (a: Face, b: Face): boolean =>
  overlapOf(a, b) >= STEADY_OVERLAP && Math.max(a.width / b.width, b.width / a.width) <= STEADY_GROWTH

/** Whoever is in both boxes, `afterMs` apart, stands there and does not walk. */
export const isStill = (before: Face, face: Face, afterMs: number): boolean => {
  const [across, down] = [face.x + face.width / 2, face.y + face.height / 2]
  const moved = Math.hypot(across - before.x - before.width / 2, down - before.y - before.height / 2) / before.width
  const grown = Math.abs(Math.log(face.width / before.width))
  const seconds = afterMs / 1000
  return (
    isSteady(before, face) &&
    moved <= Math.max(TREMBLE_WIDTHS, STILL_WIDTHS_PER_S * seconds) &&
    grown <= Math.max(TREMBLE_GROWTH, STILL_GROWTH_PER_S * seconds)
  )
}

export const areaOf = ({ width, height }: Face): number => width * height
