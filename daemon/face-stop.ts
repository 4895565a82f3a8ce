// A legal stop of all faces, `face off`: told to the face part before the store is asked, kept in the store under every gate's name,
// told to each new face part, ended by `face on` alone. Keeps it apart from other pauses, such as the remedy of an inequality: a side
// is looked at only when nobody wants it paused. Decides no attempt: that reads the store. Used by the daemon and two commands.

import { done, type Result, type Side, sides } from '../config/words.ts'
import type { FaceLink } from './face-link.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { Caller } from './store/protocol.ts'

type Pause = FaceLink['pause']

export type FaceStop = {
  readonly stop: (because: string, by: Caller) => Promise<Result<unknown>>
  readonly lift: (because: string, by: Caller) => Promise<Result<unknown>>
  /** For whoever else pauses a side: what he lifts stays paused while faces are stopped. */
  readonly pause: Pause
  /** A face part that has just started knows of no stop. */
  readonly tellFace: () => void
  readonly isStopped: () => boolean
}

type Deps = {
  readonly facts: Pick<FactsReader, 'readFaceStop'>
  readonly ledger: Pick<Ledger, 'write'>
  readonly face: { readonly pause: Pause }
}

export const openFaceStop = ({ facts, ledger, face }: Deps): FaceStop => {
  let stopped = facts.readFaceStop() !== undefined
  const pausedByOthers = new Set<Side>()
  const tell = (): void => {
    for (const side of sides) face.pause(side, stopped || pausedByOthers.has(side))
  }
  return {
    stop: async (because, by) => {
      // The face part first: whatever the disk does, nobody is looked at any more. A stop that could not be written is still one.
      stopped = true
      tell()
      return ledger.write('stopFaces', { because }, by)
    },
    lift: async (because, by) => {
      const written = await ledger.write('allowFaces', { because }, by)
      // One that the disk had refused stands here alone.
      const isLifted = stopped && (written.ok || written.code === 'face_not_stopped')
      if (!isLifted) return written
      stopped = false
      tell()
      return done({ because })
    },
    pause: (side, paused) => {
      if (paused) pausedByOthers.add(side)
      else pausedByOthers.delete(side)
      face.pause(side, stopped || paused)
    },
    tellFace: () => {
      if (stopped) tell()
    },
    isStopped: () => stopped,
  }
}
