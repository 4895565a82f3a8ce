// What the gate says to the person in front of it, by light, tone and voice. The same for card, code and face, and never a reason:
// granted, denied, or "use your card or code". Steps of the menu have their own.

import type { MonotonicMs, Side } from '../../config/words.ts'

export const signs = [
  'granted',
  'denied',
  'use_card_or_code',
  'second_please',
  'wait',
  'menu_open',
  'again_please',
  'new_code_please',
  'done',
  'refused',
  'come_closer',
  'look_here',
  'hold_still',
  'more_light',
  'show_face',
  'turn_left',
  'turn_right',
  'granted_long',
  'calling',
  'answered',
] as const
export type Sign = (typeof signs)[number]

/** What the resident's own question (`7#`) is answered with: counts, never a name or a number. */
export type Held = { readonly cards: number; readonly codes: number; readonly face: boolean }

/** What is spoken: the sentence of a sign, or one digit of a number. */
export const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
export type Digit = (typeof digits)[number]
export type Spoken = Sign | `digit_${Digit}`
export const spokenDigit = (digit: Digit): Spoken => `digit_${digit}`
export const spokens: readonly Spoken[] = Object.freeze([...signs, ...digits.map(spokenDigit)])

export type Signal = {
  readonly show: (side: Side, sign: Sign) => void
  readonly tellHeld: (side: Side, held: Held) => void
  /** The number of a receipt, or a rider's code with a star between its number and its secret, after the sign that runs. */
  readonly tellNumber: (side: Side, number: number | string) => void
}

/** For whoever watches on a screen. */
export type ShownSign = {
  readonly side: Side
  readonly sign: Sign | 'held' | 'number'
  readonly held?: Held
  readonly number?: number
}

export const colours = ['green', 'red', 'amber'] as const
export type Colour = (typeof colours)[number]

/** Lamps and sound of one side at one instant. */
export type Look = {
  readonly lights: readonly Colour[]
  /** 0: silence. */
  readonly hz: number
  /** A sentence that began at `since`, if it is still the one to be heard. */
  readonly sentence?: { readonly name: Spoken; readonly since: MonotonicMs }
  /** When something of this changes by itself; absent: never. */
  readonly nextAt?: MonotonicMs
}

/** The outputs of one side: wires, or the simulated twin. Each call says what holds from now on; repeating is harmless. */
export type SideOutputs = {
  readonly set: (look: Look) => void
  /** Looks after lines that were lost; a code while something cannot be driven. Called about once a second. */
  readonly check: () => string | undefined
  readonly close: () => void
}

/** The outlet for alarms. */
export type AlarmOutputs = {
  /** `help`: the wire that leads away from the gate. */
  readonly set: (on: { readonly lamp: boolean; readonly buzzer: boolean; readonly help: boolean }) => void
  /** Somebody presses the button now. */
  readonly isPressed: () => boolean
  readonly check: () => string | undefined
  readonly close: () => void
}

/** The call button at the gate, and the guard's room. */
export type CallOutputs = {
  readonly set: (on: { readonly lamp: boolean; readonly sounder: boolean }) => void
  readonly readButtons: () => { readonly call: boolean; readonly answer: boolean }
  readonly check: () => string | undefined
  readonly close: () => void
}
