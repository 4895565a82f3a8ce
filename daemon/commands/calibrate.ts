// `models calibrate`: what the enrolled faces tell of this site, and who are look-alikes. Answers with counts and ids; a score is not
// here to be answered. Called by the control socket.

import { done, type Result } from '../../config/words.ts'
import type { ThresholdBasis } from '../../drivers/protocol-risk.ts'
import type { Daemon } from '../daemon.ts'
import type { KeptCalibration, LookAlike } from '../store/calibration.ts'
import { byOffice, commandFor, noArgs } from './command.ts'

export type CalibrateAnswer = KeptCalibration & {
  readonly lookAlikes: readonly LookAlike[]
  /** Of the threshold before it was calibrated, where the part has said so. */
  readonly basis?: ThresholdBasis
  /** Faces that open only with their owner's card: searched among nobody, so that nobody is compared with them. */
  readonly bound: number
}

export const modelsCalibrate = commandFor('office')(
  noArgs,
  async (daemon: Daemon): Promise<Result<CalibrateAnswer>> => {
    const renewed = await daemon.calibration.renew(byOffice())
    if (!renewed.ok) return renewed
    const kept = daemon.calibration.read()
    if (!kept) throw new Error('a calibration was kept and is not there')
    const { stale: _, ...calibration } = kept
    const basis = daemon.face.gallery()?.basis
    const bound = daemon.facts.countBoundFaces()
    return done({ bound, ...calibration, lookAlikes: daemon.facts.listLookAlikes(), ...(basis ? { basis } : {}) })
  },
)
