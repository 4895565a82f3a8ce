// The site's card key renewed on a running gate by two at once: the second would end the key that every card out there has.

import { expect, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import type { CardReport } from '../../daemon/commands/cards.ts'
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

test('a tag that proves itself by a counter counts as a card of the key that made its messages', {
  timeout: START_LIMIT_MS,
}, async () => {
  await using place = await makeGatePlace()
  const person = await prepareStore(place, (open) => addPerson(open))
  await using gate = await runGate(place)
  const tap = async (generation: number, counter: number) => {
    await gate.play('entry-card', { tap: person.card, kind: 'iso14443_4', proof: 'sdm', generation, counter })
    return (await gate.attempt('card')).decision
  }
  const rotate = () => gate.ask('key rotate', { key: 'site-card' })
  expect(await tap(1, 5)).toMatchObject({ outcome: 'grant' })
  expect(await rotate()).toMatchObject({ ok: true, value: { generation: 2, toRenew: 1 } })
  // Once more, and its messages would be worth nothing, and its number neither.
  expect(await rotate()).toMatchObject({ code: 'cards_of_older_key', detail: '1' })
  expect(await tap(2, 6)).toMatchObject({ outcome: 'grant' })
  expect(await tap(1, 7)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
  const report = take(await gate.ask('card report')) as CardReport
  expect(report).toMatchObject({ counts: { newest: 2, copyable: 0, older: 0, current: 1 }, cards: [] })
  expect(await rotate()).toMatchObject({ ok: true, value: { generation: 3 } })
  const [older] = (take(await gate.ask('card report')) as CardReport).cards
  expect(older).toMatchObject({ credential: person.cardId, generation: 2 })
})
