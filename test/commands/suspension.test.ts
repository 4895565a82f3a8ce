// Suspension and a resident's own view, on a running gate: never for fees, never without an end, never of one way, never of leaving.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import { dayOf, startOfDay } from '../../daemon/core/path-counts.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

let place: GatePlace
let gate: RunningGate
let people: readonly Person[] = []
const person = (n: number): Person => {
  const found = people[n]
  if (!found) throw new Error('the people are not there yet')
  return found
}

beforeAll(async () => {
  place = await makeGatePlace()
  people = await prepareStore(place, async (open) => [await addPerson(open), await addPerson(open)])
  gate = await runGate(place)
}, 40_000)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const today = () => new Date(dayOf(Date.now() as WallMs, 'Asia/Shanghai')).toISOString().slice(0, 10)
const suspend = (because: string, more: object = {}) =>
  gate.ask('resident suspend', { resident: person(0).residentId, because, until: today(), ...more })

describe('a suspension is refused', () => {
  test.each(['fees', 'unpaid_fees', '欠费', '物业费'])('for %s, which Civil Code 944 forbids', async (because) => {
    expect(await suspend(because)).toMatchObject({ ok: false, code: 'fees_not_a_reason' })
  })

  test('for a reason of the office’s own, of one way alone, and without an end near enough', async () => {
    expect(await suspend('rude')).toMatchObject({ code: 'suspension_reason_unknown' })
    expect(await suspend('danger', { path: 'face' })).toMatchObject({ code: 'suspension_of_one_way' })
    expect(await suspend('danger', { until: '2020-01-01' })).toMatchObject({ code: 'suspension_end_refused' })
    expect(await suspend('danger', { until: '2099-01-01' })).toMatchObject({ code: 'suspension_end_refused' })
    expect(await gate.ask('resident suspend', { resident: person(0).residentId, because: 'danger' })).toMatchObject({
      ok: false,
    })
  })
})

describe('a suspension', () => {
  test('holds every way in, lets leave, gives a notice, and ends by the office', async () => {
    const { card, number, code, residentId } = person(0)
    expect(await suspend('danger')).toMatchObject({ ok: true, value: { until: today(), notice: { gate: 'south' } } })
    expect(readLedger(place, 'resident_suspended').at(-1)?.payload).toMatchObject({ because: 'danger' })
    await gate.play('entry-card', { tap: card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'resident_suspended' })
    await gate.type('entry-keypad', `${number}*${code}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'deny', reason: 'resident_suspended' })
    await gate.play('exit-card', { tap: card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant', notes: ['resident_suspended'] })
    expect(await gate.ask('resident resume', { resident: residentId })).toMatchObject({ ok: true })
    await gate.play('entry-card', { tap: card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
  })

  test('is answered to him alone: why he was not let in', async () => {
    const why = await gate.ask('resident why', { resident: person(0).residentId })
    expect(why).toMatchObject({ value: [{ reason: 'resident_suspended' }, { reason: 'resident_suspended' }] })
    expect(await gate.ask('resident why', { resident: person(1).residentId })).toEqual({ ok: true, value: [] })
  })
})

test('an export holds his own and nobody else’s, no secret, and is itself recorded', async () => {
  const exported = await gate.ask('resident export', { resident: person(0).residentId })
  const said = JSON.stringify(exported)
  expect(exported).toMatchObject({ ok: true, value: { format: 'evengate-resident-1' } })
  expect(said).toContain(person(0).name)
  expect(said).not.toContain(person(1).residentId)
  expect(said).not.toContain(person(0).card)
  expect(said).not.toContain(person(0).code)
  expect(readLedger(place, 'resident_read').at(-1)?.payload).toMatchObject({ what: 'export' })
})

test.each([
  'Asia/Shanghai',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
])('in %s a day begins at the instant before which it was yesterday', (zone) => {
  for (let n = 0; n < 366; n += 7) {
    const day = (Date.UTC(2026, 0, 1) + n * 86_400_000) as WallMs
    const start = startOfDay(day, zone)
    expect([dayOf((start - 1) as WallMs, zone) < day, dayOf(start, zone)]).toEqual([true, day])
  }
})
