// A main that comes to a door which stands forced or held, or is energised: it knows at once, and the people at the gate see it, though
// the door told of it long ago, to a main that is no more.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { type GatePlace, makeGatePlace, prepareStore, readLedger } from './gate-place.ts'
import { type DoorHappening, type RunningGate, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const simulated = { driver: 'simulated' }

const makePlace = async () => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: simulated })
    Object.assign(plan, { alarm: simulated })
    Object.assign(plan.door, { heldAfterMs: 1000 })
  })
  await prepareStore(place, async () => undefined)
  return place
}

type Standing = Extract<Told, { kind: 'door_stands' }>
const isStanding = (told: Told): told is Standing => told.kind === 'door_stands'
const isDoor =
  (what: DoorHappening['event']['what']) =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what

const killMain = async (gate: RunningGate) => {
  gate.kill('SIGKILL')
  await gate.exited()
}
const causesOf = (gate: RunningGate) =>
  [...gate.stderr().matchAll(/"alarm_stands","cause":"(\w+)"/g)].map(([, one]) => one)
const signalLog = (place: GatePlace) => readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8')
/** What lamps and tones did from a place in the log on. */
const lights = (place: GatePlace, from: number, wanted: string) =>
  waitUntil(wanted, () => signalLog(place).slice(from).includes(wanted), 10_000)

describe('after main was killed', { timeout: START_LIMIT_MS }, () => {
  test('a door that stands forced is an alarm of the next main, until it closes', async () => {
    await using place = await makePlace()
    await using first = await runGate(place)
    await first.play('door', { contact: 'open' })
    await first.next(isDoor('forced'))
    const forced = () => readLedger(place, 'door').filter(({ payload }) => payload?.['what'] === 'forced')
    await waitUntil('the record', () => forced().length === 1)
    await killMain(first)
    const from = signalLog(place).length
    await using second = await runGate(place)
    expect((await second.next(isStanding)).standing).toMatchObject({ contact: 'open', forced: true, relay: false })
    await lights(place, from, 'alarm buzzer on')
    await waitUntil('the cause', () => causesOf(second).includes('door_forced'))
    await second.play('door', { contact: 'closed' })
    await waitUntil('the end of the alarm', () => second.stderr().includes('"alarm_over","cause":"door_forced"'))
    // A state is no event: the record has it once.
    expect(forced()).toHaveLength(1)
  })

  test('a door that is held is one as well, and one that rests is none', async () => {
    await using place = await makePlace()
    await using first = await runGate(place)
    expect((await first.next(isStanding)).standing).toMatchObject({ contact: 'closed', forced: false, held: false })
    await first.play('door', { press: true })
    await first.play('door', { contact: 'open' })
    await first.next(isDoor('held'), 10_000)
    await killMain(first)
    await using second = await runGate(place)
    await waitUntil('the cause', () => causesOf(second).includes('door_held'))
    expect(causesOf(second)).not.toContain('door_forced')
    expect(causesOf(first)).toEqual(['door_held'])
  })

  test('a door that is energised ticks for the people in front of it', async () => {
    await using place = await makePlace()
    await using first = await runGate(place)
    await first.play('door', { fire: true })
    await lights(place, 0, 'entry tone 1000')
    await killMain(first)
    const from = signalLog(place).length
    await using second = await runGate(place)
    expect((await second.next(isStanding)).standing).toMatchObject({ fire: true, relay: true })
    await lights(place, from, 'entry tone 1000')
    await second.play('door', { fire: false })
  })
})

test('a reload forgets no door that stands forced', { timeout: START_LIMIT_MS }, async () => {
  await using place = await makePlace()
  await using gate = await runGate(place)
  await gate.play('door', { contact: 'open' })
  await gate.next(isDoor('forced'))
  await waitUntil('the cause', () => causesOf(gate).length === 1)
  gate.kill('SIGHUP')
  await waitUntil('the cause again', () => causesOf(gate).length === 2, 20_000)
  expect(causesOf(gate)).toEqual(['door_forced', 'door_forced'])
})
