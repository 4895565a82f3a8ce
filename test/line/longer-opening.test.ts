// A resident who needs longer to pass, at a gate with light, tone and voice: what he is told, how long the ticking lasts, and that it is the
// same by card and by code, and nobody else's.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, byOffice, makeGatePlace, PULSE_MS, prepareStore, take } from './gate-place.ts'
import { isSign, runGate, type Told } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const OPENING_MS = 3000
const TICK_EVERY_MS = 500
const isOff = (told: Told): told is Extract<Told, { kind: 'door' }> =>
  told.kind === 'door' && told.event.what === 'relay_off'

describe('a resident with a longer opening', { timeout: START_LIMIT_MS }, () => {
  test('is told to take his time, and the gate ticks until it closes; by card and by code alike, and nobody else', async () => {
    await using place = await makeGatePlace((plan) => {
      Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
      Object.assign(plan.door, { contact: false })
    })
    const { slow, quick } = await prepareStore(place, async (open) => {
      const people = { slow: await addPerson(open), quick: await addPerson(open) }
      const changed = { residentId: people.slow.residentId, openingMs: OPENING_MS }
      take(await open.ledger.write('changeResident', changed, byOffice))
      return people
    })
    await using gate = await runGate(place)
    const log = () =>
      [...readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8').matchAll(/^(\S+) (entry .*)$/gm)].map(
        ([, at, what]) => ({ at: Number(at), what }),
      )
    const since = (from: number) => log().filter(({ at }) => at >= from)
    const pass = async (act: () => Promise<unknown>, path: 'card' | 'keypad', sign: string) => {
      await act()
      const attempt = await gate.attempt(path)
      const on = await gate.relayOn(attempt)
      await gate.next(isSign(sign))
      await waitUntil('the words', () => since(on.at).some(({ what }) => what === `entry say ${sign}`))
      const off = (await gate.next(isOff)).event
      await waitUntil('the end of the ticking', () => since(off.at).some(({ what }) => what === 'entry green off'))
      const ticks = since(on.at).filter(({ what }) => what === 'entry tone 1000')
      return { lastedMs: off.at - on.at, lastTickMs: (ticks.at(-1)?.at ?? on.at) - on.at }
    }
    const byCard = await pass(() => gate.play('entry-card', { tap: slow.card }), 'card', 'granted_long')
    const byCode = await pass(() => gate.type('entry-keypad', `${slow.number}*${slow.code}#`), 'keypad', 'granted_long')
    for (const { lastedMs, lastTickMs } of [byCard, byCode]) {
      expect(lastedMs).toBeGreaterThanOrEqual(OPENING_MS)
      expect(lastTickMs).toBeGreaterThanOrEqual(OPENING_MS - 2 * TICK_EVERY_MS)
    }
    const other = await pass(() => gate.play('entry-card', { tap: quick.card }), 'card', 'granted')
    expect(other.lastedMs).toBeLessThan(OPENING_MS)
    expect(other.lastedMs).toBeGreaterThanOrEqual(PULSE_MS)
  })
})
