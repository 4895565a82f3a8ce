// That a resident was asked for his face, or asks himself, and that he refused. A refusal ends what was only written down, silences
// every prompt by the schema's triggers (0004), and its event names nobody: it stands in no list and in no log that another reads.
// Run in the writer thread, in the transaction that records the event.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'
import { makeId } from './ids.ts'
import { issueReceipt } from './receipts.ts'

export const askConsent = (
  store: WritableStore,
  { residentId, askedBy }: { readonly residentId: string; readonly askedBy: 'office' | 'resident' },
  at: WallMs,
  clockTrusted: boolean,
): Result<{ askedBy: string }> => {
  // How long ago the last prompt was is not known without a clock.
  if (!clockTrusted) return failed('clock_untrusted')
  const given = store
    .prepare<[string], 1>(`SELECT 1 FROM consent_standing WHERE resident_id = ? AND state = 'given'`)
    .get(residentId)
  if (given !== undefined) return failed('consent_open')
  store
    .prepare('INSERT INTO consent_ask (id, resident_id, asked_by, asked_at) VALUES (?, ?, ?, ?)')
    .run(makeId('q'), residentId, askedBy, at)
  return done({ askedBy })
}

/** Not where a consent is in force: that one is withdrawn. */
export const refuseConsent = (
  store: WritableStore,
  { residentId }: { readonly residentId: string },
  at: WallMs,
): Result<{ receipt: number }> => {
  const open = store
    .prepare<[string], { id: string; confirmed_at: number | null }>(
      'SELECT id, confirmed_at FROM consent WHERE resident_id = ? AND ended_at IS NULL',
    )
    .get(residentId)
  if (open && open.confirmed_at !== null) return failed('consent_open')
  if (open) store.prepare(`UPDATE consent SET ended_at = ?, ended_because = 'refused' WHERE id = ?`).run(at, open.id)
  const asked = store
    .prepare<[string], string>(
      'SELECT id FROM consent_ask WHERE resident_id = ? AND refused_at IS NULL ORDER BY asked_at DESC LIMIT 1',
    )
    .pluck()
    .get(residentId)
  if (asked !== undefined) store.prepare('UPDATE consent_ask SET refused_at = ? WHERE id = ?').run(at, asked)
  else
    store
      .prepare(
        `INSERT INTO consent_ask (id, resident_id, asked_by, asked_at, refused_at) VALUES (?, ?, 'office', ?, ?)`,
      )
      .run(makeId('q'), residentId, at, at)
  return done({ receipt: issueReceipt(store, { who: residentId, what: 'refusal', at }) })
}
