// What was seen of the parts while a technician stands at the gate: one state, and how each message of a part changes it. Keeps of a
// keypad the last key and a count, of a card its kind: never a code, never an identifier. Pure. Called by doctor-watch.ts.

import type { Config } from '../../config/settings.ts'
import type { MonotonicMs } from '../../config/words.ts'
import type { CardReading, FromPart } from '../../drivers/protocol.ts'

/** Shown until something newer comes. */
const FAULTS_KEPT = 4

type At = { readonly at: MonotonicMs }
export type KeySight = At & { readonly key: string; readonly keys: number }
export type CardSight = At &
  (
    | { readonly kind: 'iso14443_3' | 'iso14443_4' | 'number'; readonly random: boolean }
    | { readonly kind: 'unreadable'; readonly because: string }
  )
export type PictureSight = At & {
  readonly brightness: number
  readonly faces?: number | undefined
  readonly facePixels?: number | undefined
}

export type DoorSight = {
  readonly relay: boolean
  /** `none`: not wired. */
  readonly contact: 'open' | 'closed' | 'none'
  readonly fire: boolean | 'none'
  readonly exitButton: { readonly presses: number; readonly at?: MonotonicMs } | 'none'
  /** Why the door did not take the last test pulse. */
  readonly refused?: string
}

export type Sights = {
  readonly door: DoorSight
  readonly keys: ReadonlyMap<string, KeySight>
  readonly cards: ReadonlyMap<string, CardSight>
  readonly pictures: ReadonlyMap<string, PictureSight>
  /** Newest last. */
  readonly faults: readonly (At & { readonly code: string; readonly device?: string | undefined })[]
}

/** The door tells changes, and at its start what does not rest: so what is not told rests. */
export const beginSights = ({ door }: Pick<Config, 'door'>): Sights => ({
  door: {
    relay: false,
    contact: door.contact ? 'closed' : 'none',
    fire: door.fire ? false : 'none',
    exitButton: door.exitButton ? { presses: 0 } : 'none',
  },
  keys: new Map(),
  cards: new Map(),
  pictures: new Map(),
  faults: [],
})

type DoorMessage = Extract<FromPart, { type: 'door' }>

const takeDoor = (door: DoorSight, { what, at, because }: DoorMessage): DoorSight => {
  switch (what) {
    case 'relay_on':
    case 'relay_off': {
      const { refused: _, ...rest } = door
      return { ...rest, relay: what === 'relay_on' }
    }
    case 'opened':
    case 'closed':
      return { ...door, contact: what === 'opened' ? 'open' : 'closed' }
    case 'fire_on':
    case 'fire_off':
      return { ...door, fire: what === 'fire_on' }
    case 'exit_button': {
      const before = door.exitButton === 'none' ? 0 : door.exitButton.presses
      return { ...door, exitButton: { presses: before + 1, at: at as MonotonicMs } }
    }
    case 'refused':
      return { ...door, refused: because ?? what }
    default:
      return door
  }
}

/** The identifier ends here. */
const cardSight = (card: CardReading['card'], at: MonotonicMs): CardSight =>
  card.kind === 'unreadable'
    ? { kind: card.kind, because: card.because, at }
    : { kind: card.kind, random: card.random, at }

const put = <T>(map: ReadonlyMap<string, T>, device: string, value: T): ReadonlyMap<string, T> =>
  new Map(map).set(device, value)

const takeLooked = (
  sights: Sights,
  { device, seen }: Extract<FromPart, { type: 'looked' }>,
  at: MonotonicMs,
): Sights => {
  if (seen.kind === 'key') {
    const keys = (sights.keys.get(device)?.keys ?? 0) + 1
    return { ...sights, keys: put(sights.keys, device, { key: seen.key, keys, at }) }
  }
  const { brightness, faces, facePixels } = seen
  return { ...sights, pictures: put(sights.pictures, device, { brightness, faces, facePixels, at }) }
}

export const takeSight = (sights: Sights, message: FromPart, at: MonotonicMs): Sights => {
  switch (message.type) {
    case 'door':
      return { ...sights, door: takeDoor(sights.door, message) }
    case 'door_stands': {
      const { relay, fire, contact } = message
      const { door } = sights
      return { ...sights, door: { ...door, relay, contact, fire: door.fire === 'none' ? 'none' : fire } }
    }
    case 'reading':
      return message.path === 'card'
        ? { ...sights, cards: put(sights.cards, message.device, cardSight(message.card, at)) }
        : sights
    case 'looked':
      return takeLooked(sights, message, at)
    case 'fault': {
      const { code, device } = message
      return { ...sights, faults: [...sights.faults, { code, device, at }].slice(-FAULTS_KEPT) }
    }
    default:
      return sights
  }
}
