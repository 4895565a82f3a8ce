// P2 as a property: long runs of arbitrary SQL, each statement followed by the plain query of law.ts. A template never stands
// without its ground, and none is ever accepted for a resident who has no other way.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSqliteCode, type WritableStore } from '../../daemon/store/handles.ts'
import {
  consentColumns,
  dayMs,
  findUnlawful,
  hasOtherWay,
  isInForce,
  later,
  now,
  openRaw,
  settle,
  tellsLatest,
  templates,
  weaken,
  weakenings,
} from './law.ts'

const quoted = (...words: string[]) => fc.constantFrom(...words.map((word) => `'${word}'`))
const time = fc.constantFrom('NULL', String(now), String(now - 1000), String(later))
const reason = quoted('a', 'b')
const residents = quoted('r1', 'r2', 'r3')
const credentials = quoted('card1', 'card2', 'pin1', 'pin2', 'face1', 'face2', 'c9')
const consents = quoted('n1', 'n2', 'n3')
const models = quoted('model', 'other')
const gates = quoted('south', 'north')
const blobs = fc.constantFrom(`x'${'11'.repeat(32)}'`, `x'${'22'.repeat(32)}'`)
const sides = quoted('entry', 'exit')
const ways = quoted('card', 'keypad', 'face')

/** Every table that P2 touches: its columns, and values that hit each other often. */
const tables: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<string>>>>> = {
  template: {
    id: quoted('t1', 't2', 't3', 't4'),
    credential_id: credentials,
    consent_id: consents,
    model: models,
    sealed: blobs,
    wrapped_key: blobs,
    created_at: fc.constant('1'),
  },
  consent: {
    id: consents,
    resident_id: residents,
    notice_hash: quoted('notice', 'x'),
    model: models,
    given_by: quoted('self', 'guardian'),
    guardian_name: fc.constantFrom('NULL', "'G'"),
    form_number: quoted('F', 'F', 'F', '', ' '),
    witness: quoted('W', 'W', 'W', '', ' '),
    language: quoted('en'),
    given_at: fc.constantFrom(...[now, now, now, 0, now - 400 * dayMs, now + dayMs].map(String)),
    expires_at: fc.constantFrom(...[later, later, now - 1, now + 400 * dayMs].map(String)),
    confirmed_at: time,
    confirmed_by_credential: fc.oneof(fc.constant('NULL'), credentials),
    ended_at: time,
    ended_because: fc.oneof(fc.constant('NULL'), reason),
  },
  consent_gate: { consent_id: consents, gate: gates },
  credential: {
    id: credentials,
    resident_id: residents,
    kind: quoted('card', 'pin', 'face'),
    created_at: fc.constant(String(now)),
    not_before: time,
    expires_at: time,
    revoked_at: time,
    revoked_because: fc.oneof(fc.constant('NULL'), reason),
  },
  card: {
    credential_id: credentials,
    index_hash: blobs,
    key_generation: fc.constant('1'),
    proof: quoted('identifier'),
  },
  pin: {
    credential_id: credentials,
    number: quoted('1001', '1002', '1003'),
    salt: fc.constant(`x'${'00'.repeat(16)}'`),
    hash: blobs,
    memory_kib: fc.constant('1'),
    passes: fc.constant('1'),
    parallelism: fc.constant('1'),
  },
  resident: {
    id: residents,
    household_id: quoted('h1', 'h2'),
    name: quoted('x'),
    born: fc.constantFrom('NULL', "'2020-01-01'"),
    guardian_required: fc.constantFrom('0', '1'),
    created_at: fc.constant('1'),
  },
  household: { id: quoted('h1', 'h2'), room: quoted('1', '2') },
  entitlement: { id: quoted('e1', 'e2', 'e3'), resident_id: residents, gate: gates, schedule_id: quoted('always') },
  side_path: { gate: gates, side: sides, path: ways },
  two_factor: { gate: gates, side: sides, path_a: ways, path_b: ways },
}

const statement = (table: string, columns: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> => {
  const row = fc.record(columns)
  const policy = fc.constantFrom('', 'OR REPLACE', 'OR IGNORE', 'OR FAIL')
  const some = fc.subarray(Object.keys(columns), { minLength: 1, maxLength: Math.min(3, Object.keys(columns).length) })
  const pick = (values: Record<string, string>, names: string[], mark: string) =>
    names.map((name) => `${name} = ${values[name]}`).join(mark)
  const where = (values: Record<string, string>, names: string[]) =>
    pick(values, names, ' AND ').replaceAll('= NULL', 'IS NULL')
  const insert = fc.tuple(policy, row, fc.boolean()).map(([or, values, upsert]) => {
    const tail = upsert && or === '' ? ' ON CONFLICT DO NOTHING' : ''
    return `INSERT ${or} INTO ${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})${tail}`
  })
  const update = fc
    .tuple(policy, row, some, row, some)
    .map(
      ([or, to, set, from, by]) =>
        `UPDATE ${or} ${table} SET ${pick(to, set, ', ')} WHERE ${where(from, by.slice(0, 1))}`,
    )
  const remove = fc.tuple(row, some).map(([from, by]) => `DELETE FROM ${table} WHERE ${where(from, by)}`)
  return fc.oneof({ weight: 4, arbitrary: insert }, { weight: 4, arbitrary: update }, { weight: 1, arbitrary: remove })
}

/** Steps that go forward, so that runs reach lawful templates again after the ends that the others bring. */
const forward: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(consents, residents)
    .map(
      ([id, r]) =>
        `INSERT INTO consent ${consentColumns} VALUES (${id}, ${r}, 'notice', 'model', 'self', 'F', 'W', 'en', ${now}, ${later})`,
    ),
  fc.tuple(consents, gates).map(([id, gate]) => `INSERT INTO consent_gate VALUES (${id}, ${gate})`),
  fc
    .tuple(consents, credentials)
    .map(([id, by]) => `UPDATE consent SET confirmed_at = ${now}, confirmed_by_credential = ${by} WHERE id = ${id}`),
  consents.map((id) => `UPDATE consent SET ended_at = ${now}, ended_because = 'x' WHERE id = ${id}`),
  fc
    .tuple(quoted('t3', 't4'), quoted('face1', 'face2'), quoted('n1', 'n2'))
    .map(([id, c, n]) => `INSERT INTO template VALUES (${id}, ${c}, ${n}, 'model', x'00', x'00', 1)`),
)

/** What a clock may say, with the latest time that a liar would give it. */
const ledgerRow: fc.Arbitrary<string> = fc
  .record({
    wall: fc.constantFrom(1000, now, now + 50 * dayMs, later + 1, Date.UTC(2099, 0, 1)),
    set: fc.constantFrom(0, 1, 1),
    latest: fc.constantFrom('wall', 'wall', 'last', 'last', '0', '9e15'),
    kind: fc.constantFrom('attempt', 'attempt', 'attempt', 'clock_accepted'),
    verb: fc.constantFrom('INSERT', 'INSERT OR IGNORE', 'REPLACE'),
  })
  .map(
    ({ wall, set, latest, kind, verb }) =>
      `${verb} INTO ledger SELECT seq + 1, ${wall}, 0, 'b', ${set}, ${latest.replace('wall', String(wall))}, '${kind}', '', x'00', x'00',
         zeroblob(32), hash, randomblob(32)
       FROM (SELECT * FROM (SELECT seq, hash, latest_wall AS last FROM ledger ORDER BY seq DESC LIMIT 1)
             UNION ALL SELECT 0, zeroblob(32), 0 LIMIT 1)`,
  )
const ledgerChange = fc.constantFrom(
  'UPDATE ledger SET latest_wall = 0',
  'UPDATE OR REPLACE ledger SET clock_set = 0',
  'DELETE FROM ledger',
)

const anyStatement = fc.oneof(
  { weight: 1, arbitrary: fc.oneof({ weight: 8, arbitrary: ledgerRow }, { weight: 1, arbitrary: ledgerChange }) },
  { weight: 2, arbitrary: fc.oneof(...Object.entries(tables).map(([table, columns]) => statement(table, columns))) },
  { weight: 1, arbitrary: forward },
)

const holderOf = (store: WritableStore, template: string): string =>
  store
    .prepare<[string], { resident_id: string }>(
      'SELECT c.resident_id FROM template t JOIN credential c ON c.id = t.credential_id WHERE t.id = ?',
    )
    .get(template)?.resident_id ?? 'nobody'

type Reached = { accepted: number; made: number; ended: number }

/** Runs one statement; what SQLite or the schema refuses is no matter, what remains is checked. */
const step = (store: WritableStore, sql: string, before: readonly string[], reached: Reached): readonly string[] => {
  let accepted = true
  try {
    store.exec(sql)
  } catch (error) {
    if (readSqliteCode(error) === undefined) throw error
    accepted = false
  }
  expect([sql, findUnlawful(store), tellsLatest(store)]).toEqual([sql, [], true])
  const after = templates(store)
  for (const id of after.filter((one) => !before.includes(one))) {
    const made = [hasOtherWay(store, holderOf(store, id)), isInForce(store, id)]
    expect([sql, id, made]).toEqual([sql, id, [true, true]])
  }
  if (accepted) reached.accepted += 1
  if (after.length > before.length) reached.made += 1
  if (after.length < before.length) reached.ended += 1
  return after
}

test('no run of SQL leaves a template without consent, holder or another way at its making', () => {
  const store = openRaw()
  settle(store)
  const reached: Reached = { accepted: 0, made: 0, ended: 0 }
  fc.assert(
    fc.property(
      fc.constantFrom(...weakenings),
      fc.array(anyStatement, { minLength: 10, maxLength: 40 }),
      (how, statements) => {
        weaken(store, how)
        store.exec('BEGIN')
        try {
          let standing = templates(store)
          for (const sql of statements) standing = step(store, sql, standing, reached)
        } finally {
          store.exec('ROLLBACK')
        }
      },
    ),
    { numRuns: 120 },
  )
  // The runs must have been somewhere: a fuzz whose every statement is refused proves nothing.
  expect(reached.accepted).toBeGreaterThan(200)
  expect(reached.made).toBeGreaterThan(0)
  expect(reached.ended).toBeGreaterThan(20)
}, 60_000)
