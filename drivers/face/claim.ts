// Whose card or code was shown just now on a camera's side: for so long a face is compared with these alone, by the threshold for one
// person. Holds ids, and while it stands the face that a card has opened (bound.ts). Never touches an enrolment, which must see everybody.
// Created by the face device.

import type { Clock, MonotonicMs } from '../../config/words.ts'
import type { Port } from '../contracts.ts'
import type { BoundFace } from './bound.ts'
import type { Engine } from './engine.ts'
import type { Enrolments } from './enrolments.ts'
import type { LookAtFrame } from './eyes.ts'
import type { Rest } from './rest.ts'
import type { Tracker } from './track.ts'

export type Claims = {
  /** `bound`: the face that the card has opened; then compared with that one alone, and wiped at the end. */
  readonly begin: (credentials: readonly string[], forMs: number, bound?: BoundFace) => void
  /** He was answered, or the camera has other work: what a card opened is wiped, and opens nothing more. */
  readonly closeBound: () => void
  /** What is told through it answers whoever stands there. */
  readonly listen: (port: Port) => Port
  /** The eyes, with what they search in while a claim stands. */
  readonly narrow: (look: LookAtFrame) => LookAtFrame
}

export const createClaims = (
  clock: Clock,
  enrolments: Pick<Enrolments, 'running'>,
  rest: Pick<Rest, 'paused'>,
  tracker: Pick<Tracker, 'readmit'>,
): Claims => {
  let claimed: ReadonlySet<string> = new Set()
  let until = 0 as MonotonicMs
  let bound: BoundFace | undefined
  let ending: NodeJS.Timeout | undefined

  const closeBound = (): void => {
    clearTimeout(ending)
    bound?.wipe()
    bound = undefined
  }
  const narrowed = (engine: Engine): Engine => {
    const only = claimed
    const { threshold, margin } = engine.risk.deriveClaim()
    // Nobody is told to use his card who has just used it.
    const limits = Object.freeze({ threshold, margin, uncertainFloor: threshold })
    const alone = bound
    if (alone) return { ...engine, search: alone.search, limits: () => limits, templates: alone.size }
    return { ...engine, search: (vector) => engine.search(vector, only), limits: () => limits }
  }
  return {
    begin: (credentials, forMs, opened) => {
      closeBound()
      claimed = new Set(credentials)
      until = (clock.monotonic() + forMs) as MonotonicMs
      bound = opened
      if (!opened) return
      // A stop of all faces is one of his too: nothing of it waits here.
      if (rest.paused()) return closeBound()
      ending = setTimeout(closeBound, forMs)
      tracker.readmit(credentials)
    },
    closeBound,
    listen: (port) => ({
      ...port,
      tell: (message) => {
        port.tell(message)
        if (message.type === 'reading') closeBound()
      },
    }),
    narrow: (look) => (engine, picture, at) =>
      look(clock.monotonic() < until && enrolments.running() === undefined ? narrowed(engine) : engine, picture, at),
  }
}
