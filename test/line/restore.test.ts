// Backup and restore by the command line at a running gate: a consent withdrawn since does not come back, card and code open as before.

import { randomBytes } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../commands/start-gate.ts'
import { addCamera } from './camera-plan.ts'
import {
  addFace,
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readStore,
  verifyLedger,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000

let place: GatePlace
let gate: RunningGate
let person: Person
let backup = ''

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  person = await prepareStore(place, async (open) => {
    const added = await addPerson(open)
    await giveConsent(open, added)
    await addFace(open, added)
    return added
  })
  gate = await runGate(place)
  backup = join(place.folder, 'backup.db')
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const run = (...words: readonly string[]) => runProgram([...words, '--config', place.configFile])
const expectOthersOpen = async () => {
  await gate.play('entry-card', { tap: person.card })
  expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
  await gate.type('entry-keypad', `${person.number}*${person.code}#`)
  expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
}
const faceOf = () =>
  readStore(place, (facts) => {
    const page = facts.showResident(person.residentId)
    return { face: page?.face, ended: page?.consents.map(({ endedBecause }) => endedBecause) }
  })

test('a backup is made while the gate runs, for its owner alone, and the record says where', async () => {
  const ran = await run('backup', backup, '--json')
  expect(ran).toMatchObject({ code: 0, json: { file: backup } })
  expect(statSync(backup).mode & 0o777).toBe(0o600)
  expect(readLedger(place, 'backup_made').at(-1)?.payload).toMatchObject({ file: backup })
  expect((await run('backup', backup)).stderr).toContain('backup_exists')
  await expectOthersOpen()
})

test('a restore from before a withdrawal brings neither the consent nor the face back', {
  timeout: 60_000,
}, async () => {
  expect(faceOf()).toEqual({ face: 1, ended: [null] })
  expect((await run('consent', 'withdraw', person.residentId)).code).toBe(0)
  expect((await run('restore', backup)).code).toBe(0)
  await gate.stop()
  gate = await runGate(place)
  expect(gate.stderr()).toContain('store_restored')
  expect(faceOf()).toEqual({ face: 0, ended: ['withdrawn'] })
  expect(readLedger(place, 'store_restored')).toHaveLength(1)
  expect(verifyLedger(place).ok).toBe(true)
  await expectOthersOpen()
})

test('a backup that does not fit stops no gate', { timeout: 60_000 }, async () => {
  expect((await run('restore', join(place.folder, 'none.db'))).stderr).toContain('backup_unreadable')
  // As large as a backup, and of no store: only the gate can tell.
  const other = join(place.folder, 'other.db')
  writeFileSync(other, randomBytes(8192))
  expect((await run('restore', other)).code).toBe(0)
  await gate.stop()
  gate = await runGate(place)
  expect(gate.stderr()).toContain('restore_refused')
  expect(readLedger(place, 'store_restored')).toHaveLength(1)
  await expectOthersOpen()
})
