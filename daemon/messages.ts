// Where each message of a part goes: to the line, the record, the signal, the face side. Decides nothing. Called by daemon.ts.

import type { Config } from '../config/settings.ts'
import type { MonotonicMs, Part } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { DoorEvent, DoorStanding, FromPart } from '../drivers/protocol.ts'
import type { DoorLink } from './door-link.ts'
import { doorEvent } from './events.ts'
import type { FaceLink } from './face-link.ts'
import type { Watchers } from './happening.ts'
import type { Menus } from './menus.ts'
import { sidesOfDevices } from './part-plan.ts'
import type { SignalLink } from './signal-link.ts'
import type { StaffHold } from './staff-hold.ts'
import type { Ledger } from './store/ledger.ts'

type Hearers = Pick<DoorLink, 'mode' | 'tellMode'> & {
  readonly ledger: Ledger
  readonly face: FaceLink
  readonly signal: SignalLink
  readonly menus: Menus
  readonly staffHold?: StaffHold | undefined
}

/** Unknown faces in one message; a part that claims more is wrong. */
const COUNT_LIMIT = 100

export const routeMessages = (
  { config }: { readonly config: Config },
  { ledger, face, signal, menus, staffHold, mode, tellMode }: Hearers,
  takeReading: (reading: Extract<FromPart, { type: 'reading' }>) => void,
  announce: Watchers['announce'],
): ((part: Part, message: FromPart) => void) => {
  const deviceSides = sidesOfDevices(config)
  const takeDoorEvent = (event: DoorEvent) => {
    const recorded = doorEvent(config.gate, event)
    if (recorded) void ledger.record(recorded)
    signal.tellDoor(event)
    if (event.what === 'opened') menus.closeUntouched()
    // The door let go because it did not hear us; we still mean it.
    if (event.what === 'mode_dropped') tellMode()
    announce({ kind: 'door', event })
  }
  const takeDoorStanding = (standing: DoorStanding) => {
    signal.tellDoorStanding(standing)
    // Of a main before us, and at its end: ours is told when the door is up.
    if (standing.mode !== mode()) log('notice', 'door_mode_left', { mode: standing.mode })
    announce({ kind: 'door_stands', standing })
  }
  const takeCount = ({ device, what, count }: Extract<FromPart, { type: 'count' }>) => {
    const side = deviceSides.get(device)
    if (side === undefined) return
    for (let n = 0; n < Math.min(count, COUNT_LIMIT); n++) ledger.count({ side, path: 'face', what })
    if (what === 'uncertain_face') signal.show(side, 'use_card_or_code')
    announce({ kind: 'count', side, what })
  }
  const ask = ({ device, sign }: Extract<FromPart, { type: 'ask' }>) => {
    const side = deviceSides.get(device)
    if (side !== undefined) signal.show(side, sign)
  }
  const click = ({ device, at }: { readonly device: string; readonly at: number }) => {
    const side = deviceSides.get(device)
    if (side !== undefined) signal.click(side, at as MonotonicMs)
  }
  const showHint = ({ device, hint }: Extract<FromPart, { type: 'hint' }>) => {
    const side = deviceSides.get(device)
    if (side !== undefined) signal.show(side, hint)
  }
  /** Where faces wait to be asked for. After the yield of the same key. */
  const takeAsked = ({ device }: Extract<FromPart, { type: 'asked' }>) => {
    const side = deviceSides.get(device)
    if (side !== undefined && config.face.start === 'request') setImmediate(() => face.request(side))
  }
  const takeFault = (code: string) => {
    log('fault', 'part_fault', { fault: code })
    announce({ kind: 'alarm', code })
  }
  return (part, message) => {
    if (message.type === 'key') click(message)
    else if (message.type === 'reading') takeReading(message)
    else if (message.type === 'door') takeDoorEvent(message)
    else if (message.type === 'door_stands') takeDoorStanding(message)
    else if (message.type === 'count') takeCount(message)
    else if (message.type === 'ask') ask(message)
    else if (message.type === 'fault') takeFault(message.code)
    else if (message.type === 'hint') showHint(message)
    else if (message.type === 'stays') {
      const side = deviceSides.get(message.device)
      if (side !== undefined) void staffHold?.stays(side, message.at)
    } else if (message.type === 'touched') {
      const side = deviceSides.get(message.device)
      if (part === 'card') click(message)
      // The reading that comes in the same moment goes first: its record is on the way before the face part is told.
      if (side !== undefined) setImmediate(() => face.yieldTo(side))
    } else if (message.type === 'asked') takeAsked(message)
    else face.take(message)
  }
}
