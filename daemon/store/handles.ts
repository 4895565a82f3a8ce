// The two kinds of handle on the store, told apart by type, and the one way to change it: a transaction that is rolled back
// whenever its work refuses. No function that takes a ReadableStore can write; the reader's handle is query_only besides.

import type Database from 'better-sqlite3'
import { type Failure, failed, type Result } from '../../config/words.ts'

declare const writable: unique symbol

export type ReadableStore = Pick<Database.Database, 'prepare' | 'transaction' | 'pragma' | 'close'>
export type WritableStore = Database.Database & { readonly [writable]: true }

/** Codes of the disk rather than of the request: the same work may succeed later. */
export type DiskCode = 'store_busy' | 'store_full' | 'store_io' | 'store_damaged'

const diskCodes: readonly (readonly [prefix: string, code: DiskCode])[] = [
  ['SQLITE_BUSY', 'store_busy'],
  ['SQLITE_LOCKED', 'store_busy'],
  ['SQLITE_FULL', 'store_full'],
  ['SQLITE_IOERR', 'store_io'],
  ['SQLITE_CANTOPEN', 'store_io'],
  ['SQLITE_READONLY', 'store_io'],
  ['SQLITE_CORRUPT', 'store_damaged'],
  ['SQLITE_NOTADB', 'store_damaged'],
]

/** The SQLite code of an error thrown by the binding; undefined for anything else. */
export const readSqliteCode = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code.startsWith('SQLITE_') ? error.code : undefined
}

/** The system's code of a failed call on a file, such as ENOSPC; undefined for anything else. */
export const readErrno = (error: unknown): string | undefined =>
  error instanceof Error && 'errno' in error && 'code' in error ? String(error.code) : undefined

/** A failing disk as a value; undefined when the error is something else (a bug, or the schema's own refusal). */
export const explainDisk = (error: unknown): Failure<DiskCode> | undefined => {
  const sqlite = readSqliteCode(error)
  const hit = sqlite === undefined ? undefined : diskCodes.find(([prefix]) => sqlite.startsWith(prefix))
  return hit === undefined ? undefined : failed(hit[1], sqlite)
}

/** The schema's refusal: the message of a RAISE in migrations/0002-law.sql, which is a code. */
const explainRefusal = (error: unknown): Failure | undefined => {
  const sqlite = readSqliteCode(error)
  if (sqlite === 'SQLITE_CONSTRAINT_TRIGGER' && error instanceof Error) return failed(error.message)
  return sqlite?.startsWith('SQLITE_CONSTRAINT') === true ? failed('value_refused', sqlite) : undefined
}

/** One transaction: committed when the work succeeds, undone when it refuses, when the schema refuses or the disk fails. */
export const changeStore = <T>(store: WritableStore, work: () => Result<T>): Result<T> => {
  try {
    store.exec('BEGIN IMMEDIATE')
    const result = work()
    store.exec(result.ok ? 'COMMIT' : 'ROLLBACK')
    return result
  } catch (error) {
    if (store.inTransaction) store.exec('ROLLBACK')
    const known = explainRefusal(error) ?? explainDisk(error)
    if (known === undefined) throw error
    return known
  }
}
