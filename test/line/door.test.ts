// What a running gate makes of its door in every state: left open, forced, in a fire, in a lockdown, in an evacuation. Told, recorded, seen at
// the outlet for alarms, and left to MQTT, each by what the door part itself says.

import { describe, expect, test } from 'vitest'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, prepareStore, readLedger, take } from './gate-place.ts'
import { type DoorHappening, type RunningGate, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const HELD_AFTER_MS = 1000

const makePlace = async (change: Record<string, unknown> = {}) => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan, { alarm: { driver: 'simulated' } })
    Object.assign(plan.door, { heldAfterMs: HELD_AFTER_MS, ...change })
  })
  return { place, person: await prepareStore(place, (open) => addPerson(open)) }
}
const isDoor =
  (what: DoorHappening['event']['what']) =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what
const recorded = async (place: GatePlace, what: string) => {
  const find = () => readLedger(place, 'door').find(({ payload }) => payload?.['what'] === what)
  await waitUntil(`${what} in the record`, () => find() !== undefined)
  return find()
}
const isAlarmOver = (gate: RunningGate, cause: string) =>
  waitUntil(`the end of ${cause}`, () => gate.stderr().includes(`"alarm_over","cause":"${cause}"`))
const relay = async (gate: RunningGate) => (await gate.play('door', { state: true }))['relay']

describe('the door of a running gate', { timeout: START_LIMIT_MS }, () => {
  test('left open is held, with the grant that it follows from, and over when it closes', async () => {
    const { place, person } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: person.card })
    const opened = await gate.attempt('card')
    await gate.relayOn(opened)
    await gate.play('door', { contact: 'open' })
    const { event } = await gate.next(isDoor('held'), 10_000)
    expect(event.ref).toBe(opened.record.ref)
    const line = await recorded(place, 'held')
    expect(line && JSON.parse(describeEvent(line).payload)).toMatchObject({ kind: 'door', what: 'held' })
    await waitUntil('the alarm', () => gate.stderr().includes('"alarm_stands","cause":"door_held"'))
    await gate.play('door', { contact: 'closed' })
    await gate.next(isDoor('held_over'))
    await isAlarmOver(gate, 'door_held')
    expect(gate.told.some(isDoor('forced'))).toBe(false)
  })

  test('opened without an unlock is forced; after an exit press it is not', async () => {
    const { place } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('door', { press: true })
    await gate.next(isDoor('relay_on'))
    await gate.play('door', { contact: 'open' })
    await gate.play('door', { contact: 'closed' })
    await gate.next(isDoor('relay_off'))
    await waitUntil('more than the grace', async () => {
      const off = gate.told.findLast(isDoor('relay_off'))
      return Number((await gate.play('door', { state: true }))['at']) > Number(off?.event.at) + 600
    })
    expect(gate.told.some(isDoor('forced'))).toBe(false)
    await gate.play('door', { contact: 'open' })
    await gate.next(isDoor('forced'))
    await recorded(place, 'forced')
    await gate.play('door', { contact: 'closed' })
    await isAlarmOver(gate, 'door_forced')
  })

  test('is released by fire through a lockdown, for as long as it lasts; afterwards the lockdown holds', async () => {
    const { place, person } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    take(await gate.ask('lockdown on'))
    await gate.play('door', { fire: true })
    await gate.next(isDoor('fire_on'))
    expect(await relay(gate)).toBe(true)
    expect((await recorded(place, 'fire_on'))?.payload).toMatchObject({ outcome: 'grant', reason: 'fire' })
    await gate.play('entry-card', { tap: person.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'lockdown' })
    expect(await relay(gate)).toBe(true)
    await gate.play('door', { fire: false })
    await gate.next(isDoor('fire_off'))
    expect(await relay(gate)).toBe(false)
    // Leaving is never denied: button and card let out, noted.
    await gate.play('door', { press: true })
    await gate.next(isDoor('exit_button'))
    expect(await relay(gate)).toBe(true)
    await gate.play('exit-card', { tap: person.card })
    expect((await gate.attempt('card')).decision).toMatchObject({
      outcome: 'grant',
      reason: 'exit',
      notes: ['lockdown'],
    })
  })

  test('in an evacuation lets everybody through, noted; it ends with main, and a fire does not', async () => {
    const { place, person } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    take(await gate.ask('mode', { mode: 'evacuation' }))
    await gate.next(isDoor('relay_on'))
    await gate.play('entry-card', { tap: person.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant', reason: 'open_mode', notes: [] })
    await gate.play('entry-card', { tap: '04ffeeddccbbaa' })
    expect((await gate.attempt('card')).decision).toMatchObject({ reason: 'open_mode', notes: ['credential_unknown'] })
    await gate.play('door', { fire: true })
    gate.kill('SIGKILL')
    await gate.exited()
    await waitUntil('more than main may be silent', async () => {
      const { at, fire } = await gate.play('door', { state: true })
      const on = gate.told.findLast(isDoor('relay_on'))
      return fire === true && Number(at) > Number(on?.event.at) + 3500
    })
    expect(await relay(gate)).toBe(true)
    await gate.play('door', { fire: false })
    await waitUntil('the relay at rest', async () => (await relay(gate)) === false)
  })

  test('with a motor keeps the opening contact closed in a fire and breaks off a closing', async () => {
    const motor = { impulseMs: 300, travelMs: 5000, stop: true, close: true, obstacle: true }
    const { place } = await makePlace({ motor, contact: false, pulseMs: 500 })
    await using _ = place
    await using gate = await runGate(place)
    take(await gate.ask('motor close'))
    await gate.play('door', { fire: true })
    expect((await gate.next(isDoor('close_cut'))).event.because).toBe('door_released')
    expect(await relay(gate)).toBe(true)
    expect(await gate.ask('motor close')).toMatchObject({ ok: false, code: 'motor_door_released' })
    expect(await gate.ask('motor stop')).toMatchObject({ ok: false, code: 'motor_door_released' })
    await gate.play('door', { fire: false })
  })
})
