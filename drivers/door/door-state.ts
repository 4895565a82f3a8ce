// The nouns of the door's state machine: its limits, what may come in, what it remembers and what a step gives; and what of it is told to a
// main that has just come. Pure; decides nothing. Used by machine.ts and whoever drives it.

import type { Mode, MonotonicMs } from '../../config/words.ts'
import type { DoorEvent, DoorStanding, FromPart } from '../protocol.ts'
import type { Levels } from './contract.ts'
import { type GuardState, initialGuard } from './guard-button.ts'
import type { GuardOrder } from './guard-order.ts'

export type DoorLimits = {
  /** Length of one opening by the exit button. */
  readonly pulseMs: number
  /** No order and no press energises longer than this; at least pulseMs. */
  readonly pulseLimitMs: number
  /** A door still open this long after its unlock ended is held. */
  readonly heldAfterMs: number
}

export type DoorInput =
  | { readonly kind: 'levels'; readonly levels: Levels }
  | { readonly kind: 'open'; readonly ref: string; readonly pulseMs: number; readonly issuedAt: MonotonicMs }
  | { readonly kind: 'mode'; readonly mode: Mode }
  /** A staff card's, for the guard's holding. */
  | (GuardOrder & { readonly kind: 'guard' })
  /** Any sign of life of main. */
  | { readonly kind: 'main_heard' }
  /** The connection to main ended: a mode must be said again on the next one. */
  | { readonly kind: 'main_lost' }
  | { readonly kind: 'tick' }

export type Pulse = { readonly ref: string; readonly until: MonotonicMs }
type Press = { readonly since: MonotonicMs; readonly stuck: boolean }
type Opening = {
  readonly since: MonotonicMs
  readonly ref: string | undefined
  readonly held: boolean
  readonly forced: boolean
}

export type DoorState = {
  readonly relay: boolean
  readonly relayOffAt: MonotonicMs | undefined
  readonly fire: boolean
  /** Present while the button is down. */
  readonly press: Press | undefined
  readonly exitUntil: MonotonicMs | undefined
  readonly order: Pulse | undefined
  readonly guard: GuardState
  readonly mode: Mode
  /** When main was last heard, on the connection on which it said the mode. */
  readonly heardAt: MonotonicMs | undefined
  readonly modeSaidHere: boolean
  readonly contact: Levels['contact'] | 'unread'
  /** Present while the contact says open. */
  readonly opening: Opening | undefined
}

export type DoorMessage = DoorEvent | Extract<FromPart, { type: 'fault' }>

export type DoorStep = {
  readonly state: DoorState
  /** Absent: the relay stays as it is. */
  readonly relay: boolean | undefined
  /** In causal order. */
  readonly tell: readonly DoorMessage[]
  /** When the machine must be called again, if nothing happens before. */
  readonly deadline: MonotonicMs | undefined
}

export const initialDoor: DoorState = Object.freeze({
  relay: false,
  relayOffAt: undefined,
  fire: false,
  press: undefined,
  exitUntil: undefined,
  order: undefined,
  guard: initialGuard,
  mode: 'controlled',
  heardAt: undefined,
  modeSaidHere: false,
  contact: 'unread',
  opening: undefined,
})

/** What holds now, in one message, for a main that has not heard how it came to be. */
export const describeDoor = (
  { relay, fire, mode, contact, opening, guard }: DoorState,
  at: MonotonicMs,
): DoorStanding => ({
  type: 'door_stands',
  at,
  relay,
  contact: contact === 'unread' ? 'none' : contact,
  held: opening?.held ?? false,
  forced: opening?.forced ?? false,
  guard: guard.heldSince === undefined ? 'rests' : guard.reminded ? 'holds_long' : 'holds',
  fire,
  mode,
})
