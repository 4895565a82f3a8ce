// A month of nobody, for `report privacy --sample` and for whoever judges the page. Called by the command line.

import type { PrivacyReport } from './privacy.ts'

export const samplePrivacy: PrivacyReport = Object.freeze({
  gate: 'south',
  from: '2026-03-01',
  to: '2026-03-30',
  sample: true,
  held: { residents: 412, card: 655, pin: 288, face: 131, bound: 17 },
  kept: { templateMonths: 12, namedEventsDays: 30, consentDays: 1095 },
  done: {
    consent_confirmed: { resident: 17 },
    consent_refused: { all: 11 },
    consent_withdrawn: { fewerThan: 5 },
    templates_added: { office: 17 },
    templates_erased: { daemon: 4 },
    resident_erased: { office: 1 },
    resident_read: { auditor: 1, office: 3 },
    retention_purged: { daemon: 30 },
    backup_made: { root: 4 },
    request_added: { office: 2 },
    request_closed: { office: 2 },
  },
  requests: { open: 0, overdue: 0 },
  // As the sample of it (sample-gate.ts): a setting was changed in that month.
  assessment: 'stale',
})
