// When an entry is forgotten, at the running gate: after so many minutes, or each day at an hour. That time has passed is written into
// the store, with the gate stopped.

import { expect, test } from 'vitest'
import { openWriter } from '../../daemon/store/open.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  storeKeyOf,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const MINUTE_MS = 60_000
const timeZone = 'Asia/Shanghai'

const placeWith = (passback: object) =>
  makeGatePlace((plan) => {
    Object.assign(plan, { timeZone, passback })
  })

const tap = async (gate: RunningGate, { card }: Person) => {
  await gate.play('entry-card', { tap: card })
  const { decision } = await gate.attempt('card')
  return decision
}

/** As if whoever came in had come in so much earlier. */
const age = (place: GatePlace, ms: number): void => {
  const { store, close } = take(openWriter({ file: place.storeFile, key: storeKeyOf(place) }))
  expect(store.prepare('UPDATE last_passage SET at_monotonic = at_monotonic - ?').run(ms).changes).toBe(1)
  close()
}

/** By the clocks of the gate, so many minutes from now. */
const timeAt = (minutes: number): string =>
  new Date(Date.now() + minutes * MINUTE_MS).toLocaleTimeString('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
  })

/** Comes in now, and again as if so much later. */
const comeAgainAfter = async (place: GatePlace, person: Person, ms: number) => {
  const first = await runGate(place)
  expect(await tap(first, person)).toMatchObject({ outcome: 'grant' })
  await first.stop()
  age(place, ms)
  await using gate = await runGate(place)
  return await tap(gate, person)
}

test('timed: an entry is forgotten after its minutes, and not before', async () => {
  await using place = await placeWith({ kind: 'hard', forgetAfterMinutes: 30 })
  const one = await prepareStore(place, addPerson)
  expect(await comeAgainAfter(place, one, 25 * MINUTE_MS)).toMatchObject({ outcome: 'deny', reason: 'passback' })
  age(place, 10 * MINUTE_MS)
  await using gate = await runGate(place)
  expect(await tap(gate, one)).toMatchObject({ outcome: 'grant' })
})

test('at an hour of each day everybody is forgiven, who came in before it; whoever came in since is not', async () => {
  await using place = await placeWith({ kind: 'hard', forgetAt: timeAt(-10) })
  const one = await prepareStore(place, addPerson)
  expect(await comeAgainAfter(place, one, 5 * MINUTE_MS)).toMatchObject({ outcome: 'deny', reason: 'passback' })
  age(place, 10 * MINUTE_MS)
  await using gate = await runGate(place)
  expect(await tap(gate, one)).toMatchObject({ outcome: 'grant' })
})

test('an hour that is still to come today was yesterday’s for whoever came in since', async () => {
  await using place = await placeWith({ kind: 'hard', forgetAt: timeAt(30) })
  const one = await prepareStore(place, addPerson)
  expect(await comeAgainAfter(place, one, 60 * MINUTE_MS)).toMatchObject({ outcome: 'deny', reason: 'passback' })
})
