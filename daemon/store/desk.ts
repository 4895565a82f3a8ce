// Who was not there when the desk called. Whom it calls otherwise follows from who holds a card or a code, so that a desk that was cut off goes
// on where it was. Putting off runs in the writer thread, the list is read on main's handle.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'

/** Forgotten again with his first card or code (0014). */
export const putOff = (
  store: WritableStore,
  { residentId }: { readonly residentId: string },
  at: WallMs,
): Result<{ residentId: string }> => {
  if (store.prepare('SELECT 1 FROM resident WHERE id = ?').get(residentId) === undefined)
    return failed('resident_unknown')
  store
    .prepare(
      'INSERT INTO desk_later (resident_id, at) VALUES (?, ?) ON CONFLICT (resident_id) DO UPDATE SET at = excluded.at',
    )
    .run(residentId, at)
  return done({ residentId })
}

/** More have not been put off in any week; whoever comes after these is called with those who were not. */
const PUT_OFF_LIMIT = 5000

export const prepareDeskReads = (store: ReadableStore) => {
  const later = store
    .prepare<[], string>(`SELECT resident_id FROM desk_later ORDER BY at LIMIT ${PUT_OFF_LIMIT}`)
    .pluck()
  return {
    /** Who was put off, the first of them first. */
    listPutOff: (): readonly string[] => later.all() as string[],
  }
}

export type DeskReads = ReturnType<typeof prepareDeskReads>
