// The right to be forgotten, in the store: what lies where, what an erasure takes and what it leaves. Two hundred of them: erasures.test.ts.

import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { FactsReader } from '../../daemon/store/facts.ts'
import { makeFingerprints } from '../../daemon/store/fingerprints.ts'
import { decipherPages } from '../../daemon/store/page-cipher.ts'
import { decryptStore } from './pages.ts'
import {
  addPerson,
  ask,
  enrolFace,
  giveCard,
  makePlace,
  mirror,
  office,
  openLedger,
  openReads,
  refusal,
  take,
  until,
} from './place.ts'

const start = async () => {
  const opened = await openLedger(makePlace())
  take(await mirror(opened.ledger))
  return { opened, facts: openReads(opened) }
}

const printsOf = (facts: FactsReader, residentId: string) => {
  const { templates, codeHashes } = facts.readErasable(residentId)
  const fingerprints = makeFingerprints({
    sealed: templates.map(({ sealed }) => sealed),
    wrappedKey: templates.map(({ wrappedKey }) => wrappedKey),
    codeHash: codeHashes,
  })
  return { fingerprints, templateIds: templates.map(({ id }) => id) }
}

const erase = async ({ opened, facts }: Awaited<ReturnType<typeof start>>, residentId: string) => {
  const { fingerprints, templateIds } = printsOf(facts, residentId)
  const args = { residentId, templateIds, fingerprints: 'hash' }
  take(await opened.ledger.write('eraseResident', args, office))
  await until(() => !facts.isErasureOwed([residentId, ...templateIds]))
  return fingerprints
}

const sizes = [200, 600, 2077, 2500, 9000]

test('the pages are deciphered as a second program does it', async () => {
  const { opened, facts } = await start()
  for (let one = 0; one < 5; one += 1) await enrolFace(opened.ledger, facts)
  expect(Buffer.concat([...decipherPages(opened.file, opened.key)])).toEqual(decryptStore(opened.file, opened.key))
})

test('no byte of a sealed template lies in a page in which SQLite moves rows about', async () => {
  const { opened, facts } = await start()
  const all = []
  for (let one = 0; one < 60; one += 1) {
    const views = [{ sealed: randomBytes(sizes[one % sizes.length] ?? 600), wrappedKey: randomBytes(61) }]
    await enrolFace(opened.ledger, facts, views)
    all.push(...views)
  }
  const pages = [...decipherPages(opened.file, opened.key)]
  // Of trees, by the file format: interior and leaf, of an index and of a table. An overflow page begins with the number of the next.
  const trees = [2, 5, 10, 13]
  const isMoved = (page: Buffer) => trees.includes(page[0] ?? 0)
  expect(pages.filter(isMoved).length).toBeGreaterThan(10)
  for (const { sealed, wrappedKey } of all) {
    const pieces = [sealed.subarray(0, 32), sealed.subarray(-32), wrappedKey.subarray(0, 32)]
    for (const page of pages.filter(isMoved)) expect(pieces.some((piece) => page.includes(piece))).toBe(false)
  }
})

test('a card of an erased resident is unknown, and may be given to somebody else', async () => {
  const world = await start()
  const { opened, facts } = world
  const { residentId, card } = await enrolFace(opened.ledger, facts)
  const credential = () => ask(facts, [{ path: 'card', token: card.token }]).proofs[0]?.credential
  expect(credential()?.residentId).toBe(residentId)
  await erase(world, residentId)
  expect(credential()).toBeUndefined()
  expect(facts.showResident(residentId)).toBeUndefined()
  const next = await addPerson(opened.ledger)
  take(await opened.ledger.write('addCard', { residentId: next, token: card.token, proof: 'identifier' }, office))
  expect(credential()?.residentId).toBe(next)
})

test('somebody without a face leaves no name in the pages either, and the record says when', async () => {
  const world = await start()
  const { opened, facts } = world
  const residentId = await addPerson(opened.ledger)
  await giveCard(opened.ledger, facts, residentId)
  const name = facts.showResident(residentId)?.name ?? ''
  expect(decryptStore(opened.file, opened.key).includes(name)).toBe(true)
  await erase(world, residentId)
  expect(decryptStore(opened.file, opened.key).includes(name)).toBe(false)
  expect(facts.tailLedger(1)[0]).toMatchObject({ kind: 'templates_erased', payload: { residents: [residentId] } })
})

test('a face that came after its fingerprints were taken is not erased without them', async () => {
  const { opened, facts } = await start()
  const { residentId } = await enrolFace(opened.ledger, facts)
  const args = { residentId, templateIds: [], fingerprints: 'hash' }
  expect(refusal(await opened.ledger.write('eraseResident', args, office))).toBe('erasure_outdated')
  expect(facts.showResident(residentId)?.face).toBe(1)
})

test('nobody is erased who is not there', async () => {
  const { opened } = await start()
  const args = { residentId: 'r_nobody', templateIds: [], fingerprints: 'hash' }
  expect(refusal(await opened.ledger.write('eraseResident', args, office))).toBe('resident_unknown')
})
