// When no vector may be computed on a camera's side: somebody uses another way there, or the path is paused. Faces are still found
// while it only yields, so that whoever stands there is known to have stood there. Created by the face device, asked for every frame.

import type { Clock, MonotonicMs } from '../../config/words.ts'

const YIELD_LIMIT_MS = 60_000

export type Rest = {
  /** No vector is computed or used. */
  readonly rests: () => boolean
  /** Nobody is looked for at all. */
  readonly paused: () => boolean
  readonly pause: (paused: boolean) => void
  /** Gives until when. */
  readonly yieldFor: (forMs: number) => MonotonicMs
}

export const createRest = (clock: Clock): Rest => {
  let paused = false
  let yieldUntil = clock.monotonic()
  return {
    rests: () => paused || clock.monotonic() < yieldUntil,
    paused: () => paused,
    pause: (wish) => {
      paused = wish
    },
    yieldFor: (forMs) => {
      const until = clock.monotonic() + Math.min(forMs, YIELD_LIMIT_MS)
      yieldUntil = Math.max(yieldUntil, until) as MonotonicMs
      return yieldUntil
    },
  }
}
