// P2 by raw SQL: every statement that could leave a face template without consent or without another way, in every weakening
// of SQLite's own settings. No code of ours but the schema is between the statement and the table.

import { describe, expect, test } from 'vitest'
import {
  blob,
  consentBut,
  consentColumns,
  consentValues,
  dayMs,
  findUnlawful,
  later,
  now,
  openRaw,
  run,
  settle,
  templates,
  templateValues,
  weaken,
  weakenings,
} from './law.ts'
import { endings, newTemplate, refusedAfter, refusedChanges, refusedConsents, refusedInserts } from './law-cases.ts'

describe.each(weakenings)('foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  test('the lawful beginning stands', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    expect(templates(store)).toEqual(['t1', 't2'])
    expect(findUnlawful(store)).toEqual([])
  })

  test('a template without its ground is refused, whatever the verb', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    for (const [what, before, insert, code] of refusedInserts) {
      for (const verb of ['INSERT', 'REPLACE', 'INSERT OR IGNORE']) {
        store.exec('BEGIN')
        store.exec(before)
        expect([what, verb, run(store, `${verb} ${insert}`)]).toEqual([what, verb, code])
        store.exec('ROLLBACK')
      }
    }
  })

  test('a consent without its evidence or with impossible dates is refused, whatever the verb', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    store.exec("DELETE FROM consent WHERE id = 'n1'")
    store.exec(
      `INSERT INTO resident (id, household_id, name, guardian_required, created_at) VALUES ('r3', 'h1', 'three', 1, 1)`,
    )
    for (const [what, more, code] of refusedConsents) {
      for (const verb of ['INSERT', 'REPLACE', 'INSERT OR IGNORE']) {
        expect([what, verb, run(store, `${verb} ${consentBut(more)}`)]).toEqual([what, verb, code])
      }
    }
    expect(run(store, `INSERT ${consentBut({ expires_at: String(now + 366 * dayMs) })}`)).toBe('done')
  })

  test('a consent is not confirmed before it was given nor on a day to come', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    store.exec(`DELETE FROM consent WHERE id = 'n1'; INSERT ${consentBut({})}`)
    const confirm = (at: number): string =>
      run(store, `UPDATE consent SET confirmed_at = ${at}, confirmed_by_credential = 'card1' WHERE id = 'n9'`)
    expect([confirm(0), confirm(now - dayMs), confirm(now + dayMs)]).toEqual(Array(3).fill('confirmation_unfit'))
    expect(confirm(now)).toBe('done')
  })

  test('what was signed and who holds what cannot be rewritten', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    for (const [sql, code] of refusedChanges) {
      expect([sql, run(store, sql)]).toEqual([sql, code])
      expect(templates(store)).toEqual(['t1', 't2'])
    }
  })

  test('what has ended stays ended, and nothing hangs in the air', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    for (const [before, sql, code] of refusedAfter) {
      store.exec('BEGIN')
      store.exec(before)
      expect([sql, run(store, sql)]).toEqual([sql, code])
      store.exec('ROLLBACK')
    }
  })

  test('a removed resident leaves an ended consent, and no credential, card, code or right', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    store.exec(`INSERT INTO try_count VALUES ('pin1', 1, 'b', 0, 0, '[]'); DELETE FROM resident WHERE id = 'r1'`)
    const left = (table: string, column: string, like: string): number =>
      store.prepare(`SELECT 1 FROM ${table} WHERE ${column} LIKE ?`).all(like).length
    expect(left('consent', 'ended_because || ended_at || id', 'resident_removed%n1')).toBe(1)
    const remains = ['card', 'pin', 'try_count'].map((table) => left(table, 'credential_id', '%1'))
    expect([...remains, left('credential', 'resident_id', 'r1'), left('entitlement', 'resident_id', 'r1')]).toEqual([
      0, 0, 0, 0, 0,
    ])
    store.exec("DELETE FROM consent WHERE id = 'n1'")
    expect(left('consent_gate', 'consent_id', 'n1')).toBe(0)
    expect(left('erasure_pending', 'template_id', 't1')).toBe(1)
  })

  test('whatever ends a consent or a face deletes its template in the same statement', () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    for (const sql of endings) {
      store.exec('BEGIN')
      expect([sql, run(store, sql), templates(store)]).toEqual([sql, 'done', ['t2']])
      expect(findUnlawful(store)).toEqual([])
      store.exec('ROLLBACK')
    }
  })
})

test('a face may be enrolled where two factors can be had without it', () => {
  const store = openRaw()
  settle(store)
  store.exec("INSERT INTO two_factor VALUES ('south', 'entry', 'card', 'face'), ('south', 'entry', 'card', 'keypad')")
  expect(run(store, `INSERT ${newTemplate('face1', 'n1')}`)).toBe('done')
  store.exec(`UPDATE credential SET revoked_at = ${now}, revoked_because = 'x' WHERE id = 'pin1'`)
  expect(run(store, `INSERT INTO template VALUES ${templateValues('newer', 'face1', 'n1')}`)).toBe('other_way_missing')
})

const child = (born: string): string =>
  `INSERT INTO resident (id, household_id, name, born, created_at) VALUES ('r3', 'h1', 'three', '${born}', ${now})`
const consentBy = (who: string, expires: number, of = 'child'): string =>
  `INSERT INTO consent (id, resident_id, notice_hash, model, given_by, guardian_name, guardian_born, guardian_of, form_number, witness, language, given_at, expires_at)
   VALUES ('n3', 'r3', 'notice', 'model', '${who}', ${who === 'guardian' ? `'G', '1980-01-01', '${of}'` : 'NULL, NULL, NULL'}, 'F', 'W', 'en', ${now}, ${expires})`
const yearsAgo = (years: number, days = 0): string => {
  const date = new Date(now + days * 86_400_000)
  date.setUTCFullYear(date.getUTCFullYear() - years)
  return date.toISOString().slice(0, 10)
}

test('under fourteen a guardian consents, and only until the birthday', () => {
  const store = openRaw()
  settle(store)
  store.exec(child(yearsAgo(14, 100)))
  expect(run(store, consentBy('self', later))).toBe('guardian_required')
  expect(run(store, consentBy('guardian', later))).toBe('guardian_until_fourteen')
  expect(run(store, consentBy('guardian', now + 90 * 86_400_000))).toBe('done')
})

test('from fourteen nobody consents for another', () => {
  const store = openRaw()
  settle(store)
  store.exec(child(yearsAgo(14, -1)))
  expect(run(store, consentBy('guardian', later))).toBe('guardian_not_allowed')
  expect(run(store, consentBy('self', later))).toBe('done')
})

test('a consent is confirmed by a working card or code of the same resident', () => {
  const store = openRaw()
  settle(store)
  store.exec("DELETE FROM consent WHERE id = 'n1'")
  store.exec(`INSERT INTO consent ${consentColumns} VALUES ${consentValues('n3', 'r1')}`)
  const confirm = (credential: string): string =>
    run(store, `UPDATE consent SET confirmed_at = ${now}, confirmed_by_credential = '${credential}' WHERE id = 'n3'`)
  for (const credential of ['card2', 'face1', 'nothing']) expect(confirm(credential)).toBe('confirmation_unfit')
  expect(confirm('pin1')).toBe('done')
})

test('the ledger only grows, and only payload and salt can be taken back', () => {
  const store = openRaw()
  const row = (seq: string, previous = 'zeroblob(32)'): string =>
    `INTO ledger VALUES (${seq}, 1, 1, 'b', 0, 0, 'attempt', '', x'01', x'02', zeroblob(32), ${previous}, ${blob()})`
  expect(run(store, `INSERT ${row('1')}`)).toBe('done')
  for (const bad of [`REPLACE ${row('1')}`, `INSERT ${row('2')}`, `INSERT ${row('3')}`, `INSERT ${row('NULL')}`]) {
    expect(run(store, bad)).toBe('ledger_broken')
  }
  for (const bad of [
    "UPDATE ledger SET kind = 'x'",
    "UPDATE ledger SET payload = x'03'",
    'UPDATE OR REPLACE ledger SET seq = 2',
  ]) {
    expect(run(store, bad)).toBe('ledger_fixed')
  }
  expect(run(store, 'DELETE FROM ledger')).toBe('ledger_fixed')
  expect(run(store, 'UPDATE ledger SET payload = NULL, salt = NULL')).toBe('done')
})
