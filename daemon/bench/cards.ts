// What the proof of a card costs the gate itself: key of the card from key of the site, both ciphers of the authentication, the comparison.
// The card's own time is taken off. Called by bench.ts.

import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { hide } from '../../config/words.ts'
import { authenticateCard, cardKeyOf, type SiteKeys } from '../../drivers/card/proof/authenticate.ts'
import { playDesfire } from './bench-card.ts'
import type { Measurement } from './figures.ts'
import { rankOf } from './ranks.ts'

const SAMPLES = 1000
/** Until the code is compiled; a gate's first tap is no figure. */
const WARM_UP = 200
const MICROSECONDS = 1000

type Card = (question: Buffer) => Buffer

const uid = randomBytes(7)

const timeProof = async (card: Card, keys: SiteKeys, wantsSecret: boolean): Promise<number> => {
  let cardMs = 0
  const began = performance.now()
  const verdict = await authenticateCard(
    async (question) => {
      const asked = performance.now()
      const answer = card(question)
      cardMs += performance.now() - asked
      return answer
    },
    uid,
    keys,
    wantsSecret,
  )
  const tookMs = performance.now() - began - cardMs
  if (verdict.proof !== 'authenticated') throw new Error('the bench’s card did not prove its key')
  if (wantsSecret !== (verdict.secret !== undefined)) throw new Error('the bench’s card did not show its secret')
  return tookMs
}

/** `processorMs`: of one proof in the mean, with the card's share and the sleep's timer; others on the machine are not in that. */
const timeMany = async (card: Card, keys: SiteKeys, wantsSecret = false) => {
  for (let n = 0; n < WARM_UP; n++) await timeProof(card, keys, wantsSecret)
  const before = process.threadCpuUsage()
  const took: number[] = []
  while (took.length < SAMPLES) {
    took.push(await timeProof(card, keys, wantsSecret))
    // A gate sleeps between two cards, too.
    await pause(1)
  }
  const { user, system } = process.threadCpuUsage(before)
  return { took, processorMs: (user + system) / MICROSECONDS / SAMPLES }
}

/** `older`: a card of the generation before, which is tried with the newest key first. `secret`: with the secret of a face bound to it. */
export const measureCards = async (): Promise<Measurement> => {
  const [newest, before] = [randomBytes(16), randomBytes(16)]
  const keys = hide([
    { generation: 2, bytes: newest },
    { generation: 1, bytes: before },
  ])
  const current = await timeMany(playDesfire(cardKeyOf(newest, uid)), keys)
  const older = await timeMany(playDesfire(cardKeyOf(before, uid)), keys)
  const bound = await timeMany(playDesfire(cardKeyOf(newest, uid)), keys, true)
  return {
    ...{ p50: rankOf(current.took, 0.5), p99: rankOf(current.took, 0.99), processor_mean: current.processorMs },
    ...{ older_p50: rankOf(older.took, 0.5), older_p99: rankOf(older.took, 0.99) },
    ...{ secret_p50: rankOf(bound.took, 0.5), secret_p99: rankOf(bound.took, 0.99) },
    proofs: SAMPLES,
  }
}
