// One enrolment: which frame is good enough, which vectors are kept, what the person is told meanwhile. Pure: time is an argument,
// nothing is read, told or sealed. Keeps at most three vectors, and none once `wipe` was called. Called by the face device.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'
import type { QualityCode } from '../../models/quality.ts'
import type { EnrolmentLimits } from '../../models/thresholds.ts'
import { type FrameSize, isInZone, isSteady, type Zone } from './boxes.ts'
import { cosineOf } from './frames.ts'

/** Three templates instead of one cut the false rejections to a quarter (measured). */
const TEMPLATES = 3
/** Three templates are then at least two seconds apart: views of a person who stays, not of one who walks past. */
const SPACING_MS = 1000
/** Not seen for so long, somebody else may stand there. */
const ABSENT_MS = 1000
/** The same hint is not said again sooner. */
const REPEAT_MS = 2000

const hintOf: Readonly<Record<Exclude<QualityCode, 'good'>, string>> = Object.freeze({
  face_small: 'come_closer',
  face_cut_off: 'step_back',
  face_turned: 'look_here',
  face_dark: 'more_light',
  face_bright: 'less_light',
  face_blurred: 'hold_still',
  face_covered: 'show_face',
})

export type EnrolmentPlan = {
  readonly credential: string
  readonly zone: Zone
  readonly limits: EnrolmentLimits
}

export type Session = {
  /** `wanted`: the face whose vector is wanted now. */
  readonly look: (
    faces: readonly Face[],
    frame: FrameSize,
    at: MonotonicMs,
    judge: (face: Face) => QualityCode,
  ) => Glance
  /** The vector stays the caller's. `search`: whom it resembles among the enrolled. */
  readonly take: (vector: Float32Array, search: Search, at: MonotonicMs) => Taken
  /** Why it failed, if it ends now. */
  readonly failure: () => 'nobody_came' | 'looks_like_another' | 'no_good_frame'
  readonly wipe: () => void
}
export type Glance = { readonly wanted?: Face; readonly hint?: string }
/** `complete`: the vectors, which `wipe` overwrites. */
export type Taken = { readonly hint?: string; readonly complete?: readonly Float32Array[] }

const otherScoreOf = ({ best, runnerUp }: Search, credential: string): number =>
  (best?.id === credential ? runnerUp?.score : best?.score) ?? 0

/** Says a hint when it is another one, or after a while. */
const createHints = () => {
  let last: string | undefined
  let lastAt = 0
  return (hint: string, at: MonotonicMs): { readonly hint?: string } => {
    if (hint === last && at - lastAt < REPEAT_MS) return {}
    last = hint
    lastAt = at
    return { hint }
  }
}

/** The one face that may be enrolled, or what the people before the camera should do. Anybody else in the picture, near or far,
 * could be the one who was meant. */
const chooseFace = (faces: readonly Face[], frame: FrameSize, { zone, limits }: EnrolmentPlan): Face | string => {
  const [face, second] = faces
  if (face === undefined) return 'stand_here'
  if (second !== undefined) return 'one_at_a_time'
  const nearZone = { ...zone, minFacePixels: Math.max(zone.minFacePixels, limits.leastFacePixels) }
  if (!isInZone(face, nearZone, frame)) return 'come_closer'
  return face.score < limits.leastDetectorScore ? 'look_here' : face
}

/** Whether the one face of a frame is the one that stood there from the first template on: no second face, no jump, no absence. */
const createPresence = () => {
  let face: Face | undefined
  let absentSince: MonotonicMs | undefined
  return (faces: readonly Face[], at: MonotonicMs): boolean => {
    const [seen] = faces
    if (seen === undefined) {
      absentSince ??= at
      return at - absentSince < ABSENT_MS
    }
    const stays = faces.length === 1 && (face === undefined || isSteady(face, seen))
    face = seen
    absentSince = undefined
    return stays
  }
}

export const createSession = (plan: EnrolmentPlan): Session => {
  const kept: Float32Array[] = []
  const say = createHints()
  const stays = createPresence()
  let keptAt: MonotonicMs | undefined
  let seen = false
  let resembled = false

  const wipe = (): void => {
    for (const vector of kept) vector.fill(0)
    kept.length = 0
  }
  return {
    look: (faces, frame, at, judge) => {
      const anew = !stays(faces, at) && kept.length > 0
      if (anew) wipe()
      const chosen = chooseFace(faces, frame, plan)
      if (typeof chosen === 'string') return say(chosen, at)
      seen = true
      if (anew) return say('start_again', at)
      if (kept.length > 0 && keptAt !== undefined && at - keptAt < SPACING_MS) return {}
      const quality = judge(chosen)
      return quality === 'good' ? { wanted: chosen } : say(hintOf[quality], at)
    },
    take: (vector, search, at) => {
      resembled = otherScoreOf(search, plan.credential) > plan.limits.mostOtherScore
      if (resembled) return say('look_here', at)
      // Two people, or one bad frame: which of them was wrong nobody can tell, so it begins anew with this one.
      const again = kept.some((each) => cosineOf(each, vector) < plan.limits.leastSelfScore)
      if (again) wipe()
      kept.push(vector.slice())
      keptAt = at
      if (kept.length === TEMPLATES) return { complete: kept }
      return say(again ? 'start_again' : kept.length === 1 ? 'one_of_three' : 'two_of_three', at)
    },
    failure: () => (resembled ? 'looks_like_another' : seen ? 'no_good_frame' : 'nobody_came'),
    wipe,
  }
}
