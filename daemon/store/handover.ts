// Another operator takes over: the former one's consents end one by one, their templates go with them, each with a receipt; people, cards,
// codes and rights are not touched. What is still owed stands in the schema's view, so that a crash forgets nothing. The operations run in
// the writer thread; the reads are main's.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import { revokeFaces } from './consents.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { issueReceipt, nextEvent } from './receipts.ts'

/** Refused where nobody agreed to another notice than the one in force: there is nothing to hand over, or no other operator yet. */
export const beginHandover = (
  store: WritableStore,
  { gate, operator }: { readonly gate: string; readonly operator: string },
  at: WallMs,
): Result<{ handover: number; gate: string; operator: string }> => {
  const handover = nextEvent(store)
  store
    .prepare('INSERT INTO handover (number, gate, operator, began_at) VALUES (?, ?, ?, ?)')
    .run(handover, gate, operator, at)
  const owed = store.prepare('SELECT 1 FROM handover_owed LIMIT 1').get()
  return owed === undefined ? failed('handover_nothing') : done({ handover, gate, operator })
}

/** `receipt`: an erasure's where a face was kept. */
type EndedConsent = { consentId: string; residentId: string; templates: number; receipt: number }

export const handOverConsent = (
  store: WritableStore,
  { consentId }: { readonly consentId: string },
  at: WallMs,
): Result<EndedConsent> => {
  const owed = store
    .prepare<[string], { residentId: string; templates: number }>(
      `SELECT resident_id AS residentId, (SELECT count(*) FROM template t WHERE t.consent_id = o.consent_id) AS templates
       FROM handover_owed o WHERE consent_id = ?`,
    )
    .get(consentId)
  if (owed === undefined) return failed('handover_not_owed')
  const { residentId, templates } = owed
  store.prepare(`UPDATE consent SET ended_at = ?, ended_because = 'handover' WHERE id = ?`).run(at, consentId)
  revokeFaces(store, residentId, at)
  const receipt = issueReceipt(store, { who: residentId, what: templates > 0 ? 'erasure' : 'withdrawal', at })
  return done({ consentId, residentId, templates, receipt })
}

/** `handover_owed` while a consent is open still, or a template not yet proved gone. */
export const finishHandover = (
  store: WritableStore,
  _args: Record<never, never>,
  at: WallMs,
): Result<{ handover: number; operator: string; consents: number }> => {
  const open = store.prepare<[], OpenHandover>(openHandover).get()
  if (open === undefined) return failed('handover_missing')
  store.prepare('UPDATE handover SET ended_at = ? WHERE number = ?').run(at, open.number)
  const consents = store
    .prepare<[number], number>(
      `SELECT count(*) FROM consent WHERE ended_because = 'handover'
       AND ended_at >= (SELECT began_at FROM handover WHERE number = ?)`,
    )
    .pluck()
    .get(open.number)
  return done({ handover: open.number, operator: open.operator, consents: consents ?? 0 })
}

export type OpenHandover = { readonly number: number; readonly operator: string }
const openHandover = 'SELECT number, operator FROM handover WHERE ended_at IS NULL'

export type HandoverReceipt = { readonly number: number; readonly resident: string }

export type HandoverReads = {
  readonly readHandover: () => OpenHandover | undefined
  /** A face is kept on a consent to another notice than this gate's. Without one every template is looked at. */
  readonly keepsFormerFace: (gate: string) => boolean
  /** Consents that the open handover has yet to end, up to `limit` by id, those after `after`. */
  readonly listHandoverOwed: (after: string, limit: number) => readonly string[]
  /** Of the handover with this number, up to `limit` by number, those after `after`. */
  readonly listHandoverReceipts: (handover: number, after: number, limit: number) => readonly HandoverReceipt[]
}

export const prepareHandoverReads = (store: ReadableStore): HandoverReads => {
  const open = store.prepare<[], OpenHandover>(openHandover)
  const owed = store
    .prepare<[string, number], string>(
      'SELECT consent_id FROM handover_owed WHERE consent_id > ? ORDER BY consent_id LIMIT ?',
    )
    .pluck()
  const receipts = store.prepare<[number, number, number], HandoverReceipt>(
    `SELECT r.number, r.who AS resident FROM receipt r JOIN ledger l ON l.seq = r.number
     WHERE r.number > ? AND r.number > ? AND l.kind = 'consent_handed_over' ORDER BY r.number LIMIT ?`,
  )
  const former = store.prepare<[string], { one: 1 }>(
    `SELECT 1 AS one FROM template t JOIN consent n ON n.id = t.consent_id
     JOIN effective e ON e.gate = ? AND e.notice_hash IS NOT n.notice_hash LIMIT 1`,
  )
  return {
    keepsFormerFace: (gate) => former.get(gate) !== undefined,
    readHandover: () => open.get(),
    listHandoverOwed: (after, limit) => owed.all(after, limit),
    listHandoverReceipts: (handover, after, limit) => receipts.all(handover, after, limit),
  }
}
