// Who may ask for what at the keypad before the running gate: a copy of a card opens no menu, and a rider's code is told only to
// somebody for whom the gate would open now, and ends with the card of whoever asked for it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hide, type WallMs } from '../../config/words.ts'
import type { PassLine } from '../../daemon/store/passes.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, byOffice, type GatePlace, makeGatePlace, type Person, prepareStore, take } from './gate-place.ts'
import { isSign, type RunningGate, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 40_000

let place: GatePlace
let gate: RunningGate
let people: { copied: Person; plain: Person; ended: Person; suspended: Person; other: Person; walks: Person }

beforeAll(async () => {
  place = await makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
    plan.sides.exit = {
      card: [{ id: 'exit-card', driver: 'simulated' }],
      keypad: [{ id: 'exit-keypad', driver: 'simulated' }],
    }
  })
  people = await prepareStore(place, async (open) => {
    const add = () => addPerson(open)
    const all = {
      copied: await add(),
      plain: await add(),
      ended: await add(),
      suspended: await add(),
      other: await add(),
      walks: await add(),
    }
    take(await open.ledger.write('raiseCardProof', { credentialId: all.copied.cardId, generation: 2 }, byOffice))
    const challenge = open.facts.pinChallenge(all.ended.number)
    const hash = await open.facts.hashCode(hide(all.ended.code), challenge)
    const over = { ...challenge, residentId: all.ended.residentId, number: all.ended.number, hash }
    take(await open.ledger.write('setPin', { ...over, expiresAt: (Date.now() - 1000) as WallMs }, byOffice))
    const suspension = { residentId: all.suspended.residentId, because: 'own_request' } as const
    take(await open.ledger.write('suspendResident', suspension, byOffice))
    return all
  })
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const tap = async (side: 'entry' | 'exit', order: object) => {
  await gate.play(`${side}-card`, order)
  return (await gate.attempt('card')).decision
}
const doorHas =
  (what: 'opened' | 'closed') =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what
const listPasses = async ({ residentId }: Person) =>
  (take(await gate.ask('pass list', { all: true })) as readonly PassLine[]).filter(
    (one) => one.residentId === residentId,
  )

describe('a copy of a card that has proved its key', () => {
  const proves = { kind: 'iso14443_4', proof: 'authenticated', generation: 2 }

  test.each([
    'entry',
    'exit',
  ] as const)('opens no menu on the %s side, whatever that side does with it', async (side) => {
    const { copied } = people
    await tap(side, { tap: copied.card })
    await gate.type(`${side}-keypad`, '3#')
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'deny', reason: 'reading_invalid' })
    expect(await listPasses(copied)).toEqual([])
  })

  test('ends the menu of the card itself', async () => {
    const { copied } = people
    expect(await tap('entry', { tap: copied.card, ...proves })).toMatchObject({ outcome: 'grant' })
    await tap('entry', { tap: copied.card })
    await gate.type('entry-keypad', '9#')
    expect((await gate.attempt('keypad')).decision).toMatchObject({ reason: 'reading_invalid' })
  })

  test('made with the key of a generation before the last one that it proved is a copy too', async () => {
    const { copied } = people
    const old = { ...proves, tap: copied.card, generation: 1 }
    expect(await tap('entry', old)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
    await gate.alarm('card_copy_suspected')
    expect(await tap('entry', { tap: copied.card, ...proves })).toMatchObject({ outcome: 'grant' })
    expect(await tap('entry', old)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
  })
})

describe('a rider’s code', () => {
  test('is not told to somebody whose own code has ended', async () => {
    const { ended } = people
    await gate.type('entry-keypad', `${ended.number}*${ended.code}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'deny', reason: 'credential_expired' })
    await gate.type('entry-keypad', `${ended.number}*${ended.code}*`)
    await gate.next(isSign('menu_open'))
    await gate.type('entry-keypad', '3#')
    await gate.next(isSign('refused'))
    expect(await listPasses(ended)).toEqual([])
  })

  test('is not told to somebody who is suspended, by his card either', async () => {
    const { suspended } = people
    expect(await tap('entry', { tap: suspended.card })).toMatchObject({ reason: 'resident_suspended' })
    await gate.type('entry-keypad', '3#')
    await gate.next(isSign('refused'))
    expect(await listPasses(suspended)).toEqual([])
  })

  test('goes on when another visitor’s pass is revoked', async () => {
    const { other } = people
    expect(await tap('entry', { tap: other.card })).toMatchObject({ outcome: 'grant' })
    await gate.type('entry-keypad', '3#')
    await waitUntil('the code', async () => (await listPasses(other)).length === 1)
    const friend = take(await gate.ask('pass issue', { resident: other.residentId })) as { credentialId: string }
    take(await gate.ask('pass revoke', { pass: friend.credentialId }))
    const rider = (await listPasses(other)).find(({ issuedBy }) => issuedBy === 'household')
    expect(rider?.revokedAt).toBeNull()
  })

  test('is told after a card alone only while the door is seen to be closed: whoever has tapped may have walked in', async () => {
    const { walks } = people
    await gate.play('door', { contact: 'open' })
    await gate.next(doorHas('opened'))
    await tap('entry', { tap: walks.card })
    await gate.type('entry-keypad', '3#')
    await gate.next(isSign('refused'))
    expect(await listPasses(walks)).toEqual([])
    await gate.type('entry-keypad', `${walks.number}*${walks.code}*`)
    await gate.next(isSign('menu_open'))
    await gate.type('entry-keypad', '3#')
    await waitUntil('the code', async () => (await listPasses(walks)).length === 1)
    await gate.play('door', { contact: 'closed' })
    await gate.next(doorHas('closed'))
    await tap('entry', { tap: walks.card })
    await gate.type('entry-keypad', '3#')
    await waitUntil('another code', async () => (await listPasses(walks)).length === 2)
  })

  test('ends with the card of whoever asked for it', async () => {
    const { plain } = people
    expect(await tap('entry', { tap: plain.card })).toMatchObject({ outcome: 'grant' })
    await gate.type('entry-keypad', '3#')
    await waitUntil('the code', async () => (await listPasses(plain)).length === 1)
    take(await gate.ask('credential revoke', { credential: plain.cardId, because: 'lost' }))
    expect(await listPasses(plain)).toMatchObject([{ issuedBy: 'household', revokedAt: expect.any(Number) }])
  })
})
