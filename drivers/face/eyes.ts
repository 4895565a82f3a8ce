// What happens to one lent frame: nothing while nothing moves; else detect, follow who stands there, then either the vector of one of
// them (stillness, attention, quality, the mean of the best, match, liveness) or a running enrolment. Must never keep a picture beyond
// the frame, nor use a vector of before an interruption. Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Picture } from '../../models/picture.ts'
import { attentionLimits, judgeFace, type Quality, rankQuality } from '../../models/quality.ts'
import type { Port } from '../contracts.ts'
import type { FromPart } from '../protocol.ts'
import type { Engine } from './engine.ts'
import type { Enrolments, Running } from './enrolments.ts'
import type { Sample } from './frames.ts'
import { createHints } from './hints.ts'
import type { Asked, Followed, Liveness } from './liveness.ts'
import { createPresence } from './presence.ts'
import type { Rest } from './rest.ts'
import type { FaceDeviceSettings } from './settings.ts'
import type { Track, Tracker, Verdict } from './track.ts'

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

/** How a face is judged: as whoever comes, and as whoever is enrolled or wonders why nothing happens. */
const createJudges = ({ zone }: FaceDeviceSettings) => {
  const leastFacePixels = Math.min(zone.minFacePixels, attentionLimits.leastFacePixels)
  const limits = Object.freeze({ ...attentionLimits, leastFacePixels })
  const wholeLimits = Object.freeze({ ...limits, mayBeCovered: false })
  return {
    judge: (picture: Picture, face: Face): Quality => judgeFace(picture, face, limits),
    judgeWhole: (picture: Picture, face: Face): Quality => judgeFace(picture, face, wholeLimits),
  }
}
type Judges = ReturnType<typeof createJudges>

/** Whoever stands there and looks: his vector, what his frames come to once there are enough of them, or what he could do. */
const createWatch = ({ settings, tracker, liveness, port }: EyesPlan, { judge, judgeWhole }: Judges) => {
  const { id: device, zone, width, height } = settings
  const hints = createHints(zone, { width, height })

  const tell = (
    credential: string,
    standing: 'live' | 'not_live' | 'asked',
    at: MonotonicMs,
    track?: Pick<Followed, 'waitedFrom'>,
  ): void => {
    if (standing === 'asked') return
    const certain = standing === 'live' ? 'certain' : 'not_live'
    const waited = track?.waitedFrom === undefined ? {} : { waitedFrom: track.waitedFrom }
    port.tell({ type: 'reading', path: 'face', device, at, credential, standing: certain, ...waited })
  }
  const answer = (track: Track, verdict: Verdict, at: MonotonicMs): void => {
    if (verdict.kind === 'uncertain') port.tell({ type: 'count', device, what: 'uncertain_face', count: 1 })
    if (verdict.kind === 'reading') tell(verdict.credential, liveness.judge(track, verdict.credential, at), at, track)
  }
  const decide = (engine: Engine, track: Track, sample: Sample): void => {
    const mean = tracker.take(track, sample, engine.enrolment().leastSelfScore)
    if (mean === undefined) return
    try {
      answer(track, tracker.judge(track, engine.search(mean), engine.limits(), sample.at), sample.at)
    } finally {
      mean.fill(0)
    }
  }
  const hint = (picture: Picture, faces: readonly Face[], at: MonotonicMs): void => {
    if (tracker.isAnswered()) return
    const said = hints.see(faces, (face) => judgeWhole(picture, face), at)
    if (said !== undefined) port.tell({ type: 'hint', device, hint: said })
  }
  /** The frame in which he has turned his head must show him too, or somebody else could turn his own behind a picture. */
  const confirm = (engine: Engine, { track, credential }: Asked, picture: Picture, at: MonotonicMs): Promise<void> =>
    withVector(engine, picture, track.face, (vector) => {
      if (!tracker.follows(track)) return
      const { best } = engine.search(vector)
      // He was recognised face on; a head half turned away must only be his rather than anybody else's.
      const isHe = best?.id === credential && best.score >= engine.risk.deriveClaim().threshold
      tell(credential, liveness.confirm(isHe, at), at, track)
    })
  /** Somebody who was recognised is asked to turn his head. False: nobody is. */
  const challenge = async (engine: Engine, picture: Picture, at: MonotonicMs): Promise<boolean> => {
    liveness.watch(tracker.first())
    const step = liveness.step(tracker.follows, at)
    if (step?.kind === 'not_live') tell(step.credential, 'not_live', at)
    if (step?.kind === 'confirm') await confirm(engine, step, picture, at)
    return step !== undefined
  }
  return async (engine: Engine, picture: Picture, faces: readonly Face[], at: MonotonicMs): Promise<void> => {
    if (await challenge(engine, picture, at)) return
    hint(picture, faces, at)
    let judged: Quality | undefined
    const wanted = tracker.want((face) => {
      judged = judge(picture, face)
      return judged.code === 'good'
    }, at)
    if (wanted === undefined || judged === undefined) return
    const quality = rankQuality(judged)
    await liveness.weigh(wanted, picture, engine.judgeSurface)
    // Somebody may have tapped meanwhile: then no vector is computed.
    if (!tracker.follows(wanted)) return
    await withVector(engine, picture, wanted.face, (vector) => decide(engine, wanted, { vector, quality, at }))
  }
}

export const createEyes = (plan: EyesPlan): LookAtFrame => {
  const { tracker, enrolments, rest, port } = plan
  const { id: device, width, height } = plan.settings
  const frame = { width, height }
  const presence = createPresence(frame)
  const judges = createJudges(plan.settings)
  const watch = createWatch(plan, judges)
  const count = (what: Count['what']): void => port.tell({ type: 'count', device, what, count: 1 })

  /** While this side rests the person is followed all the same: who stands there afterwards must be the one who stood there before. */
  const enrol = async (
    engine: Engine,
    running: Running,
    picture: Picture,
    faces: readonly Face[],
    at: MonotonicMs,
  ): Promise<void> => {
    const { wanted, hint } = running.session.look(faces, frame, at, (face) => judges.judgeWhole(picture, face).code)
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
    await watch(engine, picture, faces, at)
  }
}
