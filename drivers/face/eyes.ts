// What happens to one lent frame: detect, then either the tracks (zone, attention, vector, match, agreement) or a running enrolment.
// Must never keep a picture or a vector beyond the frame, nor use a vector that was computed while this side began to rest.
// Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Picture } from '../../models/picture.ts'
import { attentionLimits, judgeFace, type QualityCode } from '../../models/quality.ts'
import type { Port } from '../contracts.ts'
import type { Engine } from './engine.ts'
import type { Enrolments, Running } from './enrolments.ts'
import type { FaceDeviceSettings } from './settings.ts'
import type { Tracker } from './track.ts'

export type EyesPlan = {
  readonly settings: FaceDeviceSettings
  readonly tracker: Tracker
  readonly enrolments: Enrolments
  /** Somebody uses another way, or the path is paused: no vector is computed or used. */
  readonly rests: () => boolean
  readonly port: Port
}
export type LookAtFrame = (engine: Engine, picture: Picture, at: MonotonicMs) => Promise<void>

/** The vector lives for this one call. */
const withVector = async (
  engine: Engine,
  picture: Picture,
  face: Face,
  use: (vector: Float32Array) => void,
): Promise<void> => {
  const vector = await engine.embed(picture, face)
  try {
    use(vector)
  } finally {
    vector.fill(0)
  }
}

export const createEyes = ({ settings, tracker, enrolments, rests, port }: EyesPlan): LookAtFrame => {
  const { id: device, zone, width, height } = settings
  const frame = { width, height }
  const leastFacePixels = Math.min(zone.minFacePixels, attentionLimits.leastFacePixels)
  const limits = Object.freeze({ ...attentionLimits, leastFacePixels })

  const watch = async (engine: Engine, picture: Picture, faces: readonly Face[], at: MonotonicMs): Promise<void> => {
    const looks = (face: Face): boolean => judgeFace(picture, face, limits).code === 'good'
    const { wanted, departures } = tracker.look(faces, frame, looks, at)
    for (const what of departures) port.tell({ type: 'count', device, what, count: 1 })
    if (wanted === undefined) return
    await withVector(engine, picture, wanted.face, (vector) => {
      if (rests() || !tracker.follows(wanted)) return
      const verdict = tracker.judge(wanted, engine.search(vector), engine.limits(), at)
      if (verdict.kind === 'none') return
      const { credential, standing } = verdict
      port.tell({ type: 'reading', path: 'face', device, at, credential, standing })
    })
  }
  const enrol = async (
    engine: Engine,
    running: Running,
    picture: Picture,
    faces: readonly Face[],
    at: MonotonicMs,
  ): Promise<void> => {
    const judge = (face: Face): QualityCode => judgeFace(picture, face, limits).code
    const { wanted, hint } = running.session.look(faces, frame, at, judge)
    enrolments.hint(hint)
    if (wanted === undefined) return
    await withVector(engine, picture, wanted, (vector) => {
      if (rests() || enrolments.running() !== running) return
      const taken = running.session.take(vector, engine.search(vector), at)
      enrolments.hint(taken.hint)
      if (taken.complete) enrolments.keep(engine, taken.complete)
    })
  }

  return async (engine, picture, at) => {
    // Where nobody is enrolled, or main has not said who is, nobody is looked at.
    if (rests() || (engine.templates() === 0 && !enrolments.running())) return
    const faces = await engine.detect(picture)
    if (rests()) return
    const running = enrolments.running()
    await (running ? enrol(engine, running, picture, faces, at) : watch(engine, picture, faces, at))
  }
}
