// Rights that can never apply, as `check` is told of them by the running gate: one finding a test, each with its place or its resident.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { RightFinding, RightFindings } from '../../daemon/commands/right-check.ts'
import {
  addPerson,
  byOffice,
  type GatePlan,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const main = fileURLToPath(new URL('../../daemon/main.ts', import.meta.url))
const wholeDay = (days: string) => [{ days, from: '00:00', to: '00:00' }]

const findingsOf = async (gate: RunningGate): Promise<readonly RightFinding[]> =>
  (take(await gate.ask('right check', {})) as RightFindings).findings

const revoke = async ({ ledger }: OpenPlace, credentialId: string): Promise<void> => {
  take(await ledger.write('revokeCredential', { credentialId, because: 'office' }, byOffice))
}

const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

/** The first Tuesday of some week to come, by name. */
const someTuesday = (): string => {
  const day = new Date(Date.now() + 7 * 86_400_000)
  day.setUTCDate(day.getUTCDate() + ((2 - day.getUTCDay() + 7) % 7))
  return day.toISOString().slice(0, 10)
}

/** A gate with these rules, and what its rights come to. */
const lookAt = async (
  rules: object,
  prepare: (open: OpenPlace) => Promise<Person>,
  more: { afterStart?: (gate: RunningGate, person: Person) => Promise<void>; entry?: object; later?: object } = {},
) => {
  const change = (changed: object) => (plan: GatePlan) => {
    Object.assign(plan, changed)
    Object.assign(plan.sides.entry, more.entry ?? {})
  }
  await using place = await makeGatePlace(change(rules))
  const person = await prepareStore(place, prepare)
  if (more.later) place.rewrite(change(more.later))
  await using gate = await runGate(place)
  await more.afterStart?.(gate, person)
  return { person, found: await findingsOf(gate) }
}

const grantInstead = (right: object) => async (gate: RunningGate, person: Person) => {
  const resident = person.residentId
  for (const { id } of take(await gate.ask('right list', { resident })) as { id: string }[])
    take(await gate.ask('right revoke', { right: id }))
  take(await gate.ask('right grant', { resident, ...right }))
}

describe('check is told', () => {
  test('of a right that has ended', async () => {
    const { person, found } = await lookAt({}, addPerson, {
      afterStart: grantInstead({ from: '2026-01-01', until: '2026-01-02' }),
    })
    expect(found).toMatchObject([
      { code: 'right_ended', resident: person.residentId, right: expect.stringMatching(/^e_/) },
    ])
  })

  test('of a right whose schedule is no more', async () => {
    const old = { schedules: [{ id: 'old', hours: wholeDay('1-7') }] }
    const { person, found } = await lookAt(old, (open) => addPerson(open, { scheduleId: 'old' }), {
      later: { schedules: undefined },
    })
    expect(found).toMatchObject([{ code: 'right_schedule_gone', resident: person.residentId }])
  })

  test.each([
    {
      why: 'that lasts a Tuesday and opens on Mondays',
      schedule: 'mondays',
      from: someTuesday(),
      until: someTuesday(),
    },
    { why: 'to workdays of a year that nobody wrote down', schedule: 'work', from: '2031-01-01', until: '2031-12-31' },
  ])('of a right $why', async ({ why: _, ...right }) => {
    const schedules = [
      { id: 'mondays', hours: wholeDay('1') },
      { id: 'work', hours: wholeDay('workday') },
    ]
    const { person, found } = await lookAt({ schedules }, addPerson, { afterStart: grantInstead(right) })
    expect(found).toMatchObject([{ code: 'right_never_opens', resident: person.residentId }])
  })

  test('of a resident whose only credential is of a kind for which the entry has no device', async () => {
    const { person, found } = await lookAt(
      {},
      async (open) => {
        const one = await addPerson(open)
        await revoke(open, one.cardId)
        return one
      },
      { entry: { keypad: undefined } },
    )
    expect(found).toMatchObject([{ code: 'right_path_absent', resident: person.residentId }])
  })

  test('of pairs that nobody holds, and, where others do, of each who does not', async () => {
    const entry = { twoFactor: [['card', 'keypad']] }
    const withoutCode = async (open: OpenPlace) => {
      const one = await addPerson(open)
      await revoke(open, one.pinId)
      return one
    }
    const nobody = await lookAt({}, withoutCode, { entry })
    expect(nobody.found).toEqual([{ code: 'pair_nobody', at: 'sides.entry.twoFactor' }])
    const one = await lookAt(
      {},
      async (open) => {
        await addPerson(open)
        return withoutCode(open)
      },
      { entry },
    )
    expect(one.found).toMatchObject([{ code: 'right_pair_unheld', resident: one.person.residentId }])
  })

  test('of a resident whom his right would not let in, with the reason', async () => {
    const { person, found } = await lookAt({}, addPerson, { entry: { keypad: undefined, cardProof: 'authenticated' } })
    expect(found).toMatchObject([{ code: 'right_denied', reason: 'card_proof_too_weak', resident: person.residentId }])
  })

  test('of nothing that passes: a suspension, a lockdown, somebody who has not come yet', async () => {
    const schedules = [{ id: 'after-staff', hours: wholeDay('1'), afterFirst: 'staff' }]
    const { found } = await lookAt(
      { schedules },
      async (open) => {
        const staff = await addPerson(open)
        take(await open.ledger.write('changeResident', { residentId: staff.residentId, group: 'staff' }, byOffice))
        return addPerson(open, { scheduleId: 'after-staff' })
      },
      {
        afterStart: async (gate, person) => {
          take(await gate.ask('lockdown on'))
          take(
            await gate.ask('resident suspend', {
              resident: person.residentId,
              because: 'moved_out',
              until: tomorrow(),
            }),
          )
        },
      },
    )
    expect(found).toEqual([])
  })
})

describe('check', () => {
  test('says each with its line: a group that nobody is of, and one of which nobody can be the first', async () => {
    const schedules = [
      { id: 'after-riders', hours: wholeDay('1-7'), afterFirst: 'delivery' },
      { id: 'after-staff', hours: wholeDay('1-7'), afterFirst: 'staff' },
    ]
    await using place = await makeGatePlace((plan) => void Object.assign(plan, { schedules }))
    await prepareStore(place, async (open) => {
      const waits = await addPerson(open, { scheduleId: 'after-staff' })
      take(await open.ledger.write('changeResident', { residentId: waits.residentId, group: 'staff' }, byOffice))
    })
    const check = () => {
      const ran = spawnSync(process.execPath, [main, 'check', '--json', '--config', place.configFile], {
        encoding: 'utf8',
      })
      expect(ran.status).toBe(0)
      return (JSON.parse(ran.stdout) as { code: string; line: number }[]).filter(({ code }) => /group|first/.test(code))
    }
    const lines = readFileSync(place.configFile, 'utf8').split('\n')
    const lineOf = (id: string) => lines.findIndex((line) => line.includes(`"${id}"`))
    {
      await using gate = await runGate(place)
      expect(check()).toMatchObject([
        { code: 'group_nobody', line: lineOf('after-riders') },
        { code: 'first_person_nobody', line: lineOf('after-staff') },
      ])
      expect(gate.pid).toBeGreaterThan(0)
    }
    // Of a gate that does not run nothing is said.
    expect(check()).toEqual([])
  })
})
