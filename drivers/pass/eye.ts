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
  let last: { readonly token: string; readonly at: MonotonicMs } | undefined
  let toldBroken = false

  const take = (text: string | undefined, at: MonotonicMs): void => {
    const token = text === undefined ? undefined : readPass(text)
    if (token === undefined) return
    const isHeld = last?.token === token && at - last.at < GONE_MS
    last = { token, at }
    if (isHeld) return
    onPass()
    port.tell({ type: 'reading', path: 'pass', device, at, token })
  }

  return {
    see: (picture, at) => {
      if (at < nextAt || reader.isBusy()) return
      nextAt = at + EVERY_MS
      if (last && at - last.at >= GONE_MS) last = undefined
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
