// Whether the model hangs in a frame: a native call that never comes back holds its camera for good, and only the end of the process lets
// go of it. Counted in looks of this process's own loop and not by the clock, so that one that was stopped for a while is not taken for
// one that hangs. Pure. Asked by the face device.

import type { MonotonicMs } from '../../config/words.ts'

/** Looks in a row that find the same frame still under way, half a second apart: ten seconds, of which the camera is down for five. */
export const STUCK_LOOKS = 20

/** `frameSince`: since when the frame under way is looked at; absent between two. True: it hangs. */
export const createStuckWatch = (): ((frameSince: MonotonicMs | undefined) => boolean) => {
  let before: MonotonicMs | undefined
  let looks = 0
  return (frameSince) => {
    looks = frameSince !== undefined && frameSince === before ? looks + 1 : 0
    before = frameSince
    return looks >= STUCK_LOOKS
  }
}
