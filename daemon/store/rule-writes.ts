// What the office changes in rights, groups, modes and anti-passback, and what a passage leaves behind. Ids and codes only. Run in the
// writer thread, inside the transaction that also records the event.

import { done, failed, type Group, type Mode, type Result, type Side, type WallMs } from '../../config/words.ts'
import type { Moment } from './append.ts'
import type { WritableStore } from './handles.ts'
import { makeId } from './ids.ts'

/** A grant that somebody known may have walked through. */
export type Passage = {
  readonly gate: string
  readonly side: Side
  readonly residentId: string
  /** Where anti-passback is asked for. */
  readonly keepsSide: boolean
  /** Absent: that clock could not be trusted. */
  readonly wall?: WallMs
  /** Somebody's schedule waits for the first of this group; `day` by the gate's clock. */
  readonly first?: { readonly group: Group; readonly day: string }
}

export const keepPassage = (store: WritableStore, passage: Passage, at: Moment): void => {
  const { gate, side, residentId, keepsSide, wall = null, first } = passage
  if (keepsSide)
    store
      .prepare(
        `INSERT INTO last_passage (gate, resident_id, side, at_monotonic, boot, at_wall)
         SELECT @gate, id, @side, @monotonic, @boot, @wall FROM resident WHERE id = @residentId
         ON CONFLICT (gate, resident_id) DO UPDATE
         SET side = excluded.side, at_monotonic = excluded.at_monotonic, boot = excluded.boot,
           at_wall = excluded.at_wall`,
      )
      .run({ gate, side, residentId, monotonic: at.monotonic, boot: at.boot, wall })
  if (first)
    store
      .prepare(
        `INSERT INTO group_entry (gate, belongs, day) VALUES (?, ?, ?)
         ON CONFLICT (gate, belongs) DO UPDATE SET day = excluded.day`,
      )
      .run(gate, first.group, first.day)
}

type NewRight = {
  readonly residentId: string
  readonly gate: string
  readonly scheduleId: string
  readonly notBefore?: WallMs
  readonly expiresAt?: WallMs
}

export const grantRight = (store: WritableStore, args: NewRight): Result<{ rightId: string; residentId: string }> => {
  const rightId = makeId('e')
  const { residentId, gate, scheduleId, notBefore = null, expiresAt = null } = args
  store
    .prepare(
      'INSERT INTO entitlement (id, resident_id, gate, schedule_id, not_before, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(rightId, residentId, gate, scheduleId, notBefore, expiresAt)
  return done({ rightId, residentId })
}

export const revokeRight = (
  store: WritableStore,
  { rightId }: { readonly rightId: string },
): Result<{ rightId: string }> =>
  store.prepare('DELETE FROM entitlement WHERE id = ?').run(rightId).changes === 0
    ? failed('right_unknown')
    : done({ rightId })

type Changed = {
  readonly residentId: string
  readonly group?: Group
  readonly openingMs?: number | null
  readonly name?: string
}

/** How long the door opens for whom, and how he is called, stand in no event: they say something about him. */
export const changeResident = (
  store: WritableStore,
  { residentId, group, openingMs, name }: Changed,
): Result<{ residentId: string }> => {
  const { changes } = store
    .prepare(
      `UPDATE resident SET belongs = coalesce(@group, belongs), name = coalesce(@name, name),
         opening_ms = iif(@sets, @openingMs, opening_ms) WHERE id = @residentId`,
    )
    .run({
      ...{ residentId, group: group ?? null, name: name ?? null },
      ...{ sets: openingMs === undefined ? 0 : 1, openingMs: openingMs ?? null },
    })
  return changes === 0 ? failed('resident_unknown') : done({ residentId })
}

type SetMode = { readonly gate: string; readonly mode: Mode; readonly boot: string; readonly except: readonly string[] }

export const setGateMode = (
  store: WritableStore,
  { gate, mode, boot, except }: SetMode,
  at: WallMs,
): Result<{ gate: string; mode: Mode; except: readonly string[] }> => {
  const known = store.prepare<[string], { id: string }>('SELECT id FROM resident WHERE id = ?')
  if (except.some((id) => known.get(id) === undefined)) return failed('resident_unknown')
  store.prepare('REPLACE INTO gate_mode (gate, mode, boot, at) VALUES (?, ?, ?, ?)').run(gate, mode, boot, at)
  store.prepare('DELETE FROM lockdown_exception WHERE gate = ?').run(gate)
  const insert = store.prepare('INSERT OR IGNORE INTO lockdown_exception (gate, resident_id) VALUES (?, ?)')
  for (const id of except) insert.run(gate, id)
  return done({ gate, mode, except })
}

export const resetPassback = (
  store: WritableStore,
  { gate, residentId }: { readonly gate: string; readonly residentId?: string },
): Result<{ gate: string; residentId?: string; forgiven: number }> => {
  const { changes: forgiven } = store
    .prepare('DELETE FROM last_passage WHERE gate = ? AND (? IS NULL OR resident_id = ?)')
    .run(gate, residentId ?? null, residentId ?? null)
  return done({ gate, ...(residentId === undefined ? {} : { residentId }), forgiven })
}

/** Schedules live in the configuration; the store knows their names, so that a right can name one. One that somebody's right names stays. */
export const mirrorSchedules = (store: WritableStore, ids: readonly string[]): void => {
  const insert = store.prepare(
    `INSERT INTO schedule (id, name, kind) SELECT @id, @id, 'weekly' WHERE NOT EXISTS (SELECT 1 FROM schedule WHERE id = @id)`,
  )
  for (const id of ids) insert.run({ id })
}
