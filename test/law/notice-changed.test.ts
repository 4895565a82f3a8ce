// A notice that changes under a running gate: by a reload, with residents before the door. Whoever agreed to the former one is stale at
// once and matched no more; card and code open as before; the former notice back makes no consent of it that was not there.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera } from '../line/camera-plan.ts'
import {
  addFace,
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readStore,
  take,
} from '../line/gate-place.ts'
import { isUp, type RunningGate, runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 60_000

let place: GatePlace
let gate: RunningGate
let person: Person

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  person = await prepareStore(place, async (open) => {
    const added = await addPerson(open)
    await giveConsent(open, added)
    await addFace(open, added)
    return added
  })
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const stateOf = () => readStore(place, (facts) => facts.consentState(person.residentId, 'south'))
const matchable = () => readStore(place, (facts) => facts.listMatchable('south', '', 10)).length

/** The operator stands in the notice, and its name in the notice's hash. */
const reloadWith = async (operator: string): Promise<void> => {
  place.rewrite((plan) => {
    Object.assign(plan.operator, { name: operator })
  })
  const before = gate.told.length
  gate.kill('SIGHUP')
  for (const part of ['door', 'card', 'keypad', 'face'] as const)
    await waitUntil(part, () => gate.told.slice(before).some(isUp(part)), START_LIMIT_MS)
}

const expectOpens = async () => {
  await gate.play('entry-card', { tap: person.card })
  expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
  await gate.type('entry-keypad', `${person.number}*${person.code}#`)
  expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
}

test('a notice changed under a running gate makes the consent stale, and neither card nor code notices', {
  timeout: 2 * START_LIMIT_MS,
}, async () => {
  expect([stateOf(), matchable()]).toEqual(['given', 1])
  await expectOpens()
  await reloadWith('Another Committee')
  expect([stateOf(), matchable()]).toEqual(['stale', 0])
  const refused = await gate.ask('face enrol', { resident: person.residentId })
  expect(refused).toMatchObject({ ok: false, code: 'consent_stale' })
  await expectOpens()
})

test('withdrawn while it is stale, it stays withdrawn under the former notice', {
  timeout: 2 * START_LIMIT_MS,
}, async () => {
  take(await gate.ask('consent withdraw', { resident: person.residentId }))
  await reloadWith('Committee')
  expect([stateOf(), matchable()]).toEqual(['withdrawn', 0])
  await expectOpens()
})
