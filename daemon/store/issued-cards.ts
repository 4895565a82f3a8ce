// Cards that the desk has issued: kept with the generation of their key by the writer thread, counted and listed on main's handle. Ids,
// generations and rooms only; no identifier, no key and no name.

import { type CardProof, done, failed, type Result, type WallMs } from '../../config/words.ts'
import { addCard } from './credentials.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import type { CardToken } from './lookups.ts'
import type { CardCounter, Effects } from './protocol.ts'

/** What a proof of a card said of its key; it only rises. False: it stood there already, or a newer one. */
export const keepGeneration = (store: WritableStore, credentialId: string, generation: number): boolean =>
  store
    .prepare(
      `INSERT INTO issued_card (credential_id, generation) SELECT credential_id, @generation FROM card
       WHERE credential_id = @credentialId
       ON CONFLICT (credential_id) DO UPDATE SET generation = excluded.generation WHERE generation < excluded.generation`,
    )
    .run({ credentialId, generation }).changes > 0

/** It only rises: what a card showed once it can show no second time, also after a restart. */
export const keepCardCounter = (store: WritableStore, { id, counter, generation }: CardCounter): void => {
  if (generation !== undefined) keepGeneration(store, id, generation)
  store
    .prepare(
      `INSERT INTO card_counter (credential_id, counter) SELECT credential_id, @counter FROM card WHERE credential_id = @id
       ON CONFLICT (credential_id) DO UPDATE SET counter = excluded.counter WHERE excluded.counter > counter`,
    )
    .run({ id, counter })
}

type CardKeyRow = { readonly generation?: number | null; readonly counter?: number | null }

/** Of which key a card was last, and how far its counter had come, with what is on its way to the disk. */
export const readCardKey = ({ generation, counter }: CardKeyRow, pending: { readonly counter?: number }) => {
  const counted = Math.max(counter ?? -1, pending.counter ?? -1)
  return {
    ...(typeof generation === 'number' ? { cardGeneration: generation } : {}),
    ...(counted < 0 ? {} : { cardCounter: counted }),
  }
}

/** The highest that is promised for a card by what waits to be written. */
export const highestCounter = (
  waiting: readonly { readonly effects: Effects }[],
  credentialId: string,
): { readonly counter?: number } => {
  const counters = waiting.flatMap(({ effects }) =>
    (effects.cardCounters ?? []).filter(({ id }) => id === credentialId).map(({ counter }) => counter),
  )
  return counters.length === 0 ? {} : { counter: Math.max(...counters) }
}

export type NewlyIssued = {
  readonly residentId: string
  readonly token: CardToken
  readonly generation: number
  /** Of a tag that mirrors: it is held to a higher one from its first tap. */
  readonly counter?: number
}

/** Whose card it is, as long as nobody has revoked it. */
export type CardHolder = { readonly credential: string; readonly resident: string }

const prepareHolder = (store: ReadableStore) => {
  const find = store.prepare<[Uint8Array], CardHolder>(
    `SELECT c.id AS credential, c.resident_id AS resident FROM card JOIN credential c ON c.id = card.credential_id
     WHERE card.index_hash = ? AND c.revoked_at IS NULL`,
  )
  return (token: CardToken): CardHolder | undefined => {
    for (const { hash } of token) {
      const holder = find.get(hash)
      if (holder) return holder
    }
    return undefined
  }
}

/** The card has proved its new key at the desk. A card that its resident holds already keeps its place: only its key is another. */
export const issueCard = (
  store: WritableStore,
  { residentId, token, generation, counter }: NewlyIssued,
  at: WallMs,
): Result<{ credentialId: string; residentId: string; generation: number; held: boolean }> => {
  const holder = prepareHolder(store)(token)
  if (holder && holder.resident !== residentId) return failed('card_taken')
  const added = holder
    ? undefined
    : addCard(store, { residentId, token, proof: counter === undefined ? 'authenticated' : 'identifier' }, at)
  if (added && !added.ok) return added
  const credentialId = added?.value.credentialId ?? holder?.credential
  if (credentialId === undefined) throw new TypeError('a card is held or was added')
  if (counter === undefined)
    store.prepare(`UPDATE card SET proof = 'authenticated' WHERE credential_id = ?`).run(credentialId)
  else keepCardCounter(store, { id: credentialId, counter })
  keepGeneration(store, credentialId, generation)
  return done({ credentialId, residentId, generation, held: holder !== undefined })
}

/** One card in use that is not of the newest key. `generation`: null where it proves none, or has not said. */
export type CardToReplace = {
  readonly credential: string
  readonly resident: string
  readonly room: string
  readonly proof: CardProof
  readonly generation: number | null
}

export type CardCounts = {
  /** Of the site's key; 0: there is none yet. */
  readonly newest: number
  /** Known by a number that anybody can copy. */
  readonly copyable: number
  /** Prove a key of a generation before, or make messages with it. */
  readonly older: number
  readonly current: number
}

const NEWEST = '(SELECT coalesce(max(generation), 0) FROM site_card_key)'

/** What is known of a card that mirrors a counter and has not said of which key it is: the older that is kept. */
const OLDEST = '(SELECT coalesce(min(generation), 0) FROM site_card_key)'
/** Cards in use that prove a key, or make messages with one, and not the newest. */
const IS_OLDER = `(card.proof = 'authenticated' AND coalesce(i.generation, 0) < ${NEWEST}
    OR card.proof = 'identifier' AND n.counter IS NOT NULL AND coalesce(i.generation, ${OLDEST}) < ${NEWEST})`
/** Of these anybody can copy what opens. */
const IS_COPYABLE = `(card.proof = 'identifier' AND n.counter IS NULL)`
/** A visitor's QR is kept as a card's number is, and is no card that anybody could replace. */
const inUse = `credential_active c JOIN card ON card.credential_id = c.id AND c.kind = 'card'
  LEFT JOIN issued_card i ON i.credential_id = c.id LEFT JOIN card_counter n ON n.credential_id = c.id`

export const countOlderCards = (store: WritableStore): number =>
  store.prepare<[], number>(`SELECT count(*) FROM ${inUse} WHERE ${IS_OLDER}`).pluck().get() ?? 0

export const prepareIssuedCards = (store: ReadableStore) => {
  const counts = store.prepare<[], CardCounts>(
    `SELECT ${NEWEST} AS newest,
       count(*) FILTER (WHERE ${IS_COPYABLE}) AS copyable,
       count(*) FILTER (WHERE ${IS_OLDER}) AS older,
       count(*) FILTER (WHERE NOT ${IS_COPYABLE} AND NOT ${IS_OLDER}) AS "current"
     FROM ${inUse}`,
  )
  const toReplace = store.prepare<[string, number], CardToReplace>(
    `SELECT c.id AS credential, c.resident_id AS resident, h.room, card.proof, i.generation
     FROM ${inUse} JOIN resident r ON r.id = c.resident_id JOIN household h ON h.id = r.household_id
     WHERE c.id > ? AND (${IS_COPYABLE} OR ${IS_OLDER})
     ORDER BY c.id LIMIT ?`,
  )
  return {
    findCardHolder: prepareHolder(store),
    countCards: (): CardCounts => counts.get() ?? { newest: 0, copyable: 0, older: 0, current: 0 },
    /** In the order of their ids, those after `after`. */
    listCardsToReplace: (after: string, limit: number): readonly CardToReplace[] => toReplace.all(after, limit),
  }
}

export type IssuedCardReads = ReturnType<typeof prepareIssuedCards>
