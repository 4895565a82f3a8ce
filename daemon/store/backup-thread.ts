// Makes one backup, in a thread of its own so that nobody at the gate waits for it: a new encrypted file with the same key, filled from
// one read transaction. Waits for no writer and holds none up; an erasure under way ends when the copy does. Started by backup.ts alone.

import { parentPort, workerData } from 'node:worker_threads'
import { done, failed, hide, type Result } from '../../config/words.ts'
import type { Backup, BackupStart } from './backup.ts'
import type { ChainHead } from './chain.ts'
import { copyTables, endFaces, peopleTables, prepareRecordCopy, recordTables } from './copies.ts'
import { explainDisk, type ReadableStore, readErrno, type WritableStore } from './handles.ts'
import { readVersion } from './migrate.ts'
import { makeEmpty, openReader, removeStore, settleStore } from './open.ts'

const port = parentPort
if (port === null) throw new Error('a backup is made in a thread of its own')
const start = workerData as BackupStart
const key = hide(Buffer.from(start.key))

/** Rows of the record to a transaction, */
const CHUNK_ROWS = 500
/** after which the thread rests as long as the rows took, and at most so long: processor and disk are the gate's first. */
const REST_LIMIT_MS = 100

const rest = (sinceMs: number): void => {
  const tookMs = performance.now() - sinceMs
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(tookMs, REST_LIMIT_MS))
}

/** `isTrigger`: the law's triggers judge what people do; rows that were lawful when they were written come before them. */
const copySchema = (from: ReadableStore, to: WritableStore, isTrigger: boolean): void => {
  const rows = from
    .prepare<[], { sql: string }>(
      `SELECT sql FROM sqlite_schema
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND type ${isTrigger ? '=' : '<>'} 'trigger' ORDER BY rowid`,
    )
    .all()
  for (const { sql } of rows) to.exec(sql)
}

/** A little at a time: a record of years in one transaction would lie in memory as one burst, and every tap's own write wait behind it. */
const copyRecord = (from: ReadableStore, to: WritableStore): void => {
  const copyChunk = prepareRecordCopy(from, to)
  for (let last: number | undefined = 0; last !== undefined; ) {
    const began = performance.now()
    last = copyChunk(last, CHUNK_ROWS)
    rest(began)
  }
}

const fill = (from: ReadableStore, to: WritableStore): ChainHead => {
  // Of a file that nobody knows yet: settleStore brings it to the disk whole before it has its name. Until then a commit waits for no
  // disk, and SQLite writes its log back every few megabytes.
  to.pragma('synchronous = NORMAL')
  to.transaction(() => copySchema(from, to, false))()
  copyRecord(from, to)
  to.transaction(() => {
    to.pragma('defer_foreign_keys = ON')
    copyTables(
      from,
      to,
      [...peopleTables, ...recordTables].filter((table) => table !== 'ledger'),
    )
    endFaces(to)
    copySchema(from, to, true)
    to.pragma(`user_version = ${readVersion(from as WritableStore)}`)
  })()
  const head = to.prepare<[], ChainHead>('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1').get()
  return head ?? { seq: 0, hash: Buffer.alloc(32) }
}

const makeBackup = (): Result<Backup> => {
  const opened = openReader({ file: start.from, key })
  if (!opened.ok) return opened
  const from = opened.value
  const fresh = `${start.to}.new`
  try {
    removeStore(fresh)
    const to = makeEmpty({ file: fresh, key })
    const { seq, hash } = from.transaction(() => fill(from, to))()
    settleStore(to, fresh, start.to)
    return done({ seq, head: Buffer.from(hash).toString('hex') })
  } catch (error) {
    removeStore(fresh)
    const code = readErrno(error) ?? explainDisk(error)?.code
    if (code === undefined) throw error
    return failed('backup_unwritable', code)
  } finally {
    from.close()
  }
}

port.postMessage(makeBackup())
