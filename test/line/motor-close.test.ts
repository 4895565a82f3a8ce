// A gate motor that runs, with stop, close and a light barrier: what the guard's commands do to its wires, what they are refused for, and
// what stands in the record and at the outlet for alarms. The wires as the motor's own log has them.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { type GatePlace, makeGatePlace, prepareStore, readLedger, take } from './gate-place.ts'
import { type DoorHappening, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const IMPULSE_MS = 300

const makePlace = async () => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan, { alarm: { driver: 'simulated' } })
    const motor = { impulseMs: IMPULSE_MS, travelMs: 5000, obstacleAfterSeconds: 5 }
    Object.assign(plan.door, { motor: { ...motor, stop: true, close: true, obstacle: true }, contact: false })
  })
  await prepareStore(place, async () => undefined)
  return place
}
const isDoor =
  (what: DoorHappening['event']['what']) =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what
const movesOf = (place: GatePlace) => {
  const file = join(place.runtimeDirectory, 'motor-log')
  if (!existsSync(file)) return []
  return [...readFileSync(file, 'utf8').matchAll(/^(\S+) (\w+) (on|off)$/gm)].map(([, at, wire, to]) => ({
    at: Number(at),
    move: `${wire} ${to}`,
  }))
}
const recorded = (place: GatePlace, kind: string) => readLedger(place, kind).map(({ payload }) => payload?.['what'])

describe('a gate motor with all its wires', { timeout: START_LIMIT_MS }, () => {
  test('closes by one impulse for the guard’s command, recorded with who said so, and stops for another', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    take(await gate.ask('motor close'))
    await waitUntil('the impulse', () => movesOf(place).length === 2)
    const [on, off] = movesOf(place)
    expect([on?.move, off?.move]).toEqual(['close on', 'close off'])
    expect((off?.at ?? 0) - (on?.at ?? 0)).toBeGreaterThanOrEqual(IMPULSE_MS)
    expect(await gate.ask('motor close')).toMatchObject({ ok: false, code: 'motor_gate_travels' })
    take(await gate.ask('motor stop'))
    await waitUntil('the stop', () => movesOf(place).at(-1)?.move === 'stop off')
    await waitUntil('the record', () => recorded(place, 'door').includes('motor_stop'))
    expect(readLedger(place, 'motor').map(({ payload }) => payload)).toMatchObject([
      { what: 'close', by: { role: 'root' } },
      { what: 'close' },
      { what: 'stop', by: { role: 'root' } },
    ])
    const [said] = readLedger(place, 'motor')
    expect(said && JSON.parse(describeEvent(said).payload)).toMatchObject({ kind: 'motor', what: 'close' })
    // The door opens as ever: the exit press finds a gate that stands.
    await gate.play('door', { press: true })
    await gate.next(isDoor('relay_on'))
  })

  test('closes on nobody: refused while somebody stands in the barrier, broken off and stopped when he steps in', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    await gate.play('door', { obstacle: true })
    expect(await gate.ask('motor close')).toMatchObject({ ok: false, code: 'motor_obstacle' })
    expect(movesOf(place)).toEqual([])
    await gate.play('door', { obstacle: false })
    take(await gate.ask('motor close'))
    await gate.play('door', { obstacle: true })
    await gate.next(isDoor('close_cut'))
    await waitUntil('the stop', () => movesOf(place).at(-1)?.move === 'stop off')
    expect(movesOf(place).map(({ move }) => move)).toEqual(['close on', 'close off', 'stop on', 'stop off'])
    await waitUntil('the record', () => recorded(place, 'door').includes('close_cut'))
  })

  test('with something in its barrier for long raises the alarm at the gate until it is clear, and opens meanwhile', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    await gate.play('door', { obstacle: true })
    await gate.alarm('obstacle_long', 15_000)
    const outlet = () => readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8')
    await waitUntil('the buzzer', () => outlet().includes('alarm buzzer on'))
    await gate.play('door', { press: true })
    await gate.next(isDoor('relay_on'))
    await gate.play('door', { obstacle: false })
    await waitUntil('the end', () => gate.stderr().includes('"alarm_over","cause":"obstacle_long"'))
    await waitUntil('the record', () => recorded(place, 'door').includes('obstacle_over'))
  })

  test('is moved by nobody after a door process was killed in the middle of an impulse: the next one closes nothing by itself', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    take(await gate.ask('motor close'))
    const pid = Number(readFileSync(join(place.runtimeDirectory, 'door.pid'), 'utf8'))
    process.kill(pid, 'SIGKILL')
    await waitUntil(
      'another door',
      () => Number(readFileSync(join(place.runtimeDirectory, 'door.pid'), 'utf8')) !== pid,
    )
    const { length } = movesOf(place)
    await gate.play('door', { press: true })
    await gate.next(isDoor('exit_button'))
    expect(movesOf(place).slice(length)).toEqual([])
  })
})
