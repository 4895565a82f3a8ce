// Raw SQL against P2, as lists: what the schema refuses, with its code, and what takes a template with it. The people in it are
// those of law.ts. Run by law.test.ts in every weakening of SQLite's settings.

import { blob, consentColumns, consentValues, dayMs, later, now, templateValues } from './law.ts'

export const newTemplate = (credential: string, consent: string, model?: string): string =>
  `INTO template VALUES ${templateValues('new', credential, consent, model)}`

/** [what is tried, SQL that prepares it, the insert, its refusal] */
export const refusedInserts: readonly (readonly [what: string, before: string, insert: string, code: string])[] = [
  ['for a card', '', newTemplate('card1', 'n1'), 'credential_unfit'],
  ['for no credential', '', newTemplate('nobody', 'n1'), 'credential_unfit'],
  ['for no consent', '', newTemplate('face1', 'nothing'), 'consent_missing'],
  ['with another resident’s consent', '', newTemplate('face1', 'n2'), 'consent_missing'],
  ['of another model', '', newTemplate('face1', 'n1', 'other'), 'consent_missing'],
  ['over an existing one', '', `INTO template VALUES ${templateValues('t1', 'face1', 'n1')}`, 'template_exists'],
  ['over another resident’s', '', `INTO template VALUES ${templateValues('t2', 'face1', 'n1')}`, 'template_exists'],
  [
    'after the consent ended',
    `UPDATE consent SET ended_at = ${now}, ended_because = 'x' WHERE id = 'n1'`,
    newTemplate('face1', 'n1'),
    'consent_missing',
  ],
  [
    'after the face was revoked',
    `UPDATE credential SET revoked_at = ${now}, revoked_because = 'x' WHERE id = 'face1'`,
    newTemplate('face1', 'n1'),
    'credential_unfit',
  ],
  [
    'before the face is in force',
    `UPDATE credential SET not_before = ${later} WHERE id = 'face1'`,
    newTemplate('face1', 'n1'),
    'credential_unfit',
  ],
  [
    'after the face expired',
    `UPDATE credential SET expires_at = ${now - 1} WHERE id = 'face1'`,
    newTemplate('face1', 'n1'),
    'credential_unfit',
  ],
  ['without a right', "DELETE FROM entitlement WHERE id = 'e1'", newTemplate('face1', 'n1'), 'right_missing'],
  [
    'where no side takes faces',
    "DELETE FROM side_path WHERE path = 'face'",
    newTemplate('face1', 'n1'),
    'right_missing',
  ],
  [
    'at a gate that the consent does not name',
    "UPDATE entitlement SET gate = 'north' WHERE id = 'e1'",
    newTemplate('face1', 'n1'),
    'right_missing',
  ],
  [
    'without a card where the exit takes cards alone',
    `UPDATE credential SET revoked_at = ${now}, revoked_because = 'x' WHERE id = 'card1'`,
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'with a card that has expired',
    `UPDATE credential SET expires_at = ${now - 1} WHERE id = 'card1'`,
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'with a card not yet in force',
    `UPDATE credential SET not_before = ${later} WHERE id = 'card1'`,
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'with a card credential that has no card',
    "DELETE FROM card WHERE credential_id = 'card1'",
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'where face has no other path beside it',
    "DELETE FROM side_path WHERE side = 'exit' AND path = 'card'",
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'where two factors need the face',
    "INSERT INTO two_factor VALUES ('south', 'exit', 'card', 'face')",
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'where two factors need a path that is not offered',
    "INSERT INTO two_factor VALUES ('south', 'exit', 'card', 'keypad')",
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'where a second gate of his takes faces alone',
    "INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES ('e9', 'r1', 'north', 'always'); INSERT INTO side_path VALUES ('north', 'entry', 'face')",
    newTemplate('face1', 'n1'),
    'other_way_missing',
  ],
  [
    'when the ledger has seen a time after the consent’s end',
    `INSERT INTO ledger VALUES (1, ${later + 1}, 0, 'b', 1, ${later + 1}, 'k', '', x'00', x'00', zeroblob(32), zeroblob(32), zeroblob(32))`,
    newTemplate('face1', 'n1'),
    'consent_missing',
  ],
  [
    'when the ledger has seen that time and then a boot in 1970',
    `INSERT INTO ledger VALUES (1, ${later + 1}, 0, 'b', 1, ${later + 1}, 'k', '', x'00', x'00', zeroblob(32), zeroblob(32), zeroblob(32));
     INSERT INTO ledger VALUES (2, 1000, 0, 'b', 1, ${later + 1}, 'k', '', x'00', x'00', zeroblob(32), zeroblob(32), zeroblob(32))`,
    newTemplate('face1', 'n1'),
    'consent_missing',
  ],
]

const dates = (given: number, expires: number) => ({ given_at: String(given), expires_at: String(expires) })
const child = { resident_id: "'r3'", given_by: "'guardian'" }

/** [what is wrong with the consent, what makes it so, its refusal]; r3 needs a guardian. */
export const refusedConsents: readonly (readonly [
  what: string,
  more: Readonly<Record<string, string>>,
  code: string,
])[] = [
  ['no form', { form_number: "''" }, 'consent_unevidenced'],
  ['a blank form', { form_number: "' \t\u3000'" }, 'consent_unevidenced'],
  ['a form of nothing', { form_number: "char(0) || 'F'" }, 'consent_unevidenced'],
  ['too long a form', { form_number: `'${'F'.repeat(65)}'` }, 'consent_unevidenced'],
  ['no witness', { witness: "''" }, 'consent_unevidenced'],
  ['a blank witness', { witness: "'\u00a0\n'" }, 'consent_unevidenced'],
  ['too long a witness', { witness: `'${'W'.repeat(101)}'` }, 'consent_unevidenced'],
  ['no notice', { notice_hash: "''" }, 'consent_unevidenced'],
  ['no model', { model: "''" }, 'consent_unevidenced'],
  ['a guardian without a name', { ...child, guardian_name: 'NULL' }, 'consent_unevidenced'],
  ['a guardian with a blank name', { ...child, guardian_name: "' '" }, 'consent_unevidenced'],
  ['a guardian’s name on one’s own consent', { guardian_name: "'G'" }, 'consent_unevidenced'],
  ['nobody giving it', { given_by: "'x'" }, 'guardian_not_allowed'],
  ['more than twelve months', dates(now, now + 366 * dayMs + 1), 'consent_dates'],
  ['an end before its beginning', dates(now, now - 1), 'consent_dates'],
  ['an end at its beginning', dates(now, now), 'consent_dates'],
  ['a day in the future', dates(now + dayMs, later), 'consent_dates'],
  ['a day long past', dates(now - 367 * dayMs, now - 2 * dayMs), 'consent_dates'],
  ['1970', dates(0, dayMs), 'consent_dates'],
]

/** Statements on consents, people and credentials that the schema refuses outright. */
export const refusedChanges: readonly (readonly [sql: string, code: string])[] = [
  ["UPDATE template SET credential_id = 'face2' WHERE id = 't1'", 'template_fixed'],
  ["UPDATE OR REPLACE template SET id = 't2' WHERE id = 't1'", 'template_fixed'],
  [`REPLACE INTO template VALUES ${templateValues('t1', 'face1', 'n1')}`, 'template_exists'],
  [
    `INSERT INTO template VALUES ${templateValues('t1', 'face2', 'n2')} ON CONFLICT (id) DO UPDATE SET consent_id = 'n2'`,
    'template_exists',
  ],
  [`REPLACE INTO consent ${consentColumns} VALUES ${consentValues('n1', 'r1')}`, 'consent_exists'],
  [`REPLACE INTO consent ${consentColumns} VALUES ${consentValues('n9', 'r1')}`, 'consent_open'],
  [`INSERT OR IGNORE INTO consent ${consentColumns} VALUES ${consentValues('n9', 'r1')}`, 'consent_open'],
  ["UPDATE consent SET resident_id = 'r2' WHERE id = 'n1'", 'consent_fixed'],
  ["UPDATE OR REPLACE consent SET id = 'n2' WHERE id = 'n1'", 'consent_fixed'],
  [`UPDATE consent SET expires_at = ${later + 1} WHERE id = 'n1'`, 'consent_fixed'],
  ["UPDATE consent SET model = 'other' WHERE id = 'n1'", 'consent_fixed'],
  ["UPDATE consent SET notice_hash = 'other' WHERE id = 'n1'", 'consent_fixed'],
  ["UPDATE consent SET confirmed_at = NULL, confirmed_by_credential = NULL WHERE id = 'n1'", 'consent_fixed'],
  ["UPDATE consent SET confirmed_by_credential = 'pin1' WHERE id = 'n1'", 'consent_fixed'],
  ["UPDATE consent_gate SET gate = 'north' WHERE consent_id = 'n1'", 'consent_fixed'],
  ["DELETE FROM consent_gate WHERE consent_id = 'n1'", 'consent_fixed'],
  ["INSERT INTO consent_gate VALUES ('n1', 'north')", 'consent_fixed'],
  ["REPLACE INTO consent_gate VALUES ('n1', 'south')", 'consent_fixed'],
  ["UPDATE credential SET resident_id = 'r2' WHERE id = 'face1'", 'credential_fixed'],
  ["UPDATE credential SET kind = 'face' WHERE id = 'card1'", 'credential_fixed'],
  ["UPDATE OR REPLACE credential SET id = 'face2' WHERE id = 'face1'", 'credential_fixed'],
  [
    `REPLACE INTO credential (id, resident_id, kind, created_at) VALUES ('face1', 'r1', 'face', 0)`,
    'credential_exists',
  ],
  [
    `REPLACE INTO credential (id, resident_id, kind, created_at) VALUES ('new', 'nobody', 'card', 0)`,
    'resident_unknown',
  ],
  [`REPLACE INTO resident (id, household_id, name, created_at) VALUES ('r1', 'h1', 'x', 0)`, 'resident_exists'],
  ["UPDATE OR REPLACE resident SET id = 'r2' WHERE id = 'r1'", 'resident_fixed'],
  ["UPDATE resident SET guardian_required = 1 WHERE id = 'r1'", 'consent_open'],
  [
    "REPLACE INTO card SELECT 'card1', index_hash, 1, 'identifier' FROM card WHERE credential_id = 'card2'",
    'card_taken',
  ],
  [
    "UPDATE OR REPLACE card SET index_hash = (SELECT index_hash FROM card WHERE credential_id = 'card2') WHERE credential_id = 'card1'",
    'card_taken',
  ],
  ["UPDATE OR REPLACE card SET credential_id = 'card2' WHERE credential_id = 'card1'", 'credential_fixed'],
  [`REPLACE INTO card VALUES ('face1', ${blob()}, 1, 'identifier')`, 'credential_unfit'],
  ["UPDATE OR REPLACE pin SET number = '1002' WHERE credential_id = 'pin1'", 'number_taken'],
  ["REPLACE INTO household VALUES ('h9', '2')", 'room_taken'],
  ["UPDATE OR REPLACE household SET room = '2' WHERE id = 'h1'", 'room_taken'],
  ["DELETE FROM household WHERE id = 'h1'", 'household_inhabited'],
  [
    "REPLACE INTO entitlement (id, resident_id, gate, schedule_id) VALUES ('e1', 'r2', 'south', 'always')",
    'right_exists',
  ],
  ["REPLACE INTO schedule VALUES ('always', 'x', 'weekly')", 'schedule_exists'],
  ["DELETE FROM schedule WHERE id = 'always'", 'schedule_fixed'],
]

/** [what happened before, statement, refusal] */
export const refusedAfter: readonly (readonly [before: string, sql: string, code: string])[] = [
  [
    "DELETE FROM consent WHERE id = 'n1'",
    `INSERT INTO consent ${consentColumns} VALUES ${consentValues('n9', 'nobody')}`,
    'resident_unknown',
  ],
  [
    "DELETE FROM consent WHERE id = 'n1'",
    `INSERT INTO consent (id, resident_id, notice_hash, model, given_by, form_number, witness, language, given_at, expires_at, confirmed_at, confirmed_by_credential)
     VALUES ('n9', 'r1', 'notice', 'model', 'self', 'F', 'W', 'en', ${now}, ${later}, ${now}, 'card1')`,
    'consent_not_fresh',
  ],
  [
    `UPDATE consent SET ended_at = ${now}, ended_because = 'x' WHERE id = 'n1'`,
    "UPDATE consent SET ended_at = NULL, ended_because = NULL WHERE id = 'n1'",
    'consent_ended',
  ],
  [
    `UPDATE credential SET revoked_at = ${now}, revoked_because = 'x' WHERE id = 'face1'`,
    "UPDATE credential SET revoked_at = NULL, revoked_because = NULL WHERE id = 'face1'",
    'credential_revoked',
  ],
  [
    "INSERT INTO credential (id, resident_id, kind, created_at) VALUES ('pin9', 'r1', 'pin', 1)",
    `REPLACE INTO pin VALUES ('pin9', '1002', x'${'00'.repeat(16)}', ${blob()}, 1, 1, 1, NULL)`,
    'number_taken',
  ],
  [
    "DELETE FROM pin WHERE credential_id = 'pin1'",
    `REPLACE INTO pin VALUES ('face1', '1003', x'${'00'.repeat(16)}', ${blob()}, 1, 1, 1, NULL)`,
    'credential_unfit',
  ],
  [
    "DELETE FROM pin WHERE credential_id = 'pin2'",
    "UPDATE pin SET credential_id = 'pin2' WHERE credential_id = 'pin1'",
    'credential_fixed',
  ],
  ["INSERT INTO household VALUES ('h8', '8')", "UPDATE household SET id = 'h9' WHERE id = 'h8'", 'household_fixed'],
  [
    '',
    "INSERT INTO resident (id, household_id, name, created_at) VALUES ('r9', 'nowhere', 'x', 1)",
    'household_unknown',
  ],
  [
    '',
    "INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES ('e9', 'nobody', 'south', 'always')",
    'resident_unknown',
  ],
  [
    '',
    "INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES ('e9', 'r1', 'south', 'nothing')",
    'schedule_unknown',
  ],
  ['', "UPDATE entitlement SET resident_id = 'r2' WHERE id = 'e1'", 'right_fixed'],
  ['', "UPDATE schedule SET kind = 'weekly' WHERE id = 'always'", 'schedule_fixed'],
  [
    "INSERT INTO schedule VALUES ('s1', 'x', 'weekly'); UPDATE entitlement SET schedule_id = 's1' WHERE id = 'e1'",
    "DELETE FROM schedule WHERE id = 's1'",
    'schedule_in_use',
  ],
]

/** Statements that end the ground of r1's template: it goes with them, and r2's stays. */
export const endings: readonly string[] = [
  `UPDATE consent SET ended_at = ${now}, ended_because = 'withdrawn' WHERE id = 'n1'`,
  `UPDATE OR REPLACE consent SET ended_at = ${now}, ended_because = 'withdrawn' WHERE id = 'n1'`,
  `UPDATE OR IGNORE consent SET ended_at = ${now}, ended_because = 'withdrawn' WHERE id = 'n1'`,
  "DELETE FROM consent WHERE id = 'n1'",
  "DELETE FROM resident WHERE id = 'r1'",
  "DELETE FROM credential WHERE id = 'face1'",
  "DELETE FROM credential WHERE resident_id = 'r1'",
  `UPDATE credential SET revoked_at = ${now}, revoked_because = 'lost' WHERE id = 'face1'`,
  `UPDATE OR REPLACE credential SET revoked_at = ${now}, revoked_because = 'lost' WHERE kind = 'face' AND resident_id = 'r1'`,
]
