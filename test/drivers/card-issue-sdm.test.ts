// Tags that mirror a message, made at the desk: the published settings, what is read from one, and one that leaves at any question whatever and
// is finished by doing the same again.

import { describe, expect, test } from 'vitest'
import { hide } from '../../config/words.ts'
import { authenticateCard, cardKeyOf, type SiteKeys, type Transmit } from '../../drivers/card/proof/authenticate.ts'
import { sealByEv2 } from '../../drivers/card/proof/file.ts'
import { mirrorSettings, personaliseTag } from '../../drivers/card/proof/issue-sdm.ts'
import { personaliseCard } from '../../drivers/card/proof/personalise.ts'
import { take } from '../line/gate-place.ts'
import { blankDesfire, blankNtag424, type IssuableCard } from './issuable-card.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const uid = hex('04a1b2c3d4e5f6')
const site = (...generations: readonly number[]): SiteKeys =>
  hide(generations.map((generation) => ({ generation, bytes: Buffer.alloc(16, generation) })))

/** Once it has left it answers no more. */
const speakTo = ({ chip }: Pick<IssuableCard, 'chip'>): Transmit => {
  let gone = false
  return async (question) => {
    if (gone) return undefined
    const said = chip(question)
    gone = typeof said === 'string'
    return typeof said === 'string' ? undefined : said
  }
}
const issue = (card: IssuableCard, keys = site(1)) => personaliseTag(speakTo(card), uid, keys)
const read = (card: IssuableCard, keys = site(1)) => authenticateCard(speakTo(card), uid, keys)

describe('the settings of what is mirrored', () => {
  test('are sealed as published (AN12196)', () => {
    const session = {
      ti: hex('9D00C4DF'),
      encryption: hex('1309C877509E5A215007FF0ED19CA564'),
      mac: hex('4C6626F5E72EA694202139295C7A7FC7'),
    }
    const settings = hex('4000E0C1F121200000430000430000')
    expect(sealByEv2(session, 1, 0x5f, hex('02'), settings)).toEqual(
      hex('0261B6D97903566E84C3AE5274467E89EAD799B7C1A0EF7A04'),
    )
  })

  test('name the places of the zeros in the file, and leave writing and changing to the master key', () => {
    // Length, record head, and the text before each: 7 + 20 and 7 + 58.
    expect(mirrorSettings()).toEqual(hex('4000e0c1ff221b0000410000410000'))
  })
})

test('a tag that was issued shows a message with its own key and a counter that rises at each tap', async () => {
  const card = blankNtag424(uid)
  const issued = take(await issue(card))
  expect(issued).toMatchObject({ kind: 'ntag424', generation: 1, was: 'blank' })
  let last = issued.counter
  for (let tap = 0; tap < 3; tap++) {
    const shown = await read(card)
    expect(shown).toMatchObject({ proof: 'sdm', generation: 1 })
    const counter = shown.proof === 'sdm' ? shown.counter : -1
    expect(counter).toBeGreaterThan(last)
    last = counter
  }
  expect(card.keys()[2]).toEqual(cardKeyOf(Buffer.alloc(16, 1), uid, 2))
  expect(card.keys()[0]).toEqual(cardKeyOf(Buffer.alloc(16, 1), uid, 0))
  expect(await read(card, site(9))).toEqual({ proof: 'identifier' })
  // Nobody else writes it any more.
  await speakTo(card)(hex('00a4000c02e104'))
  expect(await speakTo(card)(hex('00d600000100'))).toEqual(hex('6982'))
})

test('pulled away at any question it is finished by doing the same again', async () => {
  const whole = blankNtag424(uid)
  take(await issue(whole))
  const questions = whole.questions()
  expect(questions).toBeGreaterThan(15)
  for (let at = 1; at <= questions; at++)
    for (const when of ['before', 'after'] as const) {
      const card = blankNtag424(uid)
      card.pullAt(at, when)
      expect(await issue(card), `${when} ${at}`).toMatchObject({ ok: false, code: 'card_left' })
      card.pullAt(0, 'before')
      expect(await issue(card), `${when} ${at}`).toMatchObject({ ok: true })
      expect(await read(card)).toMatchObject({ proof: 'sdm' })
    }
})

test('is given the newest key of the site when it is issued again', async () => {
  const card = blankNtag424(uid)
  take(await issue(card))
  expect(take(await issue(card, site(2, 1)))).toMatchObject({ was: 'older', generation: 2 })
  expect(await read(card, site(2))).toMatchObject({ proof: 'sdm', generation: 2 })
  expect(take(await issue(card, site(2, 1)))).toMatchObject({ was: 'current' })
})

test('a tag that proves a key is not made weaker, a DESFire has no such message, and a foreign one is left alone', async () => {
  const proves = blankNtag424(uid)
  take(await personaliseCard(speakTo(proves), uid, site(1)))
  expect(await issue(proves)).toMatchObject({ ok: false, code: 'card_proves_more' })
  expect(await read(proves)).toMatchObject({ proof: 'authenticated' })
  expect(await issue(blankDesfire())).toMatchObject({ ok: false, code: 'card_not_issuable' })
  const foreign = blankNtag424(uid)
  take(await issue(foreign, site(7)))
  expect(await issue(foreign, site(1))).toMatchObject({ ok: false, code: 'card_keys_foreign' })
})
