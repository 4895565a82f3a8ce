// Whose card or code was shown just now on a camera's side: for so long a face is compared with these alone, by the threshold for one
// person. Holds ids. Never touches an enrolment, which must see everybody. Created by the face device.

import type { Clock, MonotonicMs } from '../../config/words.ts'
import type { Engine } from './engine.ts'
import type { LookAtFrame } from './eyes.ts'

export type Claims = {
  readonly begin: (credentials: readonly string[], forMs: number) => void
  /** The eyes, with what they search in while a claim stands. */
  readonly narrow: (look: LookAtFrame) => LookAtFrame
}

export const createClaims = (clock: Clock, isEnrolling: () => boolean): Claims => {
  let claimed: ReadonlySet<string> = new Set()
  let until = 0 as MonotonicMs

  const narrowed = (engine: Engine): Engine => {
    const only = claimed
    const { threshold, margin } = engine.risk.deriveClaim()
    // Nobody is told to use his card who has just used it.
    const limits = Object.freeze({ threshold, margin, uncertainFloor: threshold })
    return { ...engine, search: (vector) => engine.search(vector, only), limits: () => limits }
  }
  return {
    begin: (credentials, forMs) => {
      claimed = new Set(credentials)
      until = (clock.monotonic() + forMs) as MonotonicMs
    },
    narrow: (look) => (engine, picture, at) =>
      look(clock.monotonic() < until && !isEnrolling() ? narrowed(engine) : engine, picture, at),
  }
}
