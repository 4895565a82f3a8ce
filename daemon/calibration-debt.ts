// Whoever is enrolled is compared with everybody else, or two look-alikes open with each other's faces and nobody knows. An enrolment whose
// comparison failed (the face part was replaced meanwhile, the disk was slow) is owed one: known from the store, so that no restart
// forgets it, and tried again, each time later. Decides nothing about anybody. Started by face-side.ts.

import type { Clock } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Calibration } from './calibration.ts'
import type { FaceLink } from './face-link.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'

const LOOK_EVERY_MS = 10_000
/** After a try, whatever came of it: an enrolment under way makes its own. */
const AGAIN_FIRST_MS = 20_000
const AGAIN_LAST_MS = 3_600_000

const byDaemon = { role: 'daemon', caller: 'calibration' } as const

type Deps = {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly model: string
  readonly facts: Pick<FactsReader, 'isCalibrationOwed'>
  readonly face: Pick<FaceLink, 'gallery'>
  readonly calibration: Pick<Calibration, 'renew'>
}

export const keepCalibrated = ({ clock, model, facts, face, calibration }: Deps): { readonly stop: () => void } => {
  let againMs = AGAIN_FIRST_MS
  let nextAt = clock.monotonic() + AGAIN_FIRST_MS
  let trying = false

  const isOwed = (): boolean => {
    try {
      return facts.isCalibrationOwed(model)
    } catch (error) {
      // A disk that cannot be read is told by whoever needs it.
      if (explainDisk(error) === undefined) throw error
      return false
    }
  }
  const look = async (): Promise<void> => {
    // A part that has not said what it holds holds too little to compare.
    if (trying || clock.monotonic() < nextAt || face.gallery() === undefined || !isOwed()) return
    trying = true
    const renewed = await calibration.renew(byDaemon)
    trying = false
    if (!renewed.ok) log('warning', 'calibration_owed', { because: renewed.code })
    againMs = renewed.ok ? AGAIN_FIRST_MS : Math.min(2 * againMs, AGAIN_LAST_MS)
    nextAt = clock.monotonic() + againMs
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
