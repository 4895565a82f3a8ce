// Visitors' passes in the store: issued, used for the first time, listed, deleted when they are long over. A code arrives as its slow hash
// and a QR as its keyed one; whose visitor it is is an id, and who the visitor is stands nowhere. Writes run in the writer thread, in the
// transaction that records the event; reads on main's own handle.

import { done, failed, type Result, type Side, type WallMs } from '../../config/words.ts'
import { PASS_LASTS_LIMIT_MS, PASS_USES_LIMIT, type PassDays, type PassIssuer, passEnd } from '../core/pass.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { makeId } from './ids.ts'
import type { CardToken, PinChallenge } from './lookups.ts'
import { type PassRow, readDays } from './pass-facts.ts'

/** Of one resident at once; more is a market stall, or somebody else at his place. */
export const OPEN_PASSES_LIMIT = 30

export type NewPass = PinChallenge & {
  readonly gate: string
  readonly residentId: string
  readonly issuedBy: PassIssuer
  /** The first that nobody has is taken: 3 to 8 digits each. */
  readonly numbers: readonly string[]
  /** Of the code. */
  readonly hash: Uint8Array
  /** Of the QR; absent: a code alone. */
  readonly token?: CardToken
  readonly notBefore?: WallMs
  readonly expiresAt: WallMs
  readonly uses: number
  readonly side?: Side
  readonly days?: PassDays
  readonly validForMs?: number
}

/** Numbers of passes that are over are given out again; until then they say why they do not open. */
const freeNumber = (store: WritableStore, number: string, at: WallMs): boolean => {
  const held = store
    .prepare<[number, string], { id: string; over: 0 | 1 }>(
      `SELECT c.id, c.kind = 'pass' AND (c.revoked_at IS NOT NULL OR c.uses_left = 0 OR c.expires_at <= ?) AS over
       FROM pin JOIN credential c ON c.id = pin.credential_id WHERE pin.number = ?`,
    )
    .get(at, number)
  if (held === undefined) return true
  if (held.over === 0) return false
  store.prepare('DELETE FROM pin WHERE credential_id = ?').run(held.id)
  return true
}

const isOpenPass = `kind = 'pass' AND revoked_at IS NULL AND uses_left > 0`

const isBounded = ({ notBefore, expiresAt, uses }: NewPass, at: WallMs): boolean =>
  expiresAt > Math.max(at, notBefore ?? at) &&
  expiresAt <= at + PASS_LASTS_LIMIT_MS &&
  Number.isInteger(uses) &&
  uses >= 1 &&
  uses <= PASS_USES_LIMIT

/**
 * A household has one rider's code at a time: the next ends the one before, which nobody could hear twice. And it ends with any card or code of
 * whoever asked for it: a finder of the card could have.
 */
export const endRiders = (store: WritableStore, residentId: string, at: WallMs): void =>
  void store
    .prepare(
      `UPDATE credential SET revoked_at = ?, revoked_because = 'replaced' WHERE resident_id = ? AND ${isOpenPass}
         AND EXISTS (SELECT 1 FROM pass WHERE credential_id = credential.id AND issued_by = 'household')`,
    )
    .run(at, residentId)

const insertPass = (store: WritableStore, pass: NewPass, number: string, at: WallMs): string => {
  const id = makeId('c')
  store
    .prepare(
      `INSERT INTO credential (id, resident_id, kind, created_at, not_before, expires_at, uses_left)
       VALUES (?, ?, 'pass', ?, ?, ?, ?)`,
    )
    .run(id, pass.residentId, at, pass.notBefore ?? null, pass.expiresAt, pass.uses)
  const { memoryKib, passes, parallelism } = pass.parameters
  store
    .prepare(
      'INSERT INTO pin (credential_id, number, salt, hash, memory_kib, passes, parallelism) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(id, number, pass.salt, pass.hash, memoryKib, passes, parallelism)
  const newest = pass.token?.[0]
  if (newest)
    store
      .prepare(`INSERT INTO card (credential_id, index_hash, key_generation, proof) VALUES (?, ?, ?, 'identifier')`)
      .run(id, newest.hash, newest.generation)
  const { weekdays = [], dates = [] } = pass.days ?? {}
  store
    .prepare(
      'INSERT INTO pass (credential_id, issued_by, side, weekdays, dates, valid_for_ms) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(id, pass.issuedBy, pass.side ?? null, weekdays.join(''), dates.join(' '), pass.validForMs ?? null)
  return id
}

type Issued = { readonly credentialId: string; readonly residentId: string; readonly issuedBy: PassIssuer }

/** `number` is no secret and stands in no event all the same: it is half of what is typed. Read it back by the id (`findPass`). */
export const issuePass = (store: WritableStore, args: NewPass, at: WallMs): Result<Issued> => {
  const { residentId, gate, issuedBy } = args
  if (store.prepare('SELECT 1 FROM resident WHERE id = ?').get(residentId) === undefined)
    return failed('resident_unknown')
  if (store.prepare('SELECT 1 FROM entitlement WHERE resident_id = ? AND gate = ?').get(residentId, gate) === undefined)
    return failed('pass_host_without_right')
  if (!isBounded(args, at)) return failed('pass_unbounded')
  if (issuedBy === 'household') endRiders(store, residentId, at)
  const open = store
    .prepare<[string, number], { n: number }>(
      `SELECT count(*) AS n FROM credential WHERE resident_id = ? AND ${isOpenPass} AND expires_at > ?`,
    )
    .get(residentId, at)
  if ((open?.n ?? 0) >= OPEN_PASSES_LIMIT) return failed('passes_too_many')
  const number = args.numbers.find((one) => /^[0-9]{3,8}$/.test(one) && freeNumber(store, one, at))
  if (number === undefined) return failed('number_taken')
  return done({ credentialId: insertPass(store, args, number, at), residentId, issuedBy })
}

/** In the transaction of the record that spends the use. */
export const keepFirstUse = (store: WritableStore, credentialId: string, at: WallMs): void =>
  void store
    .prepare('UPDATE pass SET first_used_at = ? WHERE credential_id = ? AND first_used_at IS NULL')
    .run(Math.round(at), credentialId)

/** A backup gives no use back: what was spent since it was made stays spent. */
export const keepUses = (replaced: WritableStore, store: WritableStore): void => {
  const spend = store.prepare('UPDATE credential SET uses_left = min(uses_left, ?) WHERE id = ?')
  const begin = store.prepare('UPDATE pass SET first_used_at = coalesce(first_used_at, ?) WHERE credential_id = ?')
  const used = replaced.prepare<[], { id: string; uses: number; at: number | null }>(
    'SELECT c.id, c.uses_left AS uses, p.first_used_at AS at FROM pass p JOIN credential c ON c.id = p.credential_id',
  )
  for (const { id, uses, at } of used.all()) {
    spend.run(uses, id)
    begin.run(at, id)
  }
}

/** Nobody knows which of them were used since: each would open once more than it should. */
export const endPasses = (store: WritableStore): void =>
  void store
    .prepare(
      `UPDATE credential SET revoked_at = (SELECT at FROM store_now), revoked_because = 'restored'
       WHERE kind = 'pass' AND revoked_at IS NULL`,
    )
    .run()

/** With its code and its QR; the events that name it stay as long as all that name a person. */
export const deletePasses = (store: WritableStore, before: number, limit: number): number =>
  store
    .prepare(
      `DELETE FROM credential WHERE id IN (SELECT id FROM credential WHERE kind = 'pass' AND min(expires_at, coalesce(revoked_at, expires_at)) < ? LIMIT ?)`,
    )
    .run(before, limit).changes

export type PassLine = {
  readonly id: string
  /** Whose visitor. */
  readonly residentId: string
  readonly room: string
  readonly issuedBy: PassIssuer
  /** Null once another pass has it. */
  readonly number: string | null
  readonly createdAt: WallMs
  readonly notBefore: WallMs | null
  /** As things stand: a first use may bring it nearer. */
  readonly expiresAt: WallMs
  readonly usesLeft: number
  readonly side: Side | null
  readonly days: PassDays | null
  readonly validForMs: number | null
  readonly firstUsedAt: WallMs | null
  readonly revokedAt: WallMs | null
}

export type PassReads = {
  readonly findPass: (credentialId: string) => PassLine | undefined
  /** Up to `limit` by id, those after `after`. */
  readonly listPasses: (after: string, limit: number) => readonly PassLine[]
}

type LineRow = Omit<PassLine, 'days' | 'validForMs' | 'firstUsedAt'> & PassRow

const passLine = ({ weekdays, dates, valid_for_ms, first_used_at, ...row }: LineRow): PassLine => ({
  ...row,
  expiresAt: passEnd(row.expiresAt, first_used_at ?? undefined, valid_for_ms ?? undefined),
  days: readDays({ weekdays, dates }) ?? null,
  validForMs: valid_for_ms,
  firstUsedAt: first_used_at as WallMs | null,
})

export const preparePassReads = (store: ReadableStore): PassReads => {
  const lines = `SELECT c.id, c.resident_id AS residentId, h.room, p.issued_by AS issuedBy, pin.number, c.created_at AS createdAt,
      c.not_before AS notBefore, c.expires_at AS expiresAt, c.uses_left AS usesLeft, p.side, p.weekdays, p.dates, p.valid_for_ms,
      p.first_used_at, c.revoked_at AS revokedAt
    FROM pass p JOIN credential c ON c.id = p.credential_id JOIN resident r ON r.id = c.resident_id
    JOIN household h ON h.id = r.household_id LEFT JOIN pin ON pin.credential_id = c.id`
  const one = store.prepare<[string], LineRow>(`${lines} WHERE p.credential_id = ?`)
  const page = store.prepare<[string, number], LineRow>(
    `${lines} WHERE p.credential_id > ? ORDER BY p.credential_id LIMIT ?`,
  )
  return {
    findPass: (id) => {
      const row = one.get(id)
      return row && passLine(row)
    },
    listPasses: (after, limit) => page.all(after, limit).map(passLine),
  }
}
