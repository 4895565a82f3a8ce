// The site's card keys, and the proof that each card has given: made, renewed and raised in the writer thread, read on main's handle.
// A key goes from here to the card part and nowhere else; an event has generations and ids only.

import { randomBytes } from 'node:crypto'
import { done, failed, hide, type Result, type Secret, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { countOlderCards, keepGeneration } from './issued-cards.ts'

/** AES-128, as the cards have it. */
const KEY_BYTES = 16
/** While one is replaced by the next, cards of both open. */
const GENERATIONS_LIMIT = 2

export type SiteCardKey = { readonly generation: number; readonly bytes: Buffer }

/**
 * Without `renew` only where there is none yet. While cards of an older key are in use another renewal would leave them none: refused here, in
 * the transaction, as two who ask at once both find none; unless that is what is wanted.
 */
export const makeSiteCardKey = (
  store: WritableStore,
  { renew, dropOlder = false }: { readonly renew: boolean; readonly dropOlder?: boolean },
  at: WallMs,
): Result<{ generation: number }> => {
  const newest = store.prepare<[], { g: number | null }>('SELECT max(generation) AS g FROM site_card_key').get()?.g ?? 0
  if (newest > 0 && !renew) return failed('site_card_key_exists')
  const older = dropOlder ? 0 : countOlderCards(store)
  if (older > 0) return failed('cards_of_older_key', String(older))
  const generation = newest + 1
  const bytes = randomBytes(KEY_BYTES)
  store.prepare('INSERT INTO site_card_key (generation, bytes, created_at) VALUES (?, ?, ?)').run(generation, bytes, at)
  bytes.fill(0)
  store.prepare('DELETE FROM site_card_key WHERE generation <= ?').run(generation - GENERATIONS_LIMIT)
  return done({ generation })
}

type Raised = { readonly credentialId: string; readonly generation?: number }

/** A card that has once proved its key opens by that alone from then on: a copy of its identifier is worth nothing. */
export const raiseCardProof = (store: WritableStore, { credentialId, generation }: Raised): Result<Raised> => {
  const { changes } = store
    .prepare(`UPDATE card SET proof = 'authenticated' WHERE credential_id = ? AND proof = 'identifier'`)
    .run(credentialId)
  const isNew = generation !== undefined && keepGeneration(store, credentialId, generation)
  if (changes === 0 && !isNew) return failed('card_proof_stands')
  return done({ credentialId, ...(generation === undefined ? {} : { generation }) })
}

export const prepareSiteCards = (store: ReadableStore) => {
  const keys = store.prepare<[], SiteCardKey>(
    `SELECT generation, bytes FROM site_card_key ORDER BY generation DESC LIMIT ${GENERATIONS_LIMIT}`,
  )
  return {
    /** Newest first. */
    readSiteCardKeys: (): Secret<readonly SiteCardKey[]> => hide(keys.all()),
  }
}

export type SiteCardReads = ReturnType<typeof prepareSiteCards>
