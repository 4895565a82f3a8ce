// The copy of the accepted configuration, damaged while the gate runs: the door that starts again reads what main means all the same.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, makeGatePlace, prepareStore, readRelayLog } from '../line/gate-place.ts'
import { isUp, runGate } from '../line/running-gate.ts'

const LIMIT_MS = 60_000
const BACK_LIMIT_MS = 15_000

test.each([
  ['damaged', (file: string) => writeFileSync(file, '{"gate": "sou')],
  ['removed', (file: string) => rmSync(file)],
  [
    'of another gate',
    (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace(/"pulseMs":\d+/, '"pulseMs":900')),
  ],
] as const)(
  '%s, it is whole again before the door reads it, and the door starts once',
  { timeout: LIMIT_MS },
  async (_, spoil) => {
    await using place = await makeGatePlace((plan) => {
      plan.door = { ...plan.door, pulseMs: 400 }
    })
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const file = join(place.runtimeDirectory, 'accepted.json')
    const whole = readFileSync(file, 'utf8')
    spoil(file)
    const first = gate.pidOf('door')
    if (first === undefined) throw new Error('there is no door')
    process.kill(first, 'SIGKILL')
    await gate.next(isUp('door'), BACK_LIMIT_MS)
    await waitUntil('another door', () => ![undefined, first].includes(gate.pidOf('door')))
    const second = gate.pidOf('door')
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe(whole)
    for (let n = 0; n < 3; n++) {
      await gate.play('entry-card', { tap: person.card })
      await gate.relayOn(await gate.attempt('card'))
      await waitUntil('the relay at rest', () => readRelayLog(place).at(-1)?.on === false)
    }
    const [on, off] = readRelayLog(place).slice(-2)
    expect((off?.at ?? 0) - (on?.at ?? 0)).toBeLessThan(800)
    expect(gate.pidOf('door')).toBe(second)
  },
)
