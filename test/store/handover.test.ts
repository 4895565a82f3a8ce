// A handover by raw SQL, in every weakening of SQLite's own settings: one at a time, never done while a former consent is open or a
// template not proved gone, and never changed afterwards.

import { describe, expect, test } from 'vitest'
import type { WritableStore } from '../../daemon/store/handles.ts'
import { now, openRaw, run, settle, weaken, weakenings } from './law.ts'

const begin = (number = 1): string =>
  `INTO handover (number, gate, operator, began_at) VALUES (${number}, 'south', 'New', ${now})`
const end = `UPDATE consent SET ended_at = ${now}, ended_because = 'handover' WHERE ended_at IS NULL`
const finish = `UPDATE handover SET ended_at = ${now}`

describe.each(weakenings)('foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  /** A gate whose notice is another than that of its two consents. */
  const open = (): WritableStore => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    store.exec(`INSERT INTO effective VALUES ('south', 'another notice', 'model', 'config', ${now})`)
    return store
  }

  test('is begun by its own event, once', () => {
    const store = open()
    expect(run(store, `INSERT ${begin(2)}`)).toBe('handover_fixed')
    expect(run(store, `INSERT ${begin()}`)).toBe('done')
    for (const verb of ['INSERT', 'REPLACE']) expect(run(store, `${verb} ${begin()}`)).toBe('handover_open')
  })

  test('is not done while a former consent is open, nor while a template may be left', () => {
    const store = open()
    store.exec(`INSERT ${begin()}`)
    expect(run(store, finish)).toBe('handover_owed')
    store.exec(`${end} AND id = 'n1'`)
    expect(run(store, finish)).toBe('handover_owed')
    store.exec(end)
    expect(store.prepare('SELECT template_id FROM erasure_pending').pluck().all()).toEqual(['t1', 't2'])
    expect(run(store, finish)).toBe('handover_owed')
    store.exec('DELETE FROM erasure_pending')
    expect(run(store, finish)).toBe('done')
  })

  test('once done is neither changed, taken back nor deleted', () => {
    const store = open()
    store.exec(`INSERT ${begin()}`)
    store.exec(`${end}; DELETE FROM erasure_pending; ${finish}`)
    for (const sql of [
      finish,
      'UPDATE handover SET ended_at = NULL',
      `UPDATE handover SET operator = 'Other'`,
      'DELETE FROM handover',
      `REPLACE INTO handover VALUES (1, 'south', 'Other', ${now}, NULL)`,
    ])
      expect([sql, run(store, sql)]).toEqual([sql, 'handover_fixed'])
  })
})
