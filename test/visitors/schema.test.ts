// The schema knows a pass: raw SQL makes none without bounds, and gives none more than it was issued with.

import { expect, onTestFinished, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { addPerson, gate, makePlace, mirror, office, openLedger, take } from '../store/place.ts'

const HOUR = 3_600_000

const start = async () => {
  const opened = await openLedger(makePlace())
  take(await mirror(opened.ledger))
  const residentId = await addPerson(opened.ledger)
  const code = {
    salt: Buffer.alloc(16, 1),
    hash: Buffer.alloc(32, 2),
    parameters: { memoryKib: 8, passes: 1, parallelism: 1 },
  }
  const bounds = { expiresAt: (Date.now() + HOUR) as WallMs, uses: 2, side: 'entry' } as const
  const pass = { gate, residentId, issuedBy: 'office', numbers: ['0001'], ...code, ...bounds } as const
  const { credentialId } = take(await opened.ledger.write('issuePass', pass, office))
  await opened.ledger.stop()
  const { store, close } = take(openWriter({ ...opened, create: false }))
  onTestFinished(close)
  const refusalOf = (sql: string, ...values: readonly unknown[]): string => {
    try {
      store.prepare(sql).run(...values)
      return 'accepted'
    } catch (error) {
      return error instanceof Error ? error.message : 'unknown'
    }
  }
  return { store, refusalOf, residentId, credentialId }
}

test('no pass without an end and without uses, none beside a card, and none twice', async () => {
  const { store, refusalOf, residentId, credentialId } = await start()
  const make = (id: string, kind: string, expiresAt: number | null, uses: number | null) =>
    store
      .prepare(
        'INSERT INTO credential (id, resident_id, kind, created_at, expires_at, uses_left) VALUES (?, ?, ?, 0, ?, ?)',
      )
      .run(id, residentId, kind, expiresAt, uses)
  const insert = `INSERT OR REPLACE INTO pass (credential_id, issued_by) VALUES (?, 'office')`
  make('c_endless', 'pass', null, 1)
  make('c_countless', 'pass', 1, null)
  make('c_card', 'card', 1, null)
  make('c_fit', 'pass', 1, 1)
  for (const id of ['c_endless', 'c_countless', 'c_card', 'c_nobody'])
    expect([id, refusalOf(insert, id)]).toEqual([id, 'credential_unfit'])
  expect(refusalOf(insert, credentialId)).toBe('credential_exists')
  expect(refusalOf(insert, 'c_fit')).toBe('accepted')
})

test('uses only fall, an end comes no later, a first use is the first once, and nothing else of a pass changes', async () => {
  const { refusalOf, credentialId } = await start()
  const credential = (set: string) => refusalOf(`UPDATE OR REPLACE credential SET ${set} WHERE id = ?`, credentialId)
  const pass = (set: string) => refusalOf(`UPDATE OR REPLACE pass SET ${set} WHERE credential_id = ?`, credentialId)
  for (const set of ['uses_left = 3', 'uses_left = NULL', 'expires_at = expires_at + 1', 'expires_at = NULL'])
    expect([set, credential(set)]).toEqual([set, 'credential_fixed'])
  for (const set of ['uses_left = 1', 'expires_at = expires_at - 1'])
    expect([set, credential(set)]).toEqual([set, 'accepted'])
  for (const set of [
    'side = NULL',
    `weekdays = '1'`,
    `dates = '2026-01-01'`,
    'valid_for_ms = 1',
    `issued_by = 'guard'`,
  ])
    expect([set, pass(set)]).toEqual([set, 'credential_fixed'])
  expect(pass('first_used_at = 5')).toBe('accepted')
  expect(pass('first_used_at = 6')).toBe('credential_fixed')
  expect(pass('first_used_at = NULL')).toBe('credential_fixed')
})

test('a pass goes with its credential, and with its host', async () => {
  const { store, credentialId, residentId } = await start()
  const count = (table: string) =>
    (store.prepare(`SELECT count(*) AS n FROM ${table} WHERE credential_id = ?`).get(credentialId) as { n: number }).n
  expect([count('pass'), count('pin')]).toEqual([1, 1])
  store.prepare('DELETE FROM resident WHERE id = ?').run(residentId)
  expect([count('pass'), count('pin')]).toEqual([0, 0])
})
