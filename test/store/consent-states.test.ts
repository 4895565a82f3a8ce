// Every state of a consent and every step out of it, by raw SQL and in every weakening of SQLite's own settings: what the schema alone
// lets happen, and where it leads. A face stands in no state but `given` and `stale`.

import { describe, expect, test } from 'vitest'
import type { WritableStore } from '../../daemon/store/handles.ts'
import {
  blob,
  dayMs,
  findUnlawful,
  now,
  openRaw,
  rowOf,
  run,
  settle,
  type Weakening,
  weaken,
  weakenings,
} from './law.ts'

const stateOf = (store: WritableStore, resident = 'r3'): unknown =>
  store.prepare('SELECT state FROM consent_standing WHERE resident_id = ?').pluck().get(resident)
const facesOf = (store: WritableStore): unknown =>
  store.prepare(`SELECT count(*) FROM template WHERE credential_id = 'face3'`).pluck().get()

/** The law's clock goes on: the ledger has seen this instant. */
const passTo = (store: WritableStore, wall: number): void => {
  store.exec(`INSERT ${rowOf(store, { wall, clockSet: true, kind: 'k' })}`)
}

const soon = now + 30_000
const later = now + 300 * dayMs
let made = 0
const consent = (expires = later, given = now): string => {
  const id = `n3-${++made}`
  return `INSERT INTO consent (id, resident_id, notice_hash, model, given_by, form_number, witness, language, given_at, expires_at)
    VALUES ('${id}', 'r3', 'notice', 'model', 'self', 'F', 'W', 'en', ${given}, ${expires});
    INSERT INTO consent_gate VALUES ('${id}', 'south');`
}

const open = `resident_id = 'r3' AND ended_at IS NULL`
const steps = {
  record: () => consent(later),
  confirm: () => `UPDATE consent SET confirmed_at = ${now}, confirmed_by_credential = 'card3' WHERE ${open}`,
  withdraw: () => `UPDATE consent SET ended_at = ${now}, ended_because = 'withdrawn' WHERE ${open}`,
  ask: () =>
    `INSERT INTO consent_ask (id, resident_id, asked_by, asked_at) VALUES ('q${++made}', 'r3', 'office', ${now})`,
  askHimself: () =>
    `INSERT INTO consent_ask (id, resident_id, asked_by, asked_at) VALUES ('q${++made}', 'r3', 'resident', ${now + 1})`,
  refuse: () => `INSERT INTO consent_ask VALUES ('q${++made}', 'r3', 'office', ${now}, ${now})`,
  enrol: () =>
    `INSERT INTO template SELECT 't3-${++made}', 'face3', id, 'model', ${blob()}, ${blob()}, ${now} FROM consent WHERE ${open}`,
  changeNotice: () => `UPDATE effective SET notice_hash = 'other'`,
} as const
type Step = keyof typeof steps

const beginnings: Readonly<Record<string, () => string>> = {
  none: () => '',
  asked: () => steps.ask(),
  asserted: () => steps.record(),
  given: () => `${steps.record()} ${steps.confirm()}; ${steps.enrol()}`,
  stale: () => `${steps.record()} ${steps.confirm()}; ${steps.enrol()}; ${steps.changeNotice()}`,
  refused: () => steps.refuse(),
  withdrawn: () => `${steps.record()} ${steps.confirm()}; ${steps.enrol()}; ${steps.withdraw()}`,
  expired: () => `${consent(soon)} ${steps.confirm()}`,
}

/** Where each step leads from each state, or the schema's refusal. A step on a consent that is not there changes nothing. */
const expected: Readonly<Record<string, Readonly<Record<Step, string>>>> = {
  none: {
    ...{ record: 'asserted', confirm: 'none', withdraw: 'none', ask: 'asked', askHimself: 'asked' },
    ...{ refuse: 'refused', enrol: 'none', changeNotice: 'none' },
  },
  asked: {
    ...{ record: 'asserted', confirm: 'asked', withdraw: 'asked', ask: '! asked_lately', askHimself: 'asked' },
    ...{ refuse: 'refused', enrol: 'asked', changeNotice: 'asked' },
  },
  asserted: {
    ...{ record: '! consent_open', confirm: 'given', withdraw: 'none', ask: 'asserted', askHimself: 'asserted' },
    ...{ refuse: 'asserted', enrol: '! consent_missing', changeNotice: 'asserted' },
  },
  given: {
    ...{ record: '! consent_open', confirm: 'given', withdraw: 'withdrawn', ask: 'given', askHimself: 'given' },
    ...{ refuse: 'given', enrol: 'given', changeNotice: 'stale' },
  },
  stale: {
    ...{ record: '! consent_open', confirm: 'stale', withdraw: 'withdrawn', ask: 'stale', askHimself: 'stale' },
    ...{ refuse: 'stale', enrol: '! consent_stale', changeNotice: 'stale' },
  },
  refused: {
    ...{ record: '! consent_refused', confirm: 'refused', withdraw: 'refused', ask: '! consent_refused' },
    ...{ askHimself: 'asked', refuse: 'refused', enrol: 'refused', changeNotice: 'refused' },
  },
  withdrawn: {
    ...{ record: 'asserted', confirm: 'withdrawn', withdraw: 'withdrawn', ask: '! consent_refused' },
    ...{ askHimself: 'asked', refuse: 'withdrawn', enrol: 'withdrawn', changeNotice: 'withdrawn' },
  },
  expired: {
    ...{ record: '! consent_open', confirm: 'expired', withdraw: 'withdrawn', ask: 'expired', askHimself: 'expired' },
    ...{ refuse: 'expired', enrol: '! consent_missing', changeNotice: 'expired' },
  },
}

const openGate = (how: Weakening): WritableStore => {
  const store = openRaw()
  weaken(store, how)
  settle(store)
  store.exec(`
    INSERT INTO effective VALUES ('south', 'notice', 'model', 'config', ${now});
    INSERT INTO resident (id, household_id, name, created_at) VALUES ('r3', 'h1', 'three', ${now});
    INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES ('e3', 'r3', 'south', 'always');
    INSERT INTO credential (id, resident_id, kind, created_at) VALUES ('card3', 'r3', 'card', ${now}), ('face3', 'r3', 'face', ${now});
    INSERT INTO card VALUES ('card3', ${blob()}, 1, 'identifier')`)
  return store
}

describe.each(weakenings)('foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  test('every step from every state leads where the law says, or is refused', () => {
    const store = openGate(how)
    for (const [state, begin] of Object.entries(beginnings)) {
      for (const [step, spell] of Object.entries(steps)) {
        store.exec('BEGIN')
        store.exec(begin())
        if (state === 'expired') passTo(store, soon + 1)
        expect([state, stateOf(store)]).toEqual([state, state])
        // Confirming again what is confirmed already is no step.
        const repeated = step === 'confirm' && ['given', 'stale', 'expired'].includes(state)
        const met = repeated ? 'done' : run(store, spell())
        const led = met === 'done' ? stateOf(store) : `! ${met}`
        expect([state, step, led]).toEqual([state, step, expected[state]?.[step as Step]])
        if (!['given', 'stale'].includes(String(stateOf(store))))
          expect([state, step, facesOf(store)]).toEqual([state, step, 0])
        expect(findUnlawful(store)).toEqual([])
        store.exec('ROLLBACK')
      }
    }
  })

  test('a no is not undone by replacing, changing or deleting it', () => {
    const store = openGate(how)
    store.exec(`INSERT INTO consent_ask VALUES ('q0', 'r3', 'office', ${now}, ${now})`)
    for (const [sql, code] of [
      [`REPLACE INTO consent_ask VALUES ('q0', 'r3', 'resident', ${now}, NULL)`, 'ask_exists'],
      ["UPDATE consent_ask SET refused_at = NULL WHERE id = 'q0'", 'ask_fixed'],
      ["UPDATE OR REPLACE consent_ask SET resident_id = 'r2' WHERE id = 'q0'", 'ask_fixed'],
      ["DELETE FROM consent_ask WHERE id = 'q0'", 'ask_fixed'],
      [`INSERT INTO consent_ask VALUES ('q1', 'r3', 'office', ${now + dayMs}, NULL)`, 'ask_fixed'],
      [`INSERT INTO consent_ask VALUES ('q1', 'r3', 'stranger', ${now}, NULL)`, 'ask_fixed'],
      [`INSERT INTO consent_ask VALUES ('q1', 'nobody', 'office', ${now}, NULL)`, 'resident_unknown'],
    ] as const)
      expect([sql, run(store, sql)]).toEqual([sql, code])
    expect(stateOf(store)).toBe('refused')
    store.exec(`DELETE FROM resident WHERE id = 'r3'`)
    expect(store.prepare('SELECT count(*) FROM consent_ask').pluck().get()).toBe(0)
  })

  test('a guardian is an adult, known by his day of birth, and recorded as what he is', () => {
    const store = openGate(how)
    const born = (years: number): string => `${new Date(now).getUTCFullYear() - years}-01-01`
    store.exec(`UPDATE resident SET guardian_required = 1 WHERE id = 'r3'`)
    const by = (guardian: string, of: string, language = 'en'): string =>
      run(
        store,
        `INSERT INTO consent (id, resident_id, notice_hash, model, given_by, guardian_name, guardian_born, guardian_of, form_number,
           witness, language, given_at, expires_at)
         VALUES ('n9', 'r3', 'notice', 'model', 'guardian', 'G', ${guardian}, ${of}, 'F', 'W', '${language}', ${now}, ${later})`,
      )
    expect(by(`'${born(17)}'`, "'adult'")).toBe('guardian_minor')
    expect(by('NULL', "'adult'")).toBe('consent_unevidenced')
    expect(by("'1980-02-31'", "'adult'")).toBe('consent_unevidenced')
    expect(by(`'${born(40)}'`, 'NULL')).toBe('consent_unevidenced')
    expect(by(`'${born(40)}'`, "'child'")).toBe('consent_unevidenced')
    expect(by(`'${born(40)}'`, "'adult'", 'xx')).toBe('consent_unevidenced')
    expect(by(`'${born(40)}'`, "'adult'")).toBe('done')
    expect(run(store, `UPDATE consent SET guardian_born = '1950-01-01' WHERE id = 'n9'`)).toBe('consent_fixed')
  })

  test('a receipt is numbered by the next event, and neither changed nor deleted', () => {
    const store = openGate(how)
    const insert = (number: number): string => `INTO receipt VALUES (${number}, 'r3', 'refusal', ${now})`
    for (const number of [0, 2, 99]) expect(run(store, `INSERT ${insert(number)}`)).toBe('receipt_unfit')
    expect(run(store, `INSERT ${insert(1)}`)).toBe('done')
    expect(run(store, `REPLACE ${insert(1)}`)).toBe('receipt_unfit')
    expect(run(store, `UPDATE OR REPLACE receipt SET who = 'r2'`)).toBe('receipt_fixed')
    expect(run(store, 'DELETE FROM receipt')).toBe('receipt_fixed')
  })
})

const plain: Weakening = { foreignKeys: true, recursive: true, checks: true }

test('the resident’s own act counts within ten minutes of the record, and not later', () => {
  const store = openGate(plain)
  store.exec(consent(later, now - 600_001))
  expect(run(store, steps.confirm())).toBe('confirmation_late')
  expect(stateOf(store)).toBe('asserted')
  store.exec(`${steps.withdraw()}; ${consent(later, now - 600_000)}`)
  expect(run(store, steps.confirm())).toBe('done')
})

test('a consent names only gates that there are', () => {
  const store = openGate(plain)
  store.exec(steps.record())
  expect(run(store, `INSERT INTO consent_gate SELECT id, 'nowhere' FROM consent WHERE ${open}`)).toBe('gate_unknown')
})

test('whoever was asked is left in peace for 48 hours', () => {
  const store = openGate(plain)
  store.exec(steps.ask())
  const askAt = (at: number): string =>
    run(
      store,
      `INSERT INTO consent_ask (id, resident_id, asked_by, asked_at) VALUES ('q${++made}', 'r3', 'office', ${at})`,
    )
  passTo(store, now + 2 * dayMs - 1)
  expect(askAt(now + 2 * dayMs - 1)).toBe('asked_lately')
  passTo(store, now + 2 * dayMs)
  expect(askAt(now + 2 * dayMs)).toBe('done')
})

test('a clock set back across the expiry brings no consent back', () => {
  const store = openGate(plain)
  store.exec(`${consent(soon)} ${steps.confirm()}; ${steps.enrol()}`)
  expect(stateOf(store)).toBe('given')
  passTo(store, soon)
  expect(stateOf(store)).toBe('expired')
  // Back to before: recorded so, and believed by nobody.
  passTo(store, now - dayMs)
  expect(stateOf(store)).toBe('expired')
  expect(run(store, steps.enrol())).toBe('consent_missing')
})
