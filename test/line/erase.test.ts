// The right to be forgotten at a running gate, by the command line: asked for, done, proved by the receipt, and noticed by nobody else.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../commands/start-gate.ts'
import { decryptStore } from '../store/pages.ts'
import { addCamera } from './camera-plan.ts'
import {
  addFace,
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  storeKeyOf,
  verifyLedger,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000

let place: GatePlace
let gate: RunningGate
let people: readonly Person[] = []
let receipt = ''

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  people = await prepareStore(place, async (open) => {
    const found = [await addPerson(open), await addPerson(open)]
    for (const person of found) {
      await giveConsent(open, person)
      await addFace(open, person)
    }
    return found
  })
  gate = await runGate(place)
  receipt = join(place.folder, 'receipt.txt')
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const person = (n: number): Person => {
  const found = people[n]
  if (!found) throw new Error('nobody')
  return found
}
const run = (...words: readonly string[]) => runProgram([...words, '--config', place.configFile])
const tap = async (n: number) => {
  await gate.play('entry-card', { tap: person(n).card })
  return (await gate.attempt('card')).decision
}
const inStore = (text: string): boolean => decryptStore(place.storeFile, storeKeyOf(place)).includes(text)

test('nothing is erased before somebody says yes, and it is said that card and code go too', async () => {
  const { residentId } = person(0)
  const ran = await run('erase', residentId, '--receipt', receipt)
  expect(ran).toMatchObject({ code: 1, stdout: '' })
  expect(ran.stderr).toMatch(/1 card\(s\), 1 code\(s\) and 1 face\(s\)\. Card and code will not open/)
  expect(ran.stderr).toContain('erasure_unconfirmed')
  expect(existsSync(receipt)).toBe(false)
  expect(await tap(0)).toMatchObject({ outcome: 'grant', residentId })
})

test('nothing is erased where the receipt cannot be written: there is no second one', async () => {
  const ran = await run('erase', person(0).residentId, '--yes', '--receipt', join(place.folder, 'none', 'receipt.txt'))
  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain('receipt_unwritable')
  expect(await tap(0)).toMatchObject({ outcome: 'grant' })
})

test('an erased resident’s card is unknown, his name is in no page, and the neighbour notices nothing', async () => {
  const { residentId, name } = person(0)
  expect(inStore(name)).toBe(true)
  const ran = await run('erase', residentId, '--yes', '--receipt', receipt, '--json')
  expect(ran).toMatchObject({ code: 0, json: { residentId, credentials: 3, templates: 1, gone: true } })
  expect(inStore(name)).toBe(false)
  expect(await tap(0)).toMatchObject({ outcome: 'deny', reason: 'credential_unknown' })
  expect(await tap(1)).toMatchObject({ outcome: 'grant', residentId: person(1).residentId })
  const kinds = readLedger(place).map(({ kind }) => kind)
  expect(kinds).toContain('resident_erased')
  expect(kinds.indexOf('templates_erased')).toBeGreaterThan(kinds.indexOf('resident_erased'))
  expect(verifyLedger(place).ok).toBe(true)
})

test('the receipt proves that nothing is left, and what it knows stands nowhere else', async () => {
  const ran = await run('erase', 'verify', receipt, '--json')
  expect(ran).toMatchObject({ code: 0, json: { files: [{ file: place.storeFile }] } })
  const { windows } = ran.json as { windows: number }
  // 600 bytes sealed, 60 of the wrapped key, 32 of the code's hash.
  expect(windows).toBe(19 + 5 + 1)
  const key = /print-key: (\S+)/.exec(readFileSync(receipt, 'utf8'))?.[1] ?? 'none'
  expect(key).toHaveLength(44)
  expect(inStore(key) || gate.stderr().includes(key)).toBe(false)
})

test('a receipt that was altered, or is none, proves nothing', async () => {
  const altered = join(place.folder, 'altered.txt')
  const text = readFileSync(receipt, 'utf8')
  const flipped = text.replace(
    /(print-sealed: .)(.)/,
    (_, head: string, one: string) => head + (one === 'A' ? 'B' : 'A'),
  )
  const texts = [
    [flipped, 'receipt_altered'],
    [text.replace(/sequence: \d+/, 'sequence: 1'), 'receipt_altered'],
    [text.replace('what: erasure', 'what: consent'), 'receipt_altered'],
    ['', 'receipt_malformed'],
    [text.replace(/print-key: \S+/, 'print-key: no'), 'receipt_altered'],
  ] as const
  for (const [given, code] of texts) {
    writeFileSync(altered, given)
    const ran = await run('erase', 'verify', altered)
    expect([code, ran.code]).toEqual([code, 1])
    expect(ran.stderr).toContain(code)
  }
})

test('nobody is erased twice', async () => {
  const ran = await run('erase', person(0).residentId, '--yes', '--receipt', join(place.folder, 'second.txt'))
  expect(ran.stderr).toContain('resident_unknown')
  expect(ran.code).toBe(1)
})
