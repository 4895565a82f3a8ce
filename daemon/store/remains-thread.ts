// Looks through whole files for the fingerprints of a receipt, in a thread of its own so that nobody at the gate waits for it. Reads
// the record for the backups that were made, then every page of each file, also of a backup that waits to be restored. Writes nothing.
// Started by remains.ts alone.

import { existsSync, statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { done, failed, hide, type Result } from '../../config/words.ts'
import { searchPrints } from './fingerprints.ts'
import { readErrno } from './handles.ts'
import { openReader } from './open.ts'
import { decipherPages } from './page-cipher.ts'
import type { RemainsStart, SearchedFile } from './remains.ts'
import { restoreFiles } from './restore.ts'

const port = parentPort
if (port === null) throw new Error('a search runs in a thread of its own')
const { file, key, fingerprints } = workerData as RemainsStart
const place = { file, key: hide(Buffer.from(key)) }

const listBackups = (): Result<readonly string[]> => {
  const opened = openReader(place)
  if (!opened.ok) return opened
  const rows = opened.value
    .prepare<[], { payload: Uint8Array }>(
      `SELECT payload FROM ledger WHERE kind = 'backup_made' AND payload IS NOT NULL ORDER BY seq`,
    )
    .all()
  opened.value.close()
  const files = rows.map(({ payload }) => (JSON.parse(Buffer.from(payload).toString()) as { file: string }).file)
  return done([...new Set(files)])
}

const searchFile = (searched: string): SearchedFile => {
  const search = searchPrints(fingerprints)
  let pages = 0
  for (const page of decipherPages(searched, place.key)) {
    search.look(page)
    page.fill(0)
    pages += 1
  }
  return { file: searched, pages, found: search.found() }
}

const searchAll = (): Result<readonly SearchedFile[]> => {
  const backups = listBackups()
  if (!backups.ok) return backups
  try {
    // What was moved elsewhere is not here to be searched; the answer lists what was.
    const copies = [...restoreFiles(file), ...backups.value]
    return done([file, ...copies.filter((one) => existsSync(one) && statSync(one).isFile())].map(searchFile))
  } catch (error) {
    const code = readErrno(error)
    if (code === undefined) throw error
    return failed('remains_unread', code)
  }
}

port.postMessage(searchAll())
