// A credential that opens a gate with a motor twice: one impulse, an answer that is no refusal, and a record; and who is not held off.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, prepareStore, readLedger } from './gate-place.ts'
import { isSign, runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000

const makePlace = async (contact = false) => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
    // Its travel is over at once for whoever asks again: only the hold-off is left to keep the second impulse away.
    Object.assign(plan.door, { motor: { impulseMs: 200, travelMs: 1000, holdOffSeconds: 60 }, contact })
  })
  const people = await prepareStore(place, async (open) => [await addPerson(open), await addPerson(open)] as const)
  return { place, people }
}
const impulses = (place: GatePlace): number =>
  readFileSync(join(place.runtimeDirectory, 'relay-log'), 'utf8').match(/ on$/gm)?.length ?? 0

describe('a gate with a motor', { timeout: START_LIMIT_MS }, () => {
  test('gets one impulse from a card that is tapped twice; the second is answered with “one moment” and recorded', async () => {
    const {
      place,
      people: [driver, other],
    } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: driver.card })
    const first = await gate.attempt('card')
    expect(first.decision).toMatchObject({ outcome: 'grant' })
    await gate.relayOn(first)
    await waitUntil('the end of the travel', () => systemClock.monotonic() > first.attempt.at + 1100)
    await gate.play('entry-card', { tap: driver.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'held_off' })
    await gate.next(isSign('wait'))
    expect(impulses(place)).toBe(1)
    expect(readLedger(place, 'attempt').at(-1)?.payload).toMatchObject({ outcome: 'deny', reason: 'held_off' })
    // Nobody else is held off, nor he himself by another credential.
    await gate.play('entry-card', { tap: other.card })
    expect((await gate.attempt('card')).decision.outcome).toBe('grant')
    await gate.type('entry-keypad', `${driver.number}*${driver.code}#`)
    expect((await gate.attempt('keypad')).decision.outcome).toBe('grant')
    // A wrong code is answered as any wrong code: it learns nothing of its owner.
    await gate.type('entry-keypad', `${driver.number}*111111#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'deny', reason: 'pin_wrong' })
  })

  test('lets him out with the same card (P8), noted', async () => {
    const {
      place,
      people: [driver],
    } = await makePlace()
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: driver.card })
    await gate.relayOn(await gate.attempt('card'))
    await gate.play('exit-card', { tap: driver.card })
    expect((await gate.attempt('card')).decision).toMatchObject({
      outcome: 'grant',
      reason: 'exit',
      notes: ['held_off'],
    })
  })

  test('that has closed again holds nobody off', async () => {
    const {
      place,
      people: [driver],
    } = await makePlace(true)
    await using _ = place
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: driver.card })
    await gate.relayOn(await gate.attempt('card'))
    for (const contact of ['open', 'closed'] as const) {
      await gate.play('door', { contact })
      await gate.next(
        (told): told is Extract<typeof told, { kind: 'door' }> =>
          told.kind === 'door' && told.event.what === (contact === 'open' ? 'opened' : 'closed'),
      )
    }
    await gate.play('entry-card', { tap: driver.card })
    expect((await gate.attempt('card')).decision.outcome).toBe('grant')
  })
})
