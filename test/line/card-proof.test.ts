// Cards that prove a key, before the running gate, a real pcscd and its virtual reader.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import { cardKeyOf } from '../../drivers/card/proof/authenticate.ts'
import { SDM_KEY_NUMBER } from '../../drivers/card/proof/sdm-tag.ts'
import { playDesfire, playNtag424, playRecordedTag, playSdmTag } from '../drivers/emulated-card.ts'
import { ATR_DESFIRE, startVirtualReader, type TapOptions, type VirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import { addPerson, byOffice, type GatePlace, makeGatePlace, type Person, prepareStore, take } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
/** More than the gate grants each step of a proof. */
const RELAYED_MS = 350
const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')

let reader: VirtualReader
let place: GatePlace
let gate: RunningGate
let site: Buffer
let older: Buffer
let people: { desfire: Person; ntag: Person; old: Person; plain: Person; mirrors: Person }

const keyFor = ({ card }: Person, from = site) => cardKeyOf(from, Buffer.from(card, 'hex'))
const tapWith = async ({ card }: Person, options: TapOptions = {}) => {
  await reader.tap(card, { atr: ATR_DESFIRE, ...options })
  const { decision } = await gate.attempt('card')
  await reader.remove()
  return decision
}

describe.skipIf(!isThere)('the running gate', () => {
  beforeAll(async () => {
    reader = await startVirtualReader()
    place = await makeGatePlace((plan) => {
      plan.sides.entry.card = [{ id: 'entry-card', driver: 'pcsc', reader: reader.names[0] }]
    })
    people = await prepareStore(place, async (open) => {
      take(await open.ledger.write('makeSiteCardKey', { renew: true }, byOffice))
      take(await open.ledger.write('makeSiteCardKey', { renew: true }, byOffice))
      const [newest, before] = reveal(open.facts.readSiteCardKeys())
      if (!newest || !before) throw new Error('two generations were made')
      site = newest.bytes
      older = before.bytes
      const add = () => addPerson(open)
      return { desfire: await add(), ntag: await add(), old: await add(), plain: await add(), mirrors: await add() }
    })
    gate = await runGate(place, { env: reader.env })
    await gate.pathIs('entry', 'card', 'up')
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
    await reader?.stop()
  })

  test('opens for a DESFire that proves its key, and from then on not for a copy of its number', async () => {
    const chip = playDesfire(keyFor(people.desfire))
    expect(await tapWith(people.desfire, { chip })).toMatchObject({ outcome: 'grant' })
    expect(await tapWith(people.desfire)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
    await gate.alarm('card_copy_suspected')
    const wrongKey = playDesfire(Buffer.alloc(16, 7))
    expect(await tapWith(people.desfire, { chip: wrongKey })).toMatchObject({ reason: 'card_proof_too_weak' })
    expect(await tapWith(people.desfire, { chip })).toMatchObject({ outcome: 'grant' })
  })

  test('does not take the recorded answer of an earlier tap for a proof', async () => {
    const chip = playDesfire(keyFor(people.desfire), 'replays')
    expect(await tapWith(people.desfire, { chip })).toMatchObject({ outcome: 'grant' })
    expect(await tapWith(people.desfire, { chip })).toMatchObject({ reason: 'card_proof_too_weak' })
  })

  test('reads nothing from a card that stops in the middle of its proof', async () => {
    const chip = playDesfire(keyFor(people.desfire), 'stops')
    expect(await tapWith(people.desfire, { chip })).toMatchObject({ outcome: 'deny', reason: 'reading_invalid' })
  })

  test('does not wait for a card whose answers are carried from far away', async () => {
    const chip = playDesfire(keyFor(people.desfire))
    const relayed = await tapWith(people.desfire, { chip, relayedMs: RELAYED_MS })
    expect(relayed).toMatchObject({ outcome: 'deny', reason: 'reading_invalid' })
    expect(await tapWith(people.desfire, { chip })).toMatchObject({ outcome: 'grant' })
  })

  test('opens for an NTAG 424 that proves its key, and then not for its number', async () => {
    expect(await tapWith(people.ntag, { chip: playNtag424(keyFor(people.ntag)) })).toMatchObject({ outcome: 'grant' })
    expect(await tapWith(people.ntag)).toMatchObject({ reason: 'card_proof_too_weak' })
  })

  test('opens for a card of the key generation before', async () => {
    const chip = playDesfire(keyFor(people.old, older))
    expect(await tapWith(people.old, { chip })).toMatchObject({ outcome: 'grant' })
    expect(await tapWith(people.old)).toMatchObject({ reason: 'card_proof_too_weak' })
  })

  test('opens once for each message of a tag that mirrors a counter, and not for one that somebody read before', async () => {
    const uid = Buffer.from(people.mirrors.card, 'hex')
    const tag = playSdmTag(cardKeyOf(site, uid, SDM_KEY_NUMBER), uid, 40)
    expect(await tapWith(people.mirrors, { chip: tag.chip })).toMatchObject({ outcome: 'grant' })
    const recorded = playRecordedTag(Buffer.from(tag.seen()))
    expect(await tapWith(people.mirrors, { chip: recorded })).toMatchObject({ reason: 'card_proof_too_weak' })
    expect(await tapWith(people.mirrors)).toMatchObject({ reason: 'card_proof_too_weak' })
    expect(await tapWith(people.mirrors, { chip: tag.chip })).toMatchObject({ outcome: 'grant' })
  })

  test('goes on opening for a card that has only ever had a number', async () => {
    expect(await tapWith(people.plain)).toMatchObject({ outcome: 'grant' })
  })
})
