// Consent: recorded as asserted, confirmed by the resident's own act, ended once. The law itself is in the schema's triggers;
// these operations only name the steps. Run in the writer thread, in the transaction that records the event.

import { done, failed, type Language, type Result, type WallMs } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'
import { makeId } from './ids.ts'
import { issueReceipt } from './receipts.ts'

export type NewConsent = {
  readonly residentId: string
  readonly gates: readonly string[]
  readonly noticeHash: string
  readonly model: string
  readonly givenBy: 'self' | 'guardian'
  readonly guardianName?: string
  /** YYYY-MM-DD: a guardian is an adult. */
  readonly guardianBorn?: string
  readonly formNumber: string
  readonly witness: string
  readonly language: Language
  readonly givenAt: WallMs
  /** At most twelve months after `givenAt`. */
  readonly expiresAt: WallMs
}

type Ended = 'withdrawn' | 'expired' | 'replaced' | 'refused' | 'resident_removed' | 'office'

/** What nobody confirmed, has run out or was given to another notice gives way to the new one; a current consent does not. */
const endIdleConsents = (store: WritableStore, residentId: string, at: WallMs): void => {
  const { changes } = store
    .prepare(
      `UPDATE consent SET ended_at = ?, ended_because = CASE
         WHEN confirmed_at IS NULL OR EXISTS (SELECT 1 FROM consent_stale s WHERE s.id = consent.id) THEN 'replaced' ELSE 'expired' END
       WHERE resident_id = ? AND ended_at IS NULL
         AND (NOT EXISTS (SELECT 1 FROM consent_current c WHERE c.id = consent.id)
           OR EXISTS (SELECT 1 FROM consent_stale s WHERE s.id = consent.id))`,
    )
    .run(at, residentId)
  if (changes > 0) revokeFaces(store, residentId, at)
}

export const recordConsent = (
  store: WritableStore,
  args: NewConsent,
  at: WallMs,
  clockTrusted: boolean,
): Result<{ consentId: string; residentId: string; noticeHash: string; model: string; gates: readonly string[] }> => {
  // Twelve months from an unknown day are not twelve months.
  if (!clockTrusted) return failed('clock_untrusted')
  if (args.gates.length === 0) return failed('gate_missing')
  endIdleConsents(store, args.residentId, at)
  const consentId = makeId('n')
  store
    .prepare(
      `INSERT INTO consent (id, resident_id, notice_hash, model, given_by, guardian_name, guardian_born, guardian_of, form_number, witness,
         language, given_at, expires_at)
       VALUES (@consentId, @residentId, @noticeHash, @model, @givenBy, @guardianName, @guardianBorn,
         iif(@guardianName IS NULL, NULL,
           (SELECT iif(born > day_eighteen, 'child', 'adult')
            FROM resident, (SELECT date(day, '-18 years') AS day_eighteen FROM store_day) WHERE id = @residentId)),
         @formNumber, @witness, @language, @givenAt, @expiresAt)`,
    )
    .run({
      ...args,
      gates: null,
      consentId,
      guardianName: args.guardianName ?? null,
      guardianBorn: args.guardianBorn ?? null,
    })
  const insert = store.prepare('INSERT INTO consent_gate (consent_id, gate) VALUES (?, ?)')
  for (const gate of new Set(args.gates)) insert.run(consentId, gate)
  const { residentId, noticeHash, model, gates } = args
  return done({ consentId, residentId, noticeHash, model, gates })
}

/** The resident's own act: the credential he used at the gate just before. */
export const confirmConsent = (
  store: WritableStore,
  args: { readonly residentId: string; readonly credentialId: string },
  at: WallMs,
): Result<{ consentId: string; residentId: string; credentialId: string; receipt: number }> => {
  const open = store
    .prepare<[string], { id: string; confirmed_at: number | null }>(
      'SELECT id, confirmed_at FROM consent WHERE resident_id = ? AND ended_at IS NULL',
    )
    .get(args.residentId)
  if (open === undefined) return failed('consent_missing')
  if (open.confirmed_at !== null) return failed('consent_confirmed')
  store
    .prepare('UPDATE consent SET confirmed_at = ?, confirmed_by_credential = ? WHERE id = ?')
    .run(at, args.credentialId, open.id)
  return done({
    consentId: open.id,
    ...args,
    receipt: issueReceipt(store, { who: args.residentId, what: 'consent', at }),
  })
}

/** Ends the consent; the schema deletes the templates with it, and their face credential is revoked besides. */
export const withdrawConsent = (
  store: WritableStore,
  args: { readonly residentId: string; readonly because?: Ended },
  at: WallMs,
): Result<{ consentId: string; residentId: string; because: string; templates: number; receipt: number }> => {
  const open = store
    .prepare<[string], { id: string; templates: number }>(
      `SELECT id, (SELECT count(*) FROM template WHERE consent_id = consent.id) AS templates
       FROM consent WHERE resident_id = ? AND ended_at IS NULL`,
    )
    .get(args.residentId)
  if (open === undefined) return failed('consent_missing')
  const because = args.because ?? 'withdrawn'
  store.prepare('UPDATE consent SET ended_at = ?, ended_because = ? WHERE id = ?').run(at, because, open.id)
  revokeFaces(store, args.residentId, at)
  const receipt = issueReceipt(store, { who: args.residentId, what: 'withdrawal', at })
  return done({ consentId: open.id, residentId: args.residentId, because, templates: open.templates, receipt })
}

export const revokeFaces = (store: WritableStore, residentId: string, at: WallMs): void => {
  store
    .prepare(
      `UPDATE credential SET revoked_at = ?, revoked_because = 'consent_ended'
       WHERE resident_id = ? AND kind = 'face' AND revoked_at IS NULL`,
    )
    .run(at, residentId)
}

/** How many consents one sweep ends, so that it never holds the write lock for long; the caller sweeps until none is left. */
export const sweepLimit = 50

export const endExpiredConsents = (
  store: WritableStore,
  _args: Record<never, never>,
  at: WallMs,
  clockTrusted: boolean,
): Result<{ consentIds: readonly string[] }> => {
  // What is ended is gone: an hour in 2099 must not end every consent.
  if (!clockTrusted) return failed('clock_untrusted')
  const rows = store
    .prepare<[number], { id: string; resident_id: string }>(
      `SELECT id, resident_id FROM consent WHERE ended_at IS NULL AND expires_at <= (SELECT at FROM store_now) LIMIT ?`,
    )
    .all(sweepLimit)
  // Nothing changed, so nothing is recorded.
  if (rows.length === 0) return failed('nothing_expired')
  const end = store.prepare(`UPDATE consent SET ended_at = ?, ended_because = 'expired' WHERE id = ?`)
  for (const row of rows) {
    end.run(at, row.id)
    revokeFaces(store, row.resident_id, at)
  }
  return done({ consentIds: rows.map((row) => row.id) })
}
