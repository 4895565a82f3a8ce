// A household leaves its room at its time: together, whatever is interrupted, whatever the clock does, and next to the household that
// begins. A real store; the clock is the test's.

import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Clock, failed, type MonotonicMs, systemClock, type WallMs } from '../../config/words.ts'
import { keepMoveOuts } from '../../daemon/move-outs.ts'
import type { FactsReader } from '../../daemon/store/facts.ts'
import { nameLeaving, roomOf } from '../../daemon/store/households.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import {
  ask,
  consentOf,
  gate,
  giveCard,
  makePlace,
  mirror,
  model,
  type Opened,
  office,
  openLedger,
  openReads,
  type Place,
  refusal,
  take,
} from './place.ts'

const HOUR_MS = 3_600_000
const start = Date.now()
const due = (start + 24 * HOUR_MS) as WallMs

/** A clock that the test sets; `set`: a time service vouches for it. */
const makeClock = () => {
  const state = { wall: start, set: true }
  const clock: Clock = { wall: () => state.wall as WallMs, monotonic: () => systemClock.monotonic() as MonotonicMs }
  return { state, clock, clockSet: () => state.set }
}
type Told = ReturnType<typeof makeClock>

const open = (place: Place, told: Told, boot: string = randomUUID()): Promise<Opened> =>
  openLedger(place, { clock: told.clock, clockSet: told.clockSet, boot })

const addTo = async (ledger: Ledger, householdId: string, name: string): Promise<string> => {
  const resident = { householdId, name, rights: [{ gate }] }
  return take(await ledger.write('addResident', resident, office)).residentId
}

const addCode = async (ledger: Ledger, facts: FactsReader, residentId: string, number: string) => {
  const challenge = { salt: randomBytes(16), parameters: { memoryKib: 8, passes: 1, parallelism: 1 } }
  take(await ledger.write('setPin', { residentId, number, hash: randomBytes(32), ...challenge }, office))
  return { facts, number }
}

const addFace = async (ledger: Ledger, residentId: string, credentialId: string): Promise<string> => {
  take(await ledger.write('recordConsent', consentOf(residentId), office))
  take(await ledger.write('confirmConsent', { residentId, credentialId }, office))
  const templates = [{ sealed: randomBytes(600), wrappedKey: randomBytes(60) }]
  return take(await ledger.write('addTemplates', { residentId, model, templates }, office)).credentialId
}

/** Room 1204: three who leave, one of them with a face, and one of the next household who is there already. */
const settle = async (place: Place, told: Told) => {
  const opened = await open(place, told)
  const { ledger } = opened
  const facts = openReads(opened)
  take(await mirror(ledger))
  const { householdId } = take(await ledger.write('addHousehold', { room: '1204' }, office))
  const former = [
    await addTo(ledger, householdId, 'A'),
    await addTo(ledger, householdId, 'B'),
    await addTo(ledger, householdId, 'C'),
  ]
  const cards = []
  for (const residentId of former) cards.push(await giveCard(ledger, facts, residentId))
  await addCode(ledger, facts, former[1] ?? '', '12042')
  const faceId = await addFace(ledger, former[0] ?? '', cards[0]?.credentialId ?? '')
  const leaving = { householdId, room: '1204', name: nameLeaving('1204', '2030-01-01T12:00'), dueAt: due }
  take(await ledger.write('leaveHousehold', leaving, office))
  const next = take(await ledger.write('addHousehold', { room: '1204' }, office)).householdId
  const heir = await addTo(ledger, next, 'D')
  const heirCard = await giveCard(ledger, facts, heir)
  return { opened, ledger, facts, householdId, next, former, cards, faceId, heir, heirCard }
}
type House = Awaited<ReturnType<typeof settle>>

const keepNothing = { end: <T>(_: readonly string[], write: () => Promise<T>) => write() }

const lookOnce = async (
  told: Told,
  { ledger, facts }: Pick<House, 'ledger' | 'facts'>,
  trust: 'always' | 'synchronized',
) => {
  const outs = keepMoveOuts({
    config: { clock: { trust } },
    clock: told.clock,
    facts,
    ledger,
    gallery: keepNothing,
    enrolments: { stop: () => undefined },
  })
  await outs.look()
  await outs.look()
  outs.stop()
}

/** How many of the former household's credentials still stand for somebody who may come in. */
const countHeld = ({ facts, cards, faceId }: Pick<House, 'facts' | 'cards' | 'faceId'>): number => {
  const queries = [
    ...cards.map(({ token }) => ({ path: 'card', token }) as const),
    { path: 'keypad', number: '12042' } as const,
    { path: 'face', credentialId: faceId } as const,
  ]
  return queries.filter((query) => {
    const [proof] = ask(facts, [query]).proofs
    return proof?.credential !== undefined && !proof.credential.revoked && proof.credential.consent !== 'missing'
  }).length
}
const ALL = 5

describe('a household that moves out', () => {
  test('keeps everything until its time, and loses everything at it; the next one keeps its own', async () => {
    const told = makeClock()
    const house = await settle(makePlace(), told)
    const { facts, heirCard, former, heir, householdId } = house
    const before = ask(facts, [{ path: 'card', token: heirCard.token }], { wall: due }).proofs
    told.state.wall = due - 1
    await lookOnce(told, house, 'always')
    expect(countHeld(house)).toBe(ALL)
    told.state.wall = due
    await lookOnce(told, house, 'always')
    expect(countHeld(house)).toBe(0)
    expect(former.map((id) => facts.showResident(id))).toEqual([undefined, undefined, undefined])
    expect(facts.findHousehold('1204')).toBe(house.next)
    expect(facts.listHouseholds('', 10).map(({ id }) => id)).not.toContain(householdId)
    expect(ask(facts, [{ path: 'card', token: heirCard.token }], { wall: due }).proofs).toEqual(before)
    expect(facts.showResident(heir)).toMatchObject({ room: '1204', card: 1 })
  })

  test('erases its faces, with a receipt for each person', async () => {
    const told = makeClock()
    const house = await settle(makePlace(), told)
    told.state.wall = due
    await lookOnce(told, house, 'always')
    for (const id of house.former) expect(house.facts.receiptsOf(id).map(({ what }) => what)).toContain('erasure')
    expect(house.facts.readTemplates(gate, house.faceId)).toEqual([])
    const removed = house.facts.tailLedger(50).filter(({ kind }) => kind === 'resident_removed')
    expect(removed.map(({ payload }) => payload?.['because'])).toEqual(['moved_out', 'moved_out', 'moved_out'])
  })

  test('leaves the empty room behind where nobody follows, and may change its day or stay', async () => {
    const told = makeClock()
    const opened = await open(makePlace(), told)
    const { ledger } = opened
    const facts = openReads(opened)
    const { householdId } = take(await ledger.write('addHousehold', { room: '1301' }, office))
    const resident = await addTo(ledger, householdId, 'E')
    const leave = (dueAt: number, name: string) =>
      ledger.write('leaveHousehold', { householdId, room: '1301', name, dueAt: dueAt as WallMs }, office)
    take(await leave(due, '1301 →a'))
    expect(facts.findHousehold('1301')).toBeUndefined()
    expect(facts.findLeaving('1301')).toBe(householdId)
    take(await leave(due + HOUR_MS, '1301 →b'))
    take(await ledger.write('keepHousehold', { householdId }, office))
    expect(facts.findHousehold('1301')).toBe(householdId)
    expect(refusal(await ledger.write('keepHousehold', { householdId }, office))).toBe('household_stays')
    take(await leave(due, '1301 →a'))
    told.state.wall = due + 1
    await lookOnce(told, { ledger, facts }, 'always')
    expect(facts.showResident(resident)).toBeUndefined()
    expect(facts.findHousehold('1301')).toBe(householdId)
  })

  test('cannot stay where the next one has the room', async () => {
    const told = makeClock()
    const { ledger, householdId } = await settle(makePlace(), told)
    expect(refusal(await ledger.write('keepHousehold', { householdId }, office))).toBe('room_taken')
  })

  test('interrupted after any of its steps holds all or nothing, and is finished by the next start', async () => {
    for (let steps = 0; ; steps++) {
      const place = makePlace()
      const told = makeClock()
      const house = await settle(place, told)
      told.state.wall = due + 5
      let written = 0
      const write: Ledger['write'] = async (name, args, by) =>
        written++ < steps ? house.ledger.write(name, args, by) : failed('writer_lost')
      const ledger = { ...house.ledger, write }
      await lookOnce(told, { ledger, facts: house.facts }, 'always')
      expect([0, ALL]).toContain(countHeld(house))
      await house.ledger.stop()
      const again = await open(place, told)
      const facts = openReads(again)
      await lookOnce(told, { ledger: again.ledger, facts }, 'always')
      expect(countHeld({ ...house, facts })).toBe(0)
      expect(house.former.map((id) => facts.showResident(id))).toEqual([undefined, undefined, undefined])
      expect(facts.findHousehold('1204')).toBe(house.next)
      await again.ledger.stop()
      if (written < steps) {
        expect(steps).toBeGreaterThan(4)
        return
      }
    }
  }, 60_000)
})

describe('the clock', () => {
  test('set back afterwards brings nothing back', async () => {
    const told = makeClock()
    const house = await settle(makePlace(), told)
    told.state.wall = due
    await lookOnce(told, house, 'always')
    told.state.wall = start - HOUR_MS
    await lookOnce(told, house, 'always')
    expect(countHeld(house)).toBe(0)
    expect(house.facts.findHousehold('1204')).toBe(house.next)
  })

  test('that nobody has set ends no household, however late it says it is', async () => {
    const told = makeClock()
    const house = await settle(makePlace(), told)
    told.state.set = false
    told.state.wall = due + 30 * 24 * HOUR_MS
    await lookOnce(told, house, 'synchronized')
    expect(refusal(await house.ledger.write('endHousehold', { householdId: house.householdId }, office))).toBe(
      'clock_untrusted',
    )
    expect(countHeld(house)).toBe(ALL)
  })

  test('set back before it has ended it does not keep it, once the record has seen the day pass', async () => {
    const told = makeClock()
    const house = await settle(makePlace(), told)
    told.state.wall = due + 1
    await house.ledger.record({ kind: 'attempt', payload: {} })
    told.state.wall = start
    await lookOnce(told, house, 'always')
    expect(countHeld(house)).toBe(0)
  })
})

test('nothing is added to a household that has ended, and nobody is cut off half: the schema itself refuses', async () => {
  const told = makeClock()
  const house = await settle(makePlace(), told)
  const { ledger, householdId, former } = house
  told.state.wall = due
  take(await ledger.write('endHousehold', { householdId }, office))
  const challenge = { salt: randomBytes(16), parameters: { memoryKib: 8, passes: 1, parallelism: 1 } }
  const pin = { residentId: former[2] ?? '', number: '12043', hash: randomBytes(32), ...challenge }
  expect(refusal(await ledger.write('setPin', pin, office))).toBe('household_ended')
  const resident = { householdId, name: 'F', rights: [{ gate }] }
  expect(refusal(await ledger.write('addResident', resident, office))).toBe('household_ended')
  expect(refusal(await ledger.write('closeHousehold', { householdId }, office))).toBe('household_inhabited')
})

test.each([
  ['1204', '2026-12-31T18:00'],
  ['x'.repeat(40), '2026-12-31T18:00'],
])('the name of one that leaves says until when, fits, and gives back its room: %s', (room, until) => {
  const name = nameLeaving(room, until)
  expect(name.length).toBeLessThanOrEqual(40)
  expect(name.endsWith(until)).toBe(true)
  expect(room.startsWith(roomOf(name))).toBe(true)
})
