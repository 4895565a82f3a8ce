// What people at the gate notice of a failing disk: nothing. It is locked for seconds, or full: card, code and exit button open, an
// alarm says so, and the record has everything when the disk answers again.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
  verifyLedger,
} from '../line/gate-place.ts'
import { lockStore } from '../line/locked-store.ts'
import { type AttemptHappening, isStalled, type RunningGate, runGate } from '../line/running-gate.ts'

const LOCKED_MS = 5000
/** The bound of 100 ms, a code's own slow hash, and a loaded machine. */
const ANSWER_LIMIT_MS = 1500
const LAND_LIMIT_MS = 10_000
const ballastBytes = 4096

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const useEveryWay = async (
  place: GatePlace,
  gate: RunningGate,
  { card, number, code }: Person,
): Promise<AttemptHappening[]> => {
  await gate.play('entry-card', { tap: card })
  const tap = await gate.attempt('card')
  await gate.type('entry-keypad', `${number}*${code}#`)
  const typed = await gate.attempt('keypad')
  for (const attempt of [tap, typed]) {
    expect(attempt.decision).toMatchObject({ outcome: 'grant' })
    const opened = await gate.relayOn(attempt)
    expect(opened.at - attempt.attempt.at).toBeLessThan(ANSWER_LIMIT_MS)
  }
  const rests = () => readRelayLog(place).at(-1)?.on === false
  await waitUntil('the relay at rest', rests)
  const pressed = systemClock.monotonic()
  await gate.play('door', { press: true })
  await waitUntil('the exit button', () => readRelayLog(place).some(({ at, on }) => on && at >= pressed))
  await waitUntil('the relay at rest', rests)
  return [tap, typed]
}

/** All that was used while the disk failed, once and in order. */
const expectLanded = async (place: GatePlace, after: number, rounds: number, person: Person) => {
  const lines = () => readLedger(place).filter(({ seq }) => seq > after)
  const told = () =>
    lines().flatMap(({ kind, payload }) =>
      kind === 'attempt' ? [String(payload?.['paths'])] : payload?.['what'] === 'exit_button' ? ['exit_button'] : [],
    )
  const expected = Array.from({ length: rounds }, () => ['card', 'keypad', 'exit_button']).flat()
  await waitUntil('the record', () => told().length >= expected.length, LAND_LIMIT_MS)
  expect(told()).toEqual(expected)
  const residents = lines().flatMap(({ kind, payload }) => (kind === 'attempt' ? [payload?.['resident']] : []))
  expect(new Set(residents)).toEqual(new Set([person.residentId]))
  expect(verifyLedger(place)).toMatchObject({ ok: true })
}

describe('a store locked for five seconds', () => {
  test('keeps nobody in or out, and the record has everything in order', { timeout: 40_000 }, async () => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const before = readLedger(place).length
    const unlock = lockStore(place)
    const since = systemClock.monotonic()
    let rounds = 0
    while (systemClock.monotonic() - since < LOCKED_MS) {
      const attempts = await useEveryWay(place, gate, person)
      expect(attempts.map(({ record }) => record.kept)).toEqual(['journaled', 'journaled'])
      rounds++
    }
    expect(gate.told.some(isStalled)).toBe(true)
    const status = await gate.ask('status')
    expect(status.ok && status.value).toMatchObject({ ledger: { answering: false } })
    unlock()
    await gate.alarm('store_answers', LAND_LIMIT_MS)
    await expectLanded(place, before, rounds, person)
    expect(rounds).toBeGreaterThan(1)
  })
})

const isRoot = process.getuid?.() === 0

describe.skipIf(!isRoot)('a full disk', () => {
  test('keeps nobody in or out, raises an alarm, and the record has everything when there is room', {
    timeout: 60_000,
  }, async () => {
    const disk = mkdtempSync(join(tmpdir(), 'eg-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk])
    ends.push(() => {
      execFileSync('umount', ['-l', disk])
      rmSync(disk, { recursive: true })
    })
    await using place = await makeGatePlace((plan) => {
      plan.store.directory = join(disk, 'store')
    })
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const ballast = join(disk, 'ballast')
    const fill = () => {
      for (;;) writeFileSync(ballast, Buffer.alloc(ballastBytes), { flag: 'a' })
    }
    expect(fill).toThrow('ENOSPC')
    const before = readLedger(place).length
    const isFull = () => gate.told.some((told) => told.kind === 'alarm' && /^store_(full|io)$/.test(told.code))
    // What the store's log already owns may still be written: a few rounds until nothing more goes in, and one after.
    let rounds = 0
    for (let full = false; !full && rounds < 40; rounds++) {
      full = isFull()
      await useEveryWay(place, gate, person)
    }
    expect(isFull()).toBe(true)
    rmSync(ballast)
    await gate.alarm('store_answers', LAND_LIMIT_MS)
    await expectLanded(place, before, rounds, person)
  })
})
