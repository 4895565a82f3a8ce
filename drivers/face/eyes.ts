// What happens to one lent frame: detect, follow who stands there, then either the vector of one of them (attention, match, agreement)
// or a running enrolment. Must never keep a picture or a vector beyond the frame, nor use a vector of before an interruption.
// Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Picture } from '../../models/picture.ts'
import { attentionLimits, judgeFace, type QualityCode } from '../../models/quality.ts'
import type { Port } from '../contracts.ts'
import type { FromPart } from '../protocol.ts'
import type { Engine } from './engine.ts'
import type { Enrolments, Running } from './enrolments.ts'
import type { Asked, Liveness } from './liveness.ts'
import type { Rest } from './rest.ts'
import type { FaceDeviceSettings } from './settings.ts'
import type { Tracker } from './track.ts'

export type EyesPlan = {
  readonly settings: FaceDeviceSettings
  readonly tracker: Tracker
  readonly enrolments: Enrolments
  readonly rest: Rest
  readonly liveness: Liveness
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

export const createEyes = ({ settings, tracker, enrolments, rest, port, liveness }: EyesPlan): LookAtFrame => {
  const { id: device, zone, width, height } = settings
  const frame = { width, height }
  const leastFacePixels = Math.min(zone.minFacePixels, attentionLimits.leastFacePixels)
  const limits = Object.freeze({ ...attentionLimits, leastFacePixels })
  const judge = (picture: Picture, face: Face): QualityCode => judgeFace(picture, face, limits).code
  const count = (what: Count['what']): void => port.tell({ type: 'count', device, what, count: 1 })

  const tell = (credential: string, standing: 'live' | 'not_live' | 'asked', at: MonotonicMs): void => {
    if (standing === 'asked') return
    const certain = standing === 'live' ? 'certain' : 'not_live'
    port.tell({ type: 'reading', path: 'face', device, at, credential, standing: certain })
  }
  /** The frame in which he has turned his head must show him too, or somebody else could turn his own behind a picture. */
  const confirm = (engine: Engine, { track, credential }: Asked, picture: Picture, at: MonotonicMs): Promise<void> =>
    withVector(engine, picture, track.face, (vector) => {
      if (!tracker.follows(track)) return
      const { best } = engine.search(vector)
      const isHe = best?.id === credential && best.score >= engine.limits().uncertainFloor
      tell(credential, liveness.confirm(isHe, at), at)
    })

  const watch = async (engine: Engine, picture: Picture, at: MonotonicMs): Promise<void> => {
    liveness.watch(tracker.first())
    const step = liveness.step(tracker.follows, at)
    if (step?.kind === 'not_live') tell(step.credential, 'not_live', at)
    if (step?.kind === 'confirm') await confirm(engine, step, picture, at)
    if (step) return
    const wanted = tracker.want((face) => judge(picture, face) === 'good', at)
    if (wanted === undefined) return
    await liveness.weigh(wanted, picture, engine.judgeSurface)
    // Somebody may have tapped meanwhile: then no vector is computed.
    if (!tracker.follows(wanted)) return
    await withVector(engine, picture, wanted.face, (vector) => {
      if (!tracker.follows(wanted)) return
      const verdict = tracker.judge(wanted, engine.search(vector), engine.limits(), at)
      if (verdict.kind === 'uncertain') count('uncertain_face')
      if (verdict.kind !== 'reading') return
      tell(verdict.credential, liveness.judge(wanted, verdict.credential, at), at)
    })
  }
  /** While this side rests the person is followed all the same: who stands there afterwards must be the one who stood there before. */
  const enrol = async (
    engine: Engine,
    running: Running,
    picture: Picture,
    faces: readonly Face[],
    at: MonotonicMs,
  ): Promise<void> => {
    const { wanted, hint } = running.session.look(faces, frame, at, (face) => judge(picture, face))
    enrolments.hint(hint)
    if (wanted === undefined || rest.rests()) return
    await withVector(engine, picture, wanted, (vector) => {
      if (rest.rests() || enrolments.running() !== running) return
      const taken = running.session.take(vector, engine.search(vector), at)
      enrolments.hint(taken.hint)
      if (!taken.complete) return
      enrolments.keep(engine, taken.complete)
      // Whoever stands there was enrolled, which is no wish to go in.
      tracker.letIn([running.order.credential], at)
    })
  }

  return async (engine, picture, at) => {
    // Where nobody is enrolled, or main has not said who is, nobody is looked at; nor where face is paused.
    if (rest.paused() || (engine.templates() === 0 && !enrolments.running())) return
    const faces = await engine.detect(picture)
    if (rest.paused()) return
    for (const departure of tracker.follow(faces, frame, at)) count(departure)
    const running = enrolments.running()
    if (running) await enrol(engine, running, picture, faces, at)
    else if (!rest.rests()) await watch(engine, picture, at)
  }
}
