// The second code: it opens as the first does, one slow hash answers for both, and only the record and whoever reads it knows. And what
// becomes of both when a code is changed, ends, or its holder goes.

import { expect, test } from 'vitest'
import { hide, type WallMs } from '../../config/words.ts'
import { chainStart } from '../../daemon/store/chain.ts'
import type { FactsReader } from '../../daemon/store/facts.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import { addPerson, ask, makePlace, office, openLedger, openReads, refusal, take } from './place.ts'

const number = '12042'
const own = '483920'
const second = '905173'

type Parts = { readonly ledger: Ledger; readonly facts: FactsReader }

const hashOf = ({ facts }: Parts, code: string) => facts.hashCode(hide(code), facts.pinChallenge(number))
const saltOf = ({ facts }: Parts) => facts.pinChallenge(number).salt

const openPlace = async (validity: { expiresAt?: WallMs } = {}) => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  const parts = { ledger: opened.ledger, facts }
  const residentId = await addPerson(opened.ledger)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide(own), challenge)
  const pin = take(await opened.ledger.write('setPin', { residentId, number, ...challenge, hash, ...validity }, office))
  return { ...parts, opened, residentId, credentialId: pin.credentialId }
}
type Opened = Awaited<ReturnType<typeof openPlace>>

const type = async (parts: Parts, code: string) => {
  const [proof] = ask(parts.facts, [{ path: 'keypad', number, codeHash: await hashOf(parts, code) }]).proofs
  return { right: proof?.codeRight, duress: proof?.duress }
}
const setSecond = async (place: Opened, code = second) => {
  const { credentialId, ledger } = place
  return ledger.write('setDuress', { credentialId, hash: await hashOf(place, code), salt: saltOf(place) }, office)
}
const change = async (place: Opened, code: string) => {
  const { credentialId, ledger } = place
  return ledger.write('changeCode', { credentialId, hash: await hashOf(place, code), salt: saltOf(place) }, office)
}

test('the second code is right as the first is, and says so of itself alone', async () => {
  const place = await openPlace()
  expect(await type(place, second)).toEqual({ right: false, duress: undefined })
  take(await setSecond(place))
  expect(await type(place, own)).toEqual({ right: true, duress: undefined })
  expect(await type(place, second)).toEqual({ right: true, duress: true })
  expect(await type(place, '111119')).toEqual({ right: false, duress: undefined })
})

test('an unknown number typed with any code is not right by its missing hash', async () => {
  const place = await openPlace()
  const query = { path: 'keypad', number: '77777', codeHash: Buffer.alloc(32) } as const
  expect(ask(place.facts, [query]).proofs[0]).toMatchObject({ codeRight: false })
  const none = { path: 'keypad', number, codeHash: Buffer.alloc(32) } as const
  expect(ask(place.facts, [none]).proofs[0]).not.toHaveProperty('duress')
})

test('the two cannot be the same code, whichever is set last', async () => {
  const place = await openPlace()
  expect(refusal(await setSecond(place, own))).toBe('code_is_other')
  take(await setSecond(place))
  expect(refusal(await change(place, second))).toBe('code_is_other')
  expect(await type(place, own)).toMatchObject({ right: true })
})

test('a code changed at the keypad keeps its end, its second code, its wrong tries and its credential', async () => {
  const expiresAt = (Date.now() + 86_400_000) as WallMs
  const place = await openPlace({ expiresAt })
  const { ledger, facts, credentialId, residentId } = place
  take(await setSecond(place))
  for (let tries = 0; tries < 10; tries++)
    await ledger.record({ kind: 'attempt', payload: {} }, { wrongCode: [credentialId] })
  take(await change(place, '716253'))
  expect(await type(place, own)).toMatchObject({ right: false })
  expect(await type(place, '716253')).toMatchObject({ right: true })
  expect(await type(place, second)).toEqual({ right: true, duress: true })
  const held = facts.showResident(residentId)?.credentials
  expect(held).toMatchObject([{ id: credentialId, expiresAt, revokedAt: null }])
  const [proof] = ask(facts, [{ path: 'keypad', number }]).proofs
  expect(proof?.credential).toMatchObject({ lockedOut: true, expiresAt })
})

test('a hash of another salt than the one that stands is refused and changes nothing', async () => {
  const place = await openPlace()
  const { credentialId, ledger } = place
  const other = place.facts.newChallenge()
  const hash = await place.facts.hashCode(hide(second), other)
  const args = { credentialId, hash, salt: other.salt }
  expect(refusal(await ledger.write('setDuress', args, office))).toBe('code_changed')
  expect(refusal(await ledger.write('changeCode', args, office))).toBe('code_changed')
  expect(await type(place, own)).toEqual({ right: true, duress: undefined })
})

test('with the code its second one ends; so it does alone, and when the office sets a new code', async () => {
  const place = await openPlace()
  const { ledger, credentialId, residentId, facts } = place
  take(await setSecond(place))
  take(await ledger.write('endDuress', { credentialId }, office))
  expect(await type(place, second)).toEqual({ right: false, duress: undefined })
  take(await setSecond(place))
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide('716253'), challenge)
  take(await ledger.write('setPin', { residentId, number, ...challenge, hash }, office))
  expect(await type(place, second)).toEqual({ right: false, duress: undefined })
  expect(refusal(await ledger.write('endDuress', { credentialId }, office))).toBe('code_not_held')
})

test('the bytes of the second code’s hash are printed on the receipt of an erasure, and go', async () => {
  const place = await openPlace()
  take(await setSecond(place))
  const hash = await hashOf(place, second)
  const { codeHashes } = place.facts.readErasable(place.residentId)
  expect(codeHashes).toHaveLength(2)
  expect(codeHashes.some((one) => Buffer.compare(one, hash) === 0)).toBe(true)
})

test('an attempt under duress leaves its own event behind it, in the same transaction, which names the place and nobody', async () => {
  const { ledger, facts } = await openPlace()
  const attempt = { kind: 'attempt', payload: { resident: 'r_a', outcome: 'grant' } }
  const recorded = await ledger.record(attempt, { duress: { gate: 'south', side: 'entry' } })
  const seq = 'seq' in recorded ? recorded.seq : 0
  expect(facts.tailLedger(2)).toMatchObject([
    { seq, kind: 'attempt' },
    { seq: seq + 1, kind: 'duress', payload: { gate: 'south', side: 'entry', of: seq } },
  ])
  expect(facts.verifySlice({ seq: 0, hash: chainStart }, 100).ok).toBe(true)
})
