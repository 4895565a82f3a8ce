// Keys written into blank cards: the published vectors of ChangeKey, and a card that leaves at any question whatever and is finished by doing
// the same again.

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hide } from '../../config/words.ts'
import { authenticateCard, cardKeyOf, type SiteKeys, type Transmit } from '../../drivers/card/proof/authenticate.ts'
import { changeKeyByAes, changeKeyByEv2 } from '../../drivers/card/proof/change-key.ts'
import { personaliseCard } from '../../drivers/card/proof/personalise.ts'
import { take } from '../line/gate-place.ts'
import { playDesfire, playNtag424 } from './emulated-card.ts'
import { blankDesfire, blankNtag424, type IssuableCard } from './issuable-card.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
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

describe('ChangeKey', () => {
  test('of another key in a session of AuthenticateAES is as in the public trace', () => {
    const body = changeKeyByAes(hex('C2A1E47BD8100044FE6D00A74D7AB17C'), {
      keyNumber: 1,
      newKey: hex('00102030405060708090A0B0B0A09080'),
      oldKey: Buffer.alloc(16),
      version: 0x10,
    })
    expect(body).toEqual(hex('01 E7ECCB6BD1CA64BC161A12B1C024F71430337408C8A87EACAB7A1FF18951FCA3'))
  })

  test('of the session’s own key is as in the public trace', () => {
    const body = changeKeyByAes(hex('C2A1E47B27104712FE6D00A71177A19B'), {
      keyNumber: 0,
      newKey: hex('10182028303840485058606870788088'),
      version: 0x10,
    })
    expect(body).toEqual(hex('00 2945E3760E60F4A4046BB8A505B31CF559A3A2E05213BC82942CA6AB5DBCECF5'))
  })

  const session = {
    ti: hex('7614281A'),
    encryption: hex('4CF3CB41A22583A61E89B158D252FC53'),
    mac: hex('5529860B2FC5FB6154B7F28361D30BF9'),
  }
  test('of another key in a session of AuthenticateEV2First is as published (AN12196)', () => {
    const body = changeKeyByEv2(session, 2, {
      keyNumber: 2,
      newKey: hex('F3847D627727ED3BC9C4CC050489B966'),
      oldKey: Buffer.alloc(16),
      version: 1,
    })
    expect(body).toEqual(hex('02 2CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1FAC7 5D0CE20BCD1D06E6'))
  })

  test('of the session’s own key is as published (AN12196)', () => {
    const body = changeKeyByEv2(session, 3, {
      keyNumber: 0,
      newKey: hex('5004BF991F408672B1EF00F08F9E8647'),
      version: 1,
    })
    expect(body).toEqual(hex('00 C0EB4DEEFEDDF0B513A03A95A75491818580503190D4D05053FF75668A01D6FD A6610234BDED6432'))
  })
})

describe.each([
  ['a DESFire', 'desfire', blankDesfire],
  ['an NTAG 424', 'ntag424', blankNtag424],
] as const)('%s', (_, kind, blank) => {
  test('is given two keys of its own, and then proves them at a gate', async () => {
    const card = blank()
    expect(take(await personaliseCard(speakTo(card), uid, site(3, 2)))).toEqual({ kind, generation: 3, was: 'blank' })
    expect(await authenticateCard(speakTo(card), uid, site(3))).toEqual({ proof: 'authenticated', generation: 3 })
    const [master, gate] = card.keys()
    expect(gate).toEqual(cardKeyOf(Buffer.alloc(16, 3), uid, 1))
    expect(master).toEqual(cardKeyOf(Buffer.alloc(16, 3), uid, 0))
    expect(master).not.toEqual(gate)
  })

  test('of the newest key is left as it is', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(2)))
    const before = [...card.keys()]
    expect(take(await personaliseCard(speakTo(card), uid, site(2, 1)))).toMatchObject({ was: 'current' })
    expect(card.keys()).toEqual(before)
  })

  test('of the generation before is given the newest key', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    expect(take(await personaliseCard(speakTo(card), uid, site(2, 1)))).toMatchObject({ generation: 2, was: 'older' })
    expect(await authenticateCard(speakTo(card), uid, site(2))).toMatchObject({ proof: 'authenticated' })
    expect(await authenticateCard(speakTo(card), uid, site(1))).toEqual({ proof: 'identifier' })
  })

  test('of two generations ago, or of another site, is somebody else’s', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    const before = [...card.keys()]
    expect(await personaliseCard(speakTo(card), uid, site(3, 2))).toEqual({ ok: false, code: 'card_keys_foreign' })
    expect(card.keys()).toEqual(before)
  })

  test.each([
    'before',
    'after',
  ] as const)('pulled away at any question, %s it is done, is finished by doing it again', async (when) => {
    const whole = blank()
    take(await personaliseCard(speakTo(whole), uid, site(2, 1)))
    const steps = whole.questions()
    expect(steps).toBeGreaterThan(10)
    for (let at = 1; at <= steps; at++) {
      const card = blank()
      card.pullAt(at, when)
      expect(await personaliseCard(speakTo(card), uid, site(2, 1)), `pulled at ${at}`).toEqual({
        ok: false,
        code: 'card_left',
      })
      expect(await personaliseCard(speakTo(card), uid, site(2, 1)), `again after ${at}`).toMatchObject({ ok: true })
      expect(card.keys().slice(0, 2), `keys after ${at}`).toEqual(whole.keys().slice(0, 2))
    }
  })

  test('renewed and pulled away at any question never loses both keys', async () => {
    const begin = async () => {
      const card = blank()
      take(await personaliseCard(speakTo(card), uid, site(1)))
      return card
    }
    const whole = await begin()
    whole.pullAt(0, 'before')
    take(await personaliseCard(speakTo(whole), uid, site(2, 1)))
    for (let at = 1; at <= whole.questions(); at++) {
      const card = await begin()
      card.pullAt(at, 'after')
      expect(await personaliseCard(speakTo(card), uid, site(2, 1))).toMatchObject({ code: 'card_left' })
      // In between it still opens the gate, by the one key or by the other.
      expect(await authenticateCard(speakTo(card), uid, site(2, 1))).toMatchObject({ proof: 'authenticated' })
      take(await personaliseCard(speakTo(card), uid, site(2, 1)))
      expect(await authenticateCard(speakTo(card), uid, site(2))).toMatchObject({ proof: 'authenticated' })
    }
  })
})

test('an NTAG 424 that is not ours is asked for no key at a gate: it would shut after a thousand wrong ones', async () => {
  const card = blankNtag424()
  const commands: (number | undefined)[] = []
  const heard = {
    chip: (question: Buffer) => {
      commands.push(question[1])
      return card.chip(question)
    },
  }
  expect(await authenticateCard(speakTo(heard), uid, site(2, 1))).toEqual({ proof: 'identifier' })
  expect(commands).toContain(0x64)
  expect(commands).not.toContain(0x71)
})

test('a DESFire whose maker’s key somebody has changed is refused, and left alone', async () => {
  expect(await personaliseCard(speakTo(blankDesfire(true)), uid, site(1))).toEqual({
    ok: false,
    code: 'card_keys_foreign',
  })
})

test('a card of another kind is refused', async () => {
  const other = { chip: () => hex('6a81') }
  expect(await personaliseCard(speakTo(other), uid, site(1))).toEqual({ ok: false, code: 'card_not_issuable' })
})

test('a card that takes no key, or answers without having taken it, is told and not handed out', async () => {
  const card = blankDesfire()
  take(await personaliseCard(speakTo(card), uid, site(1)))
  const deaf = { chip: (question: Buffer) => (question[1] === 0xc4 ? hex('9100') : card.chip(question)) }
  expect(await personaliseCard(speakTo(deaf), uid, site(2, 1))).toEqual({ ok: false, code: 'card_unproved' })
  const refusing = { chip: (question: Buffer) => (question[1] === 0xc4 ? hex('919d') : card.chip(question)) }
  expect(await personaliseCard(speakTo(refusing), uid, site(2, 1))).toEqual({ ok: false, code: 'card_refused' })
})

test('cards that know other keys, and cards that replay, are given none', async () => {
  for (const chip of [
    playDesfire(randomBytes(16)),
    playNtag424(randomBytes(16)),
    playDesfire(randomBytes(16), 'replays'),
  ])
    expect(await personaliseCard(speakTo({ chip }), uid, site(2, 1))).toMatchObject({ ok: false })
})

test('without a key of the site nothing is asked', async () => {
  let asked = 0
  const counted = {
    chip: () => {
      asked++
      return hex('9100')
    },
  }
  expect(await personaliseCard(speakTo(counted), uid, hide([]))).toEqual({ ok: false, code: 'site_card_key_missing' })
  expect(asked).toBe(0)
})
