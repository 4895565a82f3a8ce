// Duress: the second code of a credential, by which a resident says without a word that somebody forces him; and the event that it leaves.
// The event names the attempt and nobody: whose it was stands in the attempt, and goes with it after its days. Run in the writer
// thread, in the transaction that records the attempt or the change.

import { randomBytes } from 'node:crypto'
import { done, failed, type Result } from '../../config/words.ts'
import type { LedgerEntry } from './append.ts'
import type { WritableStore } from './handles.ts'
import type { Effects } from './protocol.ts'

export const DURESS = 'duress'

/** `of`: the number of the attempt. */
export const duressEvent = (
  attempt: Pick<LedgerEntry, 'at' | 'flags'>,
  where: NonNullable<Effects['duress']>,
  of: number,
): LedgerEntry => ({
  kind: DURESS,
  at: attempt.at,
  flags: attempt.flags,
  salt: randomBytes(16),
  payload: { ...where, of },
})

/** `salt`: the one that the hash was made with. */
type Hashed = { readonly credentialId: string; readonly hash: Uint8Array; readonly salt: Uint8Array }
type Changed = { credentialId: string; residentId: string }

/** A resident's code that works, and still has this salt: with another one the hash would open for nobody. */
const findHolder = (store: WritableStore, credentialId: string, salt: Uint8Array | undefined): Result<Changed> => {
  const row = store
    .prepare<[string], { readonly residentId: string; readonly salt: Uint8Array }>(
      `SELECT c.resident_id AS residentId, pin.salt FROM credential_active c JOIN pin ON pin.credential_id = c.id
       WHERE c.id = ? AND c.kind = 'pin'`,
    )
    .get(credentialId)
  if (row === undefined) return failed('code_not_held')
  if (salt !== undefined && Buffer.compare(row.salt, salt) !== 0) return failed('code_changed')
  return done({ credentialId, residentId: row.residentId })
}

/** Sets or changes the second code. */
export const setDuress = (store: WritableStore, { credentialId, hash, salt }: Hashed): Result<Changed> => {
  const holder = findHolder(store, credentialId, salt)
  if (holder.ok) store.prepare('UPDATE pin SET duress_hash = ? WHERE credential_id = ?').run(hash, credentialId)
  return holder
}

export const endDuress = (
  store: WritableStore,
  { credentialId }: { readonly credentialId: string },
): Result<Changed> => {
  const holder = findHolder(store, credentialId, undefined)
  if (holder.ok) store.prepare('UPDATE pin SET duress_hash = NULL WHERE credential_id = ?').run(credentialId)
  return holder
}

/**
 * Another code for the same number, by the resident at the keypad. Everything else stays: how long it is valid, its second code, the wrong
 * tries counted against it. Hence the salt stays too, as the second code's hash was made with it.
 */
export const changeCode = (store: WritableStore, { credentialId, hash, salt }: Hashed): Result<Changed> => {
  const holder = findHolder(store, credentialId, salt)
  if (holder.ok) store.prepare('UPDATE pin SET hash = ? WHERE credential_id = ?').run(hash, credentialId)
  return holder
}
