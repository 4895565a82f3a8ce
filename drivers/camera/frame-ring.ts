// Three buffers that a camera fills and lends: one being filled, one complete, one lent. Cuts a stream of bytes into frames, drops
// what nobody had time for, allocates nothing per frame. Must never hold a fourth frame, nor one longer than it is of use: what was
// lent is overwritten when it comes back. Called by the cameras.

import type { Clock, MonotonicMs } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'
import type { FrameShape, OnFrame } from './contract.ts'

const BUFFERS = 3

export type FrameRing = {
  /** The next bytes of a stream of frames. Gives how many frames they completed. */
  readonly fill: (bytes: Uint8Array) => number
  /** Its stream has ended: drops and overwrites the frame begun and the one that waits. */
  readonly cut: () => void
  /** Lends nothing more and overwrites every buffer. */
  readonly close: () => void
}

type Slot = { readonly picture: Picture; at: MonotonicMs }

const createSlots = ({ width, height }: FrameShape, clock: Clock): Slot[] =>
  Array.from({ length: BUFFERS }, () => ({
    picture: Object.freeze({ width, height, rgb: new Uint8Array(width * height * 3) }),
    at: clock.monotonic(),
  }))

const wipe = ({ picture }: Slot): void => void picture.rgb.fill(0)

export const createFrameRing = (shape: FrameShape, clock: Clock, onFrame: OnFrame): FrameRing => {
  const slots = createSlots(shape, clock)
  const spare = [...slots]
  const frameBytes = shape.width * shape.height * 3
  let filling = spare.pop()
  let filled = 0
  let newest: Slot | undefined
  let lent = false
  let open = true

  const lend = async (): Promise<void> => {
    const slot = newest
    if (lent || !open || slot === undefined) return
    newest = undefined
    lent = true
    await onFrame(slot.picture, slot.at)
    lent = false
    wipe(slot)
    spare.push(slot)
    // A turn of the loop between two frames: pings and orders are answered even when frames never cease.
    setImmediate(() => void lend())
  }
  const complete = (slot: Slot): void => {
    slot.at = clock.monotonic()
    filling = newest ?? spare.pop()
    filled = 0
    newest = slot
    void lend()
  }

  return {
    fill: (bytes) => {
      let taken = 0
      let frames = 0
      while (open && filling !== undefined && taken < bytes.length) {
        const part = bytes.subarray(taken, taken + frameBytes - filled)
        filling.picture.rgb.set(part, filled)
        filled += part.length
        taken += part.length
        if (filled < frameBytes) continue
        complete(filling)
        frames++
      }
      return frames
    },
    cut: () => {
      filled = 0
      if (filling) wipe(filling)
      if (newest) {
        wipe(newest)
        spare.push(newest)
        newest = undefined
      }
    },
    close: () => {
      open = false
      newest = undefined
      for (const slot of slots) wipe(slot)
    },
  }
}
