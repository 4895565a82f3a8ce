// P4 for a consent that runs out by itself: nobody withdraws, nobody is asked, and a second later the face process that held the
// template is gone, its successor holds nobody, and the card opens as before.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Status } from '../../daemon/commands/status.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera, people } from '../line/camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readStore,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000
/** Enough to start a gate and to be enrolled on a busy machine. */
const CONSENT_MS = 30_000
const EXPIRY_LIMIT_MS = 1000

let place: GatePlace
let gate: RunningGate
let person: Person
let expiresAt = 0

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  person = await prepareStore(place, async (open) => {
    const added = await addPerson(open)
    await giveConsent(open, added, CONSENT_MS)
    expiresAt = open.facts.showResident(added.residentId)?.consents[0]?.expiresAt ?? 0
    return added
  })
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const heldTemplates = async (): Promise<number> => {
  const status = await gate.ask('status')
  return status.ok ? ((status.value as Status).gallery?.templates ?? 0) : -1
}

test('a consent that runs out is unmatchable within a second, by itself', { timeout: 2 * CONSENT_MS }, async () => {
  const [look] = people.resident
  if (!look) throw new Error('too few looks')
  await gate.play('entry-camera', { hold: look.file, ...(look.view ? { view: look.view } : {}) })
  take(await gate.ask('face enrol', { resident: person.residentId }))
  await waitUntil('the templates', async () => (await heldTemplates()) > 0)
  expect(Date.now()).toBeLessThan(expiresAt)
  await waitUntil('an empty gallery', async () => (await heldTemplates()) === 0, CONSENT_MS)
  expect(Date.now() - expiresAt).toBeGreaterThanOrEqual(0)
  expect(Date.now() - expiresAt).toBeLessThan(EXPIRY_LIMIT_MS)
  await waitUntil('the record', () => readLedger(place).some(({ kind }) => kind === 'consents_expired'))
  expect(readStore(place, (facts) => facts.listMatchable('south', '', 10))).toEqual([])
  await gate.play('entry-card', { tap: person.card })
  expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
})
