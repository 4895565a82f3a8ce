// One camera of the face path: its state, what stops it from looking (another way in use, a pause, no model), its enrolment. Owns no
// picture and no vector; eyes.ts looks at the frames. Created by the face part.

import type { Clock, MonotonicMs } from '../../config/words.ts'
import type { Camera, OnFrame } from '../camera/contract.ts'
import type { Device, Port } from '../contracts.ts'
import { createClaims } from './claim.ts'
import type { Engine } from './engine.ts'
import { createEnrolments, type EnrolOrder } from './enrolments.ts'
import { createEyes, type LookAtFrame } from './eyes.ts'
import { createGlance, type Glance } from './glance.ts'
import { createRest } from './rest.ts'
import type { FaceDeviceSettings } from './settings.ts'
import { createTracker } from './track.ts'

/** A frame that is looked at for so long is stuck in a native library. */
const STUCK_MS = 5000

export type FaceDevice = Device &
  Pick<Glance, 'look'> & {
    /** The model is open: frames count from now on. */
    readonly wake: (engine: Engine) => void
    /** There is no model, for this reason: the camera is let go. */
    readonly giveUp: (because: string) => void
    /** `letIn`: the faces of whoever was let in by another way. */
    readonly yieldFor: (forMs: number, letIn: readonly string[]) => void
    readonly pause: (paused: boolean) => void
    /** Nothing that is on its way may name these. */
    readonly forget: (credentials: readonly string[]) => void
    /** main is gone: nobody waits for an answer. */
    readonly reset: () => void
    /** Whose card or code was just shown (claim.ts). */
    readonly claim: (credentials: readonly string[], forMs: number) => void
    readonly enrol: (order: EnrolOrder) => void
    readonly stopEnrolment: (request: string) => void
  }

/** The camera with the model behind it, and why it cannot see, if so. */
const createSight = (camera: Camera, clock: Clock, eyes: LookAtFrame, glance: Glance) => {
  let engine: Engine | undefined
  let lost: string | undefined
  let lookingSince: MonotonicMs | undefined
  const look: OnFrame = async (picture, at) => {
    lookingSince = clock.monotonic()
    await glance.see(engine, picture, at)
    if (engine) await eyes(engine, picture, at)
    lookingSince = undefined
  }
  return {
    start: (): void => camera.start(look),
    engine: (): Engine | undefined => engine,
    wake: (opened: Engine): void => {
      engine = opened
    },
    giveUp: (because: string): void => {
      lost = because
      void camera.stop()
    },
    obstacle: (): string | undefined => {
      if (lost !== undefined) return lost
      const seen = camera.state()
      if (seen.state === 'down') return seen.because
      if (!engine) return 'model_opening'
      return lookingSince !== undefined && clock.monotonic() - lookingSince > STUCK_MS ? 'frame_stuck' : undefined
    },
  }
}

export const createFaceDevice = (settings: FaceDeviceSettings, camera: Camera, port: Port): FaceDevice => {
  const { id, side, zone } = settings
  const tracker = createTracker(zone)
  const enrolments = createEnrolments(zone, port)
  const rest = createRest(port.clock)
  const claims = createClaims(port.clock, () => enrolments.running() !== undefined)
  const eyes = claims.narrow(createEyes({ settings, tracker, enrolments, rest, port }))
  const glance = createGlance(id, port)
  const sight = createSight(camera, port.clock, eyes, glance)

  const enrol = (order: EnrolOrder): void => {
    const engine = sight.engine()
    const because = enrolments.running() ? 'enrolment_running' : rest.paused() ? 'path_paused' : sight.obstacle()
    if (because === undefined && engine) {
      // Whoever stands there is enrolled now, not let in.
      tracker.interrupt()
      enrolments.begin(order, engine)
    } else enrolments.refuse(order, because ?? 'model_opening')
  }

  return {
    id,
    side,
    start: sight.start,
    stop: async () => {
      enrolments.fail('part_ending')
      tracker.interrupt()
      await camera.stop()
    },
    state: () => {
      const because = sight.obstacle()
      return because === undefined ? { device: id, side, state: 'up' } : { device: id, side, state: 'down', because }
    },
    wake: sight.wake,
    look: glance.look,
    giveUp: sight.giveUp,
    yieldFor: (forMs, letIn) => {
      tracker.interrupt()
      tracker.letIn(letIn, rest.yieldFor(forMs))
    },
    pause: (wish) => {
      rest.pause(wish)
      tracker.interrupt()
      if (wish) enrolments.fail('path_paused')
    },
    forget: (credentials) => {
      tracker.forget(new Set(credentials))
      const running = enrolments.running()
      if (running && credentials.includes(running.order.credential)) enrolments.fail('forgotten')
    },
    reset: () => {
      tracker.interrupt()
      enrolments.fail('main_lost')
    },
    claim: claims.begin,
    enrol,
    stopEnrolment: (request) => {
      if (enrolments.running()?.order.request === request) enrolments.fail('stopped')
    },
  }
}
