// A card that mirrors a counter (NTAG 424 SDM) before the running gate: what was shown once opens no second time, also when the gate was killed
// in between.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000

let place: GatePlace
let gate: RunningGate
let person: Person

const tap = async (counter: number) => {
  const order = { tap: person.card, kind: 'iso14443_4', proof: 'sdm', generation: 1, counter }
  await gate.play('entry-card', order)
  return (await gate.attempt('card')).decision
}
const denied = { outcome: 'deny', reason: 'card_proof_too_weak' }

beforeAll(async () => {
  place = await makeGatePlace()
  person = await prepareStore(place, (open) => addPerson(open))
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

test('a counter opens once, a higher one again, a lower one never', async () => {
  expect(await tap(41)).toMatchObject({ outcome: 'grant' })
  expect(await tap(41)).toMatchObject(denied)
  await gate.alarm('card_copy_suspected')
  expect(await tap(40)).toMatchObject(denied)
  expect(await tap(44)).toMatchObject({ outcome: 'grant' })
  await waitUntil('the records', () => readLedger(place, 'attempt').length === 4)
  expect(readLedger(place, 'attempt').at(-1)?.payload).toMatchObject({ cardProof: 'sdm', outcome: 'grant' })
})

test('killed as soon as a grant is recorded, the gate knows the counter when it is back', {
  timeout: START_LIMIT_MS,
}, async () => {
  expect(await tap(50)).toMatchObject({ outcome: 'grant' })
  // On a slow disk a grant goes ahead of its record; then there is nothing yet that could be remembered.
  await waitUntil('the record', () => readLedger(place, 'attempt').length === 5)
  gate.kill('SIGKILL')
  await gate.exited()
  await gate.stop()
  gate = await runGate(place)
  expect(await tap(50)).toMatchObject(denied)
  expect(await tap(51)).toMatchObject({ outcome: 'grant' })
})
