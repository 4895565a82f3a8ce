// A request that nobody answers in time stands as an alarm until it is closed: by an injected clock on a real store, and at a running
// gate in `status`, log, record and at the outlet.

import { describe, expect, onTestFinished, test } from 'vitest'
import { type Clock, type MonotonicMs, systemClock, type WallMs } from '../../config/words.ts'
import { createWatchers } from '../../daemon/happening.ts'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import { openOverdue } from '../../daemon/overdue-requests.ts'
import { keepAlarms } from '../../daemon/standing-alarms.ts'
import { dueAfterDays, type RequestKind } from '../../daemon/store/requests.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, makePlace, office, openLedger, openReads, take } from '../store/place.ts'
import { byOffice, makeGatePlace, prepareStore, readLedger } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const DAY_MS = 86_400_000

/** A wall clock that goes when it is told to, over a real store. */
const openRegister = async () => {
  let wall = systemClock.wall()
  const clock: Clock = { wall: () => wall, monotonic: systemClock.monotonic }
  const opened = await openLedger(makePlace(), { clock })
  const facts = openReads(opened)
  const residentId = await addPerson(opened.ledger)
  return {
    ...opened,
    facts,
    clock,
    goTo: (at: number) => {
      wall = at as WallMs
    },
    ask: async (kind: RequestKind) => take(await opened.ledger.write('addRequest', { kind, residentId }, office)),
    close: async (number: number) =>
      take(await opened.ledger.write('closeRequest', { number, outcome: 'given', costFen: 0 }, office)),
  }
}

describe('by the law’s clock', () => {
  test.each([
    ['complaint', 10],
    ['another_way', 10],
    ['access', 15],
    ['deletion', 15],
  ] as const)('a %s is overdue after %i days, and not a moment before', async (kind, days) => {
    expect(dueAfterDays(kind)).toBe(days)
    const register = await openRegister()
    const count = openOverdue(register)
    const { dueAt } = await register.ask(kind)
    register.goTo(dueAt)
    expect(count()).toBe(0)
    register.goTo(dueAt + 1)
    expect(count()).toBe(1)
  })

  test('a boot in 1970 takes no overdue request back, and an hour in 2099 makes none', async () => {
    const register = await openRegister()
    const count = openOverdue(register)
    const { dueAt } = await register.ask('copy')
    register.goTo(Date.UTC(2099, 0, 1))
    expect(count()).toBe(0)
    register.goTo(dueAt + DAY_MS)
    await register.ledger.record({ kind: 'alarm_acknowledged', payload: {} })
    register.goTo(0)
    expect(count()).toBe(1)
  })
})

describe('at the outlet', () => {
  const open = (count: () => number) => {
    const recorded: string[] = []
    const sent: { standing: boolean; sounding: boolean }[] = []
    const watchers = createWatchers(systemClock)
    const alarms = keepAlarms({
      gate: 'south',
      clock: { wall: systemClock.wall, monotonic: () => 50_000 as MonotonicMs },
      mounted: [],
      supervisor: { devices: () => [] },
      isUnequal: () => false,
      isGuardCalled: () => false,
      flaws: () => [],
      calls: { open: () => undefined },
      facts: { countOverdue: count, lastWall: systemClock.wall },
      ledger: {
        record: async ({ kind }) => {
          recorded.push(kind)
          return { seq: 1, flag: 'stored' } as never
        },
        state: () => ({ answering: true, journaled: 0, lost: 0 }) as never,
      },
      signal: { tellAlarms: (told) => void sent.push(told) },
      ...watchers,
    })
    onTestFinished(alarms.stop)
    /** Whatever the door tells makes it look. */
    const look = () =>
      watchers.announce({ kind: 'door', event: { type: 'door', what: 'closed', at: systemClock.monotonic() } })
    return { look, recorded, last: () => sent.at(-1), alarms: watchers.alarms }
  }

  test('it stands without a sound, is told once, and is over when nothing is overdue', () => {
    let overdue = 1
    const { look, recorded, last, alarms } = open(() => overdue)
    look()
    expect(last()).toEqual({ standing: true, sounding: false })
    overdue = 2
    look()
    expect(recorded).toEqual(['request_overdue'])
    expect(alarms()).toMatchObject([{ code: 'request_overdue', times: 1 }])
    overdue = 0
    look()
    expect(last()).toEqual({ standing: false, sounding: false })
    expect(recorded).toEqual(['request_overdue', 'request_overdue_over'])
  })
})

test('at a running gate it stands in status, log and record, goes to the broker without a person, and ends when it is closed', async () => {
  await using place = await makeGatePlace()
  const { request, residentId } = await prepareStore(place, async ({ ledger, config }) => {
    const { householdId } = take(await ledger.write('addHousehold', { room: '1' }, byOffice))
    const added = { householdId, name: 'Somebody', rights: [{ gate: config.gate }] }
    const resident = take(await ledger.write('addResident', added, byOffice))
    const askedAt = (Date.now() - 11 * DAY_MS) as WallMs
    const asked = { kind: 'another_way', residentId: resident.residentId, askedAt } as const
    return { ...take(await ledger.write('addRequest', asked, byOffice)), residentId: resident.residentId }
  })
  await using gate = await runGate(place)
  await gate.alarm('request_overdue')
  expect(await gate.ask('status')).toMatchObject({ value: { overdueRequests: 1 } })
  expect(gate.stderr()).toMatch(/alarm_stands.*request_overdue/)
  await waitUntil('the event', () => readLedger(place, 'request_overdue').length === 1)
  const [event] = readLedger(place, 'request_overdue')
  expect(event && describeEvent(event)).toMatchObject({ topic: 'event/request_overdue' })
  expect(JSON.stringify(event)).not.toContain(residentId)
  take(await gate.ask('request close', { number: String(request), outcome: 'given' }))
  await waitUntil('its end', () => readLedger(place, 'request_overdue_over').length === 1)
  expect(await gate.ask('status')).not.toHaveProperty('value.overdueRequests')
}, 30_000)
