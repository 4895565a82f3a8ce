// One control socket a role: every command says who may ask, the kernel says who did, and a guard learns nothing of consents.

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlSocket, controlSockets, roles } from '../../daemon/commands/roles.ts'
import { commands } from '../../daemon/commands/serve.ts'
import { callControl } from '../../daemon/control.ts'
import { addCamera } from '../line/camera-plan.ts'
import {
  addFace,
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000

test('every command declares its roles where it is defined', () => {
  const silent = [...commands].filter(([, { roles: own }]) => own === undefined || own.length === 0)
  expect(silent.map(([name]) => name)).toEqual([])
  for (const [, { roles: own = [] }] of commands) for (const role of own) expect(roles).toContain(role)
})

test('nobody but the office and the administrator may ask for what names a resident’s consent', () => {
  const touching = [...commands].filter(([name]) =>
    /^(consent|face|resident (show|export|why)|erase|receipt)/.test(name),
  )
  expect(touching.length).toBeGreaterThan(3)
  for (const [name, { roles: own = [] }] of touching)
    for (const role of ['guard', 'technician'] as const) expect([name, own.includes(role)]).toEqual([name, false])
})

describe('a running gate', () => {
  let place: GatePlace
  let gate: RunningGate
  let [willing, refusing]: Person[] = []

  beforeAll(async () => {
    place = await makeGatePlace(addCamera)
    await prepareStore(place, async (open) => {
      willing = await addPerson(open, { name: 'Zhang Wei' })
      await giveConsent(open, willing)
      await addFace(open, willing)
      refusing = await addPerson(open, { name: 'Li Na' })
    })
    gate = await runGate(place, { waitFor: ['door', 'card'] })
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const ask = (socket: ControlSocket, command: string, args: object = {}) =>
    callControl(join(place.runtimeDirectory, `${socket}.sock`), { command, args }, () => undefined)

  test('answers each command on the sockets of its roles and of the administrator, and on no other', async () => {
    for (const name of controlSockets) {
      const role = name === 'control' ? 'root' : name.replace('control-', '')
      for (const [command, { roles: own = [] }] of commands) {
        if (role === 'root' || own.some((one) => one === role)) continue
        expect(await ask(name, command)).toEqual({ ok: false, code: 'role_refused', detail: role })
      }
    }
    expect(await ask('control-technician', 'status')).toMatchObject({ ok: true })
    expect(await ask('control-auditor', 'log verify')).toMatchObject({ ok: true })
    expect(await ask('control', 'resident list')).toMatchObject({ ok: true })
  })

  test('records the role of the socket and the uid that the kernel names, whatever the caller writes', async () => {
    const added = await ask('control-office', 'household add', { room: '0101' })
    expect(added).toMatchObject({ ok: true })
    const [event] = readLedger(place, 'household_added').slice(-1)
    expect(event?.payload?.['by']).toEqual({ role: 'office', caller: `uid:${process.getuid?.()}` })
    expect(await ask('control-guard', 'household add', { room: '0102', role: 'office' })).toMatchObject({ ok: false })
  })

  test('opens for the guard, and says that it was the guard', async () => {
    expect(await ask('control-guard', 'open')).toMatchObject({ ok: true })
    expect(readLedger(place, 'open').at(-1)?.payload).toMatchObject({ reason: 'guard_open', by: { role: 'guard' } })
  })

  test('tells a guard rooms and validity: no name, and nothing that tells a yes to face from a no', async () => {
    const allowed = [...commands].filter(([, { roles: own = [] }]) => own.includes('guard')).map(([name]) => name)
    const listed = await ask('control-guard', 'resident list')
    if (!listed.ok) throw new Error(listed.code)
    const lines = listed.value as readonly Record<string, unknown>[]
    const strip = (person: Person | undefined) => {
      const { id: _, room: __, ...rest } = lines.find(({ id }) => id === person?.residentId) ?? {}
      return rest
    }
    expect(strip(willing)).toEqual({ suspended: false, valid: true })
    expect(strip(refusing)).toEqual(strip(willing))
    for (const command of allowed) {
      // A command that was given nothing says so, and of nobody.
      const said = JSON.stringify(await ask('control-guard', command)).replace('args_refused', '')
      expect(said).not.toMatch(/consent|refus(ed|al)|face|Zhang|Li Na/i)
    }
  })

  test('tells a technician what happened at the parts, and not to whom', async () => {
    await gate.play('entry-card', { tap: willing?.card ?? '' })
    await gate.attempt('card')
    const status = await ask('control-technician', 'status')
    const said = JSON.stringify(status)
    expect(said).toContain('"kind":"attempt"')
    expect(said).not.toContain(willing?.residentId)
    expect(said).not.toContain('Zhang')
  })

  test('tells the office that somebody passed, and not who: it has the names', async () => {
    await gate.play('entry-card', { tap: willing?.card ?? '' })
    await gate.attempt('card')
    const passed = async (socket: Parameters<typeof ask>[0]) => {
      const status = JSON.parse(JSON.stringify(await ask(socket, 'status'))) as {
        value: { last: { kind: string; payload: object }[] }
      }
      return status.value.last.filter(({ kind }) => kind === 'attempt').map(({ payload }) => payload)
    }
    const [seen, known] = [await passed('control-office'), await passed('control')]
    expect(seen.length).toBeGreaterThan(0)
    for (const payload of seen)
      expect(Object.keys(payload).sort()).toEqual(['gate', 'outcome', 'paths', 'reason', 'side'])
    // Not about the office: the record has it.
    expect(JSON.stringify(known)).toContain(willing?.residentId)
  })
})
