// Card readers on a long serial line (RS-485, RS-232 over a converter): 125 kHz modules for EM4100 cards, and 13.56 MHz ones that send a
// UID in the same way. Owns the frames: STX, the number in hexadecimal digits, two more of check (all bytes by exclusive or), perhaps a line
// end, ETX. Such a reader gives a number and nothing else, which anybody can copy and anybody at the wire can send. Keeps counts, never logs a
// byte; overwrites what it was given. When the line is lost its process ends itself and is started anew. Called by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import { keepSerialLine } from '../serial-line.ts'
import { isRandom } from './identifier.ts'

export type SerialCardSettings = {
  readonly id: string
  readonly side: Side
  readonly driver: 'serial'
  readonly device: string
  readonly baud: number
}

const STX = 0x02
const ETX = 0x03
const lineEnds: ReadonlySet<number> = new Set([0x0a, 0x0d])
/** EM4100 has 5 bytes, a UID 4, 7 or 10. */
const numberBytes: readonly number[] = [4, 5, 7, 10]
const FRAME_DIGITS_MOST = 2 * (10 + 1)
/** A frame of 26 bytes takes 30 ms at 9600 baud; one that stands still for so long was cut off. */
const FRAME_LIMIT_MS = 500
/** These readers send their number again and again while the card lies there; after so long without it, it has left. */
const TAP_ENDS_MS = 700
const WINDOW_MS = 1000
/** A worn cable gives a few bytes a minute, a wrong speed nothing else. */
const NOISE_LIMIT_PER_WINDOW = 64
/** Nobody shows so many different cards in a second: a machine is at the wire. */
const CARD_LIMIT_PER_WINDOW = 5

export type Heard =
  | { readonly kind: 'card'; readonly identifier: string }
  | { readonly kind: 'unreadable'; readonly because: 'frame_malformed' }
  /** Once, when a limit is passed: until a second went by within it, nothing counts. */
  | { readonly kind: 'burst'; readonly because: 'line_noise' | 'card_flood' }

export type FrameReader = { readonly read: (byte: number, at: MonotonicMs) => Heard | undefined }

const digitOf = (byte: number): number => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(digit) ? -1 : digit
}

/** The number without its check; undefined: the check is wrong, or no card has so many bytes. */
const numberOf = (digits: readonly number[]): string | undefined => {
  const bytes = Array.from({ length: digits.length >> 1 }, (_, at) => {
    return ((digits[2 * at] ?? 0) << 4) | (digits[2 * at + 1] ?? 0)
  })
  const isWhole = digits.length % 2 === 0 && numberBytes.includes(bytes.length - 1)
  // Over number and check together it is zero.
  if (!isWhole || bytes.reduce((sum, byte) => sum ^ byte, 0) !== 0) return undefined
  return Buffer.from(bytes.slice(0, -1)).toString('hex')
}

/** How much came in this second, and whether it is more than people and cables make. */
const createWindow = () => {
  let from = Number.NEGATIVE_INFINITY
  let noise = 0
  let cards = 0
  let muted = false
  const isWithin = () => noise <= NOISE_LIMIT_PER_WINDOW && cards <= CARD_LIMIT_PER_WINDOW
  return {
    turn: (at: MonotonicMs) => {
      if (at - from < WINDOW_MS) return
      if (isWithin() || at - from >= 2 * WINDOW_MS) muted = false
      from = at
      noise = 0
      cards = 0
    },
    /** What is to be told of it. */
    count: (what: 'noise' | 'card'): Heard | 'muted' | undefined => {
      if (what === 'noise') noise++
      else cards++
      if (muted) return 'muted'
      if (isWithin()) return undefined
      muted = true
      return { kind: 'burst', because: what === 'noise' ? 'line_noise' : 'card_flood' }
    },
  }
}

/** Pure, the instant is an argument. */
export const createFrameReader = (): FrameReader => {
  let digits: number[] | undefined
  let begunAt = 0 as MonotonicMs
  let last: { readonly identifier: string; readonly at: MonotonicMs } | undefined
  const window = createWindow()

  const tellNoise = (): Heard | undefined => {
    const told = window.count('noise')
    return told === 'muted' ? undefined : told
  }
  const take = (identifier: string, at: MonotonicMs): Heard | undefined => {
    const isSameTap = last?.identifier === identifier && at - last.at < TAP_ENDS_MS
    last = { identifier, at }
    if (isSameTap) return undefined
    const told = window.count('card')
    if (told === 'muted') return undefined
    return told ?? { kind: 'card', identifier }
  }
  const close = (found: readonly number[], at: MonotonicMs): Heard | undefined => {
    const identifier = numberOf(found)
    if (identifier !== undefined) return take(identifier, at)
    const told = window.count('noise')
    if (told === 'muted') return undefined
    return told ?? { kind: 'unreadable', because: 'frame_malformed' }
  }

  return {
    read: (byte, at) => {
      window.turn(at)
      if (digits && at - begunAt > FRAME_LIMIT_MS) digits = undefined
      if (byte === STX) {
        const isCutOff = digits !== undefined
        digits = []
        begunAt = at
        return isCutOff ? tellNoise() : undefined
      }
      if (lineEnds.has(byte)) return undefined
      if (!digits) return tellNoise()
      if (byte === ETX) {
        const found = digits
        digits = undefined
        return close(found, at)
      }
      const digit = digitOf(byte)
      if (digit < 0 || digits.length >= FRAME_DIGITS_MOST) {
        digits = undefined
        return tellNoise()
      }
      digits.push(digit)
      return undefined
    },
  }
}

/** `leave` ends the process, which the supervisor starts anew. */
export const createSerialCard = (settings: SerialCardSettings, port: Port, leave: () => void): Device => {
  const { id: device, side } = settings
  const frames = createFrameReader()

  const tell = (heard: Heard, at: MonotonicMs) => {
    if (heard.kind === 'burst') return port.tell({ type: 'fault', device, code: heard.because })
    const card =
      heard.kind === 'card'
        ? ({
            kind: 'number',
            identifier: heard.identifier,
            random: isRandom(Buffer.from(heard.identifier, 'hex')),
          } as const)
        : heard
    port.tell({ type: 'touched', device, at })
    port.tell({ type: 'reading', path: 'card', device, at, card })
  }
  const take = (bytes: Uint8Array) => {
    const at = port.clock.monotonic()
    for (const byte of bytes) {
      const heard = frames.read(byte, at)
      if (heard) tell(heard, at)
    }
    bytes.fill(0)
  }
  const line = keepSerialLine(settings, 'reader_lost', {
    take,
    lost: () => {
      port.tell({ type: 'fault', device, code: 'reader_lost' })
      leave()
    },
  })

  return {
    id: device,
    side,
    start: line.start,
    stop: line.stop,
    state: () => {
      const because = line.because()
      return { device, side, ...(because === undefined ? { state: 'up' } : { state: 'down', because }) }
    },
  }
}
