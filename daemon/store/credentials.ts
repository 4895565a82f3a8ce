// Cards, codes and faces: the operations that enrol and revoke. What arrives is already a keyed hash, a slow hash or a sealed
// blob; no identifier, code or vector is ever here. Run in the writer thread, in the transaction that records the event.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import type { Revocation } from '../core/reasons.ts'
import { bindFace } from './bound-faces.ts'
import type { WritableStore } from './handles.ts'
import { makeId } from './ids.ts'
import type { CardToken, CodeParameters } from './lookups.ts'
import { endRiders } from './passes.ts'

type Validity = { readonly notBefore?: WallMs; readonly expiresAt?: WallMs }

const knowsResident = (store: WritableStore, residentId: string): boolean =>
  store.prepare('SELECT 1 FROM resident WHERE id = ?').get(residentId) !== undefined

const insertCredential = (
  store: WritableStore,
  row: { residentId: string; kind: 'card' | 'pin' | 'face'; at: WallMs } & Validity,
  id = makeId('c'),
): string => {
  store
    .prepare(
      'INSERT INTO credential (id, resident_id, kind, created_at, not_before, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(id, row.residentId, row.kind, row.at, row.notBefore ?? null, row.expiresAt ?? null)
  return id
}

export type NewCard = Validity & {
  readonly residentId: string
  readonly token: CardToken
  readonly proof: 'identifier' | 'authenticated'
}

export const addCard = (
  store: WritableStore,
  args: NewCard,
  at: WallMs,
): Result<{ credentialId: string; residentId: string }> => {
  if (!knowsResident(store, args.residentId)) return failed('resident_unknown')
  for (const key of args.token) {
    const holder = store
      .prepare<[Uint8Array], { id: string; revoked_at: number | null }>(
        'SELECT c.id, c.revoked_at FROM card JOIN credential c ON c.id = card.credential_id WHERE card.index_hash = ?',
      )
      .get(key.hash)
    if (holder === undefined) continue
    if (holder.revoked_at === null) return failed('card_taken')
    // A revoked card may be handed to somebody else: from now on its identifier names the new holder.
    store.prepare('DELETE FROM card WHERE credential_id = ?').run(holder.id)
  }
  const newest = args.token[0]
  if (newest === undefined) throw new TypeError('a card token has at least one key')
  const credentialId = insertCredential(store, { ...args, kind: 'card', at })
  store
    .prepare('INSERT INTO card (credential_id, index_hash, key_generation, proof) VALUES (?, ?, ?, ?)')
    .run(credentialId, newest.hash, newest.generation, args.proof)
  return done({ credentialId, residentId: args.residentId })
}

export type NewPin = Validity & {
  readonly residentId: string
  /** Digits, 3 to 8: the credential's own number, such as 12042; never the flat's. */
  readonly number: string
  readonly salt: Uint8Array
  readonly hash: Uint8Array
  readonly parameters: CodeParameters
}

/** A resident has one code: setting it again revokes the one before. */
export const setPin = (
  store: WritableStore,
  args: NewPin,
  at: WallMs,
): Result<{ credentialId: string; residentId: string }> => {
  if (!knowsResident(store, args.residentId)) return failed('resident_unknown')
  if (!/^[0-9]{3,8}$/.test(args.number)) return failed('number_malformed')
  store
    .prepare(
      `UPDATE credential SET revoked_at = ?, revoked_because = 'replaced'
       WHERE resident_id = ? AND kind = 'pin' AND revoked_at IS NULL`,
    )
    .run(at, args.residentId)
  endRiders(store, args.residentId, at)
  store
    .prepare(
      'DELETE FROM pin WHERE number = ? AND credential_id IN (SELECT id FROM credential WHERE revoked_at IS NOT NULL)',
    )
    .run(args.number)
  const credentialId = insertCredential(store, { ...args, kind: 'pin', at })
  const { memoryKib, passes, parallelism } = args.parameters
  store
    .prepare(
      `INSERT INTO pin (credential_id, number, salt, hash, memory_kib, passes, parallelism) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(credentialId, args.number, args.salt, args.hash, memoryKib, passes, parallelism)
  return done({ credentialId, residentId: args.residentId })
}

export const revokeCredential = (
  store: WritableStore,
  args: { readonly credentialId: string; readonly because: Revocation },
  at: WallMs,
): Result<{ credentialId: string; residentId: string; because: Revocation }> => {
  const row = store
    .prepare<[string], { resident_id: string; kind: string; revoked_at: number | null }>(
      'SELECT resident_id, kind, revoked_at FROM credential WHERE id = ?',
    )
    .get(args.credentialId)
  if (row === undefined) return failed('credential_unknown')
  if (row.revoked_at !== null) return failed('credential_revoked')
  store
    .prepare('UPDATE credential SET revoked_at = ?, revoked_because = ? WHERE id = ?')
    .run(at, args.because, args.credentialId)
  if (row.kind === 'card' || row.kind === 'pin') endRiders(store, row.resident_id, at)
  return done({ credentialId: args.credentialId, residentId: row.resident_id, because: args.because })
}

/**
 * Zeros before each sealed template, as many as a page has. SQLite moves the beginning of a row from page to page and leaves the old
 * bytes where they were, which secure_delete does not see; what follows lies in pages of its own, zeroed when they are freed.
 */
const PAD_BYTES = 4096
/** Nothing stays nothing, which the schema refuses. */
export const padSealed = (sealed: Uint8Array): Buffer =>
  Buffer.concat(sealed.length === 0 ? [] : [Buffer.alloc(PAD_BYTES), sealed])
/** A template as it was sealed, in a query on the table `template AS t`. */
export const unpaddedSealed = `substr(t.sealed, ${PAD_BYTES + 1})`

export type SealedTemplate = { readonly sealed: Uint8Array; readonly wrappedKey: Uint8Array }

export type NewFace = {
  readonly residentId: string
  /** Made before the enrolment (ids.ts), because the templates' seal binds it. */
  readonly credentialId?: string
  readonly model: string
  /** The card of his own without whose secret the templates do not open (bound-faces.ts). */
  readonly boundTo?: string
  /** One enrolment has a handful of views; more is a mistake. */
  readonly templates: readonly SealedTemplate[]
}

const templateLimit = 16

/** Makes the face credential with all its templates, or nothing. An earlier face of the resident is revoked. */
export const addTemplates = (
  store: WritableStore,
  args: NewFace,
  at: WallMs,
): Result<{ credentialId: string; residentId: string; consentId: string; templates: number; boundTo?: string }> => {
  if (!knowsResident(store, args.residentId)) return failed('resident_unknown')
  if (args.templates.length === 0 || args.templates.length > templateLimit) return failed('templates_count')
  const consent = store
    .prepare<[string], { id: string }>('SELECT id FROM consent_current WHERE resident_id = ?')
    .get(args.residentId)
  if (consent === undefined) return failed('consent_missing')
  store
    .prepare(
      `UPDATE credential SET revoked_at = ?, revoked_because = 'replaced'
       WHERE resident_id = ? AND kind = 'face' AND revoked_at IS NULL`,
    )
    .run(at, args.residentId)
  const credentialId = insertCredential(store, { residentId: args.residentId, kind: 'face', at }, args.credentialId)
  const bound = args.boundTo === undefined ? {} : { boundTo: args.boundTo }
  if (args.boundTo !== undefined) bindFace(store, credentialId, args.boundTo)
  const insert = store.prepare(
    `INSERT INTO template (id, credential_id, consent_id, model, sealed, wrapped_key, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const { sealed, wrappedKey } of args.templates) {
    insert.run(makeId('t'), credentialId, consent.id, args.model, padSealed(sealed), wrappedKey, at)
  }
  const templates = args.templates.length
  return done({ credentialId, residentId: args.residentId, consentId: consent.id, templates, ...bound })
}
