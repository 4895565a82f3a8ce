// The site's card key renewed on a running gate by two at once: the second would end the key that every card out there has.

import { expect, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import { addPerson, byOffice, makeGatePlace, prepareStore, readStore, take } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000

test('asked for twice in one moment it is renewed once, and the cards that were issued go on', {
  timeout: START_LIMIT_MS,
}, async () => {
  await using place = await makeGatePlace()
  await prepareStore(place, async (open) => {
    take(await open.ledger.write('makeSiteCardKey', { renew: false }, byOffice))
    const { cardId } = await addPerson(open)
    take(await open.ledger.write('raiseCardProof', { credentialId: cardId, generation: 1 }, byOffice))
  })
  await using gate = await runGate(place)
  const both = await Promise.all([1, 2].map(() => gate.ask('key rotate', { key: 'site-card' })))
  expect(both.map((one) => (one.ok ? 'done' : one.code)).toSorted()).toEqual(['cards_of_older_key', 'done'])
  const generations = readStore(place, (facts) => reveal(facts.readSiteCardKeys()).map(({ generation }) => generation))
  expect(generations).toEqual([2, 1])
  expect(await gate.ask('key rotate', { key: 'site-card', dropOlder: true })).toMatchObject({ ok: true })
})
