// The prompt of `sim`: what may be typed, what it does to which simulated device, and by which happening it is answered. Pure but for
// resolving a picture's path. Called by sim.ts.

import { resolve } from 'node:path'
import type { Config } from '../../config/settings.ts'
import { type Path, sides } from '../../config/words.ts'
import type { Happening } from '../happening.ts'

const ANSWER_LIMIT_MS = 3000
const SHOW_SECONDS = 3
const SHOW_LIMIT_SECONDS = 600

/** One order to one device, and how to know that the gate has answered it. */
export type PlayOrder = {
  readonly device: string
  readonly order: object
  readonly isAnswer: (happening: Happening) => boolean
  readonly limitMs: number
}
export type PromptLine = PlayOrder | 'help' | 'quit' | 'empty' | { readonly wrong: string }

const isSeen = ({ kind }: Happening): boolean => kind === 'attempt' || kind === 'signal'
const isDoor = ({ kind }: Happening): boolean => kind === 'door'

/** The device that was named, by its id or its side; else the first of its path. */
const findDevice = (config: Config, path: Path, named: string | undefined): string | undefined => {
  const devices = sides.flatMap((side) =>
    (config.sides[side]?.[path] ?? []).map(({ id }) => ({ id, side: String(side) })),
  )
  return named === undefined ? devices[0]?.id : devices.find(({ id, side }) => id === named || side === named)?.id
}

const playAt = (device: string | undefined, order: object, limitMs = ANSWER_LIMIT_MS): PromptLine =>
  device === undefined ? { wrong: 'device' } : { device, order, isAnswer: isSeen, limitMs }

const playDoor = (order: object): PromptLine => ({ device: 'door', order, isAnswer: isDoor, limitMs: ANSWER_LIMIT_MS })

/** Digits are seconds, anything else is a device. */
const readShow = (config: Config, [picture, ...rest]: readonly string[]): PromptLine => {
  if (picture === undefined) return { wrong: 'show' }
  const seconds = Number(rest.find((one) => /^\d+(\.\d+)?$/.test(one)) ?? SHOW_SECONDS)
  if (!(seconds > 0 && seconds <= SHOW_LIMIT_SECONDS)) return { wrong: 'show' }
  const named = rest.find((one) => !/^\d+(\.\d+)?$/.test(one))
  const device = findDevice(config, 'face', named)
  if (device === undefined) return { wrong: 'device' }
  const isAnswer = ({ kind }: Happening) => kind === 'attempt' || kind === 'count'
  const forMs = seconds * 1000
  return { device, order: { show: resolve(picture), forMs }, isAnswer, limitMs: forMs + ANSWER_LIMIT_MS }
}

const plug = (config: Config, device: string | undefined, unplug: boolean): PromptLine => {
  const known = sides.some((side) =>
    [config.sides[side]?.card, config.sides[side]?.keypad, config.sides[side]?.face].some((devices) =>
      devices?.some(({ id }) => id === device),
    ),
  )
  // The gate hears of it with the next sign of life; nothing else answers.
  return device !== undefined && known
    ? { device, order: { unplug }, isAnswer: () => true, limitMs: 0 }
    : { wrong: 'device' }
}

export const readPrompt = (config: Config, line: string): PromptLine => {
  const [verb = '', ...words] = line.trim().split(/\s+/)
  const [first, second] = words
  switch (verb) {
    case '':
      return 'empty'
    case 'help':
    case 'quit':
      return verb
    case 'tap':
      return first === undefined ? { wrong: verb } : playAt(findDevice(config, 'card', second), { tap: first })
    case 'pin':
      return first === undefined ? { wrong: verb } : playAt(findDevice(config, 'keypad', second), { keys: first })
    case 'show':
      return readShow(config, words)
    case 'button':
      return playDoor({ press: true })
    case 'door':
      return first === 'open' || first === 'closed' ? playDoor({ contact: first }) : { wrong: verb }
    case 'fire':
      return first === 'on' || first === 'off' ? playDoor({ fire: first === 'on' }) : { wrong: verb }
    case 'plug':
    case 'unplug':
      return plug(config, first, verb === 'unplug')
    default:
      return { wrong: verb }
  }
}
