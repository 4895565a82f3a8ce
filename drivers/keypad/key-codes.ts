// Bytes of a keypad's line → keys. A key is its ASCII character: 0–9, * and #. Line ends, which some keypads add, say nothing.
// Every other byte is noise. Keeps counts, never a byte. Pure, the instant is an argument. Called by pad.ts.
//
// A line that is noisy or faster than fingers is a broken cable, a wrong speed or a machine at the wire. Its keys are guesses and
// would cost residents wrong tries, so they are dropped until a whole second has passed within the limits.

import type { MonotonicMs } from '../../config/words.ts'

const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const
export type Key = (typeof keys)[number]

const WINDOW_MS = 1000
/** A worn cable gives a few a minute, a wrong speed one a key. */
export const NOISE_LIMIT_PER_WINDOW = 16
/** Some keypads send a whole code in one burst; two of the longest (22 keys) fit. Fingers reach 12. */
export const KEY_LIMIT_PER_WINDOW = 50

export type Heard =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'nothing' }
  /** Once, when a limit is passed: what was typed so far is not to be trusted. */
  | { readonly kind: 'burst'; readonly because: 'line_noise' | 'key_flood' }

const nothing: Heard = Object.freeze({ kind: 'nothing' })
const keyOf: ReadonlyMap<number, Heard> = new Map(
  keys.map((key) => [key.charCodeAt(0), Object.freeze({ kind: 'key', key })]),
)
const lineEnds: ReadonlySet<number> = new Set([0x0a, 0x0d])

export const createKeyReader = (): { readonly read: (byte: number, at: MonotonicMs) => Heard } => {
  let windowFrom = Number.NEGATIVE_INFINITY
  let noise = 0
  let typed = 0
  let muted = false

  const withinLimits = () => noise <= NOISE_LIMIT_PER_WINDOW && typed <= KEY_LIMIT_PER_WINDOW
  const turnWindow = (at: MonotonicMs) => {
    const passedMs = at - windowFrom
    if (passedMs < WINDOW_MS) return
    // After two windows' time the last one was silent.
    if (withinLimits() || passedMs >= 2 * WINDOW_MS) muted = false
    windowFrom = at
    noise = 0
    typed = 0
  }

  return {
    read: (byte, at) => {
      if (lineEnds.has(byte)) return nothing
      turnWindow(at)
      const heard = keyOf.get(byte)
      if (heard) typed++
      else noise++
      if (muted) return nothing
      if (withinLimits()) return heard ?? nothing
      muted = true
      return { kind: 'burst', because: heard ? 'key_flood' : 'line_noise' }
    },
  }
}
