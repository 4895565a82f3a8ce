// The risk that this face process runs: the threshold of its gallery with what it rests on, the one behind a card or code, and the
// calibration of the site, computed here so that nothing but counts and ids goes out. Must never tell a score. Owned by the engine.

import { setImmediate } from 'node:timers/promises'
import { calibrate } from '../../models/calibrate.ts'
import type { FaceModel } from '../../models/face-model.ts'
import type { Gallery } from '../../models/match.ts'
import { packNamed } from '../../models/packs.ts'
import { type Basis, deriveClaimThreshold, deriveThreshold, type Threshold } from '../../models/thresholds.ts'
import type { Calibrated } from '../protocol-risk.ts'
import type { FaceSettings } from './settings.ts'

type Result = Calibrated['result']

export type Risk = {
  /** For a search among all, with the gallery as it is now. */
  readonly derive: () => Basis
  /** For a face that is compared only with whoever has shown a card or code. */
  readonly deriveClaim: () => Threshold
  /** Above it a newcomer is somebody who is enrolled already, under another name. */
  readonly mostOtherScore: () => number
  /** What the site's calibration adds. */
  readonly raise: (by: number) => void
  /** The gallery is another one now: a calibration under way is given up. */
  readonly noteChange: () => void
  /** Frames and main are served meanwhile; one at a time. */
  readonly calibrate: (same: readonly (readonly string[])[]) => Promise<Result>
}

export type RiskPlan = {
  readonly model: Pick<FaceModel, 'pack' | 'modelId'>
  readonly gallery: Gallery
  readonly settings: Pick<FaceSettings, 'targetFpir' | 'targetFmr'>
}

/**
 * Of the way from the threshold to the very same picture. A twin is nearer than a stranger and farther than oneself a minute ago: he is
 * enrolled, and from then on neither face opens alone. Turned away, he would open with his twin's, and nobody would know. At 0.8 lie
 * 5 % of the pairs of one person's pictures of different days (LFW, 150 people); of twins nobody has measured it here.
 */
const SAME_PERSON_PART = 0.6

const failed = (because: string): Result => ({ outcome: 'failed', because })

export const createRisk = ({ model, gallery, settings }: RiskPlan): Risk => {
  const pack = packNamed(model.pack)
  const { targetFpir, targetFmr } = settings
  let raisedBy = 0
  let version = 0
  let running = false

  const derive = () => deriveThreshold({ pack, templates: gallery.size(), targetFpir, raisedBy })
  const run = async (same: readonly (readonly string[])[]): Promise<Result> => {
    const begun = version
    const isUnchanged = async () => {
      await setImmediate()
      return version === begun
    }
    // From here on two people are nearer than the lead that a match needs over everybody else.
    const { threshold, margin } = derive()
    const found = await calibrate(gallery, { pack, lookAlikeFrom: threshold - margin, same }, isUnchanged)
    if (found === undefined) return failed('gallery_changed')
    if (found === 'look_alikes_many') return failed(found)
    const { points, lookAlikes, ...counts } = found
    const pairs = lookAlikes.map(([one, other]): [string, string] => [one, other])
    return { outcome: 'done', model: model.modelId, ...counts, points: [...points], lookAlikes: pairs }
  }
  return {
    derive,
    deriveClaim: () => {
      const among = derive()
      if (targetFmr === undefined) return among
      const alone = deriveClaimThreshold({ pack, targetFmr, raisedBy })
      // One person's templates never ask for more than everybody's.
      return alone.threshold < among.threshold ? alone : among
    },
    mostOtherScore: () => {
      const { threshold } = derive()
      return threshold + SAME_PERSON_PART * (1 - threshold)
    },
    raise: (by) => {
      raisedBy = by
    },
    noteChange: () => void version++,
    calibrate: async (same) => {
      if (running) return failed('calibration_running')
      running = true
      try {
        return await run(same)
      } finally {
        running = false
      }
    },
  }
}
