// The register of requests by raw SQL, in every weakening of SQLite's own settings: what was asked and when it is due is fixed, it ends
// once and with a reason, and stays for three years.

import { describe, expect, test } from 'vitest'
import type { WritableStore } from '../../daemon/store/handles.ts'
import { dueAfterDays, requestKinds } from '../../daemon/store/requests.ts'
import { dayMs, now, openRaw, rowOf, run, settle, weaken, weakenings } from './law.ts'

const ask = (kind: string, more: { resident?: string; number?: number; at?: number; days?: number } = {}): string => {
  const {
    resident = "'r1'",
    number = 1,
    at = now,
    days = kind === 'complaint' || kind === 'another_way' ? 10 : 15,
  } = more
  return `INTO request (number, kind, resident_id, asked_at, due_at) VALUES (${number}, '${kind}', ${resident}, ${at}, ${at + days * dayMs})`
}
const close = (outcome: string, more: { cost?: string; because?: string; at?: number } = {}): string =>
  `UPDATE request SET closed_at = ${more.at ?? now}, outcome = '${outcome}', cost_fen = ${more.cost ?? '0'}, because = ${more.because ?? 'NULL'}`

describe.each(weakenings)('foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  const open = (): WritableStore => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    return store
  }

  test('each kind has its own due date and no other', () => {
    const store = open()
    for (const kind of requestKinds) {
      const days = dueAfterDays(kind)
      expect([kind, run(store, `INSERT ${ask(kind, { days: days + 1 })}`)]).toEqual([kind, 'request_dates'])
      store.exec('BEGIN')
      expect([kind, run(store, `INSERT ${ask(kind, { days })}`)]).toEqual([kind, 'done'])
      store.exec('ROLLBACK')
    }
  })

  test('nobody asks tomorrow, in another century, for nothing known or for a stranger', () => {
    const store = open()
    for (const [sql, code] of [
      [ask('copy', { at: now + dayMs }), 'request_dates'],
      [ask('copy', { at: 0 }), 'request_dates'],
      [ask('wish'), 'request_fixed'],
      [ask('copy', { number: 2 }), 'request_fixed'],
      [ask('copy', { resident: "'nobody'" }), 'resident_unknown'],
      [ask('copy', { resident: 'NULL' }), 'resident_unknown'],
    ] as const)
      for (const verb of ['INSERT', 'REPLACE', 'INSERT OR IGNORE'])
        expect([sql, run(store, `${verb} ${sql}`)]).toEqual([sql, code])
    expect(run(store, `INSERT ${ask('near_relatives', { resident: 'NULL' })}`)).toBe('done')
  })

  test('it ends once, a refusal with its reason, and is neither rewritten nor deleted before three years', () => {
    const store = open()
    store.exec(`INSERT ${ask('copy')}`)
    for (const [sql, code] of [
      [`UPDATE request SET due_at = due_at + ${dayMs}`, 'request_fixed'],
      ["UPDATE OR REPLACE request SET kind = 'access'", 'request_fixed'],
      ['DELETE FROM request', 'request_fixed'],
      [close('refused'), 'request_unreasoned'],
      [close('refused', { because: "' '" }), 'request_unreasoned'],
      [close('given', { cost: 'NULL' }), 'request_unreasoned'],
      [close('lost'), 'request_unreasoned'],
      [close('given', { at: now + dayMs }), 'request_dates'],
      [close('given'), 'done'],
      [close('refused', { because: "'late'" }), 'request_closed'],
      ['DELETE FROM request', 'request_fixed'],
    ] as const)
      expect([sql, run(store, sql)]).toEqual([sql, code])
    for (let days = 365; days <= 1095; days += 365)
      store.exec(`INSERT ${rowOf(store, { wall: now + days * dayMs + 1, clockSet: true, kind: 'k' })}`)
    expect(run(store, 'DELETE FROM request')).toBe('done')
  })
})
