// `report impact`: when the last assessment was signed, on what it rested, and what the operator wrote; with `record`, that one was signed
// now for the configuration that is in force; with `write`, the operator's own words on one part. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import { type Assessed, basisNow, readAssessed } from '../impact-standing.ts'
import { hashAssessed } from '../report/assessed.ts'
import { IMPACT_AUTHOR_CHARACTERS, IMPACT_TEXT_CHARACTERS, type ImpactText, impactParts } from '../store/assessment.ts'
import { byOffice, commandFor, currentRole } from './command.ts'

export type ImpactTold = {
  readonly assessed: Assessed | null
  readonly texts: readonly ImpactText[]
  /** Of the gate that runs. */
  readonly hash: string
  readonly model: string
  readonly faces: number
  readonly residents: number
}

const written = v.strictObject({
  part: v.picklist(impactParts),
  author: v.pipe(v.string(), v.regex(/\S/, 'author_missing'), v.maxLength(IMPACT_AUTHOR_CHARACTERS, 'author_missing')),
  body: v.pipe(v.string(), v.maxLength(IMPACT_TEXT_CHARACTERS, 'impact_text_long')),
})

const record = ({ config, facts, model, ledger }: Daemon, hash: string): Promise<Result<unknown>> => {
  if (hash !== hashAssessed(config)) return Promise.resolve(failed('assessment_other'))
  const basis = JSON.stringify(basisNow({ config, facts, model }))
  return ledger.write('recordAssessment', { hash, basis }, byOffice())
}

const tell = ({ config, facts, model }: Daemon): ImpactTold => ({
  assessed: readAssessed({ facts, model }) ?? null,
  texts: facts.listImpactTexts(),
  hash: hashAssessed(config),
  model,
  faces: facts.countActive().face,
  residents: facts.countOtherWays().residents,
})

export const assessImpact = commandFor('office', 'auditor')(
  v.strictObject({
    /** The hash of the page that was signed. */
    record: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'assessment_other'))),
    write: v.exactOptional(written),
  }),
  async (daemon, { record: hash, write }) => {
    if (hash === undefined && write === undefined) return done(tell(daemon))
    // Whoever audits does not sign, nor write what he judges.
    if (currentRole() === 'auditor') return failed('role_refused', 'auditor')
    if (write === undefined) return record(daemon, hash ?? '')
    return daemon.ledger.write('writeImpactText', { ...write, operator: daemon.config.operator.name }, byOffice())
  },
)
