// What main and a part say to each other. One declaration a message; both ends check every frame against it.
// Identifiers and codes travel here in the clear between two local processes and must go no further than the attempt.

import * as v from 'valibot'
import { cardProofs, livenessPolicies, modes, parts, sides } from '../config/words.ts'
import { boundOpened, boundSecret, cardSecrets } from './protocol-bound.ts'
import { cardOrders, issueAnswer } from './protocol-cards.ts'
import { motorEvents, saidAtDoor, toldAtDoor } from './protocol-door.ts'
import { passReading } from './protocol-pass.ts'
import { basis, calibrated, share } from './protocol-risk.ts'
import { signalOrders } from './protocol-signal.ts'
import { code, instant, opaqueId } from './protocol-words.ts'

export const PROTOCOL_VERSION = 1

const deviceId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))
const hex = (maxBytes: number) => v.pipe(v.string(), v.regex(/^([0-9a-f]{2})+$/), v.maxLength(maxBytes * 2))
const base64 = v.pipe(v.string(), v.maxLength(16_384), v.regex(/^[A-Za-z0-9+/]*={0,2}$/))

export const deviceState = v.object({
  device: deviceId,
  side: v.picklist(sides),
  state: v.picklist(['up', 'down']),
  because: v.optional(code),
})
export type DeviceState = v.InferOutput<typeof deviceState>

// ---- a part to main

/** Identifier: 4, 7 or 10 bytes of UID as hex. `random`: the card shows a new one each time. */
const cardReading = v.object({
  type: v.literal('reading'),
  path: v.literal('card'),
  device: deviceId,
  at: instant,
  card: v.variant('kind', [
    v.object({
      /** `number`: a line gave it, and nothing else of the card is known. */
      kind: v.picklist(['iso14443_3', 'iso14443_4', 'number']),
      identifier: hex(10),
      random: v.boolean(),
      /** What the card proved; absent: its identifier. */
      proof: v.optional(v.picklist(cardProofs)),
      /** Of the site key that it proved. */
      generation: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      /** sdm: the card's own count of its readings. */
      counter: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffff))),
      /** Of a face bound to this card; asked for where `card_secrets` names the reader. */
      boundSecret: v.exactOptional(boundSecret),
    }),
    v.object({ kind: v.literal('unreadable'), because: code }),
  ]),
})

/** keypad: frames of keys as the grammar cuts them; main gives them their meaning. */
const keypadReading = v.object({
  type: v.literal('reading'),
  path: v.literal('keypad'),
  device: deviceId,
  at: instant,
  keys: v.variant('frame', [
    /** NUMBER*CODE# */
    v.object({ frame: v.literal('open'), number: v.string(), code: v.string() }),
    /** NUMBER*CODE* : asks for the menu, never opens. */
    v.object({ frame: v.literal('menu'), number: v.string(), code: v.string() }),
    /** DIGITS# : a menu choice or a new code. */
    v.object({ frame: v.literal('choice'), digits: v.string() }),
    v.object({ frame: v.literal('invalid'), because: code }),
  ]),
})

/** face: the part has matched; main never sees a vector or a score. */
const faceReading = v.object({
  type: v.literal('reading'),
  path: v.literal('face'),
  device: deviceId,
  at: instant,
  credential: opaqueId,
  standing: v.picklist(['certain', 'not_live']),
  /** The first frame in which this face could have been known: from then on somebody waits. */
  waitedFrom: v.exactOptional(instant),
})

const doorEvent = v.object({
  type: v.literal('door'),
  what: v.picklist([
    'relay_on',
    'relay_off',
    'opened',
    'closed',
    'held',
    'held_over',
    'forced',
    'exit_button',
    'guard_open',
    'guard_hold',
    'guard_hold_long',
    'guard_hold_over',
    'fire_on',
    'fire_off',
    'mode_dropped',
    'refused',
    ...motorEvents,
  ]),
  at: instant,
  /** The grant that this follows from, as main named it in `open`. */
  ref: v.optional(v.string()),
  because: v.optional(code),
})

/** No news but a state: told to a main that has just come, which knows nothing of what it missed or has forgotten. */
const doorStanding = v.object({
  type: v.literal('door_stands'),
  at: instant,
  relay: v.boolean(),
  contact: v.picklist(['open', 'closed', 'none']),
  held: v.boolean(),
  forced: v.boolean(),
  /** The guard's button; a door of before has none. */
  guard: v.exactOptional(v.picklist(['rests', 'holds', 'holds_long'])),
  obstructed: v.exactOptional(v.boolean()),
  fire: v.boolean(),
  mode: v.picklist(modes),
})
export type DoorStanding = v.InferOutput<typeof doorStanding>

/** For somebody who stands before the camera and is not seen well enough: a sign at the gate. */
const faceHint = v.picklist(['come_closer', 'look_here', 'hold_still', 'more_light', 'show_face'])
export type FaceHint = v.InferOutput<typeof faceHint>

const sealedTemplate = v.object({ sealed: base64, wrappedKey: base64, model: v.pipe(v.string(), v.maxLength(128)) })
export type SealedTemplate = v.InferOutput<typeof sealedTemplate>

const enrolment = v.object({
  type: v.literal('enrolment'),
  request: v.string(),
  result: v.variant('outcome', [
    v.object({
      outcome: v.literal('kept'),
      templates: v.pipe(v.array(sealedTemplate), v.minLength(1), v.maxLength(8)),
    }),
    v.object({ outcome: v.literal('failed'), because: code }),
    /** A hint on the way: `come_closer`, `look_here`, `hold_still`, `one_of_three` … */
    v.object({ outcome: v.literal('hint'), hint: code }),
  ]),
})

/** What a technician wants to see, told only while `look` asks for it. Of a keypad one key at a time, never what they make up. */
const looked = v.object({
  type: v.literal('looked'),
  device: deviceId,
  seen: v.variant('kind', [
    /** `noise`: a byte that is no key. */
    v.object({ kind: v.literal('key'), key: v.picklist([...'0123456789*#', 'noise']) }),
    /** `brightness`: of the whole picture, 0 … 1. `faces` and the largest one's shorter side are absent where no model is open. */
    v.object({
      kind: v.literal('picture'),
      brightness: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      faces: v.optional(v.number()),
      facePixels: v.optional(v.number()),
    }),
  ]),
})
export type Seen = v.InferOutput<typeof looked>['seen']

export const fromPart = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    part: v.picklist(parts),
    version: v.literal(PROTOCOL_VERSION),
    pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  }),
  v.object({
    type: v.literal('alive'),
    turn: v.number(),
    devices: v.pipe(v.array(deviceState), v.maxLength(64)),
    dropped: v.number(),
  }),
  /** The settings were taken and the devices started. face: `model` names the pack and files in use. */
  v.object({ type: v.literal('ready'), model: v.optional(v.string()), assistsOnly: v.optional(v.boolean()) }),
  /** keypad: each key, whatever it is, so that it can be heard. */
  v.object({ type: v.literal('key'), device: deviceId, at: instant }),
  /** signal: somebody has silenced the alarm. */
  v.object({ type: v.literal('acknowledged'), at: instant }),
  /** Somebody began to use another way on this side: a first key, a card in the field. */
  v.object({ type: v.literal('touched'), device: deviceId, at: instant }),
  /** keypad: `#` with nothing typed, by which somebody asks to be looked at. */
  v.object({ type: v.literal('asked'), device: deviceId, at: instant }),
  /** Faces that are nobody's event. `uncertain_face` is told while it stands there, so that it can be sent to the reader. */
  v.object({
    type: v.literal('count'),
    device: deviceId,
    what: v.picklist(['unknown_face', 'uncertain_face', 'no_good_frame']),
    count: v.number(),
  }),
  v.object({ type: v.literal('hint'), device: deviceId, hint: faceHint }),
  /** face: somebody is recognised and asked to show that he is there in the flesh. */
  v.object({ type: v.literal('ask'), device: deviceId, sign: v.picklist(['turn_left', 'turn_right']) }),
  v.object({ type: v.literal('fault'), device: v.optional(deviceId), code }),
  v.object({ type: v.literal('forgotten'), request: v.string() }),
  /** `extrapolated`: the wanted rate of false matches lies beyond what the model was measured for; a larger gallery makes it so. */
  v.object({
    type: v.literal('gallery'),
    templates: v.number(),
    unreadable: v.number(),
    extrapolated: v.optional(v.boolean()),
    basis: v.optional(basis),
  }),
  calibrated,
  v.variant('path', [cardReading, keypadReading, faceReading, passReading]),
  doorEvent,
  doorStanding,
  ...saidAtDoor,
  enrolment,
  looked,
  issueAnswer,
  boundOpened,
])
export type FromPart = v.InferOutput<typeof fromPart>
export type Reading = Extract<FromPart, { type: 'reading' }>
export type CardReading = Extract<Reading, { path: 'card' }>
export type KeypadReading = Extract<Reading, { path: 'keypad' }>
export type FaceReading = Extract<Reading, { path: 'face' }>
export type PassReading = Extract<Reading, { path: 'pass' }>
export type DoorEvent = Extract<FromPart, { type: 'door' }>
export type Enrolment = Extract<FromPart, { type: 'enrolment' }>

// ---- main to a part

const galleryTemplate = v.object({ credential: opaqueId, sealed: base64, wrappedKey: base64 })
export type GalleryTemplate = v.InferOutput<typeof galleryTemplate>

export const toPart = v.variant('type', [
  /** The part's own settings; each part checks them against its own schema. */
  v.object({ type: v.literal('welcome'), settings: v.unknown() }),
  v.object({ type: v.literal('ping'), turn: v.number() }),
  /** keypad, face: tell `looked` for so long. `doctor --watch` asks; the running gate never does. */
  v.object({ type: v.literal('look'), forMs: v.pipe(v.number(), v.minValue(1), v.maxValue(10_000)) }),
  ...cardOrders,
  cardSecrets,
  // door
  v.object({
    type: v.literal('open'),
    ref: v.string(),
    pulseMs: v.pipe(v.number(), v.minValue(1)),
    /** Monotonic; an order older than the door's own limit is refused. */
    issuedAt: instant,
  }),
  v.object({ type: v.literal('mode'), mode: v.picklist(modes) }),
  ...toldAtDoor,
  // face
  v.object({
    type: v.literal('gallery_add'),
    templates: v.pipe(v.array(galleryTemplate), v.maxLength(200)),
    last: v.boolean(),
  }),
  v.object({ type: v.literal('forget'), request: v.string(), credentials: v.array(opaqueId) }),
  /** Stop embedding on this side: somebody uses another way. `letIn`: the faces of whoever was let in by it, so that the same person,
   * still standing there, is not let in a second time. */
  v.object({
    type: v.literal('yield'),
    side: v.picklist(sides),
    forMs: v.number(),
    letIn: v.optional(v.pipe(v.array(opaqueId), v.maxLength(64))),
  }),
  /** Somebody at this side asks to be looked at, or his first proof waits for his face. */
  v.object({ type: v.literal('request'), side: v.picklist(sides), forMs: v.number() }),
  v.object({ type: v.literal('pause'), side: v.picklist(sides), paused: v.boolean() }),
  v.object({
    type: v.literal('enrol'),
    request: v.string(),
    credential: opaqueId,
    side: v.picklist(sides),
    forMs: v.number(),
    /** The templates are to open only with it. */
    boundSecret: v.exactOptional(boundSecret),
  }),
  v.object({ type: v.literal('enrol_stop'), request: v.string() }),
  /** From now on; a schedule may say another at another hour. */
  v.object({ type: v.literal('liveness'), policy: v.picklist(livenessPolicies) }),
  /** Compare the enrolled with each other. `same`: credentials of one resident, where he has more than one. */
  v.object({
    type: v.literal('calibrate'),
    request: v.string(),
    same: v.pipe(v.array(v.pipe(v.array(opaqueId), v.maxLength(64))), v.maxLength(1000)),
  }),
  /** What this site's calibration adds to the threshold. */
  v.object({ type: v.literal('site'), raisedBy: share }),
  /** On this side, whose card or code was just shown: for so long a face is compared with these alone. */
  v.object({
    type: v.literal('claim'),
    side: v.picklist(sides),
    credentials: v.pipe(v.array(opaqueId), v.minLength(1), v.maxLength(64)),
    forMs: v.pipe(v.number(), v.minValue(1), v.maxValue(60_000)),
    /** Of a face that is in no gallery: for this claim alone, with what opens it. Answered by `bound_opened`. */
    bound: v.exactOptional(
      v.object({
        request: v.pipe(v.string(), v.maxLength(64)),
        templates: v.pipe(v.array(galleryTemplate), v.maxLength(16)),
        secret: boundSecret,
      }),
    ),
  }),
  ...signalOrders,
])
export type ToPart = v.InferOutput<typeof toPart>
