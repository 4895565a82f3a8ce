// One card at two places at once, at the running gate; and the rule itself against a literal reading, over random sights.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hide, type MonotonicMs } from '../../config/words.ts'
import { type Place, watchCardPlaces } from '../../daemon/card-places.ts'
import type { Attempt, Facts } from '../../daemon/core/types.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const suspectedAt = (place: GatePlace) => readLedger(place, 'card_copy_suspected').map(({ payload }) => payload)

const placeWith = (rules: object) =>
  makeGatePlace((plan) => {
    plan.sides.entry.card?.push({ id: 'desk-card', driver: 'simulated', use: 'desk' })
    Object.assign(plan, rules)
  })
const tap = async (gate: RunningGate, { card }: Person, device: string, proved: object = {}) => {
  await gate.play(device, { tap: card, ...proved })
  return (await gate.attempt('card')).decision
}

describe('where readers are further apart than anybody walks', () => {
  let place: GatePlace
  let gate: RunningGate
  let people: readonly [Person, Person, Person]
  beforeAll(async () => {
    place = await placeWith({ cardsApart: { sidesSeconds: 60, deskSeconds: 3600 } })
    people = await prepareStore(
      place,
      async (open) => [await addPerson(open), await addPerson(open), await addPerson(open)] as const,
    )
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  test('a card at both sides at once is suspected to be a copy and opens as always; one that is tapped twice is not', async () => {
    const [one] = people
    await tap(gate, one, 'entry-card')
    await tap(gate, one, 'entry-card')
    expect(suspectedAt(place)).toEqual([])
    expect(await tap(gate, one, 'exit-card')).toMatchObject({ outcome: 'grant', reason: 'exit' })
    await gate.alarm('card_copy_suspected')
    expect(suspectedAt(place)).toMatchObject([{ gate: 'south', places: ['entry', 'exit'], credentials: [one.cardId] }])
  })

  test('one that lies at the desk while it is shown outside is as well', async () => {
    const [, one] = people
    const before = suspectedAt(place).length
    await gate.play('desk-card', { tap: one.card })
    await tap(gate, one, 'entry-card')
    await gate.alarm('card_copy_suspected')
    expect(suspectedAt(place).slice(before)).toMatchObject([{ places: ['desk', 'entry'], credentials: [one.cardId] }])
  })

  test('one that proves its own key at both is none, and nobody’s card says nothing', async () => {
    const [, , one] = people
    const before = suspectedAt(place).length
    const proved = { kind: 'iso14443_4', proof: 'authenticated', generation: 1 }
    await tap(gate, one, 'entry-card', proved)
    await tap(gate, one, 'exit-card', proved)
    const stranger = { ...one, card: '04aabbccddeeff' }
    await tap(gate, stranger, 'entry-card')
    await tap(gate, stranger, 'exit-card')
    expect(suspectedAt(place)).toHaveLength(before)
  })
})

test('where nobody has said how far apart they are nothing is suspected', { timeout: START_LIMIT_MS }, async () => {
  await using place = await placeWith({})
  const one = await prepareStore(place, addPerson)
  await using gate = await runGate(place)
  await gate.play('desk-card', { tap: one.card })
  await tap(gate, one, 'entry-card')
  await tap(gate, one, 'exit-card')
  expect(suspectedAt(place)).toEqual([])
})

const anySight = fc.record({
  card: fc.constantFrom('c_a', 'c_b'),
  place: fc.constantFrom<Place>('entry', 'exit', 'desk'),
  afterMs: fc.constantFrom(0, 1, 1999, 2000, 2001, 8999, 9000),
  hasProved: fc.boolean(),
})

test('over random sights a card is suspected exactly when its last place was another, too short ago, and a number alone was shown', () => {
  fc.assert(
    fc.property(fc.array(anySight, { maxLength: 30 }), (sights) => {
      let alarms = 0
      const places = watchCardPlaces({
        config: { gate: 'south', cardsApart: { sidesSeconds: 2, deskSeconds: 9 } },
        facts: {
          cardKey: () => [],
          findCardHolder: () => ({ credential: sights[now]?.card ?? '', resident: 'r_a' }),
        },
        ledger: { record: async () => ({ flag: '', ref: 'e_a', kept: 'written' }) as never },
        announce: () => void alarms++,
      })
      let [now, at, wanted] = [0, 0, 0]
      const last = new Map<string, { place: Place; at: number; hasProved: boolean }>()
      for (const [n, { card, place, afterMs, hasProved }] of sights.entries()) {
        now = n
        at += afterMs
        const level = hasProved ? 'authenticated' : 'identifier'
        const moment = at as MonotonicMs
        if (place === 'desk') places.seeAtDesk({ device: 'd', at: moment, card: hide(Buffer.of(1)), level })
        else
          places.seeAtGate(
            { gate: 'south', side: place, at: moment, proofs: [{ path: 'card', level }] } satisfies Attempt,
            {
              proofs: [{ path: 'card', pathPaused: false, credential: { id: card, revoked: false } }],
            } as unknown as Facts,
          )
        const before = last.get(card)
        last.set(card, { place, at, hasProved })
        if (before === undefined || before.place === place || (before.hasProved && hasProved)) continue
        const walkMs = [place, before.place].includes('desk') ? 9000 : 2000
        if (at - before.at < walkMs) wanted++
      }
      expect(alarms).toBe(wanted)
    }),
    { numRuns: 500, seed: 20261128 },
  )
})
