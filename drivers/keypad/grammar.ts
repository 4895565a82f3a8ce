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
// - `*` or `#` with nothing typed says nothing: a second press of the last key costs no wrong try. It counts as a touch.
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

export type Frame = { readonly keys: KeypadReading['keys']; readonly at: MonotonicMs }
export type Step = {
  /** The first key after nothing was typed. */
  readonly touched: boolean
  /** What was complete: by this key, or before it. */
  readonly frame?: Frame
  readonly cleared?: 'stars' | 'silence'
}

export type Grammar = {
  readonly press: (key: Key, at: MonotonicMs) => Step
  /** Time went by without a key. */
  readonly tick: (at: MonotonicMs) => Omit<Step, 'touched'>
  /** When `tick` has something to do; absent while nothing is typed. */
  readonly dueAt: () => MonotonicMs | undefined
  readonly clear: () => void
}

/** `memory` holds the only copy of the digits, as ASCII; zeros where there are none. At least MEMORY_BYTES long. */
export const createGrammar = (options: { readonly silenceMs: number; readonly memory?: Uint8Array }): Grammar => {
  const { silenceMs, memory = new Uint8Array(MEMORY_BYTES) } = options
  let stage: 'empty' | 'first' | 'second' | 'star' = 'empty'
  // Counted to one over the most, so that a stuck key counts no further.
  let first = 0
  let second = 0
  let lastAt = 0 as MonotonicMs

  const clear = () => {
    memory.fill(0)
    stage = 'empty'
    first = 0
    second = 0
  }
  const textOf = (from: number, length: number) => String.fromCharCode(...memory.subarray(from, from + length))
  const cut = (keys: KeypadReading['keys']): { frame: Frame } => {
    clear()
    return { frame: { keys, at: lastAt } }
  }

  const cutChoice = () =>
    first > CHOICE_DIGITS_MOST
      ? cut({ frame: 'invalid', because: 'digits_too_many' })
      : cut({ frame: 'choice', digits: textOf(0, first) })

  const cutPair = (frame: 'open' | 'menu') => {
    const because = flawOf('number', first, NUMBER_DIGITS) ?? flawOf('code', second, CODE_DIGITS)
    if (because !== undefined) return cut({ frame: 'invalid', because })
    return cut({ frame, number: textOf(0, first), code: textOf(FIRST_BYTES, second) })
  }

  const takeDigit = (key: Key) => {
    const code = stage === 'second'
    const most = code ? CODE_DIGITS.most : CHOICE_DIGITS_MOST
    const length = code ? second : first
    // What can no longer become a frame is not kept.
    if (length >= most) memory.fill(0)
    else if (!code || first <= NUMBER_DIGITS.most) memory[(code ? FIRST_BYTES : 0) + length] = key.charCodeAt(0)
    const counted = Math.min(length + 1, most + 1)
    if (code) second = counted
    else first = counted
  }

  const takeStar = (): Omit<Step, 'touched'> => {
    if (stage === 'first') {
      stage = 'second'
      if (first > NUMBER_DIGITS.most) memory.fill(0)
      return {}
    }
    if (stage === 'second' && second > 0) {
      stage = 'star'
      return {}
    }
    clear()
    return { cleared: 'stars' }
  }

  const tick: Grammar['tick'] = (at) => {
    if (stage === 'empty') return {}
    if (at - lastAt >= silenceMs) {
      clear()
      return { cleared: 'silence' }
    }
    return stage === 'star' && at - lastAt >= DOUBLE_STAR_MS ? cutPair('menu') : {}
  }

  const takeKey = (key: Key): Omit<Step, 'touched'> => {
    if (key === '*') return stage === 'empty' ? {} : takeStar()
    if (key !== '#') {
      if (stage === 'empty') stage = 'first'
      takeDigit(key)
      return {}
    }
    if (stage === 'empty') return {}
    return stage === 'first' ? cutChoice() : cutPair('open')
  }

  return {
    press: (key, at) => {
      const before = tick(at)
      const released = stage === 'star' && key !== '*' ? cutPair('menu') : before
      const touched = stage === 'empty'
      lastAt = at
      return { touched, ...released, ...takeKey(key) }
    },
    tick,
    dueAt: () => {
      if (stage === 'empty') return undefined
      return (lastAt + (stage === 'star' ? Math.min(DOUBLE_STAR_MS, silenceMs) : silenceMs)) as MonotonicMs
    },
    clear,
  }
}

const flawOf = (section: string, length: number, digits: { readonly least: number; readonly most: number }) => {
  if (length < digits.least) return `${section}_too_short`
  return length > digits.most ? `${section}_too_long` : undefined
}
