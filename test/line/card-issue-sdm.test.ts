// `card issue --sdm` beside the running gate: a blank NTAG 424 behind a real pcscd is issued at the desk and then opens by its messages alone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chip, playRecordedTag } from '../drivers/emulated-card.ts'
import { blankNtag424 } from '../drivers/issuable-card.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { ATR_DESFIRE, startVirtualReader, type VirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const TEST_LIMIT_MS = 60_000
const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')
const [AT_GATE, AT_DESK] = [0, 1] as const
const UID = '04a5b6c7d8e9f0'

let reader: VirtualReader
let place: GatePlace
let gate: RunningGate
let person: Person
const tag = blankNtag424(Buffer.from(UID, 'hex'))
/** What somebody with a phone reads from it. */
let seen = Buffer.alloc(0)
const watched: Chip = (question) => {
  const said = tag.chip(question)
  if (question.toString('hex') === '00b0000000' && typeof said !== 'string') seen = Buffer.from(said.subarray(0, -2))
  return said
}

const tapAtGate = async (chip: Chip) => {
  await reader.tap(UID, { atr: ATR_DESFIRE, chip, slot: AT_GATE })
  const { attempt, decision } = await gate.attempt('card')
  await reader.remove(AT_GATE)
  return { decision, proof: attempt.proofs[0] as { level?: string; counter?: number } }
}

describe.skipIf(!isThere)('a tag that mirrors, issued at the desk', () => {
  beforeAll(async () => {
    reader = await startVirtualReader()
    place = await makeGatePlace((plan) => {
      plan.sides.entry.card = [
        { id: 'entry-card', driver: 'pcsc', reader: reader.names[AT_GATE] },
        { id: 'desk-card', driver: 'pcsc', use: 'desk', reader: reader.names[AT_DESK] },
      ]
      Object.assign(plan.sides.entry, { cardProof: 'sdm' })
    })
    person = await prepareStore(place, addPerson)
    gate = await runGate(place, { env: reader.env })
    await gate.pathIs('entry', 'card', 'up')
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
    await reader?.stop()
  })

  test('opens with a rising counter where a message is asked for; its number and a message shown before do not', {
    timeout: TEST_LIMIT_MS,
  }, async () => {
    const hints: unknown[] = []
    const answer = gate.ask('card issue', { resident: person.residentId, sdm: true }, (line) => void hints.push(line))
    await waitUntil('the hint to lay the card down', () => JSON.stringify(hints).includes('lay_card_down'))
    await reader.tap(UID, { atr: ATR_DESFIRE, chip: watched, slot: AT_DESK })
    expect(await answer).toMatchObject({ ok: true, value: { kind: 'ntag424', was: 'blank', held: false } })
    await reader.remove(AT_DESK)
    // The message by which it was proved at the desk opens nothing.
    expect((await tapAtGate(playRecordedTag(seen))).decision).toMatchObject({ reason: 'card_proof_too_weak' })
    let last = 0
    for (let tap = 0; tap < 3; tap++) {
      const { decision, proof } = await tapAtGate(watched)
      expect(decision).toMatchObject({ outcome: 'grant', reason: 'right' })
      expect(proof).toMatchObject({ level: 'sdm' })
      expect(proof.counter).toBeGreaterThan(last)
      last = proof.counter ?? last
    }
    const replayed = await tapAtGate(playRecordedTag(seen))
    expect(replayed.decision).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
    await gate.alarm('card_copy_suspected')
    const keys = tag.keys().map((key) => key.toString('hex'))
    const told = JSON.stringify(readLedger(place)) + gate.stderr()
    expect(keys.filter((key) => !/^0+$/.test(key) && told.includes(key))).toEqual([])
  })
})
