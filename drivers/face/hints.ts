// What a person who stands before the camera and wants in could do so that it sees him: come closer, look here. Said to nobody who
// walks by or looks elsewhere, to nobody who was answered already, and seldom. Asks nobody for a face: where nobody is enrolled the
// eyes do not look at all. Pure; keeps a box, no picture. Called by eyes.ts.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Quality } from '../../models/quality.ts'
import type { FaceHint } from '../protocol.ts'
import { areaOf, type FrameSize, isCentredIn, isSteady, isStill, type Zone } from './boxes.ts'

/** So long somebody has stood still, looking, before he is told anything: recognised, he has his answer in half of it. */
const STANDING_MS = 1500
const EVERY_MS = 5000
/** To one who stays. He has his card. */
const MOST_HINTS = 3
/** Gone for so long, it is another who comes. */
const LEAVE_MS = 2000
/** Of the least width: farther away, he is not at the gate. */
const NEARLY_NEAR = 0.6
/** Degrees. Beyond, he looks at something else. */
const MOST_TURNED = 55

export type Hints = {
  /** `judge`: of a face, near or not. */
  readonly see: (faces: readonly Face[], judge: (face: Face) => Quality, at: MonotonicMs) => FaceHint | undefined
}

const isLooking = ({ pose }: Quality): boolean =>
  Math.abs(pose.yaw) <= MOST_TURNED && Math.abs(pose.pitch) <= MOST_TURNED

const hintOf = (quality: Quality, near: boolean): FaceHint | undefined => {
  if (!isLooking(quality)) return undefined
  const { code } = quality
  if (code === 'face_turned') return 'look_here'
  if (!near || code === 'face_small') return 'come_closer'
  if (code === 'face_dark') return 'more_light'
  if (code === 'face_blurred') return 'hold_still'
  return code === 'face_covered' ? 'show_face' : undefined
}

export const createHints = (zone: Zone, frame: FrameSize): Hints => {
  let face: Face | undefined
  let seenAt = Number.NEGATIVE_INFINITY
  /** Where and since when somebody stands. */
  let standing: { readonly face: Face; readonly since: MonotonicMs } | undefined
  let saidAt = Number.NEGATIVE_INFINITY
  let said = 0

  const follow = (next: Face, at: MonotonicMs): void => {
    if (at - seenAt > LEAVE_MS) said = 0
    const stays = face !== undefined && at - seenAt <= LEAVE_MS && isStill(face, next, at - seenAt)
    if (!stays || standing === undefined || !isSteady(standing.face, next)) standing = { face: next, since: at }
    face = next
    seenAt = at
  }
  return {
    see: (faces, judge, at) => {
      const [largest] = faces
        .filter((each) => isCentredIn(each, zone, frame) && each.width >= NEARLY_NEAR * zone.minFacePixels)
        .sort((a, b) => areaOf(b) - areaOf(a))
      if (largest === undefined) return undefined
      follow(largest, at)
      const stands = standing !== undefined && at - standing.since >= STANDING_MS
      if (!stands || at - saidAt < EVERY_MS || said >= MOST_HINTS) return undefined
      const hint = hintOf(judge(largest), largest.width >= zone.minFacePixels)
      if (hint !== undefined) {
        saidAt = at
        said += 1
      }
      return hint
    },
  }
}
