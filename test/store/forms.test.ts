// Numbered forms by raw SQL, in every weakening of SQLite's own settings: a number is its event's, fixed, one person's, spent once
// confirmed, and good only for the notice that it names; an office's own numbers stay free.

import { beforeEach, describe, expect, test } from 'vitest'
import { spellForm } from '../../daemon/store/forms.ts'
import { readSqliteCode, type WritableStore } from '../../daemon/store/handles.ts'
import { consentBut, now, openRaw, settle, weaken, weakenings } from './law.ts'

const notice = 'a'.repeat(64)
const run = (store: WritableStore, sql: string): string => {
  try {
    store.exec(sql)
    return 'done'
  } catch (error) {
    if (readSqliteCode(error) === undefined || !(error instanceof Error)) throw error
    return error.message
  }
}
const formBut = (more: Readonly<Record<string, string>> = {}): string => {
  const values = {
    number: '1',
    name: "'EG-1-K7QX'",
    at: String(now),
    notice_hash: `'${notice}'`,
    language: "'en'",
    ...more,
  }
  return `INTO form (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`
}
/** The settled consents of r1 and r2 end first: each person has one at a time. */
const consentOn = (form: string, more: Readonly<Record<string, string>> = {}): string =>
  `INSERT ${consentBut({ form_number: `'${form}'`, notice_hash: `'${notice}'`, ...more })}`
const confirm = (id: string, card: string): string =>
  `INSERT OR IGNORE INTO consent_gate VALUES ('${id}', 'south');
   UPDATE consent SET confirmed_at = ${now}, confirmed_by_credential = '${card}' WHERE id = '${id}'`
const end = (id: string): string =>
  `UPDATE consent SET ended_at = ${now}, ended_because = 'replaced' WHERE id = '${id}'`

describe.each(weakenings)('foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks:', (how) => {
  let store: WritableStore
  beforeEach(() => {
    store = openRaw()
    settle(store)
    store.exec(`${end('n1')}; ${end('n2')}`)
    weaken(store, how)
  })

  test.each([
    { number: '2', name: "'EG-2-K7QX'" },
    { name: "'EG-2-K7QX'" },
    { name: "'EG-1-k7qx'" },
    { name: "'EG-1-K7Q'" },
    { name: "'F-1'" },
    { notice_hash: "'notice'" },
    { notice_hash: `'${'A'.repeat(64)}'` },
    { language: "'fr'" },
    { used_at: String(now) },
  ])('a form is none with %o', (more) => {
    expect(run(store, `INSERT ${formBut(more)}`)).toBe('form_fixed')
    expect(run(store, `INSERT ${formBut()}`)).toBe('done')
  })

  test('a form is never changed, replaced or taken back', () => {
    expect(run(store, `INSERT ${formBut()}`)).toBe('done')
    for (const sql of [
      `REPLACE ${formBut({ language: "'zh-CN'" })}`,
      `REPLACE ${formBut({ number: '2' })}`,
      `UPDATE form SET notice_hash = '${'b'.repeat(64)}'`,
      "UPDATE form SET name = 'EG-1-AAAA'",
      `UPDATE form SET used_at = ${now}`,
      'DELETE FROM form',
    ])
      expect([sql, run(store, sql)]).toEqual([sql, 'form_fixed'])
  })

  test('a consent names a form that was printed, letter for letter', () => {
    store.exec(`INSERT ${formBut()}`)
    for (const name of ['EG-2-K7QX', 'EG-1-K7QA', 'eg-1-k7qx', ' EG-1-K7QX', 'EG-1', 'EG-01-K7QX'])
      expect([name, run(store, consentOn(name))]).toEqual([name, 'form_unknown'])
    expect(run(store, consentOn('EG-1-K7QX'))).toBe('done')
  })

  test('a form is good for the notice that it names, and for no other', () => {
    store.exec(`INSERT ${formBut()}`)
    expect(run(store, consentOn('EG-1-K7QX', { notice_hash: `'${'b'.repeat(64)}'` }))).toBe('form_stale')
    expect(run(store, consentOn('F-1', { notice_hash: `'${'b'.repeat(64)}'` }))).toBe('done')
  })

  test('a form is one person’s, may be written down again until he confirms, and is spent then', () => {
    store.exec(`INSERT ${formBut()}`)
    expect(run(store, consentOn('EG-1-K7QX'))).toBe('done')
    expect(run(store, consentOn('EG-1-K7QX', { id: "'n8'", resident_id: "'r2'" }))).toBe('form_used')
    store.exec(end('n9'))
    expect(run(store, consentOn('EG-1-K7QX', { id: "'n7'" }))).toBe('done')
    expect(run(store, confirm('n7', 'card1'))).toBe('done')
    expect(store.prepare('SELECT used_at FROM form').pluck().get()).toBe(now)
    store.exec(end('n7'))
    expect(run(store, consentOn('EG-1-K7QX', { id: "'n6'" }))).toBe('form_used')
    expect(run(store, 'UPDATE form SET used_at = NULL')).toBe('form_fixed')
  })

  test('a consent does not move to a numbered form afterwards', () => {
    store.exec(`INSERT ${formBut()}`)
    store.exec(consentOn('F-1'))
    expect(run(store, "UPDATE consent SET form_number = 'EG-1-K7QX' WHERE id = 'n9'")).toBe('consent_fixed')
  })
})

test('two people may bear the same number of an office’s own book', () => {
  const store = openRaw()
  settle(store)
  store.exec(`${end('n1')}; ${end('n2')}`)
  expect(run(store, consentOn('F-1'))).toBe('done')
  expect(run(store, consentOn('F-1', { id: "'n8'", resident_id: "'r2'" }))).toBe('done')
})

test('a number is read however it was typed; other numbers stay as they are', () => {
  expect([' eg-12-k7qx ', 'EG-12-K7QX', 'F-1', ' b/7 ', 'eg-ghij'].map(spellForm)).toEqual([
    ...['EG-12-K7QX', 'EG-12-K7QX', 'F-1', ' b/7 ', 'eg-ghij'],
  ])
})
