// P4 in the store: after a withdrawal the template's bytes and its key are in no page, free page or log frame, and the ledger
// says so. The pages are decrypted one by one by the test itself.

import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openReader } from '../../daemon/store/open.ts'
import { decryptStore } from './pages.ts'
import {
  addPerson,
  consentOf,
  enrolFace,
  giveCard,
  makePlace,
  mirror,
  model,
  type Opened,
  office,
  openLedger,
  openReads,
  take,
  until,
} from './place.ts'

const makeViews = () => [1, 2, 3].map(() => ({ sealed: randomBytes(2500), wrappedKey: randomBytes(60) }))

/** Which of the views, or parts of them as small as a key, are still readable. */
const findRemains = (opened: Opened, views: ReturnType<typeof makeViews>): number => {
  const clear = decryptStore(opened.file, opened.key)
  const parts = views.flatMap(({ sealed, wrappedKey }) => [
    wrappedKey,
    sealed.subarray(0, 32),
    sealed.subarray(1200, 1232),
    sealed.subarray(-32),
  ])
  return parts.filter((part) => clear.includes(part)).length
}

const erased = (facts: ReturnType<typeof openReads>): boolean =>
  facts.tailLedger(20).some((line) => line.kind === 'templates_erased')

test('a withdrawn template is nowhere in the file or the log, within a second', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const views = makeViews()
  const { residentId } = await enrolFace(opened.ledger, facts, views)
  for (let other = 0; other < 3; other += 1) await enrolFace(opened.ledger, facts, makeViews())
  // Not a fact about erasure but about this test: it does see what is there.
  expect(findRemains(opened, views)).toBe(12)
  const began = performance.now()
  take(await opened.ledger.write('withdrawConsent', { residentId }, office))
  expect(facts.listMatchable('south', '', 10)).toHaveLength(3)
  await until(() => erased(facts))
  expect(performance.now() - began).toBeLessThan(1000)
  expect(findRemains(opened, views)).toBe(0)
})

test('an open read holds the erasure up no longer than it lasts', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const views = makeViews()
  const { residentId } = await enrolFace(opened.ledger, facts, views)
  const reader = take(openReader(opened))
  const rows = reader.prepare('SELECT * FROM template').iterate()
  rows.next()
  take(await opened.ledger.write('withdrawConsent', { residentId }, office))
  await until(() => facts.listMatchable('south', '', 10).length === 0)
  expect((await opened.ledger.record({ kind: 'decision', payload: {} })).flag).toBeUndefined()
  expect(erased(facts)).toBe(false)
  rows.return?.()
  reader.close()
  await until(() => erased(facts))
  expect(findRemains(opened, views)).toBe(0)
})

test('an erasure cut short by a crash is finished at the next start', async () => {
  const place = makePlace()
  const first = await openLedger(place)
  const facts = openReads(first)
  take(await mirror(first.ledger))
  const views = makeViews()
  const { residentId } = await enrolFace(first.ledger, facts, views)
  const reader = take(openReader(place))
  const rows = reader.prepare('SELECT * FROM template').iterate()
  rows.next()
  take(await first.ledger.write('withdrawConsent', { residentId }, office))
  await first.ledger.stop()
  rows.return?.()
  reader.close()
  const second = await openLedger(place)
  await until(() => erased(facts))
  expect(findRemains(second, views)).toBe(0)
})

test('a person removed from among others leaves no name, card or face in the pages that the others keep', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  // Small enough that several share a page: the page stays, only the cell goes.
  const makeSmall = () => [{ sealed: randomBytes(200), wrappedKey: randomBytes(60) }]
  const people = []
  for (let one = 0; one < 8; one += 1) {
    const views = makeSmall()
    people.push({ views, ...(await enrolFace(opened.ledger, facts, views)) })
  }
  const traces = people.map(({ residentId, card, views }) => [
    Buffer.from(facts.showResident(residentId)?.name ?? ''),
    Buffer.from(card.token[0]?.hash ?? []),
    ...views.flatMap(({ sealed, wrappedKey }) => [sealed.subarray(20, 52), wrappedKey]),
  ])
  const find = (): boolean[][] => {
    const clear = decryptStore(opened.file, opened.key)
    return traces.map((found) => found.map((trace) => clear.includes(trace)))
  }
  expect(find().flat()).not.toContain(false)
  const gone = people.flatMap((_, place) => (place % 2 === 1 ? [place] : []))
  for (const place of gone) {
    take(await opened.ledger.write('removeResident', { residentId: people[place]?.residentId ?? '' }, office))
  }
  const told = () => facts.tailLedger(20).filter((line) => line.kind === 'templates_erased')
  await until(() => told().flatMap((line) => line.payload?.['templates'] ?? []).length === gone.length)
  expect(find()).toEqual(traces.map((found, place) => found.map(() => !gone.includes(place))))
})

test('space is given back', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const residentId = await addPerson(opened.ledger)
  const { credentialId } = await giveCard(opened.ledger, facts, residentId)
  take(await opened.ledger.write('recordConsent', consentOf(residentId), office))
  take(await opened.ledger.write('confirmConsent', { residentId, credentialId }, office))
  const before = statSync(opened.file).size
  const templates = Array.from({ length: 16 }, () => ({ sealed: randomBytes(60_000), wrappedKey: randomBytes(60) }))
  take(await opened.ledger.write('addTemplates', { residentId, model, templates }, office))
  take(await opened.ledger.write('withdrawConsent', { residentId }, office))
  await until(() => erased(facts))
  expect(statSync(opened.file).size).toBeLessThan(before + 100_000)
})
