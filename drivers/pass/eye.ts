// What a camera does about visitors' passes: looks a few times a second whether a QR may be there, has it read, and tells main of a pass of
// ours. Any other code is nobody's business and leaves no trace. A pass that is held still is one reading. Created by the face device where
// its settings ask for it; never waits, so that a face waits for nothing.

import type { MonotonicMs } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'
import type { Port } from '../contracts.ts'
import { mayHoldQr } from './likeness.ts'
import { createPassReader, type PassReader } from './reader.ts'
import { readPass } from './text.ts'

/** Whoever holds something before a camera holds it for a second or two. */
const EVERY_MS = 250
/** Out of sight for so long, it is shown again: what was still held there would spend another use. */
const GONE_MS = 4000

/** The first look waits for the decoder to be compiled. Main takes no reading older than 2 s: such a one is left to the next look, or a pass held
 * still would be taken for told and open nothing for as long as it is held. */
const LATE_MS = 1500

/** Visitors who come as a coach party; more is a film of codes, each of which would stop the faces and stand in the record. */
const SHOWN_LIMIT = 20
const SHOWN_WINDOW_MS = 60_000

/** Whether one more may be shown; tells once when it is too many. */
const createShowing = (tellFlood: () => void) => {
  let shown: readonly MonotonicMs[] = []
  let isFlood = false
  return (at: MonotonicMs): boolean => {
    shown = shown.filter((one) => at - one < SHOWN_WINDOW_MS)
    const isFull = shown.length >= SHOWN_LIMIT
    if (isFull && !isFlood) tellFlood()
    isFlood = isFull
    if (!isFull) shown = [...shown, at]
    return !isFull
  }
}

export type PassEye = {
  /** Returns at once; the picture may be overwritten then. */
  readonly see: (picture: Picture, at: MonotonicMs) => void
  readonly stop: () => Promise<void>
}

export type PassEyeParts = {
  readonly device: string
  readonly port: Port
  /** Somebody uses another way than his face. */
  readonly onPass: () => void
  readonly reader?: PassReader
}

export const createPassEye = ({ device, port, onPass, reader = createPassReader() }: PassEyeParts): PassEye => {
  let nextAt = Number.NEGATIVE_INFINITY
  /** When each that is held there was seen last; two visitors hold up two. At most one a look, so sixteen. */
  const held = new Map<string, MonotonicMs>()
  let toldBroken = false
  const mayShow = createShowing(() => port.tell({ type: 'fault', device, code: 'pass_flood' }))

  const take = (text: string | undefined, at: MonotonicMs): void => {
    const token = text === undefined ? undefined : readPass(text)
    if (token === undefined || port.clock.monotonic() - at > LATE_MS) return
    const isHeld = held.has(token)
    held.set(token, at)
    if (isHeld || !mayShow(at)) return
    onPass()
    port.tell({ type: 'reading', path: 'pass', device, at, token })
  }

  return {
    see: (picture, at) => {
      if (at < nextAt || reader.isBusy()) return
      nextAt = at + EVERY_MS
      for (const [token, seenAt] of held) if (at - seenAt >= GONE_MS) held.delete(token)
      if (reader.isBroken()) {
        if (!toldBroken) port.tell({ type: 'fault', device, code: 'pass_reader_failed' })
        toldBroken = true
        return
      }
      if (mayHoldQr(picture)) void reader.read(picture).then((text) => take(text, at))
    },
    stop: reader.stop,
  }
}
