// What declining face costs, from real rows: days from the loss of a card or code to its replacement, and who has neither. A card given
// back is no loss, a second card is no replacement of another person's, and one still missing has no days yet.

import { expect, test } from 'vitest'
import { type Clock, systemClock, type WallMs } from '../../config/words.ts'
import { DAY_MS } from '../../daemon/core/path-counts.ts'
import { reportEquality } from '../../daemon/report/equality.ts'
import { listFindings, spellEquality } from '../../daemon/report/equality-page.ts'
import { addPerson, giveCard, makePlace, office, openLedger, openReads, take } from './place.ts'

const BEGIN = Date.UTC(2026, 2, 1) as WallMs
const config = {
  gate: 'south',
  timeZone: 'UTC',
  operator: { name: 'O', contact: 'C', maintainer: 'M' },
  sides: { entry: { card: [], face: [] }, exit: { card: [] } },
  inequality: { graceHours: 24, remedy: 'pause-face' },
  otherWay: { firstCardPrice: 0, replacementCardPrice: 0, currency: 'CNY' },
} as const

const play = async () => {
  let wall = BEGIN as number
  const clock: Clock = { wall: () => wall as WallMs, monotonic: systemClock.monotonic }
  const { ledger, ...opened } = await openLedger(makePlace(), { clock })
  const facts = openReads({ ledger, ...opened })
  const lose = async (credentialId: string, because: 'lost' | 'stolen' | 'returned', day: number) => {
    wall = BEGIN + day * DAY_MS
    take(await ledger.write('revokeCredential', { credentialId, because }, office))
  }
  const replace = (residentId: string, day: number) => {
    wall = BEGIN + day * DAY_MS
    return giveCard(ledger, facts, residentId)
  }
  const report = () => {
    const period = { from: BEGIN, to: (BEGIN + 29 * DAY_MS) as WallMs }
    return reportEquality(config, facts, period, (BEGIN + 30 * DAY_MS) as WallMs)
  }
  return { ledger, facts, lose, replace, report }
}

test('days go from the loss to the next card of the same person', async () => {
  const { ledger, facts, lose, replace, report } = await play()
  const people = [await addPerson(ledger), await addPerson(ledger), await addPerson(ledger), await addPerson(ledger)]
  const [quick = '', slow = '', waiting = '', moving = ''] = people
  const cards = [await giveCard(ledger, facts, quick), await giveCard(ledger, facts, slow)]
  const [still, back] = [await giveCard(ledger, facts, waiting), await giveCard(ledger, facts, moving)]
  await lose(cards[0]?.credentialId ?? '', 'lost', 2)
  await replace(quick, 3.5)
  await lose(cards[1]?.credentialId ?? '', 'stolen', 5)
  await lose(still.credentialId, 'lost', 6)
  await lose(back.credentialId, 'returned', 7)
  // Somebody else's new card ends nobody's waiting.
  await replace(quick, 8)
  await replace(slow, 11)
  expect(report().replacements).toEqual({ lost: 3, replaced: 2, medianDays: 1.5, longestDays: 6 })
  expect(spellEquality(report(), 'en')).toContain(
    '3 cards or codes were reported lost or stolen; 2 were replaced, half of them within 1.5 days, the last after 6 days.',
  )
})

test('whoever has neither card nor code is counted, told as something to put right, and gone from it with a card', async () => {
  const { ledger, facts, lose, replace, report } = await play()
  const [one, other] = [await addPerson(ledger), await addPerson(ledger)]
  const card = await giveCard(ledger, facts, one)
  await giveCard(ledger, facts, other)
  expect(report().otherWays).toMatchObject({ residents: 2, withoutCardOrCode: 0 })
  expect(listFindings(report(), 'en')).toEqual([])
  await lose(card.credentialId, 'lost', 2)
  expect(report().otherWays).toMatchObject({ residents: 2, withoutCardOrCode: 1 })
  expect(listFindings(report(), 'en')).toEqual(['1 resident has neither card nor code. Give each a card.'])
  await replace(one, 3)
  expect(listFindings(report(), 'en')).toEqual([])
})

test('a card that costs money while a face is free is told as something to put right', async () => {
  const { report } = await play()
  const priced = { ...report(), prices: { firstCardPrice: 0, replacementCardPrice: 20, currency: 'CNY' } }
  expect(listFindings(priced, 'en')).toEqual(['A card costs 0 CNY and a replacement 20 CNY, while a face is free.'])
})
