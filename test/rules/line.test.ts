// The site's rules on the running gate: what the office says by its commands, and who comes in then.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Status } from '../../daemon/commands/status.ts'
import type { WhoLine } from '../../daemon/commands/who.ts'
import {
  addPerson,
  type GatePlace,
  type GatePlan,
  makeGatePlace,
  type Person,
  PULSE_MS,
  prepareStore,
  readLedger,
  readRelayLog,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const allDays = { days: '1-7', from: '00:00', to: '00:00' }
/** Two minutes of one day a week, twelve hours away from now: closed for as long as a test runs. */
const farHours = () => {
  const far = new Date(Date.now() + 8 * 3_600_000 + 12 * 3_600_000)
  const weekday = far.getUTCDay() === 0 ? 7 : far.getUTCDay()
  return { days: String(weekday), from: far.toISOString().slice(11, 16), to: '23:59' }
}

type Rules = { schedules?: object[]; passback?: object; openDuring?: string }
const placeWith = (rules: Rules) =>
  makeGatePlace((plan: GatePlan) => {
    Object.assign(plan, rules)
  })

const tap = async (gate: RunningGate, person: Person, device = 'entry-card') => {
  await gate.play(device, { tap: person.card })
  return gate.attempt('card')
}

/** Taps and waits for the relay to fall: a repeat before that renews the opening. */
const passThrough = async (gate: RunningGate, person: Person, device?: string) => {
  const granted = await tap(gate, person, device)
  const on = await gate.relayOn(granted)
  await gate.next(
    (told): told is Extract<typeof told, { kind: 'door' }> =>
      told.kind === 'door' && told.event.what === 'relay_off' && told.event.at > on.at,
  )
  return granted
}

describe('rights and first person', () => {
  let place: GatePlace
  let gate: RunningGate
  let people: readonly Person[]
  beforeAll(async () => {
    place = await placeWith({
      schedules: [
        { id: 'far', hours: [farHours()] },
        { id: 'after-staff', hours: [allDays], afterFirst: 'staff' },
      ],
    })
    people = await prepareStore(place, async (open) => [
      await addPerson(open),
      await addPerson(open, { scheduleId: 'far' }),
      await addPerson(open, { scheduleId: 'after-staff' }),
      await addPerson(open),
    ])
    gate = await runGate(place)
  })
  afterAll(async () => {
    await gate.stop()
    await place[Symbol.asyncDispose]()
  })
  const person = (n: number): Person => people[n] ?? (people[0] as Person)

  test('outside his schedule a resident is denied, and with a right of today he comes in', async () => {
    const resident = person(1).residentId
    expect((await tap(gate, person(1))).decision).toMatchObject({ outcome: 'deny', reason: 'outside_schedule' })
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
    const { rightId } = take(await gate.ask('right grant', { resident, from: today, until: today })) as {
      rightId: string
    }
    expect((await tap(gate, person(1))).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    take(await gate.ask('right revoke', { right: rightId }))
    expect((await tap(gate, person(1))).decision.outcome).toBe('deny')
  })

  test('a right that has ended is none', async () => {
    const resident = person(3).residentId
    const [right] = take(await gate.ask('right list', { resident })) as { id: string }[]
    take(await gate.ask('right revoke', { right: right?.id ?? '' }))
    take(await gate.ask('right grant', { resident, from: '2026-01-01', until: '2026-01-02' }))
    expect((await tap(gate, person(3))).decision).toMatchObject({ outcome: 'deny', reason: 'no_right' })
  })

  test('a right that waits for the first of the staff opens once one has come in', async () => {
    expect((await tap(gate, person(2))).decision).toMatchObject({ outcome: 'deny', reason: 'first_person_missing' })
    await tap(gate, person(0))
    expect((await tap(gate, person(2))).decision.outcome).toBe('deny')
    take(await gate.ask('resident change', { resident: person(0).residentId, group: 'staff' }))
    await tap(gate, person(0))
    expect((await tap(gate, person(2))).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
  })

  test('whoever needs longer has the door open longer', async () => {
    take(await gate.ask('resident change', { resident: person(0).residentId, opening: 2 }))
    await gate.pathIs('entry', 'card', 'up')
    const granted = await tap(gate, person(0))
    const on = await gate.relayOn(granted)
    const off = await gate.next(
      (told): told is Extract<typeof told, { kind: 'door' }> =>
        told.kind === 'door' && told.event.what === 'relay_off' && told.event.at > on.at,
    )
    expect(off.event.at - on.at).toBeGreaterThan(2 * PULSE_MS)
    expect(readRelayLog(place).length).toBeGreaterThan(0)
  })

  test('who tells the same as the door, for each resident and way, and records nothing', async () => {
    const recorded = readLedger(place, 'attempt').length
    const lines = take(await gate.ask('who', {})) as WhoLine[]
    expect(lines.length).toBe(people.length)
    for (const one of people) {
      const line = lines.find(({ resident }) => resident === one.residentId)
      const { decision } = await tap(gate, one)
      expect(line?.may).toBe(decision.outcome === 'grant')
      if (decision.outcome === 'deny') expect(line?.why).toContainEqual({ path: 'card', reason: decision.reason })
    }
    expect(readLedger(place, 'attempt').length).toBe(recorded + people.length)
    const at = '2026-11-31T10:00'
    expect(await gate.ask('who', { at })).toMatchObject({ ok: false, code: 'time_unknown' })
    const [old] = take(await gate.ask('who', { at: '2026-01-01T10:00', resident: person(3).residentId })) as WhoLine[]
    expect(old).toMatchObject({ may: true, by: ['card', 'keypad'], why: [] })
  })

  test('a schedule that is not there is refused, with its name', async () => {
    expect(await gate.ask('right grant', { resident: person(0).residentId, schedule: 'nights' })).toMatchObject({
      ok: false,
      code: 'schedule_unknown',
    })
  })
})

describe('anti-passback', () => {
  test('hard: no second entry without an exit, the exit only records, a restart forgets nothing, the office forgives', async () => {
    await using place = await placeWith({ passback: { kind: 'hard' } })
    const one = await prepareStore(place, addPerson)
    const first = await runGate(place)
    expect((await passThrough(first, one)).decision.outcome).toBe('grant')
    await first.stop()
    await using gate = await runGate(place)
    expect((await tap(gate, one)).decision).toMatchObject({ outcome: 'deny', reason: 'passback' })
    expect((await tap(gate, one, 'exit-card')).decision).toMatchObject({ outcome: 'grant', reason: 'exit', notes: [] })
    expect((await tap(gate, one)).decision.outcome).toBe('grant')
    take(await gate.ask('passback reset', { resident: one.residentId }))
    expect((await tap(gate, one)).decision.outcome).toBe('grant')
  })

  test('soft: the second entry opens and is noted; at the exit a repeat opens and is noted', async () => {
    await using place = await placeWith({ passback: { kind: 'soft' } })
    const one = await prepareStore(place, addPerson)
    const first = await runGate(place)
    await passThrough(first, one)
    await first.stop()
    await using gate = await runGate(place)
    expect((await tap(gate, one)).decision).toMatchObject({ outcome: 'grant', notes: ['passback'] })
    await passThrough(gate, one, 'exit-card')
    await gate.stop()
    await using again = await runGate(place)
    expect((await tap(again, one, 'exit-card')).decision).toMatchObject({ outcome: 'grant', notes: ['passback'] })
  })
})

describe('modes', () => {
  test('a lockdown lets in whom the office named and nobody else, lets everybody out, and survives a kill', async () => {
    await using place = await placeWith({})
    const [doctor, other] = await prepareStore(
      place,
      async (open) => [await addPerson(open), await addPerson(open)] as const,
    )
    const first = await runGate(place)
    take(await first.ask('lockdown on', { except: doctor.residentId }))
    first.kill('SIGKILL')
    await first.exited()
    await first.stop()
    await using gate = await runGate(place)
    expect((await tap(gate, other)).decision).toMatchObject({ outcome: 'deny', reason: 'lockdown' })
    expect((await tap(gate, doctor)).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    expect((await tap(gate, other, 'exit-card')).decision).toMatchObject({ outcome: 'grant', notes: ['lockdown'] })
    take(await gate.ask('lockdown off'))
    expect((await tap(gate, other)).decision.outcome).toBe('grant')
    expect(readLedger(place, 'mode_set').map(({ payload }) => payload?.['mode'])).toEqual(['lockdown', 'controlled'])
  })

  test('evacuation energises the relay until the office ends it', async () => {
    await using place = await placeWith({})
    await using gate = await runGate(place)
    take(await gate.ask('mode', { mode: 'evacuation' }))
    await gate.next(
      (told): told is Extract<typeof told, { kind: 'door' }> =>
        told.kind === 'door' && told.event.what === 'relay_on' && told.event.because === 'evacuation',
    )
    take(await gate.ask('mode', { mode: 'controlled' }))
    await gate.next(
      (told): told is Extract<typeof told, { kind: 'door' }> => told.kind === 'door' && told.event.what === 'relay_off',
    )
  })

  test('the door stands open by its schedule, after the first of the staff, and closed by hand it stays closed', async () => {
    await using place = await placeWith({
      schedules: [{ id: 'market', hours: [allDays], afterFirst: 'staff' }],
      openDuring: 'market',
    })
    const guard = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const modeNow = async () => (take(await gate.ask('status')) as Status).mode
    take(await gate.ask('resident change', { resident: guard.residentId, group: 'staff' }))
    expect(await modeNow()).toBe('controlled')
    await tap(gate, guard)
    await gate.next(
      (told): told is Extract<typeof told, { kind: 'door' }> =>
        told.kind === 'door' && told.event.because === 'open_mode',
    )
    expect(await modeNow()).toBe('open')
    take(await gate.ask('mode', { mode: 'controlled' }))
    expect(await modeNow()).toBe('controlled')
  })
})

describe('two proofs by schedule', () => {
  test.each([
    { when: 'during the hours', hours: allDays, proofs: ['card', 'keypad'] },
    { when: 'outside them', hours: farHours(), proofs: ['card'] },
  ])('a card and a code are asked for together $when as they say', async ({ hours, proofs }) => {
    await using place = await makeGatePlace((plan: GatePlan) => {
      const { entry } = plan.sides
      Object.assign(entry, { twoFactor: [['card', 'keypad']], twoFactorDuring: 'hours' })
      Object.assign(plan, { schedules: [{ id: 'hours', hours: [hours] }] })
    })
    const person = await prepareStore(place, (open) => addPerson(open))
    await using gate = await runGate(place)
    const [asked] = take(await gate.ask('who', {})) as WhoLine[]
    expect(asked?.by).toEqual(proofs.length === 2 ? ['card+keypad', 'keypad+card'] : ['card', 'keypad'])
    await gate.play('entry-card', { tap: person.card })
    if (proofs.length === 2) await gate.type('entry-keypad', `${person.number}*${person.code}#`)
    const { attempt, decision } = await gate.attempt('card')
    expect(decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    expect(attempt.proofs.map(({ path }) => path)).toEqual(proofs)
  })
})
