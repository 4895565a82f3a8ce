// A gate with a motor that runs: what its opening input is given, as the relay's own log has it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { makeGatePlace, prepareStore } from './gate-place.ts'
import { runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const PULSE_MS = 1500
const IMPULSE_MS = 300

const isDoor =
  (what: string) =>
  (told: Told): told is Extract<Told, { kind: 'door' }> =>
    told.kind === 'door' && told.event.what === what

test(
  'a motor gets one impulse for presses within its travel, shorter than the opening',
  async () => {
    await using place = await makeGatePlace((plan) => {
      Object.assign(plan.door, {
        pulseMs: PULSE_MS,
        motor: { impulseMs: IMPULSE_MS, travelMs: 60_000 },
        contact: false,
      })
    })
    await prepareStore(place, async () => undefined)
    await using gate = await runGate(place)
    const moves = () =>
      [...readFileSync(join(place.runtimeDirectory, 'relay-log'), 'utf8').matchAll(/^(\S+) (on|off)$/gm)]
        .map(([, at, to]) => ({ at: Number(at), to }))
        .slice(1)
    await gate.play('door', { press: true })
    await waitUntil('the end of the impulse', () => moves().length === 2)
    await gate.play('door', { press: true })
    await gate.next(isDoor('relay_off'))
    const [on, off, ...more] = moves()
    expect([on?.to, off?.to, more]).toEqual(['on', 'off', []])
    const lasted = (off?.at ?? 0) - (on?.at ?? 0)
    expect(lasted).toBeGreaterThanOrEqual(IMPULSE_MS)
    expect(lasted).toBeLessThan(PULSE_MS)
  },
  START_LIMIT_MS,
)
