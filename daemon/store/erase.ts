// The right to be forgotten: a person goes with his name, card, code, face, rights and wrong tries in one transaction, and what his
// pages still hold is owed until erasure.ts has proved it gone. The ended consent stays as evidence under its opaque id. The operation
// runs in the writer thread; the reads are main's, for the fingerprints that must be made before.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { removeResident } from './residents.ts'

export type ResidentErasure = {
  readonly residentId: string
  /** The templates whose fingerprints the receipt has: all there are, or nothing is erased. */
  readonly templateIds: readonly string[]
  /** The receipt's number, and the hash of its fingerprints: the record vouches for both and knows neither. */
  readonly receipt: string
  readonly fingerprints: string
}

const templatesOf = `FROM template t JOIN credential c ON c.id = t.credential_id WHERE c.resident_id = ?`

export const eraseResident = (
  store: WritableStore,
  args: ResidentErasure,
  at: WallMs,
): Result<{ residentId: string; credentials: number; templates: number; receipt: string; fingerprints: string }> => {
  const { residentId, templateIds, receipt, fingerprints } = args
  const found = store.prepare<[string], string>(`SELECT t.id ${templatesOf}`).pluck().all(residentId)
  const printed = new Set(templateIds)
  if (found.length !== printed.size || !found.every((id) => printed.has(String(id)))) return failed('erasure_outdated')
  // Somebody without a face has a name and a code in his pages all the same.
  store.prepare('INSERT OR IGNORE INTO erasure_pending (template_id, deleted_at) VALUES (?, ?)').run(residentId, at)
  const removed = removeResident(store, { residentId })
  if (!removed.ok) return removed
  const { credentials } = removed.value
  return done({ residentId, credentials, templates: found.length, receipt, fingerprints })
}

export type ErasableTemplate = {
  readonly id: string
  readonly sealed: Uint8Array
  readonly wrappedKey: Uint8Array
}
/** The bytes are the caller's, who wipes them. */
export type Erasable = {
  readonly templates: readonly ErasableTemplate[]
  readonly codeHashes: readonly Uint8Array[]
}

export type ErasureReads = {
  readonly readErasable: (residentId: string) => Erasable
  /** Something of these residents or templates may still be in a free page or in the log. */
  readonly isErasureOwed: (ids: readonly string[]) => boolean
}

export const prepareErasureReads = (store: ReadableStore): ErasureReads => {
  const templates = store.prepare<[string], ErasableTemplate>(
    `SELECT t.id, t.sealed, t.wrapped_key AS wrappedKey ${templatesOf} ORDER BY t.id`,
  )
  const codes = store.prepare<[string], { readonly hash: Uint8Array }>(
    'SELECT pin.hash FROM pin JOIN credential c ON c.id = pin.credential_id WHERE c.resident_id = ?',
  )
  const owed = store.prepare<[string], { one: 1 }>('SELECT 1 AS one FROM erasure_pending WHERE template_id = ?')
  return {
    readErasable: (residentId) => ({
      templates: templates.all(residentId),
      codeHashes: codes.all(residentId).map(({ hash }) => hash),
    }),
    isErasureOwed: (ids) => ids.some((id) => owed.get(id) !== undefined),
  }
}
