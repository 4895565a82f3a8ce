// Brings the schema of a store to the number this program knows, one frozen file a step, each in one transaction.
// Never changes a file that was released and never goes back: a store from the future is refused. Called by open.ts.

import { readFileSync } from 'node:fs'
import { done, failed, type Result } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'

/** In order; the number of a file is its place, and PRAGMA user_version says how many were applied. */
export const migrations = [
  '0001-tables.sql',
  '0002-law.sql',
  '0003-calibration.sql',
  '0004-consent.sql',
  '0005-ended-codes.sql',
  '0006-handover.sql',
  '0007-assessment.sql',
  '0008-rules.sql',
  '0009-forms.sql',
  '0010-cards.sql',
  '0011-passes.sql',
  '0012-codes.sql',
  '0013-issued-cards.sql',
  '0014-desk.sql',
  '0015-impact.sql',
  '0016-bound-faces.sql',
] as const

export const readMigration = (name: string): string =>
  readFileSync(new URL(`./migrations/${name}`, import.meta.url), 'utf8')

export const readVersion = (store: Pick<WritableStore, 'pragma'>): number =>
  Number(store.pragma('user_version', { simple: true }))

export const migrate = (store: WritableStore): Result<number, 'store_newer'> => {
  const from = readVersion(store)
  if (from > migrations.length) return failed('store_newer', `version ${from}, known ${migrations.length}`)
  migrations.slice(from).forEach((name, step) => {
    const sql = readMigration(name)
    store
      .transaction(() => {
        store.exec(sql)
        store.pragma(`user_version = ${from + step + 1}`)
      })
      .immediate()
  })
  return done(migrations.length)
}
