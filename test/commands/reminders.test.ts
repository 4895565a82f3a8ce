// What the office keeps right: consents that run out are told in time, to it alone, and a name is corrected without standing in the record.

import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

let place: GatePlace
let gate: RunningGate
let agreed: Person

beforeAll(async () => {
  place = await makeGatePlace((plan) => {
    plan.sides.entry.face = [{ id: 'entry-camera', driver: 'folder' }]
    plan.face = { pack: 'builtin', modelsDirectory: '.' }
  })
  agreed = await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    await addPerson(open)
    await giveConsent(open, person)
    return person
  })
  gate = await runGate(place)
})
afterAll(async () => {
  await gate.stop()
  await place[Symbol.asyncDispose]()
})

test('a consent that runs out is listed within the days asked for, and nobody who gave none', async () => {
  const { residentId } = agreed
  const listed = take(await gate.ask('consent ending', { days: 366 })) as { residentId: string }[]
  expect(listed.map((line) => line.residentId)).toEqual([residentId])
  expect(take(await gate.ask('consent ending', { days: 1 }))).toEqual([])
  take(await gate.ask('consent withdraw', { resident: residentId }))
  expect(take(await gate.ask('consent ending', { days: 366 }))).toEqual([])
})

test('a name is corrected, and no event tells either', async () => {
  const { residentId } = agreed
  const rename = (name: string) => gate.ask('resident change', { resident: residentId, name })
  take(await rename('Corrected Name'))
  expect(take(await gate.ask('resident show', { resident: residentId }))).toMatchObject({ name: 'Corrected Name' })
  expect(await rename(' ')).toMatchObject({ ok: false })
  expect(take(await gate.ask('resident show', { resident: residentId }))).toMatchObject({ name: 'Corrected Name' })
  expect(readLedger(place, 'resident_changed').length).toBe(1)
  expect(JSON.stringify(readLedger(place))).not.toContain('Corrected')
})
