// What happens to one lent frame: nothing while nothing moves; else detect, follow who stands there, then either the vector of one of
// them (stillness, attention, quality, the mean of the best, match) or a running enrolment. Must never keep a picture beyond the frame,
// nor use a vector of before an interruption.
// Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Picture } from '../../models/picture.ts'
import { attentionLimits, judgeFace, type Quality, rankQuality } from '../../models/quality.ts'
import type { Port } from '../contracts.ts'
import type { FromPart } from '../protocol.ts'
import type { Engine } from './engine.ts'
import type { Enrolments, Running } from './enrolments.ts'
import { createHints } from './hints.ts'
import { createPresence } from './presence.ts'
import type { Rest } from './rest.ts'
import type { FaceDeviceSettings } from './settings.ts'
import type { Track, Tracker } from './track.ts'

export type EyesPlan = {
  readonly settings: FaceDeviceSettings
  readonly tracker: Tracker
  readonly enrolments: Enrolments
  readonly rest: Rest
  readonly port: Port
}
type Count = Extract<FromPart, { type: 'count' }>
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

export const createEyes = ({ settings, tracker, enrolments, rest, port }: EyesPlan): LookAtFrame => {
  const { id: device, zone, width, height } = settings
  const frame = { width, height }
  const leastFacePixels = Math.min(zone.minFacePixels, attentionLimits.leastFacePixels)
  const limits = Object.freeze({ ...attentionLimits, leastFacePixels })
  const wholeLimits = Object.freeze({ ...limits, mayBeCovered: false })
  const judge = (picture: Picture, face: Face): Quality => judgeFace(picture, face, limits)
  /** Of one who is enrolled, or wonders why nothing happens. */
  const judgeWhole = (picture: Picture, face: Face): Quality => judgeFace(picture, face, wholeLimits)
  const presence = createPresence(frame)
  const hints = createHints(zone, frame)
  const count = (what: Count['what']): void => port.tell({ type: 'count', device, what, count: 1 })

  /** What the frames of one face come to, once there are enough of them. */
  const decide = (engine: Engine, track: Track, vector: Float32Array, quality: number, at: MonotonicMs): void => {
    const mean = tracker.take(track, { vector, quality, at }, engine.enrolment().leastSelfScore)
    if (mean === undefined) return
    const verdict = tracker.judge(track, engine.search(mean), engine.limits(), at)
    mean.fill(0)
    if (verdict.kind === 'uncertain') count('uncertain_face')
    if (verdict.kind !== 'reading') return
    const { credential } = verdict
    port.tell({ type: 'reading', path: 'face', device, at, credential, standing: 'certain' })
  }
  const watch = async (engine: Engine, picture: Picture, at: MonotonicMs): Promise<void> => {
    let quality: Quality | undefined
    const wanted = tracker.want((face) => {
      quality = judge(picture, face)
      return quality.code === 'good'
    }, at)
    if (wanted === undefined || quality === undefined) return
    const rank = rankQuality(quality)
    await withVector(engine, picture, wanted.face, (vector) => decide(engine, wanted, vector, rank, at))
  }
  const hint = (picture: Picture, faces: readonly Face[], at: MonotonicMs): void => {
    if (tracker.isAnswered()) return
    const said = hints.see(faces, (face) => judgeWhole(picture, face), at)
    if (said !== undefined) port.tell({ type: 'hint', device, hint: said })
  }
  /** While this side rests the person is followed all the same: who stands there afterwards must be the one who stood there before. */
  const enrol = async (
    engine: Engine,
    running: Running,
    picture: Picture,
    faces: readonly Face[],
    at: MonotonicMs,
  ): Promise<void> => {
    const { wanted, hint } = running.session.look(faces, frame, at, (face) => judgeWhole(picture, face).code)
    enrolments.hint(hint)
    if (wanted === undefined || rest.yields()) return
    await withVector(engine, picture, wanted, (vector) => {
      if (rest.yields() || enrolments.running() !== running) return
      const taken = running.session.take(vector, engine.search(vector), at)
      enrolments.hint(taken.hint)
      if (!taken.complete) return
      enrolments.keep(engine, taken.complete)
      // Whoever stands there was enrolled, which is no wish to go in.
      tracker.letIn([running.order.credential], at)
    })
  }

  /** Where nobody moves and nobody stands no face is looked for, and nobody is there. */
  const find = async (engine: Engine, picture: Picture, at: MonotonicMs): Promise<readonly Face[]> => {
    const stirs = presence.see(picture, at)
    return stirs || tracker.isBusy() || enrolments.running() ? engine.detect(picture) : []
  }

  return async (engine, picture, at) => {
    // Where nobody is enrolled, or main has not said who is, nobody is looked at; nor where face is paused.
    if (rest.paused() || (engine.templates() === 0 && !enrolments.running())) return
    const faces = await find(engine, picture, at)
    if (rest.paused()) return
    for (const departure of tracker.follow(faces, frame, at)) count(departure)
    const running = enrolments.running()
    if (running) return enrol(engine, running, picture, faces, at)
    if (rest.rests()) return
    hint(picture, faces, at)
    await watch(engine, picture, at)
  }
}
