// The keypads of one gate under attack: which code is judged now, and which waits until the keypad takes its next. What waits holds up
// neither the keypad's own queue nor anybody else's, and is never judged twice. Keeps numbers and codes as long as they wait; says
// nothing of them. The rule is core/keypad-pace.ts. Called by the gate before a code is hashed.

import type { Clock, MonotonicMs } from '../config/words.ts'
import type { KeypadReading, Reading } from '../drivers/protocol.ts'
import {
  hold,
  listWaiting,
  nextCodeAt,
  noteTyped,
  noteWrong,
  type Pace,
  quietPace,
  type Waiting,
} from './core/keypad-pace.ts'

/** Calls once after so long; what it returns calls that off. */
export type Later = (afterMs: number, work: () => void) => () => void

export const laterByTimer: Later = (afterMs, work) => {
  const timer = setTimeout(work, afterMs).unref()
  return () => clearTimeout(timer)
}

type Code = { readonly number: string; readonly typedAt: MonotonicMs; readonly reading: KeypadReading }
type Keypad = { pace: Pace; waiting: Waiting<Code>; callOff: (() => void) | undefined }

export type KeypadPace = {
  /** Whether this reading is judged now. False: it waits, and comes again by `release`. */
  readonly admits: (reading: Reading) => boolean
  /** When a code that has waited was typed; absent for one that has not. */
  readonly typedAt: (reading: Reading) => MonotonicMs | undefined
  readonly noteWrong: (device: string, number: string) => void
  /** What waits is not judged any more. */
  readonly stop: () => void
}

/** A frame that is a guess, right or wrong. */
const numberOf = (reading: Reading): string | undefined =>
  reading.path === 'keypad' && (reading.keys.frame === 'open' || reading.keys.frame === 'menu')
    ? reading.keys.number
    : undefined

/** `release`: what has waited, before whatever else that keypad has to say. */
export const createKeypadPace = (
  { monotonic }: Pick<Clock, 'monotonic'>,
  release: (device: string, readings: readonly Reading[]) => void,
  later: Later = laterByTimer,
): KeypadPace => {
  const keypads = new Map<string, Keypad>()
  const released = new WeakMap<Reading, MonotonicMs>()

  const keypadOf = (device: string): Keypad => {
    const known = keypads.get(device) ?? { pace: quietPace, waiting: {}, callOff: undefined }
    keypads.set(device, known)
    return known
  }

  const letGo = (device: string, keypad: Keypad): void => {
    keypad.callOff = undefined
    const codes = listWaiting(keypad.waiting)
    keypad.waiting = {}
    const again = codes.map(({ reading, typedAt }) => {
      const one = { ...reading, at: monotonic() }
      released.set(one, typedAt)
      return one
    })
    release(device, again)
  }

  const keep = (keypad: Keypad, code: Code, now: MonotonicMs): void => {
    if (!released.has(code.reading)) keypad.pace = noteTyped(keypad.pace, code.number, now)
    keypad.waiting = hold(keypad.waiting, code, keypad.pace, now)
    keypad.callOff ??= later(Math.max(0, nextCodeAt(keypad.pace, now) - now), () => letGo(code.reading.device, keypad))
  }

  return {
    admits: (reading) => {
      const number = numberOf(reading)
      if (number === undefined || reading.path !== 'keypad') return true
      const keypad = keypadOf(reading.device)
      const now = monotonic()
      const waited = released.get(reading)
      // Whoever comes just when the pause ends does not overtake who has waited for its end.
      const mustWait = now < nextCodeAt(keypad.pace, now) || (waited === undefined && keypad.callOff !== undefined)
      if (mustWait) keep(keypad, { number, reading, typedAt: waited ?? (reading.at as MonotonicMs) }, now)
      return !mustWait
    },
    typedAt: (reading) => released.get(reading),
    noteWrong: (device, number) => {
      const keypad = keypadOf(device)
      keypad.pace = noteWrong(keypad.pace, number, monotonic())
    },
    stop: () => {
      for (const keypad of keypads.values()) {
        keypad.callOff?.()
        keypad.callOff = undefined
        keypad.waiting = {}
      }
    },
  }
}
