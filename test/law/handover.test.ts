// Another property company takes over a running gate: every consent to the former one is stale at once, its faces go with a receipt each,
// through a kill -9 in the middle; cards, codes and rights do not notice.

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hide, type Result } from '../../config/words.ts'
import { showAnswer } from '../../daemon/cli/show.ts'
import type { HandoverAnswer } from '../../daemon/commands/handover.ts'
import { openFacts } from '../../daemon/store/facts.ts'
import { makeId } from '../../daemon/store/ids.ts'
import { runProgram } from '../commands/start-gate.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera } from '../line/camera-plan.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  readLedger,
  readStore,
  storeKeyOf,
  take,
  verifyLedger,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'
import { decryptStore } from '../store/pages.ts'

const PEOPLE = 300
const NEW_OPERATOR = 'Second Property Co'

let place: GatePlace
let gate: RunningGate
let withCode: Person
let others: readonly Person[] = []
const sealedOf = new Map<string, Buffer>()

/** A face with bytes that the test knows again. */
const addKnownFace = async ({ ledger, model }: OpenPlace, { residentId }: Person): Promise<void> => {
  const sealed = randomBytes(600)
  const templates = [{ sealed: Buffer.from(sealed), wrappedKey: randomBytes(60) }]
  take(await ledger.write('addTemplates', { residentId, credentialId: makeId('c'), model, templates }, byOffice))
  sealedOf.set(residentId, sealed)
}

/** A card and nothing else: a code costs a slow hash. */
const addCardHolder = async ({ config, ledger, facts }: OpenPlace, n: number): Promise<Person> => {
  const { householdId } = take(await ledger.write('addHousehold', { room: `flat ${n}` }, byOffice))
  const resident = { householdId, name: `Holder ${n}`, rights: [{ gate: config.gate }] }
  const { residentId } = take(await ledger.write('addResident', resident, byOffice))
  const card = `04${randomBytes(6).toString('hex')}`
  const token = facts.cardKey(hide(Buffer.from(card, 'hex')))
  const { credentialId } = take(await ledger.write('addCard', { residentId, token, proof: 'identifier' }, byOffice))
  return { residentId, name: `Holder ${n}`, card, cardId: credentialId, number: '', code: '', pinId: '' }
}

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  await prepareStore(place, async (open) => {
    withCode = await addPerson(open)
    const holders: Person[] = []
    for (let n = 0; n < PEOPLE; n++) holders.push(await addCardHolder(open, n))
    others = holders
    for (const person of [withCode, ...others]) {
      await giveConsent(open, person)
      await addKnownFace(open, person)
    }
  })
  place.rewrite((plan) => {
    Object.assign(plan.operator, { name: NEW_OPERATOR })
  })
  gate = await runGate(place)
}, 120_000)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const known = (n: number): Person => {
  const found = others[n]
  if (!found) throw new Error('nobody')
  return found
}
const tap = async (n: number) => {
  await gate.play('entry-card', { tap: known(n).card })
  return (await gate.attempt('card')).decision
}
const typeCode = async () => {
  await gate.type('entry-keypad', `${withCode.number}*${withCode.code}#`)
  return (await gate.attempt('keypad')).decision
}
const handOver = async (to = NEW_OPERATOR): Promise<Result<HandoverAnswer>> =>
  (await gate.ask('handover', { to })) as Result<HandoverAnswer>
const ended = () => readLedger(place, 'consent_handed_over')
const keptFaces = () => {
  const pages = decryptStore(place.storeFile, storeKeyOf(place))
  return [...sealedOf.values()].filter((sealed) => pages.includes(sealed.subarray(0, 64))).length
}

test('the operator’s name in the configuration makes every consent stale, and nobody is matched', () => {
  const { residentId } = known(0)
  expect(readStore(place, (facts) => facts.consentState(residentId, 'south'))).toBe('stale')
  expect(readStore(place, (facts) => facts.listMatchable('south', '', 1))).toEqual([])
  expect(keptFaces()).toBe(PEOPLE + 1)
})

test('`status` says that faces of a former notice are kept, and what to do', async () => {
  const status = take(await gate.ask('status'))
  expect(status).toHaveProperty('formerFaces', true)
  expect(showAnswer('status', status, 'en')).toContain('evengate handover --to')
})

test('nothing is erased for an operator whom the configuration does not name', async () => {
  expect(await handOver('Somebody Else')).toMatchObject({ ok: false, code: 'operator_differs' })
  expect(ended()).toEqual([])
})

test('cards and codes open while it goes on, as before', async () => {
  const before = [await tap(0), await typeCode()]
  void handOver()
  await waitUntil('the first consents ended', () => ended().length > 0)
  const during = [await tap(0), await typeCode()]
  expect(during).toEqual(before)
  expect(during.map(({ outcome }) => outcome)).toEqual(['grant', 'grant'])
}, 20_000)

test('killed in the middle, it goes on at the next start by itself', async () => {
  const facts = take(openFacts({ file: place.storeFile, key: storeKeyOf(place), boot: 'test' }))
  gate.kill('SIGKILL')
  await gate.exited()
  const owed = facts.listHandoverOwed('', PEOPLE).length
  facts.close()
  // Otherwise nothing was in the middle, and the test shows nothing.
  expect(owed).toBeGreaterThan(0)
  expect(owed).toBeLessThan(PEOPLE)
  gate = await runGate(place)
  await waitUntil('the end of the handover', () => readLedger(place, 'handover_done').length === 1, 30_000)
}, 60_000)

test('everybody’s face is in no page any more, and everybody has one receipt', () => {
  expect(keptFaces()).toBe(0)
  const residents = ended().map(({ payload }) => payload?.['residentId'])
  expect(new Set(residents)).toEqual(new Set([withCode, ...others].map(({ residentId }) => residentId)))
  expect(residents).toHaveLength(PEOPLE + 1)
  expect(readLedger(place, 'handover_done')[0]?.payload).toMatchObject({
    operator: NEW_OPERATOR,
    consents: PEOPLE + 1,
  })
  expect(verifyLedger(place).ok).toBe(true)
})

test('a receipt is printed, signed, and found in the record', async () => {
  const number = String(ended()[PEOPLE]?.payload?.['receipt'])
  const { receipt } = take(await gate.ask('receipt show', { number })) as { receipt: string }
  expect(receipt).toContain('what: erasure\n')
  const file = join(place.folder, 'receipt.txt')
  writeFileSync(file, receipt)
  const ran = await runProgram(['log', 'verify', '--receipt', file, '--config', place.configFile, '--json'])
  expect(ran).toMatchObject({ code: 0, json: { witnessed: 1 } })
})

test('cards, codes and rights are the new operator’s', async () => {
  expect(await tap(PEOPLE - 1)).toMatchObject({ outcome: 'grant', residentId: known(PEOPLE - 1).residentId })
  expect(await typeCode()).toMatchObject({ outcome: 'grant', residentId: withCode.residentId })
})

test('nobody said no: the new operator may ask each of them, once', async () => {
  const { residentId: resident } = known(1)
  expect(await gate.ask('consent ask', { resident })).toMatchObject({ ok: true })
  expect(await gate.ask('consent ask', { resident })).toMatchObject({ ok: false, code: 'asked_lately' })
})

test('what the office reads names each receipt, in both languages', () => {
  const answer: HandoverAnswer = { handover: 7, operator: NEW_OPERATOR, receipts: [{ number: 8, resident: 'r_a' }] }
  expect(showAnswer('handover', answer, 'en')).toMatch(/Second Property Co, event 7.*1 consent.*receipt show 8/s)
  expect(showAnswer('handover', answer, 'zh-CN')).toMatch(/移交.*1 份同意.*receipt show 8/s)
})

test('a second handover finds nothing to erase', async () => {
  expect(take(await gate.ask('status'))).not.toHaveProperty('formerFaces')
  const ran = await runProgram(['handover', '--to', NEW_OPERATOR, '--config', place.configFile])
  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain('handover_nothing')
})
