// Bytes of a keypad's line → keys. A key is its ASCII character: 0–9, * and #, alone or many in a block. What some keypads put
// around them says nothing: line ends, STX before and ETX behind, and behind ETX a check of one or two bytes. Every other byte is
// noise. Keeps counts, never a byte. Pure, the instant is an argument. Called by pad.ts.
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
  /** A byte that is no key. */
  | { readonly kind: 'noise' }
  /** Once, when a limit is passed: what was typed so far is not to be trusted. */
  | { readonly kind: 'burst'; readonly because: 'line_noise' | 'key_flood' }

const nothing: Heard = Object.freeze({ kind: 'nothing' })
const noisy: Heard = Object.freeze({ kind: 'noise' })
const keyOf: ReadonlyMap<number, Heard> = new Map(
  keys.map((key) => [key.charCodeAt(0), Object.freeze({ kind: 'key', key })]),
)
const lineEnds: ReadonlySet<number> = new Set([0x0a, 0x0d])
const STX = 0x02
const ETX = 0x03
/** A check often looks like a key: over STX 5 ETX it is a 4. It comes at once behind its ETX, before any finger can. */
const CHECK_BYTES_MOST = 2
const CHECK_WITHIN_MS = 50

/** Whether a byte stands around the keys and is none. */
const createFraming = (): { readonly isFrame: (byte: number, at: MonotonicMs) => boolean } => {
  let open = false
  let closedAt = Number.NEGATIVE_INFINITY
  let checks = 0
  return {
    isFrame: (byte, at) => {
      if (byte === STX || lineEnds.has(byte)) {
        open = byte === STX
        checks = 0
      } else if (byte === ETX) {
        // Without a beginning it is a stray byte, and what follows may be a key.
        if (open) {
          checks = CHECK_BYTES_MOST
          closedAt = at
        }
        open = false
      } else if (checks === 0 || at - closedAt > CHECK_WITHIN_MS) return false
      else checks--
      return true
    },
  }
}

export const createKeyReader = (): { readonly read: (byte: number, at: MonotonicMs) => Heard } => {
  let windowFrom = Number.NEGATIVE_INFINITY
  let noise = 0
  let typed = 0
  let muted = false
  const framing = createFraming()

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
      if (framing.isFrame(byte, at)) return nothing
      turnWindow(at)
      const heard = keyOf.get(byte)
      if (heard) typed++
      else noise++
      if (muted) return nothing
      if (withinLimits()) return heard ?? noisy
      muted = true
      return { kind: 'burst', because: heard ? 'key_flood' : 'line_noise' }
    },
  }
}
