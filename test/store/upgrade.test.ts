// An update of the program brings an older store up to date: a court's stop of all faces, a refusal, a withdrawal and a suspension of
// before stand afterwards as they stood, from whichever version the store comes.

import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { prepareStopReads, stopFaces } from '../../daemon/store/face-stop.ts'
import type { WritableStore } from '../../daemon/store/handles.ts'
import { migrate, migrations, readMigration, readVersion } from '../../daemon/store/migrate.ts'
import { consentColumns, consentValues, later, now, rowOf } from './law.ts'
import { take } from './place.ts'

/** The schema as a program of that version left it. */
const openAt = (version: number): WritableStore => {
  const store = new Database(':memory:') as WritableStore
  onTestFinished(() => void store.close())
  for (const name of migrations.slice(0, version)) store.exec(readMigration(name))
  store.pragma(`user_version = ${version}`)
  return store
}

const people = `
  INSERT INTO gate_side VALUES ('south', 'entry');
  INSERT INTO side_path VALUES ('south', 'entry', 'card'), ('south', 'entry', 'face');
  INSERT INTO household VALUES ('h1', '1');
  INSERT INTO resident (id, household_id, name, created_at) VALUES ('r1', 'h1', 'one', ${now}), ('r2', 'h1', 'two', ${now});
  UPDATE resident SET suspension_reason = 'court_order', suspended_until = ${later} WHERE id = 'r2';`

test.each(
  migrations.map((_, n) => n + 1).slice(0, -1),
)('from version %i a stop of all faces and a suspension still stand', (version) => {
  const store = openAt(version)
  store.exec(people)
  take(stopFaces(store, { because: 'court order 17' }, now as never))
  expect(take(migrate(store))).toBe(migrations.length)
  expect(readVersion(store)).toBe(migrations.length)
  expect(prepareStopReads(store).readFaceStop()).toBe('court order 17')
  const suspended = store.prepare(
    'SELECT id, suspension_reason AS because FROM resident WHERE suspension_reason IS NOT NULL',
  )
  expect(suspended.all()).toEqual([{ id: 'r2', because: 'court_order' }])
})

const WITH_REFUSALS = migrations.indexOf('0004-consent.sql') + 1
test.each(
  migrations.map((_, n) => n + 1).slice(WITH_REFUSALS - 1, -1),
)('from version %i a refusal and a withdrawal are no less so', (version) => {
  const store = openAt(version)
  store.exec(people)
  store.exec(`INSERT ${rowOf(store, { wall: now, clockSet: true, kind: 'configuration_effective' })}`)
  store.exec(
    `REPLACE INTO effective (gate, notice_hash, model, config_hash, at) VALUES ('south', 'notice', 'model', 'c', ${now})`,
  )
  store.exec(`INSERT INTO credential (id, resident_id, kind, created_at) VALUES ('card2', 'r2', 'card', ${now})`)
  store.exec(`INSERT INTO card VALUES ('card2', zeroblob(32), 1, 'identifier')`)
  store.exec(`INSERT INTO consent ${consentColumns} VALUES ${consentValues('n2', 'r2')}`)
  store.exec(`INSERT INTO consent_gate VALUES ('n2', 'south')`)
  store.exec(`UPDATE consent SET confirmed_at = ${now}, confirmed_by_credential = 'card2' WHERE id = 'n2'`)
  store.exec(`UPDATE consent SET ended_at = ${now}, ended_because = 'withdrawn' WHERE id = 'n2'`)
  store.exec(`INSERT INTO consent_ask VALUES ('a1', 'r1', 'resident', ${now}, ${now})`)
  const states = () =>
    store.prepare('SELECT resident_id AS id, state FROM consent_standing ORDER BY resident_id, state').all()
  const before = states()
  take(migrate(store))
  expect(states()).toEqual(before)
  expect(before).toEqual([
    { id: 'r1', state: 'refused' },
    { id: 'r2', state: 'withdrawn' },
  ])
})
