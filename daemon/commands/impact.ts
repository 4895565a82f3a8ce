// `report impact`: when the last assessment was signed; with `record`, that one was signed now for the configuration that is in force.
// Called by the control socket.

import * as v from 'valibot'
import { done, failed } from '../../config/words.ts'
import { hashAssessed } from '../report/impact.ts'
import { byOffice, commandFor, currentRole } from './command.ts'

export const assessImpact = commandFor('office', 'auditor')(
  v.strictObject({
    /** The hash of the page that was signed. */
    record: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'assessment_other'))),
  }),
  async ({ config, facts, ledger }, { record: hash }) => {
    if (hash === undefined) return done({ assessed: facts.readAssessment() ?? null })
    // Whoever audits does not sign.
    if (currentRole() === 'auditor') return failed('role_refused', 'auditor')
    if (hash !== hashAssessed(config)) return failed('assessment_other')
    return ledger.write('recordAssessment', { hash }, byOffice())
  },
)
