// One camera with its eyes on: each lent frame goes through detect, zone, vector, match and agreement, or into an enrolment. Must never
// keep a picture or a vector beyond the frame, nor go on while this side yields or is paused. Created by the face part.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Picture } from '../../models/picture.ts'
import { attentionLimits, judgeFace, type QualityCode } from '../../models/quality.ts'
import type { Camera, OnFrame } from '../camera/contract.ts'
import type { Device, Port } from '../contracts.ts'
import type { DeviceState, Enrolment } from '../protocol.ts'
import type { Engine } from './engine.ts'
import { createSession, type Session } from './enrol.ts'
import type { FaceDeviceSettings } from './settings.ts'
import { createTracker } from './track.ts'

/** A frame that is looked at for so long is stuck in a native library. */
const STUCK_MS = 3000
const ENROLMENT_LIMIT_MS = 600_000
const YIELD_LIMIT_MS = 60_000

export type EnrolOrder = { readonly request: string; readonly credential: string; readonly forMs: number }

export type FaceDevice = Device & {
  /** The model is open: frames count from now on. */
  readonly wake: (engine: Engine) => void
  /** There is no model, for this reason: the camera is let go. */
  readonly giveUp: (because: string) => void
  readonly yieldFor: (forMs: number) => void
  readonly pause: (paused: boolean) => void
  /** Nothing that is on its way may name these. */
  readonly forget: (credentials: readonly string[]) => void
  /** main is gone: nobody waits for an answer. */
  readonly reset: () => void
  readonly enrol: (order: EnrolOrder) => void
  readonly stopEnrolment: (request: string) => void
}

type Running = { readonly order: EnrolOrder; readonly session: Session; readonly timer: NodeJS.Timeout }

/** The enrolment of one device: at most one at a time, ended by success, time, `enrol_stop` or whatever stops the device. */
const createEnrolments = (settings: FaceDeviceSettings, port: Port) => {
  let running: Running | undefined
  const answer = (request: string, result: Enrolment['result']) => port.tell({ type: 'enrolment', request, result })
  const fail = (because?: string): void => {
    if (!running) return
    const { order, session, timer } = running
    running = undefined
    clearTimeout(timer)
    answer(order.request, { outcome: 'failed', because: because ?? session.failure() })
    session.wipe()
  }
  const hint = (text: string | undefined): void => {
    if (running && text !== undefined) answer(running.order.request, { outcome: 'hint', hint: text })
  }
  const keep = (engine: Engine, vectors: readonly Float32Array[]): void => {
    if (!running) return
    const { order, session, timer } = running
    running = undefined
    clearTimeout(timer)
    const templates = vectors.map((vector) => engine.seal(vector, order.credential))
    session.wipe()
    answer(order.request, { outcome: 'kept', templates })
  }
  const begin = (order: EnrolOrder, engine: Engine | undefined, obstacle: string | undefined): void => {
    const because = running ? 'enrolment_running' : obstacle
    if (because !== undefined || !engine) {
      answer(order.request, { outcome: 'failed', because: because ?? 'model_opening' })
      return
    }
    const session = createSession({ credential: order.credential, zone: settings.zone, limits: engine.enrolment })
    const timer = setTimeout(fail, Math.min(order.forMs, ENROLMENT_LIMIT_MS))
    running = { order, session, timer }
  }
  return { begin, fail, hint, keep, running: () => running }
}

export const createFaceDevice = (settings: FaceDeviceSettings, camera: Camera, port: Port): FaceDevice => {
  const { id, side, zone, width, height } = settings
  const frame = { width, height }
  const tracker = createTracker(zone)
  const enrolments = createEnrolments(settings, port)
  const quality = {
    ...attentionLimits,
    leastFacePixels: Math.min(zone.minFacePixels, attentionLimits.leastFacePixels),
  }
  let engine: Engine | undefined
  let lost: string | undefined
  let paused = false
  let yieldUntil = 0
  let lookingSince: MonotonicMs | undefined

  const rests = (): boolean => paused || port.clock.monotonic() < yieldUntil
  const judgeIn =
    (picture: Picture) =>
    (face: Face): QualityCode =>
      judgeFace(picture, face, quality).code

  /** The vector lives for this one call. */
  const withVector = async (eyes: Engine, picture: Picture, face: Face, use: (vector: Float32Array) => void) => {
    const vector = await eyes.embed(picture, face)
    try {
      if (!rests()) use(vector)
    } finally {
      vector.fill(0)
    }
  }
  const watch = async (eyes: Engine, picture: Picture, faces: readonly Face[], at: MonotonicMs): Promise<void> => {
    const { wanted, departures } = tracker.look(faces, frame, (face) => judgeIn(picture)(face) === 'good', at)
    for (const what of departures) port.tell({ type: 'count', device: id, what, count: 1 })
    if (wanted === undefined) return
    await withVector(eyes, picture, wanted.face, (vector) => {
      if (!tracker.follows(wanted)) return
      const verdict = tracker.judge(wanted, eyes.search(vector), eyes.limits(), at)
      if (verdict.kind === 'none') return
      const { credential, standing } = verdict
      port.tell({ type: 'reading', path: 'face', device: id, at, credential, standing })
    })
  }
  const enrol = async (eyes: Engine, running: Running, picture: Picture, faces: readonly Face[], at: MonotonicMs) => {
    const { wanted, hint } = running.session.look(faces, frame, at, judgeIn(picture))
    enrolments.hint(hint)
    if (wanted === undefined) return
    await withVector(eyes, picture, wanted, (vector) => {
      if (enrolments.running() !== running) return
      const taken = running.session.take(vector, eyes.search(vector), at)
      enrolments.hint(taken.hint)
      if (taken.complete) enrolments.keep(eyes, taken.complete)
    })
  }
  const look: OnFrame = async (picture, at) => {
    const eyes = engine
    if (!eyes || rests()) return
    // Where nobody is enrolled, or main has not said who is, nobody is looked at.
    if (eyes.templates() === 0 && !enrolments.running()) return
    lookingSince = port.clock.monotonic()
    const faces = await eyes.detect(picture)
    const running = enrolments.running()
    if (!rests()) await (running ? enrol(eyes, running, picture, faces, at) : watch(eyes, picture, faces, at))
    lookingSince = undefined
  }
  const isStuck = (): boolean => lookingSince !== undefined && port.clock.monotonic() - lookingSince > STUCK_MS
  const obstacle = (): string | undefined => {
    if (lost !== undefined) return lost
    const { state, ...seen } = camera.state()
    if (state === 'down') return 'because' in seen ? seen.because : 'camera_absent'
    if (!engine) return 'model_opening'
    return isStuck() ? 'frame_stuck' : undefined
  }

  return {
    id,
    side,
    start: () => camera.start(look),
    stop: async () => {
      enrolments.fail('part_ending')
      tracker.drop()
      await camera.stop()
    },
    state: (): DeviceState => {
      const because = obstacle()
      return because === undefined ? { device: id, side, state: 'up' } : { device: id, side, state: 'down', because }
    },
    wake: (opened) => {
      engine = opened
    },
    giveUp: (because) => {
      lost = because
      void camera.stop()
    },
    yieldFor: (forMs) => {
      yieldUntil = Math.max(yieldUntil, port.clock.monotonic() + Math.min(forMs, YIELD_LIMIT_MS))
      tracker.drop()
    },
    pause: (wish) => {
      paused = wish
      tracker.drop()
      if (wish) enrolments.fail('path_paused')
    },
    forget: (credentials) => {
      tracker.forget(new Set(credentials))
      const running = enrolments.running()
      if (running && credentials.includes(running.order.credential)) enrolments.fail('forgotten')
    },
    reset: () => {
      tracker.drop()
      enrolments.fail('main_lost')
    },
    enrol: (order) => {
      // Whoever stood there is enrolled now, not let in.
      tracker.drop()
      enrolments.begin(order, engine, paused ? 'path_paused' : obstacle())
    },
    stopEnrolment: (request) => {
      if (enrolments.running()?.order.request === request) enrolments.fail('stopped')
    },
  }
}
