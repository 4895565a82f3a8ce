// What is read for consents, receipts and requests: where a resident's consent stands, the row of a receipt, the register, the chain at
// a place or at a month's end. Read handle only. Called by the commands.

import type { WallMs } from '../../config/words.ts'
import type { ChainHead } from './chain.ts'
import type { ReadableStore } from './handles.ts'
import type { ReceiptKind } from './receipts.ts'
import type { RequestKind } from './requests.ts'

/** `asserted`: written down without the resident's own act; enrols nobody. */
export const consentStates = [
  ...(['none', 'asked', 'asserted', 'given', 'refused', 'stale', 'withdrawn', 'expired'] as const),
] as const
export type ConsentState = (typeof consentStates)[number]

export type ReceiptRow = {
  readonly number: number
  readonly who: string
  readonly what: ReceiptKind
  readonly at: WallMs
  readonly head: Uint8Array
}

export type RequestLine = {
  readonly number: number
  readonly kind: RequestKind
  readonly residentId: string | null
  readonly askedAt: WallMs
  readonly dueAt: WallMs
  readonly closedAt: WallMs | null
  readonly outcome: 'given' | 'refused' | null
  readonly costFen: number | null
  readonly because: string | null
}

export type EndingConsent = { readonly residentId: string; readonly room: string; readonly expiresAt: WallMs }

export type ProofReads = {
  /** Confirmed consents for this gate that run out before `by`, the soonest first; at most `limit`. */
  readonly listEndingConsents: (gate: string, by: WallMs, limit: number) => readonly EndingConsent[]
  /** `none` where the resident or the gate is unknown. */
  readonly consentState: (residentId: string, gate: string) => ConsentState
  readonly findReceipt: (number: number) => ReceiptRow | undefined
  readonly receiptsOf: (residentId: string) => readonly Omit<ReceiptRow, 'head'>[]
  /** Up to `limit` by number, those after the number `after`; `openOnly`: those that are not closed. */
  readonly listRequests: (after: number, limit: number, openOnly: boolean) => readonly RequestLine[]
  /** Open requests that were due before this instant. */
  readonly countOverdue: (at: WallMs) => number
  /** The last event before this instant, by the latest time that the ledger vouches for; undefined: there is none. */
  readonly headBefore: (at: WallMs) => ChainHead | undefined
}

/** Each step halves what is left of at most 2^53 events. */
const prepareHeadBefore = (store: ReadableStore) => {
  const one = store.prepare<[number], ChainHead & { readonly latest: number }>(
    'SELECT seq, hash, latest_wall AS latest FROM ledger WHERE seq = ?',
  )
  const last = store.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM ledger').pluck()
  return (at: WallMs): ChainHead | undefined => {
    let [before, from] = [0, (last.get() ?? 0) + 1]
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2)
      if ((one.get(middle)?.latest ?? 0) < at) before = middle
      else from = middle
    }
    const found = one.get(before)
    return found && { seq: found.seq, hash: found.hash }
  }
}

export const prepareProofReads = (store: ReadableStore): ProofReads => {
  const state = store
    .prepare<[string, string], ConsentState>('SELECT state FROM consent_standing WHERE resident_id = ? AND gate = ?')
    .pluck()
  const receipt = store.prepare<[number], ReceiptRow>(
    'SELECT r.number, r.who, r.what, r.at, l.hash AS head FROM receipt r JOIN ledger l ON l.seq = r.number WHERE r.number = ?',
  )
  const receipts = store.prepare<[string], Omit<ReceiptRow, 'head'>>(
    'SELECT number, who, what, at FROM receipt WHERE who = ? ORDER BY number',
  )
  const requests = store.prepare<[number, number, number], RequestLine>(
    `SELECT number, kind, resident_id AS residentId, asked_at AS askedAt, due_at AS dueAt, closed_at AS closedAt, outcome,
       cost_fen AS costFen, because
     FROM request WHERE number > ? AND (? = 0 OR closed_at IS NULL) ORDER BY number LIMIT ?`,
  )
  const ending = store.prepare<[string, number, number], EndingConsent>(
    `SELECT c.resident_id AS residentId, h.room, c.expires_at AS expiresAt
     FROM consent c JOIN consent_gate g ON g.consent_id = c.id AND g.gate = ?
     JOIN resident r ON r.id = c.resident_id JOIN household h ON h.id = r.household_id
     WHERE c.ended_at IS NULL AND c.confirmed_at IS NOT NULL AND c.expires_at < ?
     ORDER BY c.expires_at, c.id LIMIT ?`,
  )
  const overdue = store
    .prepare<[number], number>('SELECT count(*) FROM request WHERE closed_at IS NULL AND due_at < ?')
    .pluck()
  return {
    consentState: (residentId, gate) => state.get(residentId, gate) ?? 'none',
    findReceipt: (number) => receipt.get(number),
    receiptsOf: (residentId) => receipts.all(residentId),
    listRequests: (after, limit, openOnly) => requests.all(after, openOnly ? 1 : 0, limit),
    listEndingConsents: (gate, by, limit) => ending.all(gate, by, limit),
    countOverdue: (at) => overdue.get(at) ?? 0,
    headBefore: prepareHeadBefore(store),
  }
}
