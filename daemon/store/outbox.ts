// How far each reader of the ledger has got. The ledger itself is the outbox: an event is told for good once the cursor has passed
// it, and a cursor leaves no event of its own. Run in the writer thread.

import { done, type Result } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'

/** A reader that is new begins behind what is already there: the past is not sent to whoever was not told of it then. */
export const openCursor = (store: WritableStore, reader: string): Result<number> => {
  store.prepare('INSERT OR IGNORE INTO outbox (reader, seq) SELECT ?, coalesce(max(seq), 0) FROM ledger').run(reader)
  return done(readCursor(store, reader))
}

/** Never backwards. */
export const moveCursor = (store: WritableStore, reader: string, seq: number): Result<number> => {
  store.prepare('UPDATE outbox SET seq = ? WHERE reader = ? AND seq < ?').run(seq, reader, seq)
  return done(readCursor(store, reader))
}

const readCursor = (store: WritableStore, reader: string): number =>
  store.prepare<[string], { seq: number }>('SELECT seq FROM outbox WHERE reader = ?').get(reader)?.seq ?? 0
