// Where the last signed assessment of impact stands against the gate that runs: its basis, since when the gate runs otherwise, and whether
// anything on which it rests has changed. Reads only. Called by `report impact`, `report privacy` and `status`.

import type { Config } from '../config/settings.ts'
import { basisOf, compareBasis, hashAssessed, readBasis } from './report/assessed.ts'
import type { Assessment, AssessmentReads, EffectiveSince } from './store/assessment.ts'
import type { Reads } from './store/reads.ts'

/** What of a daemon this reads. */
export type AssessedDaemon = {
  readonly config: Config
  readonly model: string
  readonly facts: AssessmentReads & Pick<Reads, 'countActive'>
}

/** As the gate is now. `faces`: for whoever has counted them already, which takes milliseconds. */
export const basisNow = ({ config, model, facts }: AssessedDaemon, faces = facts.countActive().face) =>
  basisOf(config, { model, faces, texts: facts.listImpactTexts() })

export type Assessed = Assessment & { readonly since: EffectiveSince }

/** The last one that was signed, and since when the gate runs otherwise. */
export const readAssessed = ({ model, facts }: Pick<AssessedDaemon, 'model' | 'facts'>): Assessed | undefined => {
  const kept = facts.readAssessment()
  if (kept === undefined) return undefined
  const names = { assessed: kept.hash, model: readBasis(kept.basis)?.model ?? model }
  return { ...kept, since: facts.effectiveSince(kept.number, names) }
}

export type AssessmentState = 'none' | 'stale' | 'current'

export const judgeAssessment = (daemon: AssessedDaemon, faces?: number): AssessmentState => {
  const kept = daemon.facts.readAssessment()
  if (kept === undefined) return 'none'
  const before = readBasis(kept.basis)
  if (before === undefined) return kept.hash === hashAssessed(daemon.config) ? 'current' : 'stale'
  return compareBasis(before, basisNow(daemon, faces)).length === 0 ? 'current' : 'stale'
}
