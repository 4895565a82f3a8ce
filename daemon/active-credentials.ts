// What a resident holds and may still use, by kind. A read on main's own handle; used after the door has its order, never before.

import type { FactsReader } from './store/facts.ts'
import type { CredentialLine } from './store/reads.ts'

export const activeCredentials = (
  facts: Pick<FactsReader, 'showResident'>,
  residentId: string,
  kind: CredentialLine['kind'],
): readonly CredentialLine[] =>
  (facts.showResident(residentId)?.credentials ?? []).filter((one) => one.kind === kind && one.revokedAt === null)
