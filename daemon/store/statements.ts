// The statements that one decision reads with, prepared once. Each is a look-up by an index; none scans. Called by facts.ts.

import type { CardProof, Group, Path } from '../../config/words.ts'
import { type TriesRow, triesColumns } from './effects.ts'
import { EVERY_GATE } from './face-stop.ts'
import type { ReadableStore } from './handles.ts'
import { preparePassStatements } from './pass-facts.ts'
import { prepareRuleStatements } from './rule-facts.ts'

export type CredentialRow = {
  readonly id: string
  readonly resident_id: string
  readonly kind: 'card' | 'pin' | 'face' | 'pass'
  readonly not_before: number | null
  readonly expires_at: number | null
  readonly uses_left: number | null
  readonly revoked_at: number | null
  readonly suspension_reason: string | null
  readonly suspended_until: number | null
  readonly belongs: Group
  readonly opening_ms: number | null
  /** Of a card: what it has proved before. */
  readonly proof?: CardProof | null
  readonly generation?: number | null
  readonly counter?: number | null
  /** Of a face: the card that it is bound to. */
  readonly bound_to?: string | null
}

type ConsentRow = {
  readonly id: string
  readonly notice_hash: string
  readonly model: string
  readonly expires_at: number
  readonly confirmed_at: number | null
  readonly ended_at: number | null
}

type OtherRow = {
  readonly path: 'card' | 'keypad'
  readonly created_at: number
  readonly not_before: number | null
  readonly expires_at: number | null
  readonly revoked_at: number | null
}

const cardColumns = 'card.proof, issued.generation, counted.counter'
const cardKeys = `LEFT JOIN issued_card issued ON issued.credential_id = card.credential_id
  LEFT JOIN card_counter counted ON counted.credential_id = card.credential_id`

const credentialColumns = `c.id, c.resident_id, c.kind, c.not_before, c.expires_at, c.uses_left, c.revoked_at,
  r.suspension_reason, r.suspended_until, r.belongs, r.opening_ms FROM credential c JOIN resident r ON r.id = c.resident_id`

export const prepareStatements = (store: ReadableStore) => ({
  latestWall: store.prepare<[], { at: number }>('SELECT latest_wall AS at FROM ledger ORDER BY seq DESC LIMIT 1'),
  byCard: store.prepare<[Uint8Array], CredentialRow>(
    `SELECT ${cardColumns}, ${credentialColumns} JOIN card ON card.credential_id = c.id ${cardKeys} WHERE card.index_hash = ?`,
  ),
  byNumber: store.prepare<[string], CredentialRow & { readonly hash: Buffer; readonly duress_hash: Buffer | null }>(
    `SELECT pin.hash, pin.duress_hash, ${credentialColumns} JOIN pin ON pin.credential_id = c.id WHERE pin.number = ?`,
  ),
  // Of whom as much is read as of whoever's number was typed, where that is nobody's.
  standIn: store.prepare<[string], CredentialRow>(
    `SELECT ${credentialColumns} JOIN pin ON pin.credential_id = c.id WHERE pin.number >= ? ORDER BY pin.number LIMIT 1`,
  ),
  byId: store.prepare<[string], CredentialRow>(
    `SELECT ${cardColumns}, ${credentialColumns} LEFT JOIN card ON card.credential_id = c.id ${cardKeys} WHERE c.id = ?`,
  ),
  byFace: store.prepare<[string], CredentialRow>(
    `SELECT (SELECT card_id FROM bound_face WHERE credential_id = c.id) AS bound_to, ${credentialColumns}
     WHERE c.id = ? AND c.kind = 'face'`,
  ),
  ...prepareRuleStatements(store),
  ...preparePassStatements(store),
  tries: store.prepare<[string], TriesRow>(`SELECT ${triesColumns} FROM try_count WHERE credential_id = ?`),
  pause: store.prepare<[string, string, string], { one: 1 }>(
    `SELECT 1 AS one FROM path_pause WHERE gate IN (?, '${EVERY_GATE}') AND side = ? AND path = ?`,
  ),
  twoFactor: store.prepare<[string, string], { path_a: Path; path_b: Path }>(
    'SELECT path_a, path_b FROM two_factor WHERE gate = ? AND side = ? ORDER BY path_a, path_b',
  ),
  sidePaths: store.prepare<[string, string], { path: Path }>('SELECT path FROM side_path WHERE gate = ? AND side = ?'),
  sidePast: store.prepare<[string, string], { until: number; ways: string }>(
    'SELECT until, ways FROM side_past WHERE gate = ? AND side = ?',
  ),
  // The consent that carries the credential's templates; without templates there is nothing that it carries.
  consent: store.prepare<[string], ConsentRow>(
    `SELECT n.id, n.notice_hash, n.model, n.expires_at, n.confirmed_at, n.ended_at
     FROM template t JOIN consent n ON n.id = t.consent_id WHERE t.credential_id = ? LIMIT 1`,
  ),
  consentGate: store.prepare<[string, string], { one: 1 }>(
    'SELECT 1 AS one FROM consent_gate WHERE consent_id = ? AND gate = ?',
  ),
  lookAlike: store.prepare<[string, string], { one: 1 }>(
    'SELECT 1 AS one FROM look_alike WHERE credential_a = ? OR credential_b = ? LIMIT 1',
  ),
  effective: store.prepare<[string], { notice_hash: string; model: string }>(
    'SELECT notice_hash, model FROM effective WHERE gate = ?',
  ),
  // A number or card that was replaced has lost its own row, but its end still counts.
  otherCredentials: store.prepare<[string], OtherRow>(
    `SELECT CASE kind WHEN 'card' THEN 'card' ELSE 'keypad' END AS path, created_at, not_before, expires_at, revoked_at
     FROM credential WHERE resident_id = ? AND kind IN ('card', 'pin')`,
  ),
})

export type Statements = ReturnType<typeof prepareStatements>
