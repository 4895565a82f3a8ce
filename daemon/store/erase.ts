// The right to be forgotten: a person goes with his name, card, code, face, rights and wrong tries in one transaction, and what his
// pages still hold is owed until erasure.ts has proved it gone. The ended consent stays as evidence under its opaque id. The operation
// runs in the writer thread; the reads are main's, for the fingerprints that must be made before.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import { unpaddedSealed } from './credentials.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { removeResident } from './residents.ts'

export type ResidentErasure = {
  readonly residentId: string
  /** The templates whose fingerprints the receipt has: all there are, or nothing is erased. */
  readonly templateIds: readonly string[]
  /** The hash of the receipt's fingerprints: the record vouches for them and does not know them. */
  readonly fingerprints: string
}

const templatesOf = `FROM template t JOIN credential c ON c.id = t.credential_id WHERE c.resident_id = ?`

/** `receipt`: its number, which is that of the event. */
type Erased = {
  residentId: string
  credentials: number
  templates: number
  receipt: number
  fingerprints: string
}

export const eraseResident = (store: WritableStore, args: ResidentErasure, at: WallMs): Result<Erased> => {
  const { residentId, templateIds, fingerprints } = args
  const found = store.prepare<[string], string>(`SELECT t.id ${templatesOf}`).pluck().all(residentId)
  const printed = new Set(templateIds)
  if (found.length !== printed.size || !found.every((id) => printed.has(String(id)))) return failed('erasure_outdated')
  // Somebody without a face has a name and a code in his pages all the same.
  store.prepare('INSERT OR IGNORE INTO erasure_pending (template_id, deleted_at) VALUES (?, ?)').run(residentId, at)
  const removed = removeResident(store, { residentId }, at)
  if (!removed.ok) return removed
  const { credentials, receipt } = removed.value
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
  /** The event of an erasure, and the chain's hash there. */
  readonly findErasure: (seq: number) => { readonly head: string; readonly fingerprints: string } | undefined
}

export const prepareErasureReads = (store: ReadableStore): ErasureReads => {
  const templates = store.prepare<[string], ErasableTemplate>(
    `SELECT t.id, ${unpaddedSealed} AS sealed, t.wrapped_key AS wrappedKey ${templatesOf} ORDER BY t.id`,
  )
  const codes = store.prepare<[string, string], { readonly hash: Uint8Array }>(
    `SELECT pin.hash FROM pin JOIN credential c ON c.id = pin.credential_id WHERE c.resident_id = ?
     UNION ALL
     SELECT pin.duress_hash FROM pin JOIN credential c ON c.id = pin.credential_id
     WHERE c.resident_id = ? AND pin.duress_hash IS NOT NULL`,
  )
  const owed = store.prepare<[string], { one: 1 }>('SELECT 1 AS one FROM erasure_pending WHERE template_id = ?')
  const event = store.prepare<[number], { readonly hash: Uint8Array; readonly payload: Uint8Array }>(
    `SELECT hash, payload FROM ledger WHERE seq = ? AND kind = 'resident_erased' AND payload IS NOT NULL`,
  )
  return {
    findErasure: (seq) => {
      const row = event.get(seq)
      if (row === undefined) return undefined
      const { fingerprints } = JSON.parse(Buffer.from(row.payload).toString()) as { readonly fingerprints: string }
      return { head: Buffer.from(row.hash).toString('hex'), fingerprints }
    },
    readErasable: (residentId) => ({
      templates: templates.all(residentId),
      codeHashes: codes.all(residentId, residentId).map(({ hash }) => hash),
    }),
    isErasureOwed: (ids) => ids.some((id) => owed.get(id) !== undefined),
  }
}
