// The office's day at a running gate, told by commands and simulated people alone: from an empty store to a proven record.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LedgerLine, ResidentPage } from '../../daemon/store/reads.ts'
import { type Gate, startGate, until } from './start-gate.ts'

const CARD = '04a1b2c3d4e5f6'
const STRANGE = '04ffffffffffff'

let gate: Gate
let resident = ''

beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate?.stop())

const tap = (identifier = CARD) => gate.play('entry-card', { tap: identifier })
const press = (keys: string) => gate.play('entry-keypad', { keys })
const events = async (): Promise<readonly LedgerLine[]> =>
  (await gate.ask('log tail', { count: 1000 })) as readonly LedgerLine[]
const lastOf = async (kind: string): Promise<LedgerLine['payload']> =>
  (await events()).findLast((event) => event.kind === kind)?.payload
const pulses = (): number =>
  readFileSync(join(gate.runtimeDirectory, 'relay-log'), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(' on')).length
const isAtRest = async () => (await gate.play('door', { state: true }))['relay'] === false || undefined
/** The act, and that the relay moved once more than before. */
const opensBy = async (act: () => Promise<unknown>): Promise<void> => {
  await until('the relay at rest', isAtRest)
  const before = pulses()
  await act()
  await until('the relay', () => pulses() > before || undefined)
  await until('the relay at rest again', isAtRest)
}
const denies = async (reason: string, act: () => Promise<unknown>): Promise<void> => {
  await until('the relay at rest', isAtRest)
  const before = pulses()
  await act()
  await until(reason, async () => (await lastOf('attempt'))?.['reason'] === reason || undefined)
  expect(pulses()).toBe(before)
}
const page = async () => (await gate.ask('resident show', { resident })) as ResidentPage

describe('a resident of room 1204', () => {
  test('cannot be added before the room is', async () => {
    const ran = await gate.cli('resident', 'add', '--room', '1204', '--name', 'Li Mei')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/household add ROOM.*household_unknown: 1204/)
  })

  test.each([
    [['resident', 'show', 'nobody'], /^No such resident.*\(resident_unknown\)/],
    [['credential', 'revoke', 'nobody'], /^No such credential.*\(credential_unknown\)/],
    [['household', 'add', 'x'.repeat(300)], /^A room has at most 40 characters/],
  ])('%j says what is wrong', async (argv, said) => {
    const ran = await gate.cli(...argv)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(said)
  })

  test('is added with the room', async () => {
    expect((await gate.cli('household', 'add', '1204')).code).toBe(0)
    const added = await gate.cli('resident', 'add', '--room', '1204', '--name', 'Li Mei', '--json')
    expect(added.code).toBe(0)
    resident = (added.json as { residentId: string }).residentId
    const listed = await gate.cli('resident', 'list')
    expect(listed.stdout).toContain('Li Mei')
    expect(listed.stdout).toContain(resident)
  })

  test('gets a card by two taps of it', async () => {
    const adding = gate.cli('card', 'add', resident, '--json')
    await until('the card', async () => {
      await tap()
      return (await gate.status()).credentials.card === 1 || undefined
    })
    const added = await adding
    expect(added).toMatchObject({ code: 0, json: { residentId: resident } })
    expect(added.stderr).toContain('once more')
  })

  test('opens the door with it', async () => {
    await opensBy(() => tap())
    expect(await lastOf('attempt')).toMatchObject({ outcome: 'grant', reason: 'right', resident })
  })

  test('is not opened for by somebody else’s card', async () => {
    await denies('credential_unknown', () => tap(STRANGE))
  })

  test('gets no weak code, and none that is the room’s number', async () => {
    const weak = await gate.cliWith('123456\n', 'pin', 'set', resident, '--number', '12042')
    expect(weak).toMatchObject({ code: 1, stdout: '' })
    expect(weak.stderr).toContain('code_run')
    const room = await gate.cliWith('471190\n', 'pin', 'set', resident, '--number', '1204')
    expect(room.stderr).toContain('number_is_room')
  })

  test('gets a code that comes by the input and opens the door', async () => {
    const set = await gate.cliWith('471190\n', 'pin', 'set', resident, '--number', '12042')
    expect(set.code).toBe(0)
    expect(set.stdout + set.stderr).not.toContain('471190')
    await opensBy(() => press('12042*471190#'))
  })
})

describe('consent', () => {
  test('is recorded with its form, and says what the resident does now', async () => {
    const ran = await gate.cli('consent', 'record', resident, '--form', 'F-1', '--witness', 'Wang')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/the notice [0-9a-f]{64}\..*must have read.*evengate notice/)
    expect(ran.stdout).toMatch(/tap the card.*1#/)
  })

  test('is no consent before the resident confirms it himself', async () => {
    const ran = await gate.cli('face', 'enrol', resident)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/1#.*consent_unconfirmed/)
  })

  test('is confirmed by his card and 1#', async () => {
    await opensBy(() => tap())
    await press('1#')
    await until(
      'the confirmation',
      async () => (await page()).consents.some((one) => one.confirmedAt !== null) || undefined,
    )
  })

  test('ends at the keypad by 9# twice, whatever the office does', async () => {
    await opensBy(() => tap())
    await press('9#')
    await press('9#')
    await until('the withdrawal', async () => (await page()).consents.every((one) => one.endedAt !== null) || undefined)
    expect(await lastOf('consent_withdrawn')).toMatchObject({ residentId: resident, by: { role: 'resident' } })
  })

  test('once ended is not ended again', async () => {
    const ran = await gate.cli('consent', 'withdraw', resident)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('consent_missing')
  })
})

describe('the office', () => {
  test('opens the door on the record', async () => {
    await opensBy(async () => expect((await gate.cli('open')).code).toBe(0))
    expect(await lastOf('open')).toMatchObject({ outcome: 'grant', reason: 'remote_open', by: { role: 'root' } })
  })

  test('sees how the gate is', async () => {
    const ran = await gate.cli('status')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/south {2}controlled {2}door up/)
    expect(ran.stdout).toContain('● entry-card up')
  })

  test('revokes a card, which then opens nothing', async () => {
    const card = (await page()).credentials.find((one) => one.kind === 'card')
    expect((await gate.cli('credential', 'revoke', card?.id ?? '', '--because', 'lost')).code).toBe(0)
    await denies('credential_revoked', () => tap())
    const { stdout } = await gate.cli('log', 'tail', '--json')
    expect(stdout).toMatch(/"kind":"credential_revoked".*"because":"lost"/)
    const again = await gate.cli('credential', 'revoke', card?.id ?? '')
    expect(again).toMatchObject({ code: 1 })
    expect(again.stderr).toContain('credential_revoked')
  })

  test('proves the record whole', async () => {
    const ran = await gate.cli('log', 'verify', '--json')
    expect(ran.code).toBe(0)
    expect(ran.json).toMatchObject({ events: expect.any(Number), head: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  test('removes the resident, and his code with him', async () => {
    expect((await gate.cli('resident', 'remove', resident)).code).toBe(0)
    expect((await gate.cli('resident', 'show', resident)).stderr).toContain('resident_unknown')
    await denies('credential_unknown', () => press('12042*471190#'))
  })

  test('left no name, code, identifier in the record or the log', async () => {
    const record = JSON.stringify(await events()) + gate.log()
    for (const secret of ['Li Mei', '471190', CARD]) expect(record).not.toContain(secret)
  })
})
