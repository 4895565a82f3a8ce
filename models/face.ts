// What a detector is and finds, and the choice among overlapping finds. Pure; called by the detectors.

import type { Picture } from './picture.ts'

/** In pixels of the picture that was searched. */
export type Face = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** 0 … 1. */
  readonly score: number
  /** x, y of the eye at the left of the picture, the other eye, the nose, the left and the right corner of the mouth. */
  readonly points: Float32Array
}

export type Detector = {
  /** Best first. The picture must have passed assertPicture. One call at a time. */
  readonly detect: (picture: Picture) => Promise<readonly Face[]>
}

/** Faces that one picture may yield. A gate looks at one or two people; more is a crowd or an attack. */
export const mostFaces = 16
/** Candidates looked at per picture, best first, so that a hostile picture costs bounded time. */
const mostCandidates = 256
/** Two finds that share more than this part of their common area are one face. */
const mostOverlap = 0.3
/** Eyes closer than this cannot be aligned. */
const leastEyePixels = 2

export const eyeDistance = (points: Float32Array): number =>
  Math.hypot((points[2] ?? 0) - (points[0] ?? 0), (points[3] ?? 0) - (points[1] ?? 0))

const isUsable = (face: Face): boolean =>
  [face.x, face.y, face.width, face.height, face.score, ...face.points].every(Number.isFinite) &&
  face.width > 0 &&
  face.height > 0 &&
  eyeDistance(face.points) >= leastEyePixels

const overlapOf = (a: Face, b: Face): number => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** Best score first; of finds that overlap the best stays. */
export const keepBest = (candidates: readonly Face[]): readonly Face[] => {
  const sorted = candidates
    .filter(isUsable)
    .sort((a, b) => b.score - a.score)
    .slice(0, mostCandidates)
  const kept: Face[] = []
  for (const face of sorted) {
    if (kept.length === mostFaces) break
    if (kept.every((other) => overlapOf(face, other) <= mostOverlap)) kept.push(face)
  }
  return kept
}
