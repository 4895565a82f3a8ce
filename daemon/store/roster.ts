// A list of residents on its way into the store (0014): begun, laid down in slices, accepted by one row, moved in slices to where people
// stand, or dropped. Each slice is one short transaction with its event; what an accepted list still owes is done after any crash. Names go in
// and no event has one. Runs in the writer thread; what main asks about it is read at the end of this file.

import { randomBytes } from 'node:crypto'
import { done, failed, type Result, systemClock, type WallMs } from '../../config/words.ts'
import { addCard } from './credentials.ts'
import { explainDisk, type ReadableStore, type WritableStore } from './handles.ts'
import { withNearIds } from './ids.ts'
import { autocheckpointPages } from './open.ts'
import { nextEvent } from './receipts.ts'
import { addHousehold, addResident } from './residents.ts'

const HASH_BYTES = 32

/** All of one list are of the newest key. */
export type RosterCard = { readonly hash: Uint8Array; readonly generation: number }
export type StagedRow = {
  readonly room: string
  readonly name?: string
  readonly born?: string
  readonly schedule: string
  readonly cards: readonly RosterCard[]
}

type Numbered = { readonly import: number }

export const beginRoster = (
  store: WritableStore,
  { gate }: { readonly gate: string },
  at: WallMs,
): Result<Numbered> => {
  const number = nextEvent(store)
  store.prepare('INSERT INTO roster (number, gate, begun_at) VALUES (?, ?, ?)').run(number, gate, at)
  return done({ import: number })
}

const isOpen = (store: WritableStore, number: number): boolean =>
  store.prepare('SELECT 1 FROM roster WHERE number = ? AND accepted_at IS NULL').get(number) !== undefined

export const stageRoster = (
  store: WritableStore,
  { import: number, rows }: Numbered & { readonly rows: readonly StagedRow[] },
): Result<Numbered & { rows: number }> => {
  if (!isOpen(store, number)) return failed('import_missing')
  const addRow = store.prepare(
    `INSERT INTO roster_row (turn, room, name, born, schedule_id, cards, key_generation) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const addNumber = store.prepare('INSERT INTO roster_card (index_hash) VALUES (?)')
  for (const { room, name, born, schedule, cards } of rows) {
    // First: a card that stands in the list twice is told as that.
    for (const { hash } of cards) addNumber.run(hash)
    const turn = cards[0]?.hash ?? randomBytes(HASH_BYTES)
    const hashes = Buffer.concat(cards.map(({ hash }) => hash))
    addRow.run(turn, room, name ?? null, born ?? null, schedule, hashes, cards[0]?.generation ?? null)
  }
  return done({ import: number, rows: rows.length })
}

const countIn = (store: WritableStore, table: 'roster_row' | 'roster_card'): number =>
  store.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
const isEmpty = (store: WritableStore): boolean =>
  store.prepare('SELECT 1 FROM roster_row UNION ALL SELECT 1 FROM roster_card LIMIT 1').get() === undefined

/** The one step by which nothing becomes all. `rows`, `cards`: how many there must be. */
export const acceptRoster = (
  store: WritableStore,
  { import: number, rows, cards }: Numbered & { readonly rows: number; readonly cards: number },
  at: WallMs,
): Result<Numbered & { rows: number; cards: number }> => {
  if (!isOpen(store, number)) return failed('import_missing')
  if (countIn(store, 'roster_row') !== rows || countIn(store, 'roster_card') !== cards)
    return failed('import_incomplete')
  store.prepare('UPDATE roster SET accepted_at = ? WHERE number = ?').run(at, number)
  return done({ import: number, rows, cards })
}

const swiftStores = new WeakMap<WritableStore, WritableStore>()

/**
 * The same store, each statement compiled once: compiling an insert compiles the schema's triggers with it, and that takes longer than the insert.
 * Here alone, where one statement runs for thousands of rows.
 */
const swiftly = (store: WritableStore): WritableStore => {
  const known = swiftStores.get(store)
  if (known) return known
  const compiled = new Map<string, ReturnType<WritableStore['prepare']>>()
  const prepare = (sql: string) => {
    const statement = compiled.get(sql) ?? store.prepare(sql)
    compiled.set(sql, statement)
    return statement
  }
  const swift: WritableStore = Object.create(store, { prepare: { value: prepare } })
  swiftStores.set(store, swift)
  return swift
}

type RowOf = {
  readonly turn: Uint8Array
  readonly room: string
  readonly name: string | null
  readonly born: string | null
  readonly schedule_id: string
  readonly cards: Uint8Array
  readonly key_generation: number
}
type Moved = { readonly households: number; readonly resident?: string; readonly cards: readonly string[] }

const take = <T>(result: Result<T>): T => {
  // What could refuse it was refused when it was laid down, and the schema keeps it so.
  if (!result.ok) throw new Error(`an accepted row was refused: ${result.code}`)
  return result.value
}

const moveRow = (store: WritableStore, gate: string, row: RowOf, at: WallMs): Moved => {
  const { turn, room, name, born, schedule_id: scheduleId, key_generation: generation } = row
  const known = store.prepare<[string], string>('SELECT id FROM household WHERE room = ?').pluck().get(room)
  const householdId = known ?? take(addHousehold(store, { room })).householdId
  const hashes = Array.from({ length: row.cards.length / HASH_BYTES }, (_, n) =>
    row.cards.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  )
  for (const hash of hashes) store.prepare('DELETE FROM roster_card WHERE index_hash = ?').run(hash)
  store.prepare('DELETE FROM roster_row WHERE turn = ?').run(turn)
  const households = known === undefined ? 1 : 0
  if (name === null) return { households, cards: [] }
  const person = { householdId, name, rights: [{ gate, scheduleId }], ...(born === null ? {} : { born }) }
  const { residentId } = take(addResident(store, person, at))
  const added = hashes.map((hash) =>
    take(addCard(store, { residentId, token: [{ generation, hash }], proof: 'identifier' }, at)),
  )
  return { households, resident: residentId, cards: added.map(({ credentialId }) => credentialId) }
}

/** Residents and cards of one slice, all named in its event: two thirds of what an event may say. */
const IDS_LIMIT = 250

/**
 * As long as one slice holds the write lock before it commits: a tap that comes in it waits, and P6 allows 5 ms. By the writer's own clock, which
 * also sees a slow disk; but never fewer rows than make the fixed price of a transaction worth it.
 */
const SLICE_MS = 2
const ROWS_LEAST = 6
/**
 * A slice writes some 50 pages. Its commit does not carry their way back into the file: that is a turn of the writer's own, so that a tap
 * waits for one of the two and not for both. Whatever becomes of the list, later commits carry it as ever.
 */
const checkpointApart = (store: WritableStore): void => {
  store.pragma('wal_autocheckpoint = 0')
  setTimeout(() => {
    if (!store.open) return
    try {
      store.pragma('wal_checkpoint(PASSIVE)')
    } catch (error) {
      // A failing disk: the next turn, or a later commit, writes them back.
      if (explainDisk(error) === undefined) throw error
    } finally {
      store.pragma(`wal_autocheckpoint = ${autocheckpointPages}`)
    }
  }, 0)
}

const moveRows = (store: WritableStore, gate: string, rows: readonly RowOf[], at: WallMs): readonly Moved[] => {
  const moved: Moved[] = []
  const until = systemClock.monotonic() + SLICE_MS
  let ids = 0
  for (const row of rows) {
    if (ids >= IDS_LIMIT || (moved.length >= ROWS_LEAST && systemClock.monotonic() >= until)) break
    const one = moveRow(store, gate, row, at)
    moved.push(one)
    ids += 1 + one.cards.length
  }
  return moved
}

/** The next rows of an accepted list, at most `rows`. */
export const moveRoster = (
  store: WritableStore,
  { rows: most }: { readonly rows: number },
  at: WallMs,
): Result<
  Numbered & {
    rows: number
    households: number
    residents: readonly string[]
    credentials: readonly string[]
    finished: boolean
  }
> => {
  const open = store
    .prepare<[], { number: number; gate: string }>('SELECT number, gate FROM roster WHERE accepted_at IS NOT NULL')
    .get()
  if (open === undefined) return failed('import_missing')
  const rows = store.prepare<[number], RowOf>('SELECT * FROM roster_row ORDER BY turn LIMIT ?').all(most)
  const swift = swiftly(store)
  const moved = withNearIds(() => moveRows(swift, open.gate, rows, at))
  const finished = isEmpty(store)
  checkpointApart(store)
  if (finished) store.prepare('DELETE FROM roster WHERE number = ?').run(open.number)
  return done({
    import: open.number,
    rows: moved.length,
    households: moved.reduce((sum, { households }) => sum + households, 0),
    residents: moved.flatMap(({ resident }) => resident ?? []),
    credentials: moved.flatMap(({ cards }) => cards),
    finished,
  })
}

/** What was laid down and never accepted. The list's own row goes with the first slice: from then on nobody can accept it. */
export const dropRoster = (
  store: WritableStore,
  { rows: most }: { readonly rows: number },
): Result<{ rows: number; finished: boolean }> => {
  if (store.prepare('SELECT 1 FROM roster WHERE accepted_at IS NOT NULL').get() !== undefined)
    return failed('import_open')
  const { changes } = store.prepare('DELETE FROM roster').run()
  const { changes: cards } = store
    .prepare('DELETE FROM roster_card WHERE index_hash IN (SELECT index_hash FROM roster_card ORDER BY 1 LIMIT ?)')
    .run(most)
  const { changes: rows } = store
    .prepare('DELETE FROM roster_row WHERE turn IN (SELECT turn FROM roster_row ORDER BY 1 LIMIT ?)')
    .run(most)
  if (changes + rows + cards === 0) return failed('import_missing')
  return done({ rows, finished: isEmpty(store) })
}

export type CardFlaw = 'card_taken' | 'card_lost'

/** `laid`: begun and never accepted, or dropped in part. */
export type RosterStanding = 'none' | 'laid' | 'accepted'

export const prepareRosterReads = (store: ReadableStore) => {
  const accepted = store.prepare('SELECT 1 FROM roster WHERE accepted_at IS NOT NULL')
  const laid = store.prepare(
    'SELECT 1 FROM roster UNION ALL SELECT 1 FROM roster_row UNION ALL SELECT 1 FROM roster_card LIMIT 1',
  )
  const holder = store.prepare<[Uint8Array], { readonly at: number | null; readonly because: string | null }>(
    `SELECT c.revoked_at AS at, c.revoked_because AS because FROM card JOIN credential c ON c.id = card.credential_id
     WHERE card.index_hash = ?`,
  )
  /** A card that was lost may lie in anybody's pocket: a list, which nobody holds in his hand, does not bring it back. */
  const flawOfCard = (hash: Uint8Array): CardFlaw | undefined => {
    const found = holder.get(hash)
    if (found === undefined) return undefined
    if (found.at === null) return 'card_taken'
    return found.because === 'lost' || found.because === 'stolen' ? 'card_lost' : undefined
  }
  const person = store.prepare<[string, string]>(
    'SELECT 1 FROM resident r JOIN household h ON h.id = r.household_id WHERE h.room = ? AND r.name = ?',
  )
  const schedule = store.prepare<[string]>('SELECT 1 FROM schedule WHERE id = ?')
  return {
    rosterStanding: (): RosterStanding =>
      accepted.get() !== undefined ? 'accepted' : laid.get() !== undefined ? 'laid' : 'none',
    flawOfCard,
    hasPerson: (room: string, name: string): boolean => person.get(room, name) !== undefined,
    hasSchedule: (id: string): boolean => schedule.get(id) !== undefined,
  }
}

export type RosterReads = ReturnType<typeof prepareRosterReads>
