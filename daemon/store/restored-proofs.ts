// What a restore does not take back of proofs, where the replaced store can still be read: what a card has proved, which counters were seen,
// how often a code was guessed at, which pass has ended, and the site's keys, of which the cards out there have the latest. A backup that
// gave any of it back would open for a copy, a recorded message, a guesser. Runs in the restore's one transaction. Called by restore.ts.

import type { WritableStore } from './handles.ts'
import { keepCardCounter, keepGeneration } from './issued-cards.ts'
import type { CardCounter } from './protocol.ts'
import type { SiteCardKey } from './site-cards.ts'

/** A store from before there were keys has none to keep. */
const keepSiteKeys = (replaced: WritableStore, store: WritableStore): void => {
  const keys = replaced
    .prepare<[], SiteCardKey & { readonly at: number }>('SELECT generation, bytes, created_at AS at FROM site_card_key')
    .all()
  if (keys.length === 0) return
  store.prepare('DELETE FROM site_card_key').run()
  const insert = store.prepare('INSERT INTO site_card_key (generation, bytes, created_at) VALUES (?, ?, ?)')
  for (const { generation, bytes, at } of keys) {
    insert.run(generation, bytes, at)
    bytes.fill(0)
  }
}

const keepCards = (replaced: WritableStore, store: WritableStore): void => {
  const raise = store.prepare(`UPDATE card SET proof = 'authenticated' WHERE credential_id = ?`)
  for (const id of replaced
    .prepare<[], string>(`SELECT credential_id FROM card WHERE proof = 'authenticated'`)
    .pluck()
    .all())
    raise.run(id)
  const issued = replaced.prepare<[], { id: string; generation: number }>(
    'SELECT credential_id AS id, generation FROM issued_card',
  )
  for (const { id, generation } of issued.all()) keepGeneration(store, id, generation)
  const counted = replaced.prepare<[], CardCounter>('SELECT credential_id AS id, counter FROM card_counter')
  for (const one of counted.all()) keepCardCounter(store, one)
}

const keepTries = (replaced: WritableStore, store: WritableStore): void => {
  const keep = store.prepare(
    `INSERT INTO try_count (credential_id, wrong, boot, started_at, free_at, last_at)
     SELECT id, @wrong, @boot, @started_at, @free_at, @last_at FROM credential WHERE id = @credential_id
     ON CONFLICT (credential_id) DO UPDATE
     SET wrong = excluded.wrong, boot = excluded.boot, free_at = excluded.free_at, last_at = excluded.last_at`,
  )
  for (const row of replaced.prepare('SELECT * FROM try_count').all()) keep.run(row)
}

/** One that another replaced has no event of its own. */
const keepEndedPasses = (replaced: WritableStore, store: WritableStore): void => {
  const end = store.prepare(
    'UPDATE credential SET revoked_at = ?, revoked_because = ? WHERE id = ? AND revoked_at IS NULL',
  )
  const ended = replaced.prepare(
    `SELECT revoked_at, revoked_because, id FROM credential WHERE kind = 'pass' AND revoked_at IS NOT NULL`,
  )
  for (const row of ended.raw().all()) end.run(...(row as unknown[]))
}

export const keepProofs = (replaced: WritableStore, store: WritableStore): void => {
  keepSiteKeys(replaced, store)
  keepCards(replaced, store)
  keepTries(replaced, store)
  keepEndedPasses(replaced, store)
}
