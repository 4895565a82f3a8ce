// Whether anything of an erased person is left: every page, free page and log frame of the store, and of every backup that the record
// knows and that is still where it was made, or that waits beside the store to be restored. Hands the work to a thread and waits.
// Called by `erase verify`.

import { Worker } from 'node:worker_threads'
import { failed, type Result, reveal } from '../../config/words.ts'
import type { Fingerprints, Found } from './fingerprints.ts'
import type { StorePlace } from './open.ts'

export type RemainsStart = { readonly file: string; readonly key: Uint8Array; readonly fingerprints: Fingerprints }
export type SearchedFile = { readonly file: string; readonly pages: number; readonly found: Found }

export const findRemains = (
  { file, key }: StorePlace,
  fingerprints: Fingerprints,
): Promise<Result<readonly SearchedFile[]>> =>
  new Promise((resolve) => {
    const workerData: RemainsStart = { file, key: reveal(key), fingerprints }
    const worker = new Worker(new URL('./remains-thread.ts', import.meta.url), {
      workerData,
      execArgv: [],
      name: 'remains',
    })
    worker.once('message', resolve)
    worker.once('error', (error) => resolve(failed('remains_unread', error.name)))
    worker.once('exit', () => resolve(failed('remains_unread')))
  })
