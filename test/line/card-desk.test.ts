// The office's desk beside the running gate: a reader there opens nothing; it issues cards that the gate then knows by their key, and renews
// them when the site's key is another. A real pcscd with two virtual readers, one at the gate and one at the desk.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CardReport } from '../../daemon/commands/cards.ts'
import { blankDesfire, blankNtag424, type IssuableCard } from '../drivers/issuable-card.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { ATR_DESFIRE, startVirtualReader, type VirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
  take,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const ISSUE_LIMIT_MS = 30_000
const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')
const [AT_GATE, AT_DESK] = [0, 1] as const

let reader: VirtualReader
let place: GatePlace
let gate: RunningGate
let people: { known: Person; first: Person; second: Person }
/** Cards as they are carried about: number and chip. */
const cards = {
  desfire: { uid: '04d1d2d3d4d5d6', chip: blankDesfire() },
  ntag: { uid: '04e1e2e3e4e5e6', chip: blankNtag424() },
}
type Carried = { readonly uid: string; readonly chip: IssuableCard }

const tapAtGate = async ({ uid, chip }: Carried) => {
  await reader.tap(uid, { atr: ATR_DESFIRE, chip: chip.chip, slot: AT_GATE })
  const { decision } = await gate.attempt('card')
  await reader.remove(AT_GATE)
  return decision
}
/** As the office does it: the command first, then the card. */
const issue = async ({ residentId }: Person, { uid, chip }: Carried) => {
  const hints: unknown[] = []
  const answer = gate.ask('card issue', { resident: residentId }, (line) => void hints.push(line))
  await waitUntil('the hint to lay the card down', () => JSON.stringify(hints).includes('lay_card_down'))
  await reader.tap(uid, { atr: ATR_DESFIRE, chip: chip.chip, slot: AT_DESK })
  const said = await answer
  await reader.remove(AT_DESK)
  return said
}
const report = async (): Promise<CardReport> => take(await gate.ask('card report')) as CardReport

describe.skipIf(!isThere)('beside the running gate', () => {
  beforeAll(async () => {
    reader = await startVirtualReader()
    place = await makeGatePlace((plan) => {
      plan.sides.entry.card = [
        { id: 'entry-card', driver: 'pcsc', reader: reader.names[AT_GATE] },
        { id: 'desk-card', driver: 'pcsc', use: 'desk', reader: reader.names[AT_DESK] },
      ]
    })
    people = await prepareStore(place, async (open) => ({
      known: await addPerson(open),
      first: await addPerson(open),
      second: await addPerson(open),
    }))
    gate = await runGate(place, { env: reader.env })
    await gate.pathIs('entry', 'card', 'up')
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
    await reader?.stop()
  })

  test('a card that opens the gate opens nothing at the desk: no attempt, no record, no relay', async () => {
    await reader.tap(people.known.card, { slot: AT_DESK })
    await reader.remove(AT_DESK)
    await reader.tap(people.known.card, { slot: AT_GATE })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
    await reader.remove(AT_GATE)
    expect(gate.told.filter(({ kind }) => kind === 'attempt')).toHaveLength(1)
    await waitUntil('the record', () => readLedger(place, 'attempt').length > 0)
    expect(readLedger(place, 'attempt')).toHaveLength(1)
    expect(readRelayLog(place).filter(({ on }) => on)).toHaveLength(1)
  })

  test('a blank card is issued, and the gate knows it by its key from the first tap', {
    timeout: ISSUE_LIMIT_MS,
  }, async () => {
    expect(await tapAtGate(cards.desfire)).toMatchObject({ reason: 'credential_unknown' })
    expect(await issue(people.first, cards.desfire)).toMatchObject({
      ok: true,
      value: { residentId: people.first.residentId, generation: 1, held: false, kind: 'desfire', was: 'blank' },
    })
    expect(await issue(people.second, cards.ntag)).toMatchObject({ ok: true, value: { kind: 'ntag424' } })
    for (const card of [cards.desfire, cards.ntag]) expect(await tapAtGate(card)).toMatchObject({ outcome: 'grant' })
    const copy = { uid: cards.desfire.uid, chip: blankDesfire() }
    expect(await tapAtGate(copy)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
  })

  test('pulled away in the middle it is nobody’s, and the same command finishes it', {
    timeout: ISSUE_LIMIT_MS,
  }, async () => {
    const torn = { uid: '04f1f2f3f4f5f6', chip: blankDesfire() }
    torn.chip.pullAt(7, 'after')
    expect(await issue(people.first, torn)).toMatchObject({ ok: false, code: 'card_left' })
    expect(await tapAtGate(torn)).toMatchObject({ reason: 'credential_unknown' })
    torn.chip.pullAt(0, 'before')
    expect(await issue(people.first, torn)).toMatchObject({ ok: true, value: { was: 'blank' } })
    expect(await tapAtGate(torn)).toMatchObject({ outcome: 'grant' })
  })

  test('a card that the gate cannot key is added by two taps at the desk, as at the gate', {
    timeout: ISSUE_LIMIT_MS,
  }, async () => {
    const plain = '04c1c2c3c4c5c6'
    const hints: unknown[] = []
    const { residentId: resident } = people.second
    const answer = gate.ask('card add', { resident }, (line) => void hints.push(line))
    await waitUntil('the hint to tap', () => JSON.stringify(hints).includes('tap_new_card'))
    for (let taps = 0; taps < 2; taps++) {
      await reader.tap(plain, { slot: AT_DESK })
      await reader.remove(AT_DESK)
    }
    const added = await answer
    expect(added).toMatchObject({ ok: true, value: { residentId: resident } })
    const { credentialId } = take(added) as { credentialId: string }
    take(await gate.ask('credential revoke', { credential: credentialId }))
  })

  test('a card of somebody else is not given away', { timeout: ISSUE_LIMIT_MS }, async () => {
    expect(await issue(people.second, cards.desfire)).toMatchObject({ ok: false, code: 'card_taken' })
    expect(await tapAtGate(cards.desfire)).toMatchObject({ residentId: people.first.residentId })
  })

  test('a new key of the site leaves the cards of the old one opening, counts them, and the desk renews them', {
    timeout: ISSUE_LIMIT_MS,
  }, async () => {
    // Three people's plain cards, three issued ones.
    expect((await report()).counts).toEqual({ newest: 1, copyable: 3, older: 0, current: 3 })
    expect(await gate.ask('key rotate', { key: 'site-card' })).toMatchObject({
      ok: true,
      value: { generation: 2, toRenew: 3 },
    })
    expect(await tapAtGate(cards.ntag)).toMatchObject({ outcome: 'grant' })
    const { counts, cards: listed } = await report()
    expect(counts).toEqual({ newest: 2, copyable: 3, older: 3, current: 0 })
    expect(listed.filter(({ proof }) => proof === 'identifier')).toHaveLength(3)
    expect(listed.filter(({ generation }) => generation === 1)).toHaveLength(3)

    expect(await gate.ask('key rotate', { key: 'site-card' })).toMatchObject({
      code: 'cards_of_older_key',
      detail: '3',
    })
    expect(await issue(people.second, cards.ntag)).toMatchObject({ ok: true, value: { was: 'older', held: true } })
    expect(await tapAtGate(cards.ntag)).toMatchObject({ outcome: 'grant' })
    expect((await report()).counts).toEqual({ newest: 2, copyable: 3, older: 2, current: 1 })

    expect(await gate.ask('key rotate', { key: 'site-card', dropOlder: true })).toMatchObject({ ok: true })
    expect(await tapAtGate(cards.desfire)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
    expect(await tapAtGate(cards.ntag)).toMatchObject({ outcome: 'grant' })
  })

  test('what the record says of it is ids and generations', () => {
    const [issued] = readLedger(place, 'card_issued')
    expect(Object.keys(issued?.payload ?? {}).sort()).toEqual([
      'by',
      'credentialId',
      'generation',
      'held',
      'residentId',
    ])
    expect(JSON.stringify(readLedger(place))).not.toMatch(/04d1d2d3|04e1e2e3/i)
    expect(gate.stderr()).not.toMatch(/04d1d2d3|04e1e2e3/i)
  })
})

test('a side whose only device stands at the desk is no side', async () => {
  await using alone = await makeGatePlace((plan) => {
    plan.sides.entry = { card: [{ id: 'desk-card', driver: 'simulated', use: 'desk' }] }
  })
  await expect(prepareStore(alone, async () => undefined)).rejects.toThrow(/side_empty|no device/i)
})
