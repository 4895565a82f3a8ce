// A simulated reader with `use: desk` beside a running gate, on either side: what is tapped there is nobody's attempt, opens no menu, stops no
// face and touches no way in.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Status } from '../../daemon/commands/status.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger, take } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000

let place: GatePlace
let gate: RunningGate
let person: Person

beforeAll(async () => {
  place = await makeGatePlace((plan) => {
    plan.sides.entry.card?.push({ id: 'desk-card', driver: 'simulated', use: 'desk' })
    plan.sides.exit?.card?.push({ id: 'second-desk', driver: 'simulated', use: 'desk' })
  })
  person = await prepareStore(place, (open) => addPerson(open))
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

test('a tap there never becomes an attempt, whatever the card proves and whichever side it hangs on', async () => {
  for (const device of ['desk-card', 'second-desk']) {
    await gate.play(device, { tap: person.card, kind: 'iso14443_4', proof: 'authenticated', generation: 1 })
    await gate.play(device, { tap: 'unreadable', because: 'time_out' })
  }
  await gate.play('entry-card', { tap: person.card })
  expect((await gate.attempt('card')).attempt.side).toBe('entry')
  expect(gate.told.filter(({ kind }) => kind === 'attempt')).toHaveLength(1)
  await waitUntil('the record', () => readLedger(place, 'attempt').length > 0)
  expect(readLedger(place, 'attempt')).toHaveLength(1)
})

test('it opens no menu: a choice at the keypad stays an invalid one', async () => {
  // The tap at the gate before has its menu, and this ends it.
  await gate.type('entry-keypad', '99999*000000#')
  await gate.attempt('keypad')
  await gate.play('desk-card', { tap: person.card })
  // What was tapped after it has been judged: so would it have been.
  await gate.play('entry-card', { tap: 'unreadable', because: 'time_out' })
  expect((await gate.attempt('card')).decision).toMatchObject({ reason: 'reading_invalid' })
  await gate.type('entry-keypad', '9#')
  expect((await gate.attempt('keypad')).decision).toMatchObject({ reason: 'reading_invalid' })
})

test('while it is there a new card is taken from it alone: whoever taps his own outside gets nobody’s place', async () => {
  const adding = gate.ask('card add', { resident: person.residentId })
  const tapAt = async (device: string, card: string) => {
    const { at } = await gate.play(device, { tap: card })
    return Number(at)
  }
  const stranger = '04d1d2d3d4d5d6'
  const begun = await tapAt('entry-card', stranger)
  await gate.attempt('card')
  for (let at = begun; at < begun + 1500; ) {
    at = await tapAt('entry-card', stranger)
    await gate.attempt('card')
  }
  const own = '04e1e2e3e4e5e6'
  const first = await tapAt('desk-card', own)
  for (let at = first; at < first + 800; ) at = await tapAt('desk-card', own)
  expect(await adding).toMatchObject({ ok: true })
  await gate.play('entry-card', { tap: stranger })
  expect((await gate.attempt('card')).decision).toMatchObject({ reason: 'credential_unknown' })
  await gate.play('entry-card', { tap: own })
  expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant', residentId: person.residentId })
})

test('it is shown by `status` and is no way of its side: unplugged, the side has lost nothing', async () => {
  await gate.play('desk-card', { unplug: true })
  const status = take(await gate.ask('status')) as Status
  expect(status.sides.entry?.card?.map(({ device }) => device)).toEqual(['entry-card', 'desk-card'])
  expect(status.flaws).toEqual([])
})

test('`card issue` there says that a simulated reader writes no card', async () => {
  expect(await gate.ask('card issue', { resident: person.residentId })).toMatchObject({ code: 'desk_reader_missing' })
})
