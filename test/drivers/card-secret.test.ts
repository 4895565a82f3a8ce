// The secret that lies on a card: the published vectors of full encryption, and cards that are issued, read, altered and pulled away.

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hide, reveal } from '../../config/words.ts'
import { encryptCbc, macOf } from '../../drivers/card/proof/aes.ts'
import { authenticateCard, native, type SiteKeys, type Transmit } from '../../drivers/card/proof/authenticate.ts'
import { openByEv2, sealByEv2, talkByAes } from '../../drivers/card/proof/file.ts'
import { personaliseCard } from '../../drivers/card/proof/personalise.ts'
import { take } from '../line/gate-place.ts'
import { blankDesfire, blankNtag424, crcOf, type IssuableCard } from './issuable-card.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const uid = hex('04a1b2c3d4e5f6')
const site = (...generations: readonly number[]): SiteKeys =>
  hide(generations.map((generation) => ({ generation, bytes: Buffer.alloc(16, generation) })))

/** `spoil`: of each answer that the card gives. */
const speakTo = ({ chip }: Pick<IssuableCard, 'chip'>, spoil = (_: number, answer: Buffer) => answer): Transmit => {
  let gone = false
  return async (question) => {
    if (gone) return undefined
    const said = chip(question)
    gone = typeof said === 'string'
    return typeof said === 'string' ? undefined : spoil(question[1] ?? 0, said)
  }
}
const secretOf = async (transmit: Transmit, keys = site(1)): Promise<string | undefined> => {
  const verdict = await authenticateCard(transmit, uid, keys, true)
  if (verdict.proof !== 'authenticated') throw new Error(`the card proved ${verdict.proof}`)
  return verdict.secret && reveal(verdict.secret).toString('hex')
}

describe('full encryption', () => {
  const session = {
    ti: hex('9D00C4DF'),
    encryption: hex('1309C877509E5A215007FF0ED19CA564'),
    mac: hex('4C6626F5E72EA694202139295C7A7FC7'),
  }
  test('of a command after AuthenticateEV2First is as published (AN12196)', () => {
    const sealed = sealByEv2(session, 1, 0x5f, hex('02'), hex('4000E0C1F121200000430000430000'))
    expect(sealed).toEqual(hex('02 61B6D97903566E84C3AE5274467E89EA D799B7C1A0EF7A04'))
  })
  test('of its answer is as published, and of no other session or count', () => {
    expect(openByEv2(session, 1, hex('57BFF87B1241E93D'))).toEqual(Buffer.alloc(0))
    expect(openByEv2(session, 2, hex('57BFF87B1241E93D'))).toBeUndefined()
    expect(openByEv2(session, 1, hex('57BFF87B1241E93E'))).toBeUndefined()
  })
  test('of an answer after AuthenticateAES is whole or is none: its check covers the file and the status', () => {
    const [session, bytes] = [randomBytes(16), randomBytes(36)]
    const { question, open } = talkByAes(session, native).read()
    const chain = macOf(session, Buffer.concat([hex('BD'), question.subarray(5, -1)]))
    const answer = (check: Buffer) => encryptCbc(session, chain, Buffer.concat([bytes, check, Buffer.alloc(8)]))
    expect(open(answer(crcOf(Buffer.concat([bytes, hex('00')]))))).toEqual(bytes)
    expect(open(answer(crcOf(bytes)))).toBeUndefined()
  })
  test('after AuthenticateAES goes on from the MAC of the question, as in the public trace', () => {
    expect(macOf(hex('90F7A20191036845EC63DECD544B9931'), hex('6400'))).toEqual(hex('257FC538618A944A3A20967B6F314348'))
  })
})

describe.each([
  ['a DESFire', blankDesfire, 0xbd],
  ['an NTAG 424', blankNtag424, 0xad],
] as const)('%s', (_, blank, READ) => {
  test('is given a secret of its own when it is issued, which the gate reads after its proof and only when it is wanted', async () => {
    const [card, other] = [blank(), blank()]
    for (const one of [card, other]) take(await personaliseCard(speakTo(one), uid, site(1)))
    const secret = await secretOf(speakTo(card))
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(await secretOf(speakTo(other))).not.toBe(secret)
    expect(card.file.bytes.subarray(0, 32).toString('hex')).toBe(secret)
    const asked: number[] = []
    const verdict = await authenticateCard(
      speakTo(card, (question, answer) => {
        asked.push(question)
        return answer
      }),
      uid,
      site(1),
    )
    expect(verdict).toEqual({ proof: 'authenticated', generation: 1 })
    expect(asked).not.toContain(READ)
  })

  test('never says its secret in the clear', async () => {
    const card = blank()
    const heard: Buffer[] = []
    const listen = (_: number, answer: Buffer) => {
      heard.push(answer)
      return answer
    }
    const said: Buffer[] = []
    const transmit = speakTo(card, listen)
    take(
      await personaliseCard(
        async (question) => {
          said.push(question)
          return transmit(question)
        },
        uid,
        site(1),
      ),
    )
    const secret = await secretOf(speakTo(card, listen))
    for (const bytes of [...heard, ...said]) expect(bytes.toString('hex')).not.toContain(secret?.slice(0, 16))
  })

  test('keeps its secret when it is issued again for a newer key', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    const secret = await secretOf(speakTo(card))
    expect(take(await personaliseCard(speakTo(card), uid, site(2, 1)))).toMatchObject({ was: 'older' })
    expect(await secretOf(speakTo(card), site(2))).toBe(secret)
  })

  test('whose file was altered, or whose answer was, proves its key and shows no secret', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    const flip = (command: number, answer: Buffer) => {
      const copy = Buffer.from(answer)
      if (command === READ) copy[3] = (copy[3] ?? 0) ^ 1
      return copy
    }
    expect(await secretOf(speakTo(card, flip))).toBeUndefined()
    card.file.bytes[5] = (card.file.bytes[5] ?? 0) ^ 1
    expect(await secretOf(speakTo(card))).toBeUndefined()
  })

  test('does not take the answer of an earlier tap for its secret', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    let recorded: Buffer | undefined
    const replay = (command: number, answer: Buffer) => {
      if (command !== READ) return answer
      recorded ??= answer
      return recorded
    }
    expect(await secretOf(speakTo(card, replay))).toBeDefined()
    expect(await secretOf(speakTo(card, replay))).toBeUndefined()
  })

  test('that leaves while its secret is read has proved its key all the same', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    const leaves: Transmit = async (question) => (question[1] === READ ? undefined : speakTo(card)(question))
    expect(await secretOf(leaves)).toBeUndefined()
  })

  test('of before, with keys and no secret, proves its key, and is given one when it is issued again', async () => {
    const card = blank()
    take(await personaliseCard(speakTo(card), uid, site(1)))
    Object.assign(card.file, { bytes: randomBytes(36) })
    expect(await secretOf(speakTo(card))).toBeUndefined()
    expect(take(await personaliseCard(speakTo(card), uid, site(1)))).toMatchObject({ was: 'current' })
    expect(await secretOf(speakTo(card))).toBeDefined()
  })
})
