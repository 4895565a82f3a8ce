// Opens the encrypted file and proves, every time, that it is encrypted and that its safety settings took hold.
// Never converts a plain file, never opens a second writer, never creates a store over an existing one.
// Called by the writer thread (openWriter) and by facts.ts (openReader).

import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { done, type Failure, failed, hide, type Result, reveal, type Secret } from '../../config/words.ts'
import { explainDisk, type ReadableStore, readErrno, readSqliteCode, type WritableStore } from './handles.ts'
import { migrate, migrations, readVersion } from './migrate.ts'

export type OpenCode =
  | 'store_missing'
  | 'store_key_wrong'
  | 'store_not_encrypted'
  | 'store_truncated'
  | 'store_damaged'
  | 'store_unreadable'
  | 'store_newer'
  | 'store_in_use'
  | 'store_full'

export type StorePlace = { readonly file: string; readonly key: Secret<Buffer> }
/** `create`: the caller knows that no store was ever here, because its keys were only just made. */
export type WriterPlace = StorePlace & { readonly create?: boolean }

export const pageBytes = 4096
/** The bytes that every SQLite file has in clear at 16: page size 4096, and 32 reserved bytes a page, which hold nonce and tag. */
const clearHeader = Buffer.from([0x10, 0x00])
/** How long a handle waits for another's lock inside SQLite; longer waits are the ledger's, which never blocks the thread. */
const busyMs = 20
/** Small, so that no commit carries a long checkpoint. */
export const autocheckpointPages = 200

/** name, value to set, value to read back. A setting that silently does nothing is how plain files are born. */
const settings: readonly (readonly [name: string, set: string, read: string | number])[] = [
  ['temp_store', 'MEMORY', 2],
  ['secure_delete', 'ON', 1],
  ['foreign_keys', 'ON', 1],
  ['recursive_triggers', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  ['synchronous', 'FULL', 2],
  ['busy_timeout', String(busyMs), busyMs],
]

const keyHandle = (store: Database.Database, key: Secret<Buffer>): void => {
  store.pragma("cipher = 'chacha20'")
  // `raw:` is the key itself; db.key(Buffer) would take 32 bytes for a passphrase.
  store.pragma(`key = "raw:${reveal(key).toString('hex')}"`)
}

const applySettings = (store: Database.Database): void => {
  for (const [name, set, read] of settings) {
    store.pragma(`${name} = ${set}`)
    const found = store.pragma(name, { simple: true })
    if (found !== read) throw new Error(`PRAGMA ${name} is ${String(found)}, not ${read}`)
  }
  // Answers nothing at all where the build has no mmap for encrypted files.
  store.pragma('mmap_size = 0')
  for (const [name, wanted] of [
    ['cipher', 'chacha20'],
    ['journal_mode', 'wal'],
    ['page_size', pageBytes],
    ['auto_vacuum', 2],
  ] as const) {
    const found = store.pragma(name, { simple: true })
    if (found !== wanted) throw new Error(`PRAGMA ${name} is ${String(found)}, not ${wanted}`)
  }
}

/** What the file says before any key is tried. */
const inspectFile = (file: string): Failure<OpenCode> | undefined => {
  const head = Buffer.alloc(24)
  try {
    const handle = openSync(file, 'r')
    try {
      readSync(handle, head, 0, head.length, 0)
    } finally {
      closeSync(handle)
    }
    if (head.subarray(0, 16).equals(Buffer.from('SQLite format 3\0', 'latin1')))
      return failed('store_not_encrypted', file)
    if (statSync(file).size < pageBytes) return failed('store_truncated', file)
  } catch (error) {
    const code = readErrno(error)
    if (code === undefined) throw error
    return failed(code === 'ENOENT' ? 'store_missing' : 'store_unreadable', `${file}: ${code}`)
  }
  return head.subarray(16, 18).equals(clearHeader) ? undefined : failed('store_damaged', file)
}

export const explainOpening = (error: unknown, file: string): Failure<OpenCode> => {
  const code = readSqliteCode(error)
  // Page 1 that does not authenticate: SQLite cannot tell another key from a damaged page.
  if (code?.startsWith('SQLITE_NOTADB') === true)
    return failed('store_key_wrong', `${file}: or its first page is damaged`)
  const errno = readErrno(error)
  const disk = explainDisk(error)
  // Even to read, SQLite lays a file beside the store.
  if (errno === 'ENOSPC' || disk?.code === 'store_full') return failed('store_full', file)
  if (errno !== undefined) return failed('store_unreadable', `${file}: ${errno}`)
  if (disk === undefined) throw error
  if (disk.code !== 'store_damaged') return failed('store_unreadable', `${file}: ${code}`)
  return failed(statSync(file).size % pageBytes === 0 ? 'store_damaged' : 'store_truncated', file)
}

const probe = (file: string, key: Secret<Buffer>): Result<number, OpenCode> => {
  let store: Database.Database | undefined
  try {
    // Read-only: with a wrong key the last handle to close must not check-point frames that it cannot read.
    store = new Database(file, { readonly: true, fileMustExist: true, timeout: busyMs })
    keyHandle(store, key)
    store.prepare('SELECT count(*) FROM sqlite_schema').get()
    return done(readVersion(store))
  } catch (error) {
    return explainOpening(error, file)
  } finally {
    store?.close()
  }
}

export const openReader = (place: StorePlace): Result<ReadableStore, OpenCode> => {
  const flaw = inspectFile(place.file)
  if (flaw !== undefined) return flaw
  const probed = probe(place.file, place.key)
  if (!probed.ok) return probed
  if (probed.value > migrations.length) return failed('store_newer', place.file)
  let store: Database.Database | undefined
  try {
    store = new Database(place.file, { fileMustExist: true, timeout: busyMs })
    keyHandle(store, place.key)
    applySettings(store)
    store.pragma('query_only = ON')
    return done(store)
  } catch (error) {
    store?.close()
    return explainOpening(error, place.file)
  }
}

export const removeStore = (file: string): void => {
  for (const tail of ['-wal', '-shm', '']) rmSync(file + tail, { force: true })
}

/** A new encrypted file with every setting of a store, and no table yet. */
export const makeEmpty = ({ file, key }: StorePlace): WritableStore => {
  closeSync(openSync(file, 'wx', 0o600))
  const store = new Database(file, { timeout: busyMs })
  keyHandle(store, key)
  store.pragma(`page_size = ${pageBytes}`)
  store.pragma('auto_vacuum = INCREMENTAL')
  store.pragma('journal_mode = WAL')
  applySettings(store)
  return store as WritableStore
}

/** Writes the log back, closes, and moves the file into place once it is on the disk whole. */
export const settleStore = (store: WritableStore, from: string, to: string): void => {
  store.pragma('wal_checkpoint(TRUNCATE)')
  store.close()
  const sync = (path: string): void => {
    const handle = openSync(path, 'r')
    fsyncSync(handle)
    closeSync(handle)
  }
  sync(from)
  sync(dirname(to))
  renameSync(from, to)
  sync(dirname(to))
}

/** Makes the store under another name and moves it into place whole: a crash on the way leaves no half store. */
const createStore = (place: StorePlace): void => {
  const fresh = `${place.file}.new`
  removeStore(fresh)
  const store = makeEmpty({ ...place, file: fresh })
  migrate(store)
  const insert = store.prepare('INSERT INTO secret_key (name, generation, bytes, created_at) VALUES (?, 1, ?, ?)')
  for (const name of ['card_index', 'pin_pepper']) insert.run(name, randomBytes(32), Date.now())
  settleStore(store, fresh, place.file)
}

/** One writer a store, on every machine state: the kernel drops this lock with the process, so kill -9 leaves none behind. */
export const takeLock = (file: string): Result<Database.Database, OpenCode> => {
  const lock = new Database(join(dirname(file), 'gate.lock'), { timeout: busyMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return done(lock)
  } catch (error) {
    lock.close()
    const disk = explainDisk(error)
    if (disk === undefined) throw error
    if (disk.code === 'store_busy') return failed('store_in_use', file)
    return failed(disk.code === 'store_full' ? 'store_full' : 'store_unreadable', disk.detail)
  }
}

export type OpenWriter = { readonly store: WritableStore; readonly close: () => void }

/** For whoever holds the lock. */
export const openLocked = (place: WriterPlace): Result<WritableStore, OpenCode> => {
  if (place.create === true && !existsSync(place.file)) createStore(place)
  const flaw = inspectFile(place.file)
  if (flaw !== undefined) return flaw
  const probed = probe(place.file, place.key)
  if (!probed.ok) return probed
  if (probed.value > migrations.length)
    return failed('store_newer', `version ${probed.value}, known ${migrations.length}`)
  const wrong = probe(place.file, hide(randomBytes(32)))
  if (wrong.ok) return failed('store_not_encrypted', 'any key opens it')
  const store = new Database(place.file, { fileMustExist: true, timeout: busyMs }) as WritableStore
  try {
    keyHandle(store, place.key)
    applySettings(store)
    store.pragma(`wal_autocheckpoint = ${autocheckpointPages}`)
    const migrated = migrate(store)
    // Frames that a crash left behind may hold deleted templates.
    store.pragma('wal_checkpoint(TRUNCATE)')
    if (migrated.ok) return done(store)
    store.close()
    return migrated
  } catch (error) {
    store.close()
    return explainOpening(error, place.file)
  }
}

export const openWriter = (place: WriterPlace): Result<OpenWriter, OpenCode> => {
  try {
    if (place.create === true) mkdirSync(dirname(place.file), { recursive: true, mode: 0o700 })
    // Nothing is laid where a store was and is gone: its disk may come back.
    else if (inspectFile(place.file)?.code === 'store_missing') return failed('store_missing', place.file)
    chmodSync(dirname(place.file), 0o700)
    const lock = takeLock(place.file)
    if (!lock.ok) return lock
    const opened = openLocked(place)
    if (!opened.ok) {
      lock.value.close()
      return opened
    }
    const close = (): void => {
      opened.value.close()
      lock.value.close()
    }
    return done({ store: opened.value, close })
  } catch (error) {
    return explainOpening(error, place.file)
  }
}
