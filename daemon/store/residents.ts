// Households and residents: the operations that create, suspend and remove people. The name goes into its one table and
// nowhere else; what is returned are ids. Run in the writer thread inside the transaction that also records the event.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import type { RemovalReason } from '../core/removal.ts'
import type { SuspensionReason } from '../core/suspension.ts'
import type { WritableStore } from './handles.ts'
import { makeId } from './ids.ts'
import { issueReceipt } from './receipts.ts'

export const addHousehold = (
  store: WritableStore,
  args: { readonly room: string },
): Result<{ householdId: string }> => {
  const householdId = makeId('h')
  store.prepare('INSERT INTO household (id, room) VALUES (?, ?)').run(householdId, args.room)
  return done({ householdId })
}

export type NewResident = {
  readonly householdId: string
  readonly name: string
  /** YYYY-MM-DD, only where it decides who may consent. */
  readonly born?: string
  readonly guardianRequired?: boolean
  /** The gates where he has a right; the schedule defaults to `always`. */
  readonly rights: readonly { readonly gate: string; readonly scheduleId?: string }[]
}

export const addResident = (
  store: WritableStore,
  args: NewResident,
  at: WallMs,
): Result<{ residentId: string; householdId: string }> => {
  const residentId = makeId('r')
  store
    .prepare(
      'INSERT INTO resident (id, household_id, name, born, guardian_required, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(residentId, args.householdId, args.name, args.born ?? null, args.guardianRequired === true ? 1 : 0, at)
  const insert = store.prepare('INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES (?, ?, ?, ?)')
  for (const right of args.rights) insert.run(makeId('e'), residentId, right.gate, right.scheduleId ?? 'always')
  return done({ residentId, householdId: args.householdId })
}

export const suspendResident = (
  store: WritableStore,
  args: { readonly residentId: string; readonly because: SuspensionReason; readonly until?: WallMs },
): Result<{ residentId: string; because: string; until?: WallMs }> => {
  const { changes } = store
    .prepare('UPDATE resident SET suspension_reason = ?, suspended_until = ? WHERE id = ?')
    .run(args.because, args.until ?? null, args.residentId)
  const { residentId, because, until } = args
  return changes === 0
    ? failed('resident_unknown')
    : done({ residentId, because, ...(until === undefined ? {} : { until }) })
}

export const liftSuspension = (
  store: WritableStore,
  args: { readonly residentId: string },
): Result<{ residentId: string }> => {
  const { changes } = store
    .prepare('UPDATE resident SET suspension_reason = NULL, suspended_until = NULL WHERE id = ?')
    .run(args.residentId)
  return changes === 0 ? failed('resident_unknown') : done({ residentId: args.residentId })
}

/** Removes the person with his credentials, rights and templates; the ended consent stays as evidence under its opaque id. */
export const removeResident = (
  store: WritableStore,
  { residentId, because = 'office' }: { readonly residentId: string; readonly because?: RemovalReason },
  at: WallMs,
): Result<{ residentId: string; because: RemovalReason; credentials: number; receipt: number }> => {
  const counted = store
    .prepare<[string], { n: number }>('SELECT count(*) AS n FROM credential WHERE resident_id = ?')
    .get(residentId)
  const { changes } = store.prepare('DELETE FROM resident WHERE id = ?').run(residentId)
  if (changes === 0) return failed('resident_unknown')
  const receipt = issueReceipt(store, { who: residentId, what: 'erasure', at })
  return done({ residentId, because, credentials: counted?.n ?? 0, receipt })
}
