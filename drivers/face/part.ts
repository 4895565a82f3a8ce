// The face process: opens the model, keeps the gallery, gives each camera its eyes, does what main says. Decides nothing, writes no
// file, opens no connection but main's (and ffmpeg's own to a network camera). Started by the supervisor or by its unit.

import { constants, setPriority } from 'node:os'
import * as v from 'valibot'
import { hide, reveal } from '../../config/words.ts'
import { createFfmpegCamera } from '../camera/ffmpeg.ts'
import { createFolderCamera } from '../camera/folder.ts'
import type { Port } from '../contracts.ts'
import { runPart } from '../harness.ts'
import { log } from '../log.ts'
import type { ToPart } from '../protocol.ts'
import { createFaceDevice, type FaceDevice } from './device.ts'
import { type Engine, openEngine } from './engine.ts'
import { type FaceDeviceSettings, type FaceSettings, faceSettings } from './settings.ts'

// Cards, codes and the door come first. Before any thread is started: each takes it over from the one that starts it.
setPriority(constants.priority.PRIORITY_LOW)

// In whatever order it ends: told to, by a signal, by a fault of its own.
process.once('exit', () => engine?.wipe())

type Order<T extends ToPart['type']> = Extract<ToPart, { type: T }>

let port: Port | undefined
let devices: readonly FaceDevice[] = []
let opening: Promise<Engine | undefined> = Promise.resolve(undefined)
let engine: Engine | undefined
/** Of the batches since the last one that was marked so. */
let unreadable = 0

/** From the fault to the end: main reads why. */
const LAST_WORDS_MS = 50

/** The end that waits for nothing: an orderly one joins the thread that hangs, for ever. */
const endStuck = (device: string): void => {
  port?.tell({ type: 'fault', device, code: 'frame_stuck' })
  setTimeout(() => {
    engine?.wipe()
    process.kill(process.pid, 'SIGKILL')
  }, LAST_WORDS_MS)
}

const openCamera = (settings: FaceDeviceSettings, into: Port) =>
  settings.driver === 'ffmpeg' ? createFfmpegCamera(settings, into.clock) : createFolderCamera(settings, into)

const openEyes = async (settings: FaceSettings, into: Port): Promise<Engine | undefined> => {
  const opened = await openEngine(settings)
  if (opened.ok) {
    engine = opened.value
    for (const device of devices) device.wake(opened.value)
    return opened.value
  }
  into.tell({ type: 'fault', code: opened.code })
  for (const device of devices) device.giveUp(opened.code)
  return undefined
}

/** main asks at each welcome and then sends the whole gallery: what was there before must not stand there twice. */
const forgetAll = (): void => {
  engine?.clear()
  unreadable = 0
  for (const device of devices) device.reset()
}

const describeRisk = () => {
  if (!engine) return {}
  const { margin: _, fnir, ...basis } = engine.risk.derive()
  return { basis: { ...basis, ...(fnir ? { fnir: { ...fnir, unknownFor: [...fnir.unknownFor] } } : {}) } }
}

const calibrate = async ({ request, same }: Order<'calibrate'>): Promise<void> => {
  const result = (await engine?.risk.calibrate(same)) ?? { outcome: 'failed' as const, because: 'model_opening' }
  port?.tell({ type: 'calibrated', request, result })
}

const takeTemplates = ({ templates, last }: Order<'gallery_add'>): void => {
  unreadable += engine ? engine.addTemplates(templates) : templates.length
  if (!last) return
  const here = engine?.templates() ?? 0
  const extrapolated = engine?.extrapolated() ?? false
  if (extrapolated) log('warning', 'threshold_extrapolated', { templates: here })
  port?.tell({ type: 'gallery', templates: here, unreadable, extrapolated, ...describeRisk() })
  unreadable = 0
}

const forget = ({ request, credentials }: Order<'forget'>): void => {
  engine?.forget(credentials)
  for (const device of devices) device.forget(credentials)
  port?.tell({ type: 'forgotten', request })
}

/** The cameras of a side share what a card has opened. */
const claim = ({ side, credentials, forMs, bound }: Order<'claim'>): void => {
  const here = devices.filter((device) => device.side === side)
  if (!bound) {
    for (const device of here) device.claim(credentials, forMs)
    return
  }
  const secret = hide(Buffer.from(bound.secret, 'hex'))
  const face = engine?.openBound(side, bound.templates, secret)
  reveal(secret).fill(0)
  for (const device of here) device.claim(credentials, forMs, face)
  port?.tell({ type: 'bound_opened', request: bound.request, opened: face?.size() ?? 0 })
}

const enrol = ({ boundSecret, ...ordered }: Order<'enrol'>): void => {
  const order = { ...ordered, ...(boundSecret ? { cardSecret: hide(Buffer.from(boundSecret, 'hex')) } : {}) }
  const here = devices.filter((device) => device.side === order.side)
  const device = here.find((each) => each.state().state === 'up') ?? here[0]
  if (device) device.enrol(order)
  else {
    const result = { outcome: 'failed', because: 'no_camera' } as const
    port?.tell({ type: 'enrolment', request: order.request, result })
  }
}

const receive = (message: ToPart): void => {
  if (message.type === 'gallery_add') takeTemplates(message)
  else if (message.type === 'forget') forget(message)
  else if (message.type === 'enrol') enrol(message)
  else if (message.type === 'calibrate') void calibrate(message)
  else if (message.type === 'claim') claim(message)
  else if (message.type === 'site') engine?.raise(message.raisedBy)
  else if (message.type === 'look') for (const device of devices) device.look(message.forMs)
  else if (message.type === 'liveness') for (const device of devices) device.setLiveness(message.policy)
  else if (message.type === 'enrol_stop') for (const device of devices) device.stopEnrolment(message.request)
  else if (message.type === 'yield' || message.type === 'request' || message.type === 'pause') {
    for (const device of devices.filter(({ side }) => side === message.side)) {
      if (message.type === 'yield') device.yieldFor(message.forMs, message.letIn ?? [])
      else if (message.type === 'request') device.request(message.forMs)
      else device.pause(message.paused)
    }
  }
}

runPart('face', {
  build: (raw, into) => {
    const settings = v.parse(faceSettings, raw)
    port = into
    devices = settings.devices.map((each) =>
      createFaceDevice(each, openCamera(each, into), into, settings, () => endStuck(each.id)),
    )
    opening = openEyes(settings, into)
    return devices
  },
  receive,
  onMainLost: forgetAll,
  endsWithMain: true,
  ready: async () => {
    const opened = await opening
    forgetAll()
    return opened ? { model: opened.modelId, assistsOnly: opened.assistsOnly } : {}
  },
})
