// Makes one backup, in a thread of its own so that nobody at the gate waits for it: a new encrypted file with the same key, filled from
// one read transaction. Waits for no writer and holds none up; an erasure under way ends when the copy does. Started by backup.ts alone.

import { parentPort, workerData } from 'node:worker_threads'
import { done, failed, hide, type Result } from '../../config/words.ts'
import type { Backup, BackupStart } from './backup.ts'
import type { ChainHead } from './chain.ts'
import { copyTables, endFaces, forgetPassages, peopleTables, recordTables, withoutTriggers } from './copies.ts'
import { explainDisk, type ReadableStore, readErrno, type WritableStore } from './handles.ts'
import { readVersion } from './migrate.ts'
import { makeEmpty, openReader, removeStore, settleStore } from './open.ts'

const port = parentPort
if (port === null) throw new Error('a backup is made in a thread of its own')
const start = workerData as BackupStart
const key = hide(Buffer.from(start.key))

const copySchema = (from: ReadableStore, to: WritableStore): void => {
  const rows = from
    .prepare<[], { sql: string }>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid`,
    )
    .all()
  for (const { sql } of rows) to.exec(sql)
  to.pragma(`user_version = ${readVersion(from as WritableStore)}`)
}

const fill = (from: ReadableStore, to: WritableStore): ChainHead => {
  to.transaction(() => {
    copySchema(from, to)
    withoutTriggers(to, () => {
      copyTables(from, to, [...peopleTables, ...recordTables])
      endFaces(to)
      forgetPassages(to)
    })
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
