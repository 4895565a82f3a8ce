// What an operator may change: each refusal is a code, each change one event with ids, role and caller and nothing secret.

import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hide, systemClock, type WallMs } from '../../config/words.ts'
import {
  addPerson,
  consentOf,
  enrolFace,
  giveCard,
  makePlace,
  mirror,
  model,
  office,
  openLedger,
  openReads,
  refusal,
  take,
} from './place.ts'

const start = async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  return { ledger: opened.ledger, facts }
}

const blobs = () => [{ sealed: randomBytes(100), wrappedKey: randomBytes(60) }]

test('a room is taken once', async () => {
  const { ledger } = await start()
  take(await ledger.write('addHousehold', { room: '12-3' }, office))
  expect(refusal(await ledger.write('addHousehold', { room: '12-3' }, office))).toBe('room_taken')
})

test('a card belongs to one resident until it is revoked', async () => {
  const { ledger, facts } = await start()
  const [one, two] = [await addPerson(ledger), await addPerson(ledger)]
  const card = await giveCard(ledger, facts, one)
  const again = () => ledger.write('addCard', { residentId: two, token: card.token, proof: 'identifier' }, office)
  expect(refusal(await again())).toBe('card_taken')
  take(await ledger.write('revokeCredential', { credentialId: card.credentialId, because: 'returned' }, office))
  take(await again())
  expect(facts.showResident(two)?.card).toBe(1)
})

test('a number belongs to one resident; setting a code anew replaces it', async () => {
  const { ledger, facts } = await start()
  const [one, two] = [await addPerson(ledger), await addPerson(ledger)]
  const pin = async (residentId: string, number: string) => {
    const challenge = facts.newChallenge()
    const hash = await facts.hashCode(hide('4711'), challenge)
    return ledger.write('setPin', { residentId, number, hash, ...challenge }, office)
  }
  take(await pin(one, '12041'))
  expect(refusal(await pin(two, '12041'))).toBe('number_taken')
  expect(refusal(await pin(two, '12'))).toBe('number_malformed')
  take(await pin(one, '12041'))
  expect(facts.showResident(one)?.pin).toBe(1)
  take(await pin(one, '12042'))
  take(await pin(two, '12041'))
})

test('unknown people and credentials are refused', async () => {
  const { ledger, facts } = await start()
  const token = facts.cardKey(hide(randomBytes(4)))
  const codes = [
    await ledger.write('addResident', { householdId: 'h_none', name: 'x', rights: [] }, office),
    await ledger.write('addCard', { residentId: 'r_none', token, proof: 'identifier' }, office),
    await ledger.write('removeResident', { residentId: 'r_none' }, office),
    await ledger.write('revokeCredential', { credentialId: 'c_none', because: 'office' }, office),
    await ledger.write('recordConsent', consentOf('r_none'), office),
    await ledger.write('confirmConsent', { residentId: 'r_none', credentialId: 'c' }, office),
    await ledger.write('withdrawConsent', { residentId: 'r_none' }, office),
    await ledger.write('addTemplates', { residentId: 'r_none', model, templates: blobs() }, office),
  ].map(refusal)
  expect(codes).toEqual([
    'household_unknown',
    'resident_unknown',
    'resident_unknown',
    'credential_unknown',
    'resident_unknown',
    'consent_missing',
    'consent_missing',
    'resident_unknown',
  ])
})

test('a face needs a confirmed consent and another way, and is enrolled whole or not at all', async () => {
  const { ledger, facts } = await start()
  const residentId = await addPerson(ledger)
  const enrol = async (of = model, templates = blobs()) =>
    refusal(await ledger.write('addTemplates', { residentId, model: of, templates }, office))
  expect(await enrol()).toBe('consent_missing')
  take(await ledger.write('recordConsent', consentOf(residentId), office))
  expect(await enrol()).toBe('consent_missing')
  const card = await giveCard(ledger, facts, residentId)
  take(await ledger.write('confirmConsent', { residentId, credentialId: card.credentialId }, office))
  take(await ledger.write('revokeCredential', { credentialId: card.credentialId, because: 'lost' }, office))
  expect(await enrol()).toBe('other_way_missing')
  await giveCard(ledger, facts, residentId)
  expect(await enrol('model-2')).toBe('consent_missing')
  expect(await enrol(model, [...blobs(), { sealed: Buffer.alloc(0), wrappedKey: randomBytes(60) }])).toBe(
    'value_refused',
  )
  expect(facts.countActive().face).toBe(0)
  expect(await enrol()).toBe('accepted')
  expect(facts.countActive().face).toBe(1)
})

test('an expired consent is swept with its templates, once', async () => {
  const { ledger, facts } = await start()
  const residentId = await addPerson(ledger)
  const card = await giveCard(ledger, facts, residentId)
  const expiresAt = (Date.now() + 1500) as WallMs
  take(await ledger.write('recordConsent', consentOf(residentId, { expiresAt }), office))
  take(await ledger.write('confirmConsent', { residentId, credentialId: card.credentialId }, office))
  take(await ledger.write('addTemplates', { residentId, model, templates: blobs() }, office))
  expect(facts.lastExpired()).toBe(0)
  while (facts.lastExpired() === 0 && Date.now() < expiresAt + 5000) await new Promise(setImmediate)
  expect(facts.lastExpired()).toBe(expiresAt)
  const swept = await ledger.write('endExpiredConsents', {}, office)
  expect(take(swept).consentIds).toHaveLength(1)
  expect(facts.lastExpired()).toBe(0)
  expect(facts.showResident(residentId)?.consents[0]).toMatchObject({ endedBecause: 'expired', templates: 0 })
  expect(refusal(await ledger.write('endExpiredConsents', {}, office))).toBe('nothing_expired')
})

test('without a clock that can be right no consent is recorded and none is ended', async () => {
  const place = makePlace()
  const rightly = await openLedger(place)
  take(await mirror(rightly.ledger))
  const { residentId } = await enrolFace(rightly.ledger, openReads(rightly))
  const other = await addPerson(rightly.ledger)
  await rightly.ledger.stop()
  const in2099 = Date.UTC(2099, 0, 1)
  const clocks = [
    { clock: { ...systemClock, wall: () => in2099 as WallMs } },
    { clock: { ...systemClock, wall: () => 1000 as WallMs } },
    { clockSet: () => false },
  ]
  for (const clock of clocks) {
    const opened = await openLedger(place, clock)
    const facts = openReads(opened)
    const answers = [
      await opened.ledger.write('recordConsent', consentOf(other), office),
      await opened.ledger.write('endExpiredConsents', {}, office),
    ]
    expect(answers.map(refusal)).toEqual(['clock_untrusted', 'clock_untrusted'])
    expect(facts.showResident(residentId)?.consents[0]).toMatchObject({ endedAt: null, templates: 1 })
    await opened.ledger.stop()
  }
})

test('every change is one event with ids, role and caller; a refused one is none', async () => {
  const { ledger, facts } = await start()
  const before = facts.ledgerHead().seq
  const { householdId } = take(await ledger.write('addHousehold', { room: 'B' }, office))
  await ledger.write('addHousehold', { room: 'B' }, office)
  expect(facts.ledgerHead().seq).toBe(before + 1)
  expect(facts.tailLedger(1)[0]).toMatchObject({ kind: 'household_added', payload: { householdId, by: office } })
})

test('no name, identifier, number, code hash or template is in the ledger', async () => {
  const { ledger, facts } = await start()
  const identifier = Buffer.from('04a1b2c3d4e5f6', 'hex')
  const { residentId } = await enrolFace(ledger, facts)
  await giveCard(ledger, facts, residentId, identifier)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide('864209'), challenge)
  take(await ledger.write('setPin', { residentId, number: '9876543', hash, ...challenge }, office))
  take(await ledger.write('removeResident', { residentId }, office))
  const text = JSON.stringify(facts.tailLedger(1000))
  for (const secret of [
    'Resident ',
    '04a1b2c3d4e5f6',
    identifier.toString('base64'),
    '9876543',
    '864209',
    hash.toString('hex'),
    'Buffer',
  ]) {
    expect(text).not.toContain(secret)
  }
})
