// The simulated camera: shows pictures when told, an empty scene otherwise, at the speed of a real one. Its orders come over the
// device's simulation socket from the demo, `evengate sim` or a test. Stands in no real camera. Created by the face part.
//
//   {show: FILE, forMs, view?}  a person comes, stands for forMs, goes      {hold: FILE, view?}  stands until cleared
//   {clear: true}               nobody there                                {unplug: true|false} the cable
// Answers {at} when the picture stands before the camera, or {error}.

import * as v from 'valibot'
import type { MonotonicMs } from '../../config/words.ts'
import type { Port } from '../contracts.ts'
import { openSimulation } from '../simulation.ts'
import type { Camera, CameraState, FrameShape } from './contract.ts'
import { createFrameRing, type FrameRing } from './frame-ring.ts'
import { drawEmptyScene, drawScene, type View, view } from './scene.ts'

const SHOW_LIMIT_MS = 600_000

const file = v.pipe(v.string(), v.minLength(1), v.maxLength(4096))
const cameraOrder = v.union([
  v.strictObject({
    show: file,
    forMs: v.pipe(v.number(), v.minValue(1), v.maxValue(SHOW_LIMIT_MS)),
    view: v.optional(view, {}),
  }),
  v.strictObject({ hold: file, view: v.optional(view, {}) }),
  v.strictObject({ clear: v.literal(true) }),
  v.strictObject({ unplug: v.boolean() }),
])

export type FolderSettings = FrameShape & { readonly id: string }
export type CameraAnswer = { readonly at: MonotonicMs } | { readonly error: string }

/** `order` is what the simulation socket calls; a test may call it as well. */
export type FolderCamera = Camera & { readonly order: (order: unknown) => Promise<CameraAnswer> }

const up: CameraState = Object.freeze({ state: 'up' })
const absent: CameraState = Object.freeze({ state: 'down', because: 'camera_absent' })

/** What stands before the camera, and until when. */
const createStage = ({ width, height }: FrameShape, { clock }: Port) => {
  const empty = drawEmptyScene(width, height)
  let scene = empty
  let until = Number.POSITIVE_INFINITY
  /** A picture takes a while to decode; only the order given last may stand there. */
  let orders = 0

  const clear = (): void => {
    if (scene !== empty) scene.fill(0)
    scene = empty
    until = Number.POSITIVE_INFINITY
  }
  const show = async (path: string, shown: View, forMs: number): Promise<CameraAnswer> => {
    const order = ++orders
    const drawn = await drawScene(path, { width, height }, shown)
    if (!drawn.ok) return { error: drawn.code }
    if (order !== orders) return { error: 'overtaken' }
    clear()
    scene = drawn.value
    const at = clock.monotonic()
    until = at + forMs
    return { at }
  }
  return {
    show,
    clear: (): CameraAnswer => {
      orders++
      clear()
      return { at: clock.monotonic() }
    },
    look: (): Uint8Array => {
      if (clock.monotonic() >= until) clear()
      return scene
    },
  }
}

export const createFolderCamera = (settings: FolderSettings, port: Port): FolderCamera => {
  const stage = createStage(settings, port)
  let ring: FrameRing | undefined
  let frames: NodeJS.Timeout | undefined
  let simulation: ReturnType<typeof openSimulation> | undefined
  let unplugged = false

  const take = async (raw: unknown): Promise<CameraAnswer> => {
    const parsed = v.safeParse(cameraOrder, raw)
    if (!parsed.success) return { error: 'order_malformed' }
    const order = parsed.output
    if ('show' in order) return stage.show(order.show, order.view, order.forMs)
    if ('hold' in order) return stage.show(order.hold, order.view, Number.POSITIVE_INFINITY)
    if ('clear' in order) return stage.clear()
    unplugged = order.unplug
    if (unplugged) ring?.cut()
    return { at: port.clock.monotonic() }
  }

  return {
    order: take,
    start: (onFrame) => {
      ring = createFrameRing(settings, port.clock, onFrame)
      simulation = openSimulation(port.runtimeDirectory, settings.id, take)
      frames = setInterval(() => {
        if (!unplugged) ring?.fill(stage.look())
      }, 1000 / settings.framesPerSecond)
    },
    stop: async () => {
      clearInterval(frames)
      stage.clear()
      ring?.close()
      await simulation?.close()
    },
    state: () => (unplugged ? absent : up),
  }
}
