// The site's calibration on the line: asked of the face part, kept in the store, told to the part at once and whenever that comes up.
// Sees counts and ids. Called by `models calibrate`, after an enrolment, and by the daemon when the face part is up.

import { done, failed, type Result } from '../config/words.ts'
import type { FaceRisk } from './face-risk.ts'
import type { Gallery } from './gallery.ts'
import type { KeptCalibration } from './store/calibration.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { Caller } from './store/protocol.ts'

export type Calibration = {
  /** Replaces what was kept before. */
  readonly renew: (by: Caller) => Promise<Result<unknown>>
  /** The face part has just started and knows of none. */
  readonly tellFace: () => void
  /** `stale`: made with another model than the gate runs with, and not used. */
  readonly read: () => (KeptCalibration & { readonly stale: boolean }) | undefined
}

type Deps = {
  readonly model: string
  readonly facts: Pick<FactsReader, 'listCalibrations' | 'listSeveralFaces'>
  readonly ledger: Pick<Ledger, 'write'>
  readonly face: Pick<FaceRisk, 'calibrate' | 'tellSite'>
  readonly gallery: Pick<Gallery, 'sync'>
}

/** While faces come and go, a comparison of all with all begins anew; a gate where they never stop is asked again by hand. */
const TRIES = 3

export const openCalibration = ({ model, facts, ledger, face, gallery }: Deps): Calibration => {
  let last: Promise<unknown> = Promise.resolve()
  const read: Calibration['read'] = () => {
    const kept = facts.listCalibrations()
    const own = kept.find((one) => one.model === model) ?? kept[0]
    return own && { ...own, stale: own.model !== model }
  }
  const tellFace = (): void => {
    const kept = read()
    face.tellSite(kept === undefined || kept.stale ? 0 : kept.raisedBy)
  }
  const calibrate = async (tries = TRIES): ReturnType<typeof face.calibrate> => {
    // A part that is new holds nobody yet: among nobody nobody is alike, and look-alikes would be forgotten.
    await gallery.sync()
    const found = await face.calibrate(facts.listSeveralFaces())
    const again = found.outcome === 'failed' && found.because === 'gallery_changed' && tries > 1
    return again ? calibrate(tries - 1) : found
  }
  const renew = async (by: Caller): Promise<Result<unknown>> => {
    const found = await calibrate()
    if (found.outcome === 'failed') return failed(found.because)
    const { outcome: _, ...counted } = found
    const kept = await ledger.write('keepCalibration', counted, by)
    if (!kept.ok) return kept
    tellFace()
    return done(kept.value)
  }
  return {
    tellFace,
    read,
    // The part makes one at a time: of two enrolments the second waits.
    renew: (by) => {
      const mine = last.then(() => renew(by))
      last = mine.catch(() => undefined)
      return mine
    },
  }
}
