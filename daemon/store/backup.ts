// A backup: people, what they hold, and the record, in a new encrypted file under the store's own key; never a template. Hands the work
// to a thread and waits. Called by the command `backup`.

import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { failed, type Result, reveal } from '../../config/words.ts'
import type { StorePlace } from './open.ts'

export type BackupStart = { readonly from: string; readonly to: string; readonly key: Uint8Array }
/** Where in the record the copy ends. */
export type Backup = { readonly seq: number; readonly head: string }

export const makeBackup = ({ file, key }: StorePlace, to: string): Promise<Result<Backup>> => {
  if (existsSync(to)) return Promise.resolve(failed('backup_exists', to))
  const workerData: BackupStart = { from: file, to, key: reveal(key) }
  return new Promise((resolve) => {
    const url = new URL('./backup-thread.ts', import.meta.url)
    const worker = new Worker(url, { workerData, execArgv: [], name: 'backup' })
    worker.once('message', resolve)
    worker.once('error', (error) => resolve(failed('backup_unwritable', error.name)))
    worker.once('exit', () => resolve(failed('backup_unwritable')))
  })
}
