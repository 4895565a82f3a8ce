// A household leaves its room while the next one begins there. What it holds ends in one transaction when the day has come; then its
// persons are removed one by one, each with the receipt of an erasure, and the room's row goes or is given back. Where it stands is in the
// table `household_end`, so that a crash forgets nothing. The operations run in the writer thread; the reads are main's.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import { readLatestWall } from './append.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { removeResident } from './residents.ts'

/** Between a room and the time until which it is its former household's, in that household's name. */
const LEAVES = ' →'
const ROOM_LIMIT = 40

/** `until`: as the office wrote it. */
export const nameLeaving = (room: string, until: string): string =>
  `${room.slice(0, ROOM_LIMIT - LEAVES.length - until.length)}${LEAVES}${until}`
export const roomOf = (name: string): string => name.split(LEAVES)[0] ?? name

type Leaving = { readonly householdId: string; readonly room: string; readonly name: string; readonly dueAt: WallMs }

/** Again: at another time. */
export const leaveHousehold = (
  store: WritableStore,
  { householdId, room, name, dueAt }: Leaving,
): Result<{ householdId: string; dueAt: WallMs }> => {
  const { changes } = store
    .prepare('UPDATE household_end SET due_at = ? WHERE household_id = ?')
    .run(dueAt, householdId)
  if (changes === 0)
    store
      .prepare('INSERT INTO household_end (household_id, room, due_at) VALUES (?, ?, ?)')
      .run(householdId, room, dueAt)
  store.prepare('UPDATE household SET room = ? WHERE id = ?').run(name, householdId)
  return done({ householdId, dueAt })
}

type EndRow = { readonly room: string; readonly dueAt: number; readonly cutAt: number | null }
const findEnd = (store: WritableStore, householdId: string): EndRow | undefined =>
  store
    .prepare<[string], EndRow>(
      'SELECT room, due_at AS dueAt, cut_at AS cutAt FROM household_end WHERE household_id = ?',
    )
    .get(householdId)

type OneHousehold = { readonly householdId: string }

/** It does not leave after all; refused once it has ended, and where the next one has the room. */
export const keepHousehold = (store: WritableStore, { householdId }: OneHousehold): Result<{ householdId: string }> => {
  const end = findEnd(store, householdId)
  if (end === undefined) return failed('household_stays')
  if (end.cutAt !== null) return failed('household_ended')
  store.prepare('UPDATE household SET room = ? WHERE id = ?').run(end.room, householdId)
  store.prepare('DELETE FROM household_end WHERE household_id = ?').run(householdId)
  return done({ householdId })
}

type EndedHousehold = { householdId: string; residents: number; credentials: number; consents: number }

/** By a clock that nobody has set only what the record itself vouches for is over. */
export const endHousehold = (
  store: WritableStore,
  { householdId }: OneHousehold,
  at: WallMs,
  clockTrusted: boolean,
): Result<EndedHousehold> => {
  const end = findEnd(store, householdId)
  const latest = readLatestWall(store)
  if (end === undefined || end.cutAt !== null) return failed('nothing_expired')
  if (end.dueAt > (clockTrusted ? Math.max(at, latest) : latest)) return failed('clock_untrusted')
  const ofIts = 'resident_id IN (SELECT id FROM resident WHERE household_id = ?)'
  // The schema deletes the templates with their consents.
  const { changes: consents } = store
    .prepare(`UPDATE consent SET ended_at = ?, ended_because = 'moved_out' WHERE ended_at IS NULL AND ${ofIts}`)
    .run(at, householdId)
  const { changes: credentials } = store
    .prepare(
      `UPDATE credential SET revoked_at = ?, revoked_because = 'moved_out' WHERE revoked_at IS NULL AND ${ofIts}`,
    )
    .run(at, householdId)
  store.prepare('UPDATE household_end SET cut_at = ? WHERE household_id = ?').run(at, householdId)
  const residents = store
    .prepare<[string], number>('SELECT count(*) FROM resident WHERE household_id = ?')
    .pluck()
    .get(householdId)
  return done({ householdId, residents: residents ?? 0, credentials, consents })
}

/** One person of a household that has ended. */
export const removeMovedOut = (store: WritableStore, { householdId }: OneHousehold, at: WallMs) => {
  const residentId = store
    .prepare<[string], string>(
      `SELECT r.id FROM resident r JOIN household_end e ON e.household_id = r.household_id
       WHERE r.household_id = ? AND e.cut_at IS NOT NULL ORDER BY r.id LIMIT 1`,
    )
    .pluck()
    .get(householdId)
  return residentId === undefined
    ? failed('nothing_expired')
    : removeResident(store, { residentId, because: 'moved_out' }, at)
}

/** Where the next household has the room, the former one's row goes; otherwise it is the empty room's again. */
export const closeHousehold = (
  store: WritableStore,
  { householdId }: OneHousehold,
): Result<{ householdId: string; kept: boolean }> => {
  const end = findEnd(store, householdId)
  if (end === undefined || end.cutAt === null) return failed('nothing_expired')
  const isTaken =
    store.prepare('SELECT 1 FROM household WHERE room = ? AND id <> ?').get(end.room, householdId) !== undefined
  store.prepare('DELETE FROM household_end WHERE household_id = ?').run(householdId)
  if (isTaken) store.prepare('DELETE FROM household WHERE id = ?').run(householdId)
  else store.prepare('UPDATE household SET room = ? WHERE id = ?').run(end.room, householdId)
  return done({ householdId, kept: !isTaken })
}

export type DueHousehold = {
  readonly householdId: string
  readonly isCut: boolean
  readonly faceIds: readonly string[]
}

export type HouseholdReads = {
  /** Up to `limit` households whose time has come by `now`, or that have ended and are still there. */
  readonly listDueHouseholds: (now: WallMs, limit: number) => readonly DueHousehold[]
  readonly listResidentsOf: (householdId: string) => readonly string[]
  /** The one that leaves this room and has not ended. */
  readonly findLeaving: (room: string) => string | undefined
}

export const prepareHouseholdReads = (store: ReadableStore): HouseholdReads => {
  const due = store.prepare<[number, number], { householdId: string; cutAt: number | null }>(
    `SELECT e.household_id AS householdId, e.cut_at AS cutAt
     FROM household_end e JOIN household h ON h.id = e.household_id WHERE e.due_at <= ? ORDER BY e.due_at LIMIT ?`,
  )
  const faces = store
    .prepare<[string], string>(
      `SELECT c.id FROM resident r JOIN credential c ON c.resident_id = r.id
       WHERE r.household_id = ? AND c.kind = 'face' AND c.revoked_at IS NULL`,
    )
    .pluck()
  const residents = store.prepare<[string], string>('SELECT id FROM resident WHERE household_id = ?').pluck()
  const leaving = store
    .prepare<[string], string>(
      'SELECT household_id FROM household_end WHERE room = ? AND cut_at IS NULL ORDER BY due_at LIMIT 1',
    )
    .pluck()
  return {
    listDueHouseholds: (now, limit) =>
      due.all(now, limit).map(({ householdId, cutAt }) => ({
        householdId,
        isCut: cutAt !== null,
        faceIds: faces.all(householdId) as string[],
      })),
    listResidentsOf: (householdId) => residents.all(householdId) as string[],
    findLeaving: (room) => leaving.get(room),
  }
}
