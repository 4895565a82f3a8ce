// The prompt of `sim`: what may be typed, what it does to which simulated device, and by which happening it is answered. Pure but for
// resolving a picture's path. Called by sim.ts.

import { resolve } from 'node:path'
import { listWays } from '../../config/mounted.ts'
import type { Config } from '../../config/settings.ts'
import { type Path, sides } from '../../config/words.ts'
import type { Look } from '../demo/pictures.ts'
import type { Happening } from '../happening.ts'

const ANSWER_LIMIT_MS = 3000
const SHOW_SECONDS = 3
const SHOW_LIMIT_SECONDS = 600
/** As fast as the quickest fingers. The keypad takes more than 50 keys a second for a machine at the wire. */
const KEY_MS = 30

/** One order to one device, and how to know that the gate has answered it. */
export type PlayOrder = {
  readonly device: string
  readonly order: object
  readonly isAnswer: (happening: Happening) => boolean
  readonly limitMs: number
  /** Goes on by itself: somebody stands before the camera while others tap and type. */
  readonly lastsMs?: number
  /** A tap or keys. */
  readonly touches?: true
  /** How long fingers would have taken; the next keys at this device wait for them. */
  readonly typedMs?: number
}
/** `what` was not understood; `form`: how the order is written. */
export type Wrong = { readonly wrong: string; readonly form?: string }
export type PromptLine = PlayOrder | 'help' | 'quit' | 'cast' | 'empty' | Wrong

/** Who can be shown by a short name. */
export type FindLook = (word: string) => Look | undefined

const isSeen = ({ kind }: Happening): boolean => kind === 'attempt' || kind === 'signal'
const isDoor = ({ kind }: Happening): boolean => kind === 'door'

/** The device that was named, by its id or its side; else the first of its path. */
const findDevice = (config: Config, path: Path, named: string | undefined): string | undefined => {
  const devices = sides.flatMap((side) =>
    listWays(config.sides[side] ?? {}, path).map(({ id }) => ({ id, side: String(side) })),
  )
  return named === undefined ? devices[0]?.id : devices.find(({ id, side }) => id === named || side === named)?.id
}

type Played = { readonly path: Path; readonly named: string | undefined; readonly form: string }

const playAt = (config: Config, { path, named, form }: Played, order: object, typedMs?: number): PromptLine => {
  const device = findDevice(config, path, named)
  if (device === undefined) return { wrong: named ?? path, form }
  return {
    ...{ device, order, isAnswer: isSeen, limitMs: ANSWER_LIMIT_MS, touches: true },
    ...(typedMs === undefined ? {} : { typedMs }),
  }
}

const TAP = 'tap ID [DEVICE]'
const isCard = (word: string): boolean => /^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$/i.test(word)

const readTap = (config: Config, [card, named]: readonly string[]): PromptLine =>
  card !== undefined && isCard(card)
    ? playAt(config, { path: 'card', named, form: TAP }, { tap: card })
    : { wrong: card ?? 'tap', form: `${TAP}, ID = 04a1b2c3d4e5f6` }

const PIN = 'pin KEYS [DEVICE]'

const readPin = (config: Config, [keys, named]: readonly string[]): PromptLine =>
  keys !== undefined && /^[0-9*#]{1,64}$/.test(keys)
    ? playAt(config, { path: 'keypad', named, form: PIN }, { keys }, keys.length * KEY_MS)
    : { wrong: keys ?? 'pin', form: `${PIN}, KEYS = 0–9 * #` }

const SHOW = 'show PICTURE|NAME [SECONDS] [DEVICE]'

/** Digits are seconds, anything else is a device. */
const readShow = (config: Config, [picture, ...rest]: readonly string[], find: FindLook): PromptLine => {
  if (picture === undefined) return 'cast'
  const word = rest.find((one) => /^\d+(\.\d+)?$/.test(one))
  const seconds = Number(word ?? SHOW_SECONDS)
  if (!(seconds > 0 && seconds <= SHOW_LIMIT_SECONDS))
    return { wrong: word ?? '', form: `${SHOW}, SECONDS ≤ ${SHOW_LIMIT_SECONDS}` }
  const named = rest.find((one) => one !== word)
  const device = findDevice(config, 'face', named)
  if (device === undefined) return { wrong: named ?? 'face', form: SHOW }
  const look = find(picture) ?? { file: resolve(picture) }
  const isAnswer = ({ kind }: Happening) => kind === 'attempt' || kind === 'count'
  const forMs = seconds * 1000
  const order = { show: look.file, ...(look.view ? { view: look.view } : {}), forMs }
  return { device, order, isAnswer, limitMs: Math.min(forMs, ANSWER_LIMIT_MS) + ANSWER_LIMIT_MS, lastsMs: forMs }
}

const playDoor = (order: object): PromptLine => ({ device: 'door', order, isAnswer: isDoor, limitMs: ANSWER_LIMIT_MS })

const plug = (config: Config, device: string | undefined, verb: 'plug' | 'unplug'): PromptLine => {
  const known = sides.some((side) =>
    [config.sides[side]?.card, config.sides[side]?.keypad, config.sides[side]?.face].some((devices) =>
      devices?.some(({ id }) => id === device),
    ),
  )
  // The gate hears of it with the next sign of life; nothing else answers.
  return device !== undefined && known
    ? { device, order: { unplug: verb === 'unplug' }, isAnswer: () => true, limitMs: 0 }
    : { wrong: device ?? verb, form: `${verb} DEVICE` }
}

/** What is pressed, or in the way, until it is said to be over: the device and the name in its order. */
const switches: Readonly<Record<string, readonly [device: string, name: string]>> = {
  fire: ['door', 'fire'],
  guard: ['door', 'guard'],
  barrier: ['door', 'obstacle'],
  call: ['call', 'press'],
  answer: ['call', 'answer'],
  silence: ['alarm', 'press'],
}

const isToldOf = (happening: Happening): boolean => isDoor(happening) || isSeen(happening) || happening.kind === 'alarm'

const readSwitch = (verb: string, [device, name]: readonly [string, string], to: string | undefined): PromptLine => {
  if (to !== 'on' && to !== 'off') return { wrong: to ?? verb, form: `${verb} on|off` }
  const order = { [name]: to === 'on' }
  if (verb === 'fire') return { device, order, isAnswer: isDoor, limitMs: ANSWER_LIMIT_MS }
  // To let go is answered by nothing, nor is a barrier while nothing moves.
  const limitMs = to === 'on' && verb !== 'barrier' && verb !== 'silence' ? ANSWER_LIMIT_MS : 0
  return { device, order, isAnswer: isToldOf, limitMs }
}

export const readPrompt = (config: Config, line: string, find: FindLook = () => undefined): PromptLine => {
  const [verb = '', ...words] = line.trim().split(/\s+/)
  const [first] = words
  const turned = Object.hasOwn(switches, verb) ? switches[verb] : undefined
  if (turned) return readSwitch(verb, turned, first)
  switch (verb) {
    case '':
      return 'empty'
    case 'help':
    case 'quit':
      return verb
    case 'tap':
      return readTap(config, words)
    case 'pin':
      return readPin(config, words)
    case 'show':
      return readShow(config, words, find)
    case 'button':
      return playDoor({ press: true })
    case 'door':
      if (first === 'open' || first === 'closed') return playDoor({ contact: first })
      return { wrong: first ?? verb, form: 'door open|closed' }
    case 'plug':
    case 'unplug':
      return plug(config, first, verb)
    default:
      return { wrong: verb }
  }
}
