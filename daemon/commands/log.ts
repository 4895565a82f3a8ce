// The record, read: its last events, those that come, and the proof that none was changed. Long reads go slice by slice with the
// gate's own work in between. Writes nothing. Called by the control socket.

import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import { type ChainHead, chainStart } from '../store/chain.ts'
import type { LedgerLine } from '../store/reads.ts'
import { commandFor, lookUntilLeft, noArgs, PAGE_LINES, readPages } from './command.ts'

const TAIL_LIMIT = 1000
const FOLLOW_EVERY_MS = 250
/** About 1 ms of hashing: nobody at the gate notices. */
const SLICE_EVENTS = 50
const PROGRESS_EVERY_EVENTS = 5000

export const logTail = commandFor('auditor')(
  v.strictObject({
    count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(TAIL_LIMIT)), 20),
    follow: v.optional(v.boolean(), false),
  }),
  async ({ facts }, { count, follow }, { tell, onLeave }): Promise<Result<unknown>> => {
    let told = Math.max(0, facts.ledgerHead().seq - count)
    if (!follow) {
      const events = await readPages<LedgerLine>((last, limit) => facts.readLedger(last?.seq ?? told, limit))
      return done(events.slice(-count))
    }
    /** False: nobody listens any more. */
    const tellPage = (): boolean => {
      const page = facts.readLedger(told, PAGE_LINES)
      told = page.at(-1)?.seq ?? told
      return page.every((event) => tell({ event }))
    }
    while (facts.ledgerHead().seq - told > PAGE_LINES) {
      if (!tellPage()) return done([])
      await setImmediate()
    }
    // Whoever left while we waited is found out by this telling: from here on we hear of it.
    if (!tellPage()) return done([])
    await lookUntilLeft(tellPage, { everyMs: FOLLOW_EVERY_MS, leastMs: FOLLOW_EVERY_MS }, onLeave)
    return done([])
  },
)

const verifyAll = async (
  { facts }: Daemon,
  tellProgress: (verified: number, of: number) => void,
  isLeft: () => boolean,
): Promise<Result<unknown>> => {
  const end = facts.ledgerHead().seq
  let head: ChainHead = { seq: 0, hash: chainStart }
  while (!isLeft()) {
    const verdict = facts.verifySlice(head, SLICE_EVENTS)
    if (!verdict.ok) return failed('log_broken', `${verdict.badSeq} ${verdict.because}`)
    if (verdict.rows === 0) break
    head = verdict.head
    if (head.seq % PROGRESS_EVERY_EVENTS === 0) tellProgress(head.seq, end)
    await setImmediate()
  }
  return head.seq < end
    ? failed('log_broken', `${head.seq + 1} missing`)
    : done({ events: head.seq, head: Buffer.from(head.hash).toString('hex') })
}

export const logVerify = commandFor('office', 'auditor')(noArgs, async (daemon, _, { tell, onLeave }) => {
  let left = false
  onLeave(() => {
    left = true
  })
  return verifyAll(
    daemon,
    (verified, of) => tell({ verified, of }),
    () => left,
  )
})
