// What is kept no longer than the settings say: who passed, what was counted, the evidence of consents that ended, receipts, requests that
// were closed, passes that are over. One short slice a call; the ledger's rows stay, without payload and salt, and the chain still verifies. Never touches an
// office event, a lockout or a consent in force. Runs in the writer thread, in the transaction that records how much went; main's sweep
// calls it until `nothing_expired`.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import { PURGED } from './erasure.ts'
import type { WritableStore } from './handles.ts'
import { deletePasses } from './passes.ts'

/** Named as the settings of `retention`. */
export type Retention = {
  readonly namedEventsDays: number
  readonly equalityDays: number
  readonly consentDays: number
}

/** Rows of one slice: a few milliseconds of write lock. */
export const purgeLimit = 100
const dayMs = 86_400_000

/** Attempts and menus, the only events that may name a resident who passed. */
const purgeEvents = (store: WritableStore, before: number): number => {
  const purge = store.prepare('UPDATE ledger SET payload = NULL, salt = NULL WHERE seq = ?')
  const old = store
    .prepare<[number], { seq: number; at: number }>(
      `SELECT seq, (SELECT at FROM ledger_dated WHERE seq = ledger.seq) AS at FROM ledger INDEXED BY ledger_named
       WHERE payload IS NOT NULL AND kind IN ('attempt', 'menu') ORDER BY seq LIMIT ?`,
    )
    .all(purgeLimit)
    .filter(({ at }) => at < before)
  for (const { seq } of old) purge.run(seq)
  return old.length
}

const deleteCounters = (store: WritableStore, before: number, limit: number): number =>
  store
    .prepare(
      `DELETE FROM counter WHERE (hour, side, path, what) IN (
         SELECT hour, side, path, what FROM counter WHERE hour < ? ORDER BY hour LIMIT ?)`,
    )
    .run(before, limit).changes

const deleteConsents = (store: WritableStore, before: number, limit: number): number =>
  store
    .prepare('DELETE FROM consent WHERE id IN (SELECT id FROM consent WHERE ended_at < ? LIMIT ?)')
    .run(before, limit).changes

/** A receipt outlives the consent that it tells of, which ends within a year of it. */
const receiptMoreDays = 366

const deleteReceipts = (store: WritableStore, before: number, limit: number): number =>
  store
    .prepare('DELETE FROM receipt WHERE number IN (SELECT number FROM receipt WHERE at < ? ORDER BY number LIMIT ?)')
    .run(before - receiptMoreDays * dayMs, limit).changes

const deleteRequests = (store: WritableStore, before: number, limit: number): number =>
  store
    .prepare(
      'DELETE FROM request WHERE number IN (SELECT number FROM request WHERE closed_at < ? ORDER BY number LIMIT ?)',
    )
    .run(before, limit).changes

type Purged = {
  readonly events: number
  readonly counters: number
  readonly consents: number
  readonly receipts: number
  readonly requests: number
  /** Absent: none. */
  readonly passes?: number
}

export const purgeExpired = (
  store: WritableStore,
  args: Retention,
  _at: WallMs,
  clockTrusted: boolean,
): Result<Purged> => {
  if (!clockTrusted) return failed('clock_untrusted')
  // The schema's own clock, by which it refuses to let go of anything younger than a day.
  const now = store.prepare<[], { at: number }>('SELECT at FROM store_now').get()?.at ?? 0
  const events = purgeEvents(store, now - args.namedEventsDays * dayMs)
  const counters = deleteCounters(store, now - args.equalityDays * dayMs, purgeLimit - events)
  const evidence = now - args.consentDays * dayMs
  const consents = deleteConsents(store, evidence, purgeLimit - events - counters)
  const receipts = deleteReceipts(store, evidence, purgeLimit - events - counters - consents)
  const requests = deleteRequests(store, evidence, purgeLimit - events - counters - consents - receipts)
  const passes = deletePasses(
    store,
    now - args.namedEventsDays * dayMs,
    purgeLimit - events - counters - consents - receipts - requests,
  )
  if (events + counters + consents + receipts + requests + passes === 0) return failed('nothing_expired')
  // Old frames of the log would still tell.
  store.prepare('INSERT OR IGNORE INTO erasure_pending (template_id, deleted_at) VALUES (?, ?)').run(PURGED, now)
  return done({ events, counters, consents, receipts, requests, ...(passes > 0 ? { passes } : {}) })
}
