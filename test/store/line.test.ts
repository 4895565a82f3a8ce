// The store from main's side: people and credentials go in by the writer, facts come out by the reader.

import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { hide } from '../../config/words.ts'
import { addPerson, ask, enrolFace, giveCard, makePlace, mirror, office, openLedger, openReads, take } from './place.ts'

test('a card that was added is found by its token, with its resident and right', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const residentId = await addPerson(opened.ledger)
  const { token, credentialId } = await giveCard(opened.ledger, facts, residentId)
  const found = ask(facts, [{ path: 'card', token }]).proofs[0]
  expect(found?.credential).toEqual({
    id: credentialId,
    kind: 'card',
    residentId,
    revoked: false,
    lockedOut: false,
    residentSuspended: false,
    rights: [{ kind: 'always' }],
    cardProof: 'identifier',
  })
})

test('an unknown card is known to nobody', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  expect(ask(facts, [{ path: 'card', token: facts.cardKey(hide(randomBytes(4))) }]).proofs).toEqual([
    { path: 'card', pathPaused: false },
  ])
})

test('a code is right for its own number alone', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  const residentId = await addPerson(opened.ledger)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide('483920'), challenge)
  take(await opened.ledger.write('setPin', { residentId, number: '12042', hash, ...challenge }, office))
  const typed = async (number: string, code: string) =>
    ask(facts, [{ path: 'keypad', number, codeHash: await facts.hashCode(hide(code), facts.pinChallenge(number)) }])
      .proofs[0]
  expect((await typed('12042', '483920'))?.codeRight).toBe(true)
  expect((await typed('12042', '483921'))?.codeRight).toBe(false)
  expect(await typed('12043', '483920')).toEqual({ path: 'keypad', pathPaused: false, codeRight: false })
})

test('a face with a current consent is in the gallery and carried by the consent', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const { faceId } = await enrolFace(opened.ledger, facts)
  expect(facts.listMatchable('south', '', 10)).toEqual([faceId])
  const credential = ask(facts, [{ path: 'face', credentialId: faceId }]).proofs[0]?.credential
  expect(credential).toMatchObject({ kind: 'face', consent: 'current', otherWayLost: false })
})

test('what was recorded is in the ledger and its chain holds', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  const recorded = await opened.ledger.record({ kind: 'decision', payload: { outcome: 'deny' } })
  expect(recorded).toEqual({ seq: 1 })
  expect(facts.tailLedger(1)[0]).toMatchObject({ seq: 1, kind: 'decision', flags: '', payload: { outcome: 'deny' } })
  expect(facts.verifySlice({ seq: 0, hash: new Uint8Array(32) }, 100)).toMatchObject({ ok: true, rows: 1 })
})

test('a reader that was closed is not read again by a write that lands later', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const residentId = await addPerson(opened.ledger)
  const { token } = await giveCard(opened.ledger, facts, residentId)
  expect(ask(facts, [{ path: 'card', token }]).proofs[0]?.credential?.residentId).toBe(residentId)
  facts.warmSoon()
  facts.close()
  facts.warmSoon()
  // An exception in a timer would fail this test.
  await pause(20)
})
