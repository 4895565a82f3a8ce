// P8: the exit button waits for no database and no process but the door's own; leaving is never denied to a known credential.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { SimulatedDoorView } from '../../drivers/door/simulated.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  makeGatePlace,
  type Person,
  PULSE_MS,
  prepareStore,
  readLedger,
  readRelayLog,
  take,
} from '../line/gate-place.ts'
import { lockStore } from '../line/locked-store.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

/** The button is read at every edge; the rest is a loaded test machine. */
const BUTTON_LIMIT_MS = 250

let place: GatePlace
let gate: RunningGate
let suspended: Person
beforeAll(async () => {
  place = await makeGatePlace()
  suspended = await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    take(await open.ledger.write('suspendResident', { residentId: person.residentId, because: 'danger' }, byOffice))
    return person
  })
  gate = await runGate(place)
})
afterAll(async () => {
  await gate.stop()
  await place[Symbol.asyncDispose]()
})

const pressButton = async () => {
  const rests = async () => !((await gate.play('door', { state: true })) as SimulatedDoorView).relay
  await waitUntil('the relay at rest', rests)
  const at = systemClock.monotonic()
  await gate.play('door', { press: true })
  const findOn = () => readRelayLog(place).find((move) => move.on && move.at >= at)
  await waitUntil('the relay after the exit button', () => findOn() !== undefined, 2000)
  expect((findOn()?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThan(BUTTON_LIMIT_MS)
  return at
}

describe('P8 the exit button', () => {
  test('opens while main is stopped', async () => {
    gate.kill('SIGSTOP')
    await pressButton()
    gate.kill('SIGCONT')
  })

  test('opens while the store is locked', async () => {
    const unlock = lockStore(place)
    await pressButton()
    unlock()
  })

  test('opens while main reloads', async () => {
    const reloaded = gate.told.length
    gate.kill('SIGHUP')
    await pressButton()
    await waitUntil('the new main', () => gate.told.slice(reloaded).some((one) => one.kind === 'started'), 20_000)
    await pressButton()
    await waitUntil(
      'card and keypad after the reload',
      () => gate.told.slice(reloaded).filter((one) => one.kind === 'part' && one.state === 'up').length === 3,
      20_000,
    )
  })

  test('is not stopped by a configuration that was spoilt in the file', async () => {
    place.rewrite((plan) => {
      plan.door['pulseMs'] = -1
    })
    gate.kill('SIGHUP')
    await waitUntil('the refusal', () => gate.stderr().includes('reload_refused'))
    await pressButton()
    place.rewrite(() => undefined)
  })

  test('opens while main is dead, and the record has it when main is back', async () => {
    gate.kill('SIGKILL')
    await gate.exited()
    const at = await pressButton()
    const door = gate.pidOf('door')
    gate = await runGate(place)
    expect(gate.pidOf('door')).toBe(door)
    const recorded = () =>
      readLedger(place, 'door').some(({ monotonic, payload }) => payload?.['what'] === 'exit_button' && monotonic >= at)
    await waitUntil('the press in the record', recorded)
  })
})

describe('P8 the exit side', () => {
  test('lets a suspended resident out and notes it, and does not let him in', async () => {
    await gate.play('exit-card', { tap: suspended.card })
    const leaving = await gate.attempt('card')
    expect(leaving.decision).toMatchObject({ outcome: 'grant', reason: 'exit', notes: ['resident_suspended'] })
    await gate.relayOn(leaving)
    await gate.play('entry-card', { tap: suspended.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'resident_suspended' })
  })

  test('denies and records an unknown card', async () => {
    await gate.play('exit-card', { tap: '04112233445566' })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'credential_unknown' })
  })
})

describe('P8 fire', () => {
  test('releases the door for as long as it lasts, with main dead', async () => {
    gate.kill('SIGKILL')
    await gate.exited()
    const fire = (on: boolean) => playDevice(place.runtimeDirectory, 'door', { fire: on })
    const since = systemClock.monotonic()
    await fire(true)
    await waitUntil('longer than a pulse', () => systemClock.monotonic() - since > 3 * PULSE_MS)
    expect(((await gate.play('door', { state: true })) as SimulatedDoorView).relay).toBe(true)
    await fire(false)
    const rests = async () => !((await gate.play('door', { state: true })) as SimulatedDoorView).relay
    await waitUntil('the relay at rest', rests, 1000)
  })
})
