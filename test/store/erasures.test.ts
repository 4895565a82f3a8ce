// Two hundred seeded erasures: of each person every template is found in the pages before, and no byte of it after. The seed is told with
// whatever fails; ERASURE_SEED plays it again. test/store/erasures.ts is the same among ten thousand, as a figure.

import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import type { FactsReader } from '../../daemon/store/facts.ts'
import {
  countPrints,
  type Fingerprints,
  type Found,
  makeFingerprints,
  searchPrints,
} from '../../daemon/store/fingerprints.ts'
import { decipherPages } from '../../daemon/store/page-cipher.ts'
import { findRemains } from '../../daemon/store/remains.ts'
import { createChance } from '../machine/seeded.ts'
import { enrolFace, makePlace, mirror, type Opened, office, openLedger, openReads, take, until } from './place.ts'
import { seededBytes } from './seeded-bytes.ts'

const ERASURES = 200
/** Who stay to the end, and are found then. */
const STAYING = 5
/** Among so many others at a time. */
const CROWD = 25
/** Each so many-th is looked for by the program's own thread as well. */
const EVERY = 20
const seed = Number(process.env['ERASURE_SEED'] ?? randomInt(2 ** 31))
const nothing: Found = { sealed: 0, wrappedKey: 0, codeHash: 0 }

const printsOf = (facts: FactsReader, residentId: string) => {
  const { templates } = facts.readErasable(residentId)
  const blobs = { sealed: templates.map((one) => one.sealed), wrappedKey: templates.map((one) => one.wrappedKey) }
  return { fingerprints: makeFingerprints({ ...blobs, codeHash: [] }), templateIds: templates.map(({ id }) => id) }
}

/** Every page, free page and log frame, in this thread. */
const search = (opened: Opened, fingerprints: Fingerprints): Found => {
  const found = searchPrints(fingerprints)
  for (const page of decipherPages(opened.file, opened.key)) found.look(page)
  return found.found()
}

test(`of ${ERASURES} seeded people each is found before the erasure and none after, while the others stay`, {
  timeout: 240_000,
}, async () => {
  const opened = await openLedger(makePlace())
  take(await mirror(opened.ledger))
  const facts = openReads(opened)
  const [bytes, chance] = [seededBytes(seed), createChance(seed)]
  const views = () =>
    Array.from({ length: chance.pick([1, 2, 3]) }, () => ({
      sealed: bytes(chance.pick([200, 600, 2077, 2500, 9000])),
      wrappedKey: bytes(61),
    }))
  const enrol = async () => (await enrolFace(opened.ledger, facts, views())).residentId
  const crowd: string[] = []
  const count = { before: 0, after: 0 }
  for (let turn = 0; turn < ERASURES; turn++) {
    while (crowd.length < Math.min(CROWD, ERASURES + STAYING - turn)) crowd.push(await enrol())
    const [residentId = ''] = crowd.splice(Math.floor(chance.next() * crowd.length), 1)
    const { fingerprints, templateIds } = printsOf(facts, residentId)
    const before = search(opened, fingerprints)
    // A window over the edge of a page is in none; every other is there.
    const windows = countPrints(fingerprints) - before.wrappedKey
    if (before.wrappedKey > 0 && before.sealed > 0.85 * windows - 4) count.before++
    take(await opened.ledger.write('eraseResident', { residentId, templateIds, fingerprints: 'hash' }, office))
    await until(() => !facts.isErasureOwed([residentId, ...templateIds]))
    const after = search(opened, fingerprints)
    if (after.sealed + after.wrappedKey + after.codeHash > 0) count.after++
    if (turn % EVERY === 0) {
      const [store] = take(await findRemains(opened, fingerprints))
      expect([`seed ${seed}`, turn, store?.found]).toEqual([`seed ${seed}`, turn, nothing])
    }
  }
  expect({ seed, ...count }).toEqual({ seed, before: ERASURES, after: 0 })
  for (const residentId of crowd) {
    const { sealed, wrappedKey } = search(opened, printsOf(facts, residentId).fingerprints)
    expect([`seed ${seed}`, sealed > 0, wrappedKey > 0]).toEqual([`seed ${seed}`, true, true])
  }
  expect(crowd).toHaveLength(STAYING)
})
