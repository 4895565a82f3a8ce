// Which tables a backup has, and how rows get from one encrypted file into another. Each table of the schema stands in one list (a test
// sees to it): what is in none is copied nowhere. Never copies a template. Called by backup-thread.ts and restore.ts.

import type { ReadableStore, WritableStore } from './handles.ts'

/** People, what they hold and may, and the keys by which their cards and codes are known. */
export const peopleTables = [
  ...['secret_key', 'site_card_key', 'household', 'resident', 'schedule', 'schedule_segment', 'entitlement'],
  ...['group_entry', 'last_passage'],
  ...['credential', 'card', 'pin', 'pass', 'try_count', 'issued_card', 'card_counter'],
  // An accepted list that has not moved yet goes on after a restore.
  ...['roster', 'roster_row', 'roster_card', 'desk_later'],
  ...['gate_side', 'side_past', 'side_path', 'two_factor', 'effective'],
] as const

/** What happened and what was said: no restore takes it back where the store that is replaced can still be read. */
export const recordTables = [
  ...['ledger', 'counter', 'outbox', 'path_pause', 'gate_mode', 'lockdown_exception'],
  ...[
    'consent',
    'consent_gate',
    'consent_ask',
    'receipt',
    'request',
    'handover',
    'assessment',
    'assessment_basis',
    'assessment_text',
    'form',
    'household_end',
  ],
] as const

/** Templates and their keys, and what was learned from them; and what only the file itself has to do. */
export const neverCopied = ['template', 'bound_face', 'calibration', 'look_alike', 'erasure_pending'] as const

type Table = (typeof peopleTables)[number] | (typeof recordTables)[number]

const columnsOf = (store: ReadableStore, table: Table): readonly string[] =>
  (store.pragma(`table_info(${table})`) as { readonly name: string }[]).map(({ name }) => name)

/** Into a table that is empty and has no triggers at the moment. */
const copyTable = (from: ReadableStore, to: WritableStore, table: Table): void => {
  const columns = columnsOf(from, table)
  const marks = columns.map(() => '?').join(', ')
  const insert = to.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`)
  for (const row of from
    .prepare(`SELECT ${columns.join(', ')} FROM ${table}`)
    .raw()
    .iterate()) {
    insert.run(...(row as unknown[]))
  }
}

export const copyTables = (from: ReadableStore, to: WritableStore, tables: readonly Table[]): void => {
  for (const table of tables) copyTable(from, to, table)
}

type SchemaRow = { readonly name: string; readonly sql: string }

/** The law's triggers judge what people do; rows that were lawful when they were written are taken as they are. In the caller's transaction. */
export const withoutTriggers = (store: WritableStore, work: () => void): void => {
  const triggers = store
    .prepare<[], SchemaRow>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid`)
    .all()
  // A row may come before the one that it belongs to; at the end of the transaction all must be there.
  store.pragma('defer_foreign_keys = ON')
  for (const { name } of triggers) store.exec(`DROP TRIGGER ${name}`)
  work()
  for (const { sql } of triggers) store.exec(sql)
}

/** Of these a copy, which lies somewhere for years, has no word of who passed when. The chain verifies without. */
const isPassage = "kind IN ('attempt', 'menu')"

/** Copies so many rows of the record after a number, in one transaction, and says the last; undefined when there are no more. */
export const prepareRecordCopy = (from: ReadableStore, to: WritableStore) => {
  const columns = columnsOf(from, 'ledger')
  const told = columns.map((name) =>
    name === 'payload' || name === 'salt' ? `iif(${isPassage}, NULL, ${name})` : name,
  )
  const read = from
    .prepare<[number, number]>(`SELECT ${told.join(', ')} FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?`)
    .raw()
  const marks = columns.map(() => '?').join(', ')
  const insert = to.prepare(`INSERT INTO ledger (${columns.join(', ')}) VALUES (${marks})`)
  const place = columns.indexOf('seq')
  return (after: number, limit: number): number | undefined => {
    const rows = read.all(after, limit) as unknown[][]
    to.transaction(() => {
      for (const row of rows) insert.run(...row)
    })()
    const last = rows.at(-1)
    return last === undefined ? undefined : Number(last[place])
  }
}

/** No copy holds a face, so in no copy a consent is current or a face enrolled: whoever wants it signs anew. */
export const endFaces = (store: WritableStore): { readonly consents: number } => {
  const { changes: consents } = store
    .prepare(
      `UPDATE consent SET ended_at = (SELECT at FROM store_now), ended_because = 'restored' WHERE ended_at IS NULL`,
    )
    .run()
  store
    .prepare(
      `UPDATE credential SET revoked_at = (SELECT at FROM store_now), revoked_because = 'restored'
       WHERE kind = 'face' AND revoked_at IS NULL`,
    )
    .run()
  return { consents }
}
