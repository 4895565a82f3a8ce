// The site's calibration in the real store: what is kept of it, for how long, and what it does to the facts of an attempt.

import { expect, test } from 'vitest'
import { openWriter } from '../../daemon/store/open.ts'
import { ask, enrolFace, makePlace, mirror, model, office, openLedger, openReads, take } from './place.ts'

const counted = (more: object = {}) => ({
  model,
  people: 40,
  peoplePairs: 780,
  pairs: 7020,
  leastRate: 3 / 780,
  raisedBy: 0.031,
  points: [
    { threshold: 0.2, pairs: 300 },
    { threshold: 0.3, pairs: 41 },
  ],
  lookAlikes: [] as [string, string][],
  ...more,
})

const start = async (faces: number) => {
  const place = makePlace()
  const opened = await openLedger(place)
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const people: Awaited<ReturnType<typeof enrolFace>>[] = []
  for (let n = 0; n < faces; n++) people.push(await enrolFace(opened.ledger, facts))
  const [one, other, third] = people
  if (!one || !other || !third) throw new Error('three people')
  const isAlike = (credentialId: string) =>
    ask(facts, [{ path: 'face', credentialId }]).proofs[0]?.credential?.lookAlike
  return { ...opened, place, facts, one, other, third, isAlike }
}
type Started = Awaited<ReturnType<typeof start>>

const pairUp = async ({ ledger, one, other }: Started) =>
  take(await ledger.write('keepCalibration', counted({ lookAlikes: [[other.faceId, one.faceId]] }), office))

test('a calibration is read back as it was kept, with its day, and a newer one takes its place', async () => {
  const { ledger, facts } = await start(3)
  const before = Date.now()
  take(await ledger.write('keepCalibration', counted(), office))
  const [kept] = facts.listCalibrations()
  const { lookAlikes: _, ...expected } = counted()
  expect(kept).toMatchObject(expected)
  expect(kept?.at).toBeGreaterThanOrEqual(before - 1000)
  take(await ledger.write('keepCalibration', counted({ people: 41, raisedBy: 0 }), office))
  expect(facts.listCalibrations()).toMatchObject([{ people: 41, raisedBy: 0 }])
})

test('look-alikes are those of the last calibration, both of them and nobody else', async () => {
  const started = await start(3)
  const { ledger, one, other, third, facts, isAlike } = started
  await pairUp(started)
  expect([one, other, third].map(({ faceId }) => isAlike(faceId))).toEqual([true, true, false])
  const [pair] = facts.listLookAlikes()
  expect([...(pair?.residents ?? [])].sort()).toEqual([one.residentId, other.residentId].sort())
  take(await ledger.write('keepCalibration', counted(), office))
  expect(facts.listLookAlikes()).toEqual([])
  expect(isAlike(one.faceId)).toBe(false)
})

test('is owed to whoever was enrolled since the last of this model, and to nobody whose face has gone', async () => {
  const { ledger, facts } = await start(3)
  const pass = async () => {
    const since = Date.now()
    while (Date.now() === since) await new Promise(setImmediate)
  }
  expect([facts.isCalibrationOwed(model), facts.isCalibrationOwed('another')]).toEqual([true, false])
  await pass()
  take(await ledger.write('keepCalibration', counted({ model: 'another' }), office))
  expect(facts.isCalibrationOwed(model)).toBe(true)
  take(await ledger.write('keepCalibration', counted(), office))
  expect(facts.isCalibrationOwed(model)).toBe(false)
  await pass()
  const { residentId } = await enrolFace(ledger, facts)
  expect(facts.isCalibrationOwed(model)).toBe(true)
  take(await ledger.write('withdrawConsent', { residentId }, office))
  expect(facts.isCalibrationOwed(model)).toBe(false)
})

test('a card of a look-alike is a card as any other', async () => {
  const started = await start(3)
  await pairUp(started)
  const { facts, one } = started
  const [proof] = ask(facts, [{ path: 'card', token: one.card.token }]).proofs
  expect(proof?.credential?.residentId).toBe(one.residentId)
  expect(proof?.credential).not.toHaveProperty('lookAlike')
})

test('no second factor is asked of whoever has just lost the last one', async () => {
  const started = await start(3)
  await pairUp(started)
  const { ledger, one, other, isAlike } = started
  const lost = { credentialId: one.card.credentialId, because: 'lost' as const }
  take(await ledger.write('revokeCredential', lost, office))
  expect([isAlike(one.faceId), isAlike(other.faceId)]).toEqual([false, true])
})

test.each([
  'withdrawConsent',
  'revokeCredential',
  'removeResident',
] as const)('a pair goes with the face of either, by %s', async (end) => {
  const started = await start(3)
  await pairUp(started)
  const { ledger, facts, one, other, isAlike } = started
  const { residentId, faceId } = one
  const endings = {
    withdrawConsent: () => ledger.write('withdrawConsent', { residentId }, office),
    revokeCredential: () => ledger.write('revokeCredential', { credentialId: faceId, because: 'office' }, office),
    removeResident: () => ledger.write('removeResident', { residentId }, office),
  }
  expect(await endings[end]()).toMatchObject({ ok: true })
  expect(facts.listLookAlikes()).toEqual([])
  expect(isAlike(other.faceId)).toBe(false)
})

test('whose face ended while the faces were compared is not named, and the rest is kept', async () => {
  const { ledger, facts, one, other, third } = await start(3)
  take(await ledger.write('withdrawConsent', { residentId: one.residentId }, office))
  const lookAlikes: [string, string][] = [
    [one.faceId, other.faceId],
    [other.faceId, third.faceId],
  ]
  expect(take(await ledger.write('keepCalibration', counted({ lookAlikes }), office))).toMatchObject({ lookAlikes: 1 })
  expect(facts.listLookAlikes()).toHaveLength(1)
})

test('the record says how many look-alikes there were and never who', async () => {
  const started = await start(3)
  await pairUp(started)
  const line = started.facts.tailLedger(10).find(({ kind }) => kind === 'faces_calibrated')
  expect(line?.payload).toMatchObject({ model, people: 40, pairs: 7020, raisedBy: 0.031, lookAlikes: 1 })
  expect(JSON.stringify(line)).not.toContain(started.one.faceId)
  expect(JSON.stringify(line)).not.toContain(started.one.residentId)
})

test('the schema itself names nobody without a face, whoever writes', async () => {
  const { place, one, ledger } = await start(3)
  await ledger.stop()
  const { store, close } = take(openWriter(place))
  const write = (a: string, b: string) => () =>
    store.prepare('REPLACE INTO look_alike (credential_a, credential_b) VALUES (?, ?)').run(a, b)
  expect(write(one.faceId, 'c_zzzz')).toThrow('credential_unfit')
  expect(write(one.card.credentialId, one.faceId)).toThrow('credential_unfit')
  close()
})
