// On the running gate: holidays, made-up workdays, a year that nobody wrote down, and one resident whom the office or the guard forgives.

import { describe, expect, test } from 'vitest'
import { type Clock, type MonotonicMs, systemClock, type WallMs } from '../../config/words.ts'
import type { WhoLine } from '../../daemon/commands/who.ts'
import {
  addPerson,
  type GatePlan,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000
const wholeDay = (days: string) => [{ days, from: '00:00', to: '00:00' }]
const placeWith = (rules: object) => makeGatePlace((plan: GatePlan) => void Object.assign(plan, rules))

const tap = async (gate: RunningGate, person: Person, device = 'entry-card') => {
  await gate.play(device, { tap: person.card })
  return (await gate.attempt('card')).decision
}

/** Yesterday, today and tomorrow by the gate's clock, each in its year: a test may run through midnight. */
const yearsWith = (name: 'holidays' | 'workdays') => {
  const days = [-1, 0, 1].map((n) => new Date(Date.now() + SHANGHAI_MS + n * DAY_MS).toISOString().slice(0, 10))
  const years = [...new Set(days.map((day) => day.slice(0, 4)))]
  return years.map((year) => ({ year: Number(year), [name]: days.filter((day) => day.startsWith(year)) }))
}
const schedules = [
  { id: 'workdays', hours: wholeDay('workday') },
  { id: 'restdays', hours: wholeDay('restday') },
]

describe('a calendar', () => {
  test('closes a holiday to whoever works, opens it to the others, and the other way round on a made-up workday', async () => {
    await using place = await placeWith({ schedules, calendar: yearsWith('holidays') })
    const [worker, guest, resident] = await prepareStore(
      place,
      async (open) =>
        [
          await addPerson(open, { scheduleId: 'workdays' }),
          await addPerson(open, { scheduleId: 'restdays' }),
          await addPerson(open),
        ] as const,
    )
    {
      await using gate = await runGate(place)
      expect(await tap(gate, worker)).toMatchObject({ outcome: 'deny', reason: 'outside_schedule' })
      expect(await tap(gate, guest)).toMatchObject({ outcome: 'grant', reason: 'right' })
      const [later] = take(await gate.ask('who', { at: '2031-03-03T10:00', resident: worker.residentId })) as WhoLine[]
      expect(later).toMatchObject({
        may: false,
        why: expect.arrayContaining([{ path: 'card', reason: 'outside_schedule' }]),
      })
      // Of those rights alone.
      const [always] = take(
        await gate.ask('who', { at: '2031-03-03T10:00', resident: resident.residentId }),
      ) as WhoLine[]
      expect(always).toMatchObject({ may: true })
    }
    place.rewrite((plan) => void Object.assign(plan, { schedules, calendar: yearsWith('workdays') }))
    await using gate = await runGate(place)
    expect(await tap(gate, worker)).toMatchObject({ outcome: 'grant', reason: 'right' })
    expect(await tap(gate, guest)).toMatchObject({ outcome: 'deny', reason: 'outside_schedule' })
  })
})

const MINUTE_MS = 60_000
/** The gate's own clock ten minutes ago: long after the relay has fallen, and no restart between. */
const tenMinutesAgo: Clock = {
  wall: () => (Date.now() - 10 * MINUTE_MS) as WallMs,
  monotonic: () => (systemClock.monotonic() - 10 * MINUTE_MS) as MonotonicMs,
}

/** What the gate writes of an entry. */
const cameIn = async ({ config, ledger }: OpenPlace, person: Person) => {
  const passage = { gate: config.gate, side: 'entry', residentId: person.residentId, keepsSide: true } as const
  await ledger.record({ kind: 'attempt', payload: { gate: config.gate, outcome: 'grant' } }, { passage })
}

describe('a reset of anti-passback', () => {
  test('forgives the one who is named and nobody else, also after a kill, and stands in the record', async () => {
    await using place = await placeWith({ passback: { kind: 'hard' } })
    const [one, other] = await prepareStore(
      place,
      async (open) => {
        const both = [await addPerson(open), await addPerson(open)] as const
        for (const person of both) await cameIn(open, person)
        return both
      },
      tenMinutesAgo,
    )
    {
      await using gate = await runGate(place)
      expect(await tap(gate, one)).toMatchObject({ outcome: 'deny', reason: 'passback' })
      take(await gate.ask('passback reset', { resident: one.residentId }))
      gate.kill('SIGKILL')
      await gate.exited()
    }
    await using again = await runGate(place)
    expect(await tap(again, other)).toMatchObject({ outcome: 'deny', reason: 'passback' })
    expect(await tap(again, one)).toMatchObject({ outcome: 'grant', reason: 'right' })
    expect(readLedger(place, 'passback_reset').map(({ payload }) => payload)).toMatchObject([
      { residentId: one.residentId },
    ])
  })
})
