// When an entry is forgotten, at the running gate: after so many minutes, or each day at an hour. That time has passed is written into
// the store, with the gate stopped.

import { expect, test } from 'vitest'
import { hide, type MonotonicMs, type WallMs } from '../../config/words.ts'
import { openWriter } from '../../daemon/store/open.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readStore,
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
  const move = 'UPDATE last_passage SET at_monotonic = at_monotonic - @ms, at_wall = at_wall - @ms'
  expect(store.prepare(move).run({ ms }).changes).toBe(1)
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

/** What a decision would read of him, a while after a boot, of an entry in the boot before. */
const readAfterBoot = (
  place: GatePlace,
  { card }: Person,
  enteredAt: number | null,
  upMs: number,
  clockTrusted: boolean,
) => {
  const { store, close } = take(openWriter({ file: place.storeFile, key: storeKeyOf(place) }))
  store.prepare("UPDATE last_passage SET boot = 'before', at_monotonic = 1, at_wall = ?").run(enteredAt)
  close()
  const passback = {
    kind: 'hard',
    forgetAfterMs: Number.POSITIVE_INFINITY,
    forgetAtMinute: 4 * 60,
    sameOpeningMs: 400,
  } as const
  const rules = {
    schedules: new Map(),
    calendar: new Map(),
    pairHours: new Map(),
    firstGroups: new Set<never>(),
    passback,
  }
  const wall = Date.parse('2026-11-28T10:00:00+08:00') as WallMs
  const facts = readStore(place, (reader) =>
    reader.readFacts({
      ...{ gate: 'south', side: 'entry', wall, monotonic: upMs as MonotonicMs, clockTrusted, timeZone, rules },
      ...{ mode: 'controlled', controllerFault: false, graceDays: 7 },
      proofs: [{ path: 'card', token: reader.cardKey(hide(Buffer.from(card, 'hex'))) }],
    }),
  )
  return facts.proofs[0]?.credential?.repeatsSide ?? false
}

test('a power cut after that hour takes the forgiveness from nobody, and gives it to nobody', async () => {
  await using place = await placeWith({ kind: 'hard' })
  const one = await prepareStore(place, addPerson)
  const gate = await runGate(place)
  expect(await tap(gate, one)).toMatchObject({ outcome: 'grant' })
  await gate.stop()
  const [before, since] = ['2026-11-28T03:59:00+08:00', '2026-11-28T04:01:00+08:00'].map(Date.parse)
  const up = 5 * MINUTE_MS
  expect(readAfterBoot(place, one, before ?? 0, up, true)).toBe(false)
  expect(readAfterBoot(place, one, since ?? 0, up, true)).toBe(true)
  // Nobody knows when that was.
  expect(readAfterBoot(place, one, null, up, true)).toBe(true)
  // The clock is wrong: a day and more has passed all the same.
  expect(readAfterBoot(place, one, before ?? 0, up, false)).toBe(true)
  expect(readAfterBoot(place, one, null, 26 * 60 * MINUTE_MS, false)).toBe(false)
})
