// What an attempt changes in the store besides its event: wrong codes counted, uses spent. In the caller's transaction.
// Never refuses: an event must land even if the credential vanished in between. Called by the writer thread.

import type { MonotonicMs } from '../../config/words.ts'
import { countWrong, type Tries } from '../core/limits.ts'
import type { Moment } from './append.ts'
import type { WritableStore } from './handles.ts'
import { keepCardCounter } from './issued-cards.ts'
import { keepFirstUse } from './passes.ts'
import type { Effects } from './protocol.ts'
import { keepPassage } from './rule-writes.ts'

export type TriesRow = {
  readonly wrong: number
  readonly boot: string
  /** JSON. */
  readonly free_at: string
  readonly last_at: number
}
/** What `readTries` wants; `started_at` is of before there were instants (0012). */
export const triesColumns = 'wrong, boot, free_at, last_at'

export const readTries = (row: TriesRow): Tries => ({
  wrong: row.wrong,
  boot: row.boot,
  freeAt: JSON.parse(row.free_at) as readonly MonotonicMs[],
  lastAt: row.last_at as MonotonicMs,
})

const countWrongCode = (store: WritableStore, credentialId: string, at: Moment): void => {
  const row = store
    .prepare<[string], TriesRow>(`SELECT ${triesColumns} FROM try_count WHERE credential_id = ?`)
    .get(credentialId)
  const next = countWrong(row === undefined ? undefined : readTries(row), at.monotonic, at.boot)
  store
    .prepare(
      `INSERT INTO try_count (credential_id, wrong, boot, started_at, free_at, last_at)
       SELECT id, @wrong, @boot, @lastAt, @freeAt, @lastAt FROM credential WHERE id = @credentialId
       ON CONFLICT (credential_id) DO UPDATE
       SET wrong = excluded.wrong, boot = excluded.boot, free_at = excluded.free_at, last_at = excluded.last_at`,
    )
    .run({ ...next, freeAt: JSON.stringify(next.freeAt), credentialId })
}

/** Writes the page that a count would, and changes nothing. */
const writeStandIn = (store: WritableStore): void => {
  store
    .prepare('UPDATE try_count SET wrong = wrong WHERE credential_id = (SELECT credential_id FROM try_count LIMIT 1)')
    .run()
}

export const applyEffects = (store: WritableStore, effects: Effects, at: Moment): void => {
  if (effects.passage) keepPassage(store, effects.passage, at)
  if (effects.standIn) writeStandIn(store)
  for (const counted of effects.cardCounters ?? []) keepCardCounter(store, counted)
  for (const id of effects.wrongCode ?? []) countWrongCode(store, id, at)
  for (const id of effects.use ?? []) {
    store.prepare('UPDATE credential SET uses_left = uses_left - 1 WHERE id = ? AND uses_left > 0').run(id)
    keepFirstUse(store, id, at.wall)
  }
}
