// Visitors' codes on the running gate: issued by the office, the guard and the household, typed at a keypad, counted through kills and a
// disk that stalls. A pass opens the door and nothing else.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Side } from '../../config/words.ts'
import { callControl } from '../../daemon/control.ts'
import type { PassLine } from '../../daemon/store/passes.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { lockStore } from '../line/locked-store.ts'
import { isSign, isStalled, type RunningGate, runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000
/** Ten digits, each spoken and then counted in beats. */
const TOLD_LIMIT_MS = 60_000
const HOUR_MS = 3_600_000
const ZONE_MS = 8 * HOUR_MS

type Issued = {
  readonly credentialId: string
  readonly number: string
  readonly code: string
  readonly qr?: string
  readonly pass: PassLine
}

/** As the command line takes it, by the clocks of the gate. */
const inHours = (hours: number): string => new Date(Date.now() + ZONE_MS + hours * HOUR_MS).toISOString().slice(0, 16)

const keypads = (): Promise<GatePlace> =>
  makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
    plan.sides.exit = {
      card: [{ id: 'exit-card', driver: 'simulated' }],
      keypad: [{ id: 'exit-keypad', driver: 'simulated' }],
    }
  })

const issueFor = async (gate: RunningGate, { residentId }: Person, more: object = {}) =>
  take(await gate.ask('pass issue', { resident: residentId, ...more })) as Issued

const typeCode = async (gate: RunningGate, { number, code }: Pick<Issued, 'number' | 'code'>, side: Side = 'entry') => {
  await gate.type(`${side}-keypad`, `${number}*${code}#`)
  return (await gate.attempt('keypad')).decision
}

describe('a visitor’s code', () => {
  let place: GatePlace
  let gate: RunningGate
  let [host, other]: Person[] = []
  const people = () => {
    if (!host || !other) throw new Error('the people are not there yet')
    return { host, other }
  }
  beforeAll(async () => {
    place = await keypads()
    await prepareStore(place, async (open) => {
      host = await addPerson(open)
      other = await addPerson(open)
    })
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const listPasses = async (all = false) => take(await gate.ask('pass list', { all })) as readonly PassLine[]

  test('opens as often as it says, is always let out, and the record names the pass and nobody', async () => {
    const pass = await issueFor(gate, people().host, { uses: 2 })
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'grant', reason: 'right', visitor: true })
    expect(await typeCode(gate, pass, 'exit')).toMatchObject({ outcome: 'grant', reason: 'exit', notes: [] })
    expect((await listPasses()).find(({ id }) => id === pass.credentialId)?.usesLeft).toBe(1)
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'grant', reason: 'right' })
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'deny', reason: 'credential_used_up' })
    const out = await typeCode(gate, pass, 'exit')
    expect(out).toMatchObject({ outcome: 'grant', notes: ['credential_used_up'] })
    expect(out.residentId).toBeUndefined()
    const recorded = readLedger(place, 'attempt').at(-1)?.payload
    expect(recorded).toMatchObject({ credentials: [pass.credentialId], visitor: true })
    expect(recorded).not.toHaveProperty('resident')
    expect((await listPasses()).some(({ id }) => id === pass.credentialId)).toBe(false)
  })

  test('is held to its day, its hours and its side', async () => {
    const { host } = people()
    const day = new Date(Date.now() + ZONE_MS).getUTCDay() || 7
    const later = await issueFor(gate, host, { from: inHours(2), until: inHours(5) })
    expect(await typeCode(gate, later)).toMatchObject({ outcome: 'deny', reason: 'credential_not_yet_valid' })
    const another = await issueFor(gate, host, { days: String((day % 7) + 1), until: inHours(24 * 7) })
    expect(await typeCode(gate, another)).toMatchObject({ outcome: 'deny', reason: 'outside_schedule' })
    const today = await issueFor(gate, host, { days: String(day) })
    expect(await typeCode(gate, today)).toMatchObject({ outcome: 'grant', reason: 'right' })
    const out = await issueFor(gate, host, { side: 'exit' })
    expect(await typeCode(gate, out)).toMatchObject({ outcome: 'deny', reason: 'no_right' })
    expect(await typeCode(gate, out, 'exit')).toMatchObject({ outcome: 'grant', reason: 'exit', notes: [] })
    expect(await typeCode(gate, out, 'exit')).toMatchObject({ outcome: 'grant', notes: ['credential_used_up'] })
  })

  test('with a validity from its first use begins with it and not before', async () => {
    const pass = await issueFor(gate, people().host, { uses: 3, hours: 2, until: inHours(48) })
    expect(pass.pass.firstUsedAt).toBeNull()
    expect(pass.pass.expiresAt).toBeGreaterThan(Date.now() + 47 * HOUR_MS)
    expect((await typeCode(gate, pass)).outcome).toBe('grant')
    const used = (await listPasses()).find(({ id }) => id === pass.credentialId)
    expect(used?.expiresAt).toBe((used?.firstUsedAt ?? 0) + 2 * HOUR_MS)
    expect(Math.abs((used?.firstUsedAt ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  test('ends when it is revoked, and while its host is suspended', async () => {
    const { other } = people()
    const [pass, second] = [await issueFor(gate, other, { uses: 5 }), await issueFor(gate, other, { uses: 5 })]
    take(await gate.ask('pass revoke', { pass: pass.credentialId }))
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'deny', reason: 'credential_revoked' })
    expect(await typeCode(gate, pass, 'exit')).toMatchObject({ outcome: 'deny', reason: 'credential_revoked' })
    const until = new Date(Date.now() + 48 * HOUR_MS).toISOString().slice(0, 10)
    take(await gate.ask('resident suspend', { resident: other.residentId, because: 'own_request', until }))
    expect(await typeCode(gate, second)).toMatchObject({ outcome: 'deny', reason: 'resident_suspended' })
    expect(await typeCode(gate, second, 'exit')).toMatchObject({ outcome: 'grant' })
    take(await gate.ask('resident resume', { resident: other.residentId }))
    expect(await typeCode(gate, second)).toMatchObject({ outcome: 'grant' })
    expect(await gate.ask('pass revoke', { pass: host?.cardId ?? '' })).toMatchObject({
      ok: false,
      code: 'pass_unknown',
    })
  })

  test('opens no menu: what is behind it is its host’s', async () => {
    const { host } = people()
    const pass = await issueFor(gate, host, { uses: 5 })
    await gate.type('entry-keypad', `${pass.number}*${pass.code}*`)
    await gate.next(isSign('refused'))
    expect(readLedger(place, 'menu').at(-1)?.payload).toMatchObject({ outcome: 'deny', reason: 'no_right' })
    await gate.type('entry-keypad', '3#')
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'deny', reason: 'reading_invalid' })
    expect((await listPasses()).find(({ id }) => id === pass.credentialId)?.usesLeft).toBe(5)
  })

  test('counts nothing for how residents fare', async () => {
    const { host } = people()
    const counted = async () => {
      const { sides } = take(await gate.ask('report equality')) as {
        sides: { side: Side; ways: Record<string, unknown>[] }[]
      }
      const ways = sides.find(({ side }) => side === 'entry')?.ways ?? []
      const { opened, failed, mistyped, ruled } = ways.find(({ path }) => path === 'keypad') ?? {}
      return { opened: Number(opened), failed, mistyped, ruled }
    }
    /** A resident's own code is counted after all that came before it. */
    const countedWithResident = async () => {
      const { opened } = await counted()
      expect((await typeCode(gate, host)).outcome).toBe('grant')
      await waitUntil('the count', async () => (await counted()).opened > opened)
      return counted()
    }
    await countedWithResident()
    const before = await countedWithResident()
    const pass = await issueFor(gate, host)
    expect((await typeCode(gate, pass)).outcome).toBe('grant')
    expect((await typeCode(gate, pass)).outcome).toBe('deny')
    expect(await countedWithResident()).toEqual({ ...before, opened: before.opened + 1 })
  })

  test('is issued by the guard until the next noon and no further, and he reads no name', async () => {
    const { host } = people()
    const asGuard = (command: string, args: object = {}) =>
      callControl(join(place.runtimeDirectory, 'control-guard.sock'), { command, args }, () => undefined)
    const pass = take(await asGuard('pass issue', { resident: host.residentId })) as Issued
    const noon = new Date(pass.pass.expiresAt + ZONE_MS)
    expect([noon.getUTCHours(), noon.getUTCMinutes(), pass.pass.issuedBy]).toEqual([12, 0, 'guard'])
    expect(pass.pass.expiresAt - Date.now()).toBeLessThanOrEqual(24 * HOUR_MS)
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'grant' })
    for (const more of [{ until: inHours(25) }, { uses: 6 }, { from: inHours(1) }, { days: '1' }])
      expect(await asGuard('pass issue', { resident: host.residentId, ...more })).toMatchObject({
        code: 'pass_beyond_guard',
      })
    expect(JSON.stringify(await asGuard('pass list', { all: true }))).not.toContain(host.name)
    expect(await asGuard('pass revoke', { pass: pass.credentialId })).toMatchObject({ ok: true })
  })

  test('stands in no event, no log and no list', async () => {
    const pass = await issueFor(gate, people().host)
    await typeCode(gate, pass)
    const everywhere = [
      JSON.stringify(readLedger(place)),
      gate.stderr(),
      JSON.stringify(await listPasses(true)),
      JSON.stringify(gate.told),
    ]
    for (const text of everywhere) {
      expect(text).not.toContain(pass.code)
      expect(text).not.toContain(pass.qr)
    }
  })

  test('is told to a resident at the keypad after his own card: counted from the lamp, it opens once', {
    timeout: 2 * TOLD_LIMIT_MS,
  }, async () => {
    const { host } = people()
    await gate.play('entry-card', { tap: host.card })
    await gate.attempt('card')
    const { at } = await gate.type('entry-keypad', '3#')
    await gate.next(isSign('number'))
    const told = await listenToNumber(place, Number(at))
    expect(told).toMatch(/^0\d{9,10}$/)
    const [rider] = (await listPasses()).filter(({ issuedBy }) => issuedBy === 'household')
    if (!rider?.number) throw new Error('the household has no code')
    expect(rider).toMatchObject({ residentId: host.residentId, usesLeft: 1, side: 'entry' })
    expect(told.startsWith(rider.number)).toBe(true)
    const code = { number: rider.number, code: told.slice(rider.number.length) }
    expect(await typeCode(gate, code)).toMatchObject({ outcome: 'grant', reason: 'right', visitor: true })
    expect(await typeCode(gate, code)).toMatchObject({ outcome: 'deny', reason: 'credential_used_up' })
    expect(JSON.stringify(gate.told)).not.toContain(code.code)
  })
})

/** As somebody counts who hears nothing: green beats of 120 ms, one of 600 for a nought, a dark pause of 900 between digits. */
const listenToNumber = async (place: GatePlace, since: number): Promise<string> => {
  const beats = () => {
    const moves = readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8')
      .split('\n')
      .filter((line) => / entry green (on|off)$/.test(line) && Number.parseFloat(line) > since)
      .map((line) => ({ at: Number.parseFloat(line), on: line.endsWith('on') }))
    return moves.flatMap(({ at, on }, n) =>
      on && moves[n + 1] ? [{ at, ms: (moves[n + 1]?.at ?? at) - at, before: at - (moves[n - 1]?.at ?? 0) }] : [],
    )
  }
  const spell = () => {
    const digits: number[] = []
    // The sign `done` comes first: green of 400 and of 200, and no pause of 900 before it.
    for (const { ms, before } of beats()) {
      const begins = before > 700
      if (begins) digits.push(ms > 400 ? 0 : 1)
      else if (digits.length > 0) digits.push((digits.pop() ?? 0) + 1)
    }
    return digits.join('')
  }
  let last = ''
  let stillSince = Date.now()
  await waitUntil(
    'the last digit',
    () => {
      const now = spell()
      if (now !== last) stillSince = Date.now()
      last = now
      return now.length >= 10 && Date.now() - stillSince > 4000
    },
    TOLD_LIMIT_MS,
  )
  return last
}

describe('uses', () => {
  test('that were spent stay spent when the gate is killed', { timeout: 2 * START_LIMIT_MS }, async () => {
    await using place = await keypads()
    const host = await prepareStore(place, addPerson)
    const first = await runGate(place)
    const pass = await issueFor(first, host, { uses: 2 })
    expect(await typeCode(first, pass)).toMatchObject({ outcome: 'grant' })
    first.kill('SIGKILL')
    await first.exited()
    await first.stop()
    await using gate = await runGate(place)
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'grant' })
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'deny', reason: 'credential_used_up' })
  })

  test('that the disk has not taken yet are spent all the same', { timeout: 2 * START_LIMIT_MS }, async () => {
    await using place = await keypads()
    const host = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const pass = await issueFor(gate, host)
    const letGo = lockStore(place)
    try {
      expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'grant' })
      await gate.next(isStalled)
      expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'deny', reason: 'credential_used_up' })
    } finally {
      letGo()
    }
    await gate.alarm('store_answers')
    expect(await typeCode(gate, pass)).toMatchObject({ outcome: 'deny', reason: 'credential_used_up' })
    const spent = (take(await gate.ask('pass list', { all: true })) as readonly PassLine[]).map(
      ({ usesLeft }) => usesLeft,
    )
    expect(spent).toEqual([0])
  })
})
