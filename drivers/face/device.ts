// One camera of the face path: its state, what stops it from looking (another way in use, a pause, no model), its enrolment. Owns no
// picture and no vector; eyes.ts looks at the frames. Created by the face part.

import { randomInt } from 'node:crypto'
import type { Clock, LivenessPolicy, MonotonicMs } from '../../config/words.ts'
import type { Camera, OnFrame } from '../camera/contract.ts'
import { type CameraHealth, createCameraHealth, isBlind } from '../camera/health.ts'
import type { Device, Port } from '../contracts.ts'
import { createPassEye, type PassEye } from '../pass/eye.ts'
import type { BoundFace } from './bound.ts'
import { createClaims } from './claim.ts'
import type { Engine } from './engine.ts'
import { createEnrolments, type EnrolOrder } from './enrolments.ts'
import { createEyes, type LookAtFrame } from './eyes.ts'
import { createGlance, type Glance } from './glance.ts'
import { createLiveness, type Liveness } from './liveness.ts'
import { createRest, type Rest } from './rest.ts'
import type { FaceDeviceSettings, Looking } from './settings.ts'
import { createStuckWatch } from './stuck.ts'
import { createTracker, type Tracker } from './track.ts'

/** A frame that is looked at for so long is stuck in a native library: nobody can be seen. */
const STUCK_MS = 5000
/** A camera that gives no frame any more must not keep a vector. A frame may be under way for so long on a slow machine. */
const AGE_EVERY_MS = 500
const FRAME_TAKES_MS = 2000
/** Whoever shows a pass is not looked at: no face of a visitor becomes a vector. */
const PASS_YIELD_MS = 4000

export type FaceDevice = Device &
  Pick<Glance, 'look'> & {
    /** The model is open: frames count from now on. */
    readonly wake: (engine: Engine) => void
    /** There is no model, for this reason: the camera is let go. */
    readonly giveUp: (because: string) => void
    /** `letIn`: the faces of whoever was let in by another way. */
    readonly yieldFor: (forMs: number, letIn: readonly string[]) => void
    /** Somebody there asks to be looked at. */
    readonly request: (forMs: number) => void
    readonly pause: (paused: boolean) => void
    /** Nothing that is on its way may name these. */
    readonly forget: (credentials: readonly string[]) => void
    /** main is gone: nobody waits for an answer. */
    readonly reset: () => void
    /** Whose card or code was just shown, and the face that his card has opened, if he has bound it (claim.ts). */
    readonly claim: (credentials: readonly string[], forMs: number, bound?: BoundFace) => void
    readonly enrol: (order: EnrolOrder) => void
    readonly stopEnrolment: (request: string) => void
    readonly setLiveness: (policy: LivenessPolicy) => void
  }

/** The camera with the model behind it, and why it cannot see, if so. */
const createSight = (
  camera: Camera,
  health: CameraHealth | undefined,
  clock: Clock,
  eyes: LookAtFrame,
  glance: Glance,
  passes: PassEye | undefined,
) => {
  let engine: Engine | undefined
  let lost: string | undefined
  let lookingSince: MonotonicMs | undefined
  const look: OnFrame = async (picture, at) => {
    lookingSince = clock.monotonic()
    health?.see(picture, at)
    passes?.see(picture, at)
    await glance.see(engine, picture, at)
    if (engine && !isBlind(health?.fault())) await eyes(engine, picture, at)
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
      if (seen.state === 'down') {
        health?.reset()
        return seen.because
      }
      if (!engine) return 'model_opening'
      const fault = health?.fault()
      if (isBlind(fault)) return fault
      return lookingSince !== undefined && clock.monotonic() - lookingSince > STUCK_MS ? 'frame_stuck' : undefined
    },
    /** It sees, but badly. */
    impairment: (): string | undefined => health?.fault(),
    frameSince: (): MonotonicMs | undefined => lookingSince,
  }
}

const startLiveness = (policy: LivenessPolicy, device: string, port: Port): Liveness =>
  createLiveness({
    policy,
    ask: (direction) => port.tell({ type: 'ask', device, sign: `turn_${direction}` }),
    chance: () => randomInt(2 ** 32) / 2 ** 32,
  })

const openPassEye = (device: string, port: Port, rest: Rest, tracker: Pick<Tracker, 'interrupt'>): PassEye =>
  createPassEye({
    device,
    port,
    onPass: () => {
      rest.yieldFor(PASS_YIELD_MS)
      tracker.interrupt()
    },
  })

/** What goes on while no frame comes, and whether the one under way ever ends; then once, and nothing more. */
const createAgeing = (
  tracker: Pick<Tracker, 'age'>,
  sight: Pick<ReturnType<typeof createSight>, 'frameSince'>,
  clock: Clock,
  onStuck: () => void,
) => {
  const isStuck = createStuckWatch()
  let timer: NodeJS.Timeout | undefined
  return {
    start: (): void => {
      timer = setInterval(() => {
        tracker.age((clock.monotonic() - FRAME_TAKES_MS) as MonotonicMs)
        if (!isStuck(sight.frameSince())) return
        clearInterval(timer)
        onStuck()
      }, AGE_EVERY_MS)
    },
    stop: (): void => clearInterval(timer),
  }
}

type Enrolling = {
  readonly sight: ReturnType<typeof createSight>
  readonly enrolments: ReturnType<typeof createEnrolments>
  readonly rest: Rest
  readonly tracker: Pick<Tracker, 'interrupt'>
}

const enrolBy =
  ({ sight, enrolments, rest, tracker }: Enrolling) =>
  (order: EnrolOrder): void => {
    const engine = sight.engine()
    const because = enrolments.running() ? 'enrolment_running' : rest.paused() ? 'path_paused' : sight.obstacle()
    if (because === undefined && engine) {
      // Whoever stands there is enrolled now, not let in.
      tracker.interrupt()
      enrolments.begin(order, engine)
    } else enrolments.refuse(order, because ?? 'model_opening')
  }

/** `onStuck`: the model hangs, and this process can do no more. */
export const createFaceDevice = (
  settings: FaceDeviceSettings,
  camera: Camera,
  port: Port,
  { start, frames, liveness: policy }: Looking,
  onStuck: () => void,
): FaceDevice => {
  const { id, side, zone } = settings
  const tracker = createTracker(zone, frames)
  const enrolments = createEnrolments(zone, port)
  const rest = createRest(port.clock, start)
  const claims = createClaims(port.clock, enrolments, rest, tracker)
  const liveness = startLiveness(policy, id, port)
  const eyes = claims.narrow(createEyes({ settings, tracker, enrolments, rest, port: claims.listen(port), liveness }))
  const glance = createGlance(id, port)
  // The simulated camera shows still pictures: frozen, before nothing.
  const health = settings.driver === 'folder' ? undefined : createCameraHealth()
  const passes = settings.passes ? openPassEye(id, port, rest, tracker) : undefined
  const sight = createSight(camera, health, port.clock, eyes, glance, passes)
  const ageing = createAgeing(tracker, sight, port.clock, onStuck)

  return {
    id,
    side,
    start: () => {
      ageing.start()
      sight.start()
    },
    stop: async () => {
      ageing.stop()
      enrolments.fail('part_ending')
      claims.closeBound()
      tracker.interrupt()
      await Promise.all([camera.stop(), passes?.stop()])
    },
    state: () => {
      const because = sight.obstacle()
      if (because !== undefined) return { device: id, side, state: 'down', because }
      const impaired = sight.impairment()
      return { device: id, side, state: 'up', ...(impaired === undefined ? {} : { because: impaired }) }
    },
    wake: sight.wake,
    look: glance.look,
    giveUp: sight.giveUp,
    yieldFor: (forMs, letIn) => {
      tracker.interrupt()
      tracker.letIn(letIn, rest.yieldFor(forMs))
    },
    request: rest.request,
    pause: (wish) => {
      rest.pause(wish)
      tracker.interrupt()
      claims.closeBound()
      if (wish) enrolments.fail('path_paused')
    },
    forget: (credentials) => {
      tracker.forget()
      liveness.forget(credentials)
      const running = enrolments.running()
      if (running && credentials.includes(running.order.credential)) enrolments.fail('forgotten')
    },
    reset: () => {
      tracker.interrupt()
      claims.closeBound()
      enrolments.fail('main_lost')
    },
    claim: claims.begin,
    enrol: enrolBy({ sight, enrolments, rest, tracker }),
    setLiveness: liveness.setPolicy,
    stopEnrolment: (request) => {
      if (enrolments.running()?.order.request === request) enrolments.fail('stopped')
    },
  }
}
