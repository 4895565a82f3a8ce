// When no vector may be computed on a camera's side: somebody uses another way there, the path is paused, or nobody has asked for it
// where faces are looked at on request only. Faces are still found while it only yields or waits, so that whoever stands there is known
// to have stood there. Created by the face device, asked for every frame.

import type { Clock, MonotonicMs } from '../../config/words.ts'

const YIELD_LIMIT_MS = 60_000
const REQUEST_LIMIT_MS = 60_000

export type Rest = {
  /** No vector is computed or used. */
  readonly rests: () => boolean
  /** Nor for an enrolment, which has been asked for in the office. */
  readonly yields: () => boolean
  /** Nobody is looked for at all. */
  readonly paused: () => boolean
  readonly pause: (paused: boolean) => void
  /** Gives until when. Ends a request: somebody has changed his mind, or another stands there. */
  readonly yieldFor: (forMs: number) => MonotonicMs
  /** Somebody at this side asks to be looked at: the key by which he asked is no other way in use. */
  readonly request: (forMs: number) => void
}

export type FaceStart = 'zone' | 'request'

export const createRest = (clock: Clock, start: FaceStart): Rest => {
  let paused = false
  let yieldUntil = clock.monotonic()
  let requestedUntil = Number.NEGATIVE_INFINITY
  const yields = (): boolean => paused || clock.monotonic() < yieldUntil
  const waits = (): boolean => start === 'request' && clock.monotonic() >= requestedUntil
  return {
    rests: () => waits() || yields(),
    yields,
    paused: () => paused,
    pause: (wish) => {
      paused = wish
    },
    yieldFor: (forMs) => {
      const until = clock.monotonic() + Math.min(forMs, YIELD_LIMIT_MS)
      yieldUntil = Math.max(yieldUntil, until) as MonotonicMs
      requestedUntil = Number.NEGATIVE_INFINITY
      return yieldUntil
    },
    request: (forMs) => {
      yieldUntil = clock.monotonic()
      requestedUntil = yieldUntil + Math.min(forMs, REQUEST_LIMIT_MS)
    },
  }
}
