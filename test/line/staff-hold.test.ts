// A card of the staff that is left on the reader, at a gate that runs: holds the door as the guard's button does, with the same events and the
// same lamp, until the same card is tapped; and whose card does not.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, byOffice, type GatePlace, makeGatePlace, prepareStore, readLedger, take } from './gate-place.ts'
import { type DoorHappening, type RunningGate, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
/** The five seconds on the reader, and a loaded machine. */
const HOLD_LIMIT_MS = 15_000

const makePlace = async () => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan, { alarm: { driver: 'simulated' } })
    Object.assign(plan.door, { staffHold: true, guardButton: true })
  })
  const people = await prepareStore(place, async (open) => {
    const [guard, gardener, resident] = [await addPerson(open), await addPerson(open), await addPerson(open)]
    for (const { residentId } of [guard, gardener])
      take(await open.ledger.write('changeResident', { residentId, group: 'staff' }, byOffice))
    return { guard, gardener, resident }
  })
  return { place, ...people }
}
const isDoor =
  (what: DoorHappening['event']['what']) =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what
const recorded = (place: GatePlace, what: string) =>
  readLedger(place, 'door').filter(({ payload }) => payload?.['what'] === what)
const relay = async (gate: RunningGate) => (await gate.play('door', { state: true }))['relay']
const lampMoves = (place: GatePlace) =>
  readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8').match(/alarm lamp (on|off)/g) ?? []

describe('a card of the staff', { timeout: START_LIMIT_MS }, () => {
  test('left on the reader for five seconds holds the door with a blinking lamp, and its next tap lets it go', async () => {
    const { place, guard, resident } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: guard.card, stays: true })
    await gate.relayOn(await gate.attempt('card'))
    await gate.next(isDoor('guard_hold'), HOLD_LIMIT_MS)
    await gate.play('entry-card', { lift: true })
    await waitUntil('a lamp that blinks', () => lampMoves(place).length >= 4, HOLD_LIMIT_MS)
    // Residents pass meanwhile and end nothing.
    await gate.play('entry-card', { tap: resident.card })
    await gate.relayOn(await gate.attempt('card'))
    expect(await relay(gate)).toBe(true)
    await gate.play('entry-card', { tap: guard.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
    await gate.next(isDoor('guard_hold_over'))
    await waitUntil('the relay at rest', async () => (await relay(gate)) === false)
    await waitUntil('the record', () => recorded(place, 'guard_hold_over').length === 1)
    expect(recorded(place, 'guard_hold')).toHaveLength(1)
    expect(readLedger(place, 'staff_hold').map(({ payload }) => payload?.['what'])).toEqual(['hold'])
    expect(JSON.stringify(readLedger(place, 'staff_hold'))).not.toContain(guard.residentId)
  })

  test('of somebody else ends it in five seconds, not by passing, and the wired button at once', async () => {
    const { place, guard, gardener } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: guard.card, stays: true })
    await gate.next(isDoor('guard_hold'), HOLD_LIMIT_MS)
    await gate.play('entry-card', { tap: gardener.card, stays: true })
    await gate.relayOn(await gate.attempt('card'))
    expect(recorded(place, 'guard_hold_over')).toEqual([])
    await gate.next(isDoor('guard_hold_over'), HOLD_LIMIT_MS)
    await gate.play('entry-card', { tap: guard.card, stays: true })
    await gate.next(isDoor('guard_hold'), HOLD_LIMIT_MS)
    await gate.play('door', { guard: true })
    await gate.play('door', { guard: false })
    await gate.next(isDoor('guard_hold_over'))
  })

  test('holds nothing when it is taken away, is a resident’s, or was only let out in a lockdown; a lockdown ends a holding', async () => {
    const { place, guard, resident } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: guard.card, stays: true })
    await gate.attempt('card')
    await gate.play('entry-card', { lift: true })
    await gate.play('entry-card', { tap: resident.card, stays: true })
    await gate.attempt('card')
    await gate.play('exit-card', { tap: guard.card, stays: true })
    await gate.attempt('card')
    await gate.next(isDoor('guard_hold'), HOLD_LIMIT_MS)
    take(await gate.ask('lockdown on'))
    expect((await gate.next(isDoor('guard_hold_over'))).event.because).toBe('lockdown')
    await gate.play('exit-card', { tap: guard.card, stays: true })
    const out = await gate.attempt('card')
    expect(out.decision).toMatchObject({ outcome: 'grant', notes: ['lockdown'] })
    await waitUntil(
      'more than five seconds',
      async () => Number((await gate.play('door', { state: true }))['at']) > out.attempt.at + 5500,
      HOLD_LIMIT_MS,
    )
    expect(recorded(place, 'guard_hold')).toHaveLength(1)
  })

  test('holds no door for which main no longer answers (P7)', async () => {
    const { place, guard } = await makePlace()
    await using _ = place
    await using first = await runGate(place)
    await first.play('entry-card', { tap: guard.card, stays: true })
    await first.next(isDoor('guard_hold'), HOLD_LIMIT_MS)
    first.kill('SIGKILL')
    await first.exited()
    await waitUntil('the relay at rest', async () => (await relay(first)) === false)
    await using second = await runGate(place)
    await waitUntil('the record', () => recorded(place, 'guard_hold_over').length === 1)
    expect(second.stderr()).not.toContain('"cause":"guard_holds"')
  })
})
