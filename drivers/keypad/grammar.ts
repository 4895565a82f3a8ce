// Keys → frames, for one keypad. Owns the digits typed so far; they are overwritten with zeros when a frame leaves, on `**`, on
// silence and on a flaw, and are never logged. Knows no resident and no menu: main gives frames their meaning. Pure, the instant
// is an argument. Called by pad.ts.
//
//   NUMBER*CODE#   open      NUMBER*CODE*   menu      DIGITS#   choice      **  and silence   clear, and nothing is said
//
// Choices made where the page is silent:
// - A frame of a wrong length is answered once, at its own end, as `invalid`. Judging it earlier would turn the rest of what is
//   being typed into another frame: the tail of 123456789*4711# would be the choice 4711#.
// - `**` clears wherever it is typed, also after a code: 12042*4711** is somebody who takes it back, not a wrong try. So the menu
//   frame waits for the next key that is no star, or for DOUBLE_STAR_MS. It carries the instant of its star.
// - `*` or `#` with nothing typed says nothing: a second press of the last key costs no wrong try. It counts as a touch. By `#` alone
//   somebody also asks to be looked at, where face waits for that (`face.start: request`).
// - A code may be missing: 12042*# is invalid, 12042** is cleared.
// - Silence of exactly `silenceMs` clears, also a frame that still waits for its second star.

import type { MonotonicMs } from '../../config/words.ts'
import type { KeypadReading } from '../protocol.ts'
import type { Key } from './key-codes.ts'

const NUMBER_DIGITS = { least: 3, most: 8 } as const
const CODE_DIGITS = { least: 4, most: 12 } as const
/** A choice or a new code. */
const CHOICE_DIGITS_MOST = 12
/** Two stars within this are one `**`; slow fingers need about half of it. */
export const DOUBLE_STAR_MS = 700

const FIRST_BYTES = CHOICE_DIGITS_MOST
export const MEMORY_BYTES = FIRST_BYTES + CODE_DIGITS.most

type Keys = KeypadReading['keys']
export type Frame = { readonly keys: Keys; readonly at: MonotonicMs }
export type Step = {
  /** The first key after nothing was typed. */
  readonly touched: boolean
  /** That key was `#`. */
  readonly asked?: true
  /** What was complete: by this key, or before it. */
  readonly frame?: Frame
  readonly cleared?: 'stars' | 'silence'
}
type Quiet = Omit<Step, 'touched' | 'asked'>

export type Grammar = {
  readonly press: (key: Key, at: MonotonicMs) => Step
  /** Time went by without a key. */
  readonly tick: (at: MonotonicMs) => Quiet
  /** When `tick` has something to do; absent while nothing is typed. */
  readonly dueAt: () => MonotonicMs | undefined
  readonly clear: () => void
}

/** `memory` holds the only copy of the digits, as ASCII; zeros where there are none. At least MEMORY_BYTES long. */
export const createGrammar = (options: { readonly silenceMs: number; readonly memory?: Uint8Array }): Grammar => {
  const { silenceMs, memory = new Uint8Array(MEMORY_BYTES) } = options
  const typed = createDigits(memory)
  let stage: 'empty' | 'first' | 'second' | 'star' = 'empty'
  let lastAt = 0 as MonotonicMs

  const clear = () => {
    typed.wipe()
    stage = 'empty'
  }
  const clearFor = (cleared: 'stars' | 'silence'): Quiet => {
    clear()
    return { cleared }
  }
  const cut = (keys: Keys): Quiet => {
    clear()
    return { frame: { keys, at: lastAt } }
  }

  const tick: Grammar['tick'] = (at) => {
    if (stage === 'empty') return {}
    if (at - lastAt >= silenceMs) return clearFor('silence')
    return stage === 'star' && at - lastAt >= DOUBLE_STAR_MS ? cut(typed.pair('menu')) : {}
  }
  const takeStar = (): Quiet => {
    if (stage === 'first') stage = 'second'
    else if (stage === 'second' && !typed.isCodeEmpty()) stage = 'star'
    else return clearFor('stars')
    return {}
  }
  const takeKey = (key: Key): Quiet => {
    if (key === '*') return stage === 'empty' ? {} : takeStar()
    if (key === '#' && stage === 'empty') return {}
    if (key === '#') return cut(stage === 'first' ? typed.choice() : typed.pair('open'))
    if (stage === 'empty') stage = 'first'
    typed.add(stage === 'first' ? 'first' : 'code', key)
    return {}
  }

  return {
    press: (key, at) => {
      const before = tick(at)
      const released = stage === 'star' && key !== '*' ? cut(typed.pair('menu')) : before
      const touched = stage === 'empty'
      lastAt = at
      return { touched, ...(touched && key === '#' ? { asked: true } : {}), ...released, ...takeKey(key) }
    },
    tick,
    dueAt: () => {
      if (stage === 'empty') return undefined
      return (lastAt + (stage === 'star' ? Math.min(DOUBLE_STAR_MS, silenceMs) : silenceMs)) as MonotonicMs
    },
    clear,
  }
}

/** The digits before and after the first star. What can no longer become a frame is counted but not kept. */
const createDigits = (memory: Uint8Array) => {
  const sections = { first: { from: 0, most: CHOICE_DIGITS_MOST }, code: { from: FIRST_BYTES, most: CODE_DIGITS.most } }
  // Counted to one over the most: a stuck key counts no further.
  const lengths = { first: 0, code: 0 }
  const textOf = (section: 'first' | 'code') => {
    const { from } = sections[section]
    return String.fromCharCode(...memory.subarray(from, from + lengths[section]))
  }
  return {
    add: (section: 'first' | 'code', digit: Key) => {
      const { from, most } = sections[section]
      const length = lengths[section]
      lengths[section] = Math.min(length + 1, most + 1)
      const numberTooLong = section === 'code' && lengths.first > NUMBER_DIGITS.most
      if (length >= most || numberTooLong) memory.fill(0)
      else memory[from + length] = digit.charCodeAt(0)
    },
    isCodeEmpty: () => lengths.code === 0,
    choice: (): Keys =>
      lengths.first > CHOICE_DIGITS_MOST
        ? { frame: 'invalid', because: 'digits_too_many' }
        : { frame: 'choice', digits: textOf('first') },
    pair: (frame: 'open' | 'menu'): Keys => {
      const because = flawOf('number', lengths.first, NUMBER_DIGITS) ?? flawOf('code', lengths.code, CODE_DIGITS)
      if (because !== undefined) return { frame: 'invalid', because }
      return { frame, number: textOf('first'), code: textOf('code') }
    },
    wipe: () => {
      memory.fill(0)
      lengths.first = 0
      lengths.code = 0
    },
  }
}

const flawOf = (section: string, length: number, digits: { readonly least: number; readonly most: number }) => {
  if (length < digits.least) return `${section}_too_short`
  return length > digits.most ? `${section}_too_long` : undefined
}
