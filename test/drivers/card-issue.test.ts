// The card process gives a card its keys behind a real pcscd and its virtual reader, and the card is pulled away in each step.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cardKeyOf } from '../../drivers/card/proof/authenticate.ts'
import type { IssueAnswer } from '../../drivers/protocol-cards.ts'
import { needPart } from '../parts.ts'
import { blankDesfire, blankNtag424, type IssuableCard } from './issuable-card.ts'
import { type PlayedMain, playMain } from './play-main.ts'
import { ATR_DESFIRE, ATR_STORAGE, startVirtualReader, type TapOptions, type VirtualReader } from './virtual-card.ts'

const DESK = 'desk-card'
const UID = '04a1b2c3d4e5f6'
const PULLS_LIMIT_MS = 120_000
const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')
/** Two to find the application, one for the version of its key, two for its proof. */
const QUESTIONS_BEFORE_SECRET = 5
const siteKey = Buffer.alloc(16, 0x5a)

let reader: VirtualReader
let main: PlayedMain

const order = (forMs = 20_000): string => {
  const request = randomUUID()
  main.send({ type: 'issue', request, device: DESK, forMs })
  return request
}
const answerTo = async (request: string, limitMs?: number): Promise<IssueAnswer['result']> => {
  const answer = await main.next(
    (m): m is IssueAnswer => m.type === 'issued' && m.request === request && m.result.outcome !== 'hint',
    limitMs,
  )
  return answer.result
}
const issueTo = async (card: Pick<IssuableCard, 'chip'>, options: TapOptions = {}) => {
  const request = order()
  await reader.tap(UID, { atr: ATR_DESFIRE, chip: card.chip, ...options })
  const result = await answerTo(request, 10_000)
  await reader.remove()
  return result
}

describe.skipIf(!isThere)('a reader at the desk', () => {
  beforeAll(async () => {
    reader = await startVirtualReader()
    const desk = { id: DESK, side: 'entry', use: 'desk', driver: 'pcsc', reader: reader.names[0] }
    main = await playMain('card', { devices: [desk] }, { env: reader.env })
    await main.deviceIs(DESK, 'up')
    main.send({ type: 'card_keys', keys: [{ generation: 1, key: siteKey.toString('hex') }] })
  })
  afterAll(async () => {
    await main?.stop()
    await reader?.stop()
  })

  test.each([
    ['a DESFire', 'desfire', blankDesfire],
    ['an NTAG 424', 'ntag424', blankNtag424],
  ] as const)(
    'writes keys into %s that was pulled away in each step before',
    { timeout: PULLS_LIMIT_MS },
    async (_, kind, blank) => {
      const card = blank()
      const counted = blank()
      expect(await issueTo(counted)).toMatchObject({ outcome: 'done', kind, was: 'blank' })
      // One card, pulled later each time: what it took before it keeps.
      for (let at = 2; at < counted.questions(); at += 3) {
        card.pullAt(at, 'after')
        const result = await issueTo(card)
        // It may have been so far already that it is finished before.
        if (result.outcome !== 'done') expect(result).toEqual({ outcome: 'failed', because: 'card_left' })
      }
      card.pullAt(0, 'before')
      expect(await issueTo(card)).toMatchObject({ outcome: 'done', identifier: UID, generation: 1 })
      expect(card.keys()[1]).toEqual(cardKeyOf(siteKey, Buffer.from(UID, 'hex')))
    },
  )

  test('says what it cannot write into: a memory card, a random number, a card that is silent', async () => {
    const card = blankDesfire()
    expect(await issueTo(card, { atr: ATR_STORAGE })).toEqual({ outcome: 'failed', because: 'card_not_issuable' })
    expect(await issueTo(card, { answer: '08a1b2c39000' })).toEqual({
      outcome: 'failed',
      because: 'card_identifier_random',
    })
    expect(await issueTo({ chip: () => 'never' })).toEqual({ outcome: 'failed', because: 'card_left' })
    expect(await issueTo(card, { answer: 'leaves' })).toEqual({ outcome: 'failed', because: 'removed_too_soon' })
  })

  test('writes nothing into a card that comes when nobody waits, and reads it', async () => {
    const card = blankDesfire()
    await reader.tap(UID, { atr: ATR_DESFIRE, chip: card.chip })
    const reading = await main.next((m) => m.type === 'reading')
    expect(reading).toMatchObject({ device: DESK, card: { identifier: UID, proof: 'identifier' } })
    await reader.remove()
    expect(card.keys()).toEqual([])
  })

  test('reads the secret that it left on a card where main wants it, and nowhere else', async () => {
    const card = blankNtag424()
    expect(await issueTo(card)).toMatchObject({ outcome: 'done' })
    const read = async (devices: string[]) => {
      main.send({ type: 'card_secrets', devices })
      await reader.tap(UID, { atr: ATR_DESFIRE, chip: card.chip })
      const reading = await main.next((m) => m.type === 'reading')
      await reader.remove()
      return reading
    }
    const proved = { identifier: UID, proof: 'authenticated', generation: 1 }
    const boundSecret = card.file.bytes.subarray(0, 32).toString('hex')
    expect(await read([DESK])).toMatchObject({ card: { ...proved, boundSecret } })
    const unasked = await read(['another-reader'])
    expect(unasked).toMatchObject({ card: proved })
    expect(JSON.stringify(unasked)).not.toContain('boundSecret')
    // Taken away while its secret is read: it has proved its key, and opens by that.
    card.pullAt(QUESTIONS_BEFORE_SECRET + 1, 'before')
    const pulled = await read([DESK])
    expect(pulled).toMatchObject({ card: proved })
    expect(JSON.stringify(pulled)).not.toContain('boundSecret')
  })

  test('gives up when no card comes, and writes nothing into one that comes for an order taken back', async () => {
    expect(await answerTo(order(50))).toEqual({ outcome: 'failed', because: 'card_not_shown' })
    const request = order()
    main.send({ type: 'issue_stop', request })
    const card = blankDesfire()
    await reader.tap(UID, { atr: ATR_DESFIRE, chip: card.chip })
    await main.next((m) => m.type === 'reading')
    await reader.remove()
    expect(card.keys()).toEqual([])
    expect(main.messages.some((m) => m.type === 'issued' && m.request === request)).toBe(false)
  })

  test('says no key and no number of a card in its log', () => {
    expect(main.stderr()).not.toMatch(/5a5a5a5a|04a1b2c3|[0-9a-f]{64}/i)
  })
})
