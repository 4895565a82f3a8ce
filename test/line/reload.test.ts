// A reload of a running gate on a good day and on a bad one: whatever is asked of it, a gate runs afterwards. What `run` itself
// refuses and keeps is in test/commands/reload.test.ts.

import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  type GatePlace,
  type GatePlan,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
} from './gate-place.ts'
import { lockStore } from './locked-store.ts'
import { isUp, type RunningGate, runGate } from './running-gate.ts'

const RELOAD_LIMIT_MS = 20_000

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const lock = (place: GatePlace): (() => void) => {
  const unlock = lockStore(place)
  ends.push(unlock)
  return unlock
}

const logged = (gate: RunningGate, code: string) =>
  waitUntil(code, () => gate.stderr().includes(`"${code}"`), RELOAD_LIMIT_MS)

/** Waits until the gate that was swapped in has its door and its card reader. */
const reload = async (gate: RunningGate, expected: string): Promise<void> => {
  const before = gate.told.length
  gate.kill('SIGHUP')
  await logged(gate, expected)
  for (const part of ['door', 'card'] as const)
    await waitUntil(part, () => gate.told.slice(before).some(isUp(part)), RELOAD_LIMIT_MS)
}

const expectOpens = async (gate: RunningGate, { card }: Person): Promise<void> => {
  await gate.play('entry-card', { tap: card })
  const tap = await gate.attempt('card')
  expect(tap.decision).toMatchObject({ outcome: 'grant' })
  await gate.relayOn(tap)
}

describe('a reload', () => {
  test('with other door times starts the door anew, and the next tap holds the relay for the new time', async () => {
    const withTimes = (pulseMs: number, pulseLimitMs: number) => (plan: GatePlan) => {
      plan.door = { ...plan.door, pulseMs, pulseLimitMs }
    }
    await using place = await makeGatePlace(withTimes(400, 500))
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const door = gate.pidOf('door')
    place.rewrite(withTimes(800, 1000))
    await reload(gate, 'gate_reloaded')
    expect(gate.pidOf('door')).not.toBe(door)
    await expectOpens(gate, person)
    const moves = () => readRelayLog(place).slice(-2)
    await waitUntil('the relay at rest', () => moves()[1]?.on === false)
    const [on, off] = moves()
    expect(on?.on).toBe(true)
    expect((off?.at ?? 0) - (on?.at ?? 0)).toBeGreaterThan(790)
    expect((off?.at ?? 0) - (on?.at ?? 0)).toBeLessThan(1000)
  })

  test('to a runtime folder that cannot be is refused, and the gate goes on', async () => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    place.rewrite((plan) => {
      plan.runtime.directory = join(place.configFile, 'run')
    })
    gate.kill('SIGHUP')
    await logged(gate, 'reload_refused')
    expect(gate.stderr()).toContain('runtime_unwritable')
    await expectOpens(gate, person)
  })

  test('to a gate that does not start goes back to the one that ran', async () => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    place.rewrite((plan) => {
      plan.store.directory = join(place.folder, 'nowhere')
    })
    await reload(gate, 'reload_failed')
    expect(gate.stderr()).toContain('store_missing_for_key')
    await expectOpens(gate, person)
  })

  test('among changes of the office ends none of them with the gate', async () => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    let reloaded = false
    const answers = new Set<string>()
    const changeCodes = async () => {
      while (!reloaded) {
        const change = { resident: person.residentId, number: person.number, code: '730164' }
        const result = await gate.ask('pin set', change)
        answers.add(result.ok ? 'done' : result.code)
      }
    }
    const changes = Array.from({ length: 8 }, changeCodes)
    await reload(gate, 'gate_reloaded')
    reloaded = true
    await Promise.all(changes)
    expect(['done', 'daemon_gone', 'daemon_absent']).toEqual(expect.arrayContaining([...answers]))
    await expectOpens(gate, person)
  })
})

describe('a disk that stalls', () => {
  const changes: readonly (readonly [what: string, change: (plan: GatePlan) => void])[] = [
    ['nothing new', () => undefined],
    [
      'another contact',
      (plan) => {
        plan.operator = { ...plan.operator, contact: 'Office 2' }
      },
    ],
  ]
  test.each(changes)('refuses a reload with %s, and the gate goes on as it was', async (_, change) => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    place.rewrite(change)
    const parts = [gate.pidOf('door'), gate.pidOf('card')]
    const unlock = lock(place)
    gate.kill('SIGHUP')
    await logged(gate, 'reload_refused')
    expect(gate.stderr()).toContain('ledger_waiting')
    await expectOpens(gate, person)
    expect([gate.pidOf('door'), gate.pidOf('card')]).toEqual(parts)
    unlock()
    await gate.alarm('store_answers')
    expect(readLedger(place, 'attempt').map(({ flags }) => flags)).toEqual(['journaled'])
    await reload(gate, 'gate_reloaded')
  })

  test('keeps no gate from starting with the configuration that was effective before', async () => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    const unlock = lock(place)
    await using gate = await runGate(place)
    await expectOpens(gate, person)
    unlock()
    await gate.alarm('store_answers')
    // Once the card part is up, whenever that is, the site gets its first card key.
    const kinds = readLedger(place).flatMap(({ kind }) => (kind === 'site_card_key_made' ? [] : [kind]))
    expect(kinds.slice(-2)).toEqual(['configuration_effective', 'attempt'])
  })
})
