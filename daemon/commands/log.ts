// The record, read: its last events, those that come, and the proof that none was changed. Long reads go slice by slice with the
// gate's own work in between. Writes nothing. Called by the control socket.

import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { done, type Failure, failed, type Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import { type ChainHead, chainStart } from '../store/chain.ts'
import { readHead } from '../store/head-code.ts'
import type { LedgerLine } from '../store/reads.ts'
import { RECEIPT_LIMIT_CHARACTERS } from '../store/receipt-text.ts'
import { commandFor, lookUntilLeft, PAGE_LINES, readPages } from './command.ts'

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

/** A head that somebody outside holds: the chain must have it at this place. */
type Witness = { readonly seq: number; readonly isOf: (hash: Uint8Array) => boolean }

const readWitnesses = (
  { signet }: Daemon,
  { receipt, head }: { readonly receipt?: string; readonly head?: string },
): readonly Witness[] | Failure => {
  const witnesses: Witness[] = []
  if (receipt !== undefined) {
    const read = signet.read(receipt)
    if (!read.ok) return read
    const { sequence, head: hash } = read.value
    witnesses.push({ seq: sequence, isOf: (found) => Buffer.from(found).toString('hex') === hash })
  }
  if (head === undefined) return witnesses
  const code = readHead(head)
  return code.ok ? [...witnesses, code.value] : code
}

const verifyAll = async (
  { facts }: Daemon,
  witnesses: readonly Witness[],
  tellProgress: (verified: number, of: number) => void,
  isLeft: () => boolean,
): Promise<Result<unknown>> => {
  const end = facts.ledgerHead().seq
  let head: ChainHead = { seq: 0, hash: chainStart }
  while (!isLeft()) {
    // A slice ends where somebody holds the head.
    const { seq } = head
    const next = Math.min(...witnesses.filter((one) => one.seq > seq).map((one) => one.seq), seq + SLICE_EVENTS)
    const verdict = facts.verifySlice(head, next - seq)
    if (!verdict.ok) return failed('log_broken', `${verdict.badSeq} ${verdict.because}`)
    if (verdict.rows === 0) break
    head = verdict.head
    const { hash } = head
    if (witnesses.some((one) => one.seq === head.seq && !one.isOf(hash)))
      return failed('log_rewritten', String(head.seq))
    if (head.seq % PROGRESS_EVERY_EVENTS === 0) tellProgress(head.seq, end)
    await setImmediate()
  }
  if (head.seq < end) return failed('log_broken', `${head.seq + 1} missing`)
  const beyond = witnesses.find(({ seq }) => seq > head.seq)
  if (beyond) return failed('log_rewritten', String(beyond.seq))
  return done({ events: head.seq, head: Buffer.from(head.hash).toString('hex'), witnessed: witnesses.length })
}

const verifyArgs = v.strictObject({
  receipt: v.exactOptional(v.pipe(v.string(), v.maxLength(RECEIPT_LIMIT_CHARACTERS, 'receipt_malformed'))),
  head: v.exactOptional(v.pipe(v.string(), v.maxLength(64, 'head_malformed'))),
})

export const logVerify = commandFor('office', 'auditor')(verifyArgs, async (daemon, args, { tell, onLeave }) => {
  const witnesses = readWitnesses(daemon, args)
  if ('ok' in witnesses) return witnesses
  let left = false
  onLeave(() => {
    left = true
  })
  return verifyAll(
    daemon,
    witnesses,
    (verified, of) => tell({ verified, of }),
    () => left,
  )
})
