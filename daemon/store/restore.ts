// A backup put in place of the store, before a gate opens it. People come from the backup; what happened and what was said comes from the
// store that is replaced, as long as that can be read, and what ended since the backup stays ended. No consent is current afterwards. A
// backup that does not fit is laid aside and the gate starts with what it has. Called by opening.ts at a start or reload.

import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { done, failed, type Result } from '../../config/words.ts'
import { appendEvent, type Moment } from './append.ts'
import type { ChainHead } from './chain.ts'
import { copyTables, endFaces, recordTables, withoutTriggers } from './copies.ts'
import { stopFaces } from './face-stop.ts'
import { explainDisk, readErrno, type WritableStore } from './handles.ts'
import { openLocked, removeStore, type StorePlace, settleStore, takeLock } from './open.ts'
import { endPasses, keepUses } from './passes.ts'
import { keepProofs } from './restored-proofs.ts'

/** Where `restore` lays a backup for the next start. */
export const stagedRestore = (storeFile: string): string => join(dirname(storeFile), 'restore.db')
/** Every copy of a backup that may lie there: whole, half copied, or refused at a start. */
export const restoreFiles = (storeFile: string): readonly string[] =>
  ['', '.new', '.refused'].map((end) => stagedRestore(storeFile) + end)

/** Nobody knows what was ordered after the backup: the office looks, and lets faces in again with a reason. */
const UNKNOWN_SINCE = 'restored without its record: look whether an order stands'

const headOf = (store: WritableStore): ChainHead =>
  store.prepare<[], ChainHead>('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1').get() ?? {
    seq: 0,
    hash: new Uint8Array(32),
  }

const hasEvent = (store: WritableStore, { seq, hash }: ChainHead): boolean =>
  store.prepare('SELECT 1 FROM ledger WHERE seq = ? AND hash = ?').get(seq, hash) !== undefined

type Ending = {
  readonly kind: string
  readonly residentId: string
  readonly credentialId?: string
  readonly householdId?: string
  readonly rightId?: string
}

/** What the record says ended after the backup was made. */
const listEndings = (replaced: WritableStore, after: number): readonly Ending[] =>
  replaced
    .prepare<[number], { kind: string; payload: Uint8Array }>(
      `SELECT kind, payload FROM ledger WHERE seq > ? AND payload IS NOT NULL
       AND kind IN ('resident_removed', 'resident_erased', 'credential_revoked', 'pin_set', 'household_ended', 'right_revoked')
       ORDER BY seq`,
    )
    .all(after)
    .map(({ kind, payload }) => ({ kind, ...(JSON.parse(Buffer.from(payload).toString()) as Omit<Ending, 'kind'>) }))

/** A code that was changed since is not the resident's any more; the new one is in the replaced store alone, and is set anew. */
const repeatEnding = (store: WritableStore, ending: Ending): number => {
  const revoke = `UPDATE credential SET revoked_at = (SELECT at FROM store_now), revoked_because = 'restored'
    WHERE revoked_at IS NULL AND `
  if (ending.kind === 'pin_set')
    return store.prepare(`${revoke} kind = 'pin' AND resident_id = ?`).run(ending.residentId).changes
  // Its persons are removed by endings of their own, as far as that had come.
  if (ending.kind === 'household_ended')
    return store
      .prepare(`${revoke} resident_id IN (SELECT id FROM resident WHERE household_id = ?)`)
      .run(ending.householdId).changes
  if (ending.kind === 'right_revoked')
    return store.prepare('DELETE FROM entitlement WHERE id = ?').run(ending.rightId).changes
  if (ending.kind === 'credential_revoked') return store.prepare(`${revoke} id = ?`).run(ending.credentialId).changes
  store.prepare('INSERT OR IGNORE INTO erasure_pending VALUES (?, 0)').run(ending.residentId)
  return store.prepare('DELETE FROM resident WHERE id = ?').run(ending.residentId).changes
}

const keepSuspensions = (replaced: WritableStore, store: WritableStore): void => {
  const set = store.prepare('UPDATE resident SET suspension_reason = ?, suspended_until = ? WHERE id = ?')
  const rows = replaced.prepare('SELECT suspension_reason, suspended_until, id FROM resident').raw().all()
  for (const row of rows) set.run(...(row as unknown[]))
}

export type Restored = {
  readonly backupSeq: number
  readonly backupHead: string
  /** `lost`: the replaced store could not be read, and with it went what happened since the backup. */
  readonly record: 'kept' | 'lost'
  readonly consentsEnded: number
  /** People and credentials that had ended since the backup. */
  readonly endedAgain: number
}

/** In one transaction of the new store. */
const merge = (store: WritableStore, replaced: WritableStore | undefined, at: Moment): Restored => {
  const backup = headOf(store)
  const endings = replaced === undefined ? [] : listEndings(replaced, backup.seq)
  if (replaced !== undefined) {
    withoutTriggers(store, () => {
      for (const table of recordTables) store.exec(`DELETE FROM ${table}`)
      copyTables(replaced, store, recordTables)
    })
    keepSuspensions(replaced, store)
    keepUses(replaced, store)
    keepProofs(replaced, store)
  }
  const endedAgain = endings.reduce((sum, ending) => sum + repeatEnding(store, ending), 0)
  const { consents } = endFaces(store)
  if (replaced === undefined) {
    stopFaces(store, { because: UNKNOWN_SINCE }, at.wall)
    endPasses(store)
  }
  const restored: Restored = {
    backupSeq: backup.seq,
    backupHead: Buffer.from(backup.hash).toString('hex'),
    record: replaced === undefined ? 'lost' : 'kept',
    consentsEnded: consents,
    endedAgain,
  }
  appendEvent(store, { kind: 'store_restored', at, flags: '', salt: randomBytes(16), payload: restored })
  return restored
}

/** One that is damaged is what a backup is for. */
const openReplaced = (place: StorePlace): WritableStore | undefined => {
  const opened = existsSync(place.file) ? openLocked(place) : undefined
  if (opened?.ok !== true) return undefined
  try {
    if (opened.value.pragma('quick_check', { simple: true }) === 'ok') return opened.value
  } catch (error) {
    if (explainDisk(error) === undefined) throw error
  }
  opened.value.close()
  return undefined
}

const replace = (place: StorePlace, staged: string, at: Moment): Result<Restored> => {
  const fresh = `${place.file}.restored`
  removeStore(fresh)
  copyFileSync(staged, fresh)
  chmodSync(fresh, 0o600)
  const opened = openLocked({ ...place, file: fresh })
  if (!opened.ok) return failed('backup_refused', opened.code)
  const store = opened.value
  const replaced = openReplaced(place)
  try {
    if (replaced !== undefined && !hasEvent(replaced, headOf(store))) return failed('backup_foreign')
    const restored = store.transaction(() => merge(store, replaced, at)).immediate()
    replaced?.close()
    // The old file's log is written back, or cannot be read; the new file must not be read with it.
    for (const tail of ['-wal', '-shm']) rmSync(place.file + tail, { force: true })
    settleStore(store, fresh, place.file)
    rmSync(staged)
    return done(restored)
  } finally {
    replaced?.close()
    store.close()
  }
}

/** Nothing where no backup waits. A refused one is kept beside the store, under a name that nothing reads. */
export const applyRestore = (place: StorePlace, at: Moment): Result<Restored | undefined> => {
  const staged = stagedRestore(place.file)
  if (!existsSync(staged)) return done(undefined)
  const lock = takeLock(place.file)
  if (!lock.ok) return lock
  try {
    const replaced = replace(place, staged, at)
    if (!replaced.ok) renameSync(staged, `${staged}.refused`)
    return replaced
  } catch (error) {
    const code = readErrno(error) ?? explainDisk(error)?.code
    if (code === undefined) throw error
    return failed('backup_refused', code)
  } finally {
    removeStore(`${place.file}.restored`)
    lock.value.close()
  }
}
