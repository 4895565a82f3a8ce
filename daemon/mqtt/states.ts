// What a gate says of itself besides its events, one retained message a topic: that it is there, its door, its paths, its mode. A
// newcomer at the broker knows at once how the gate is. Only words of ours, no person. Pure. Called by mqtt.ts.

import { listWays } from '../../config/mounted.ts'
import type { Config } from '../../config/settings.ts'
import { type Mode, paths, sides } from '../../config/words.ts'
import type { DeviceState, DoorEvent, DoorStanding } from '../../drivers/protocol.ts'
import type { FlawedPath } from '../path-watch.ts'

/** What the door has told since it came up; what it has not told is not known. */
export type DoorPicture = {
  readonly unlocked?: boolean
  readonly open?: boolean
  readonly held?: boolean
  readonly forced?: boolean
  readonly fire?: boolean
}

const changes: Partial<Readonly<Record<DoorEvent['what'], DoorPicture>>> = {
  relay_on: { unlocked: true },
  relay_off: { unlocked: false },
  opened: { open: true },
  closed: { open: false, held: false, forced: false },
  held: { held: true },
  held_over: { held: false },
  forced: { open: true, forced: true },
  fire_on: { fire: true },
  fire_off: { fire: false },
}

export const stepDoor = (door: DoorPicture, what: DoorEvent['what']): DoorPicture => ({ ...door, ...changes[what] })

/** A door that has just met this main. */
export const pictureDoor = ({ relay, contact, held, forced, fire }: DoorStanding): DoorPicture => ({
  unlocked: relay,
  ...(contact === 'none' ? {} : { open: contact === 'open' }),
  held,
  forced,
  fire,
})

/** A path is up on its side while one of its devices is. */
const showPaths = (config: Config, devices: readonly DeviceState[]) => {
  const up = new Set(devices.filter(({ state }) => state === 'up').map(({ device }) => device))
  const showSide = (side: (typeof sides)[number]) =>
    paths.flatMap((path) => {
      const mounted = listWays(config.sides[side] ?? {}, path)
      return mounted.length > 0 ? [[path, mounted.some(({ id }) => up.has(id)) ? 'up' : 'down'] as const] : []
    })
  const shown = sides.map((side) => [side, Object.fromEntries(showSide(side))] as const)
  return Object.fromEntries(shown.filter(([side]) => config.sides[side] !== undefined))
}

export type GateLook = {
  readonly door: DoorPicture
  readonly doorUp: boolean
  readonly devices: readonly DeviceState[]
  readonly mode: Mode
  readonly flaws: readonly FlawedPath[]
}

export const AVAILABILITY = 'availability'
export const OFFLINE = 'offline'

/** Topic below the prefix, and what it says, in the order in which they are told. */
export const describeStates = (config: Config, look: GateLook): ReadonlyMap<string, string> =>
  new Map([
    [AVAILABILITY, 'online'],
    ['door', JSON.stringify({ state: look.doorUp ? 'up' : 'down', ...(look.doorUp ? look.door : {}) })],
    ['paths', JSON.stringify(showPaths(config, look.devices))],
    ['mode', look.mode],
    ['equality', JSON.stringify({ state: look.flaws.length === 0 ? 'equal' : 'unequal', ways: look.flaws })],
  ])
