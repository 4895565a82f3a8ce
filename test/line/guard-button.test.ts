// The guard's wired button at a gate that runs: recorded as his opening, held open with a lamp that blinks, and also while main is dead.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { type GatePlace, makeGatePlace, prepareStore, readLedger } from './gate-place.ts'
import { type DoorHappening, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
/** The five seconds of the press, and a loaded machine. */
const HOLD_LIMIT_MS = 20_000

const makePlace = async () => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan, { alarm: { driver: 'simulated' } })
    Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
    Object.assign(plan.door, { guardButton: true })
  })
  await prepareStore(place, async () => undefined)
  return place
}
const isDoor =
  (what: DoorHappening['event']['what']) =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what
const recorded = (place: GatePlace, what: string) =>
  readLedger(place, 'door').flatMap(({ payload }) => (payload?.['what'] === what ? [payload] : []))
const lampMoves = (place: GatePlace) =>
  readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8').match(/alarm lamp (on|off)/g) ?? []

describe('the guard’s button', { timeout: START_LIMIT_MS }, () => {
  test('opens once and stands in the record as his opening', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    await gate.play('door', { guard: true })
    await gate.play('door', { guard: false })
    await gate.next(isDoor('relay_off'))
    await waitUntil('the record', () => recorded(place, 'guard_open').length === 1)
    expect(recorded(place, 'guard_open')).toMatchObject([{ outcome: 'grant', reason: 'guard_open' }])
  })

  test('down for five seconds holds the door with a blinking lamp, until it is pressed again', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    await gate.play('door', { guard: true })
    await gate.next(isDoor('guard_hold'), HOLD_LIMIT_MS)
    await gate.play('door', { guard: false })
    await waitUntil('a lamp that blinks', () => lampMoves(place).length >= 4, HOLD_LIMIT_MS)
    await gate.play('door', { guard: true })
    await gate.next(isDoor('guard_hold_over'))
    await gate.play('door', { guard: false })
    await waitUntil('the end', () => gate.stderr().includes('"alarm_over","cause":"guard_holds"'))
    await waitUntil('the record', () => recorded(place, 'guard_hold_over').length === 1)
    expect(recorded(place, 'guard_hold')).toHaveLength(1)
  })

  test('opens while main is dead, and the next main records it', async () => {
    await using place = await makePlace()
    await using first = await runGate(place)
    first.kill('SIGKILL')
    await first.exited()
    await first.play('door', { guard: true })
    await first.play('door', { guard: false })
    const relayLog = () => readFileSync(join(place.runtimeDirectory, 'relay-log'), 'utf8')
    expect(relayLog()).toMatch(/ on\n/)
    await using second = await runGate(place)
    await waitUntil('the record', () => recorded(place, 'guard_open').length === 1, HOLD_LIMIT_MS)
    expect(second.stderr()).not.toContain('"cause":"guard_holds"')
  })
})
