// The queue of events between the gate and the writer thread. Keeps order, answers every caller within the record limit, holds
// what cannot be written yet (bounded) and counts what it could not hold. Never has two batches on the way, so that an event
// is repeated only when its answer was lost. Called by ledger.ts alone.

import { type MonotonicMs, type Result, systemClock } from '../../config/words.ts'
import type { Effects, Landed, RecordEntry } from './protocol.ts'

/** How long the resident at the gate waits for the record (design.md, Recording). */
export const recordLimitMs = 100
/** Events held in memory while the disk does not answer; beyond, they are only counted. */
export const journalLimit = 1000
/** Events in one transaction when the journal drains: a few milliseconds of write lock. */
const batchLimit = 32
const retryMs = 50
const retryLimitMs = 1000
/** A held lock is tried again this soon while somebody at the gate waits. */
const busyRetryMs = 5

/** `seq` once it is on the disk; otherwise why not: held in the journal, or (journal full) only counted. */
export type Recorded = { readonly seq: number; readonly flag?: never } | { readonly flag: 'journaled' | 'lost' }

export type LedgerState = { readonly answering: boolean; readonly journaled: number; readonly lost: number }

/** What is promised for a credential but not yet in the store; facts.ts adds it to what it reads. */
export type PendingEffects = { readonly wrongAt: readonly MonotonicMs[]; readonly uses: number }

export type NewEntry = Pick<RecordEntry, 'kind' | 'at' | 'salt' | 'payload' | 'effects'>

export type QueueParts = {
  readonly send: (entries: readonly RecordEntry[]) => Promise<Result<readonly Landed[]>>
  /** An event of the queue's own: `record_late`, `journal_lost`. */
  readonly makeEntry: (kind: string, payload: RecordEntry['payload']) => NewEntry
  readonly onChange: (state: LedgerState) => void
  readonly onAlarm: (code: string, state: LedgerState) => void
  /** Events that the process before could not write. */
  readonly lostBefore: number
}

type Waiting = {
  readonly entry: NewEntry
  readonly deadline: MonotonicMs
  /** Ends the caller's wait; absent for the queue's own events. */
  readonly settle?: (recorded: Recorded) => void
  readonly timer?: NodeJS.Timeout
  /** The caller went on without it. */
  told: boolean
  sent: boolean
  effects: Effects
  /** Lost events that this one reports. */
  readonly covers: number
}

export type RecordQueue = {
  readonly add: (entry: NewEntry) => Promise<Recorded>
  readonly pending: (credentialId: string) => PendingEffects
  readonly state: () => LedgerState
  /** True once nothing waits. */
  readonly isEmpty: () => boolean
  readonly stop: () => void
}

/** Failures that pass: the same event may land later. Anything else is the event's own fault. */
const passing = new Set([
  'store_busy',
  'store_full',
  'store_io',
  'store_damaged',
  'writer_lost',
  'store_in_use',
  'store_unreadable',
])

const spell = (one: Waiting): RecordEntry => ({
  ...one.entry,
  effects: one.effects,
  deadline: one.told ? (0 as MonotonicMs) : one.deadline,
  repeat: one.sent,
})

export const startQueue = (parts: QueueParts): RecordQueue => {
  const waiting: Waiting[] = []
  let lost = parts.lostBefore
  let reporting = 0
  let answering = true
  let onTheWay = false
  let stopped = false
  let delayMs = retryMs
  let batch = batchLimit
  let retry: NodeJS.Timeout | undefined

  const state = (): LedgerState => ({ answering, journaled: waiting.filter((one) => one.told).length, lost })
  const alarm = (code: string): void => {
    if (!answering) return
    answering = false
    parts.onAlarm(code, state())
  }
  const tell = (one: Waiting): void => {
    if (one.told) return
    one.told = true
    clearTimeout(one.timer)
    parts.onChange(state())
    one.settle?.({ flag: 'journaled' })
  }
  const push = (
    entry: NewEntry,
    rest: Pick<Waiting, 'covers'> & Partial<Pick<Waiting, 'settle' | 'timer'>>,
  ): Waiting => {
    const deadline = (systemClock.monotonic() + recordLimitMs) as MonotonicMs
    const one: Waiting = { entry, deadline, told: false, sent: false, effects: entry.effects, ...rest }
    waiting.push(one)
    return one
  }

  const land = (one: Waiting, landed: Landed): void => {
    waiting.shift()
    clearTimeout(one.timer)
    lost -= one.covers
    reporting -= one.covers
    // The gate went on without waiting, yet the row does not say so: say it in a row of its own.
    if (one.told && one.settle !== undefined && landed.flags === '') {
      push(parts.makeEntry('record_late', { of: landed.seq }), { covers: 0 })
    }
    if (!one.told) one.settle?.({ seq: landed.seq })
  }
  const succeed = (sent: readonly Waiting[], landed: readonly Landed[]): void => {
    sent.forEach((one, place) => {
      const where = landed[place]
      if (where === undefined) throw new Error('the writer answered fewer events than it was sent')
      land(one, where)
    })
    delayMs = retryMs
    batch = batchLimit
    if (lost > reporting) {
      push(parts.makeEntry('journal_lost', { count: lost - reporting }), { covers: lost - reporting })
      reporting = lost
    }
    parts.onChange(state())
    if (!answering && !waiting.some((one) => one.told)) {
      answering = true
      parts.onAlarm('store_answers', state())
    }
    pump()
  }

  /** An event that the store refuses for its own sake must not stop those behind it: alone, then bare, then counted as lost. */
  const refuse = (first: Waiting, code: string): void => {
    alarm(code)
    if (batch > 1) batch = 1
    else if (first.effects.wrongCode !== undefined || first.effects.use !== undefined) first.effects = {}
    else {
      waiting.shift()
      clearTimeout(first.timer)
      if (!first.told) first.settle?.({ flag: 'lost' })
      if (first.covers === 0) lost += 1
      // Its report is still owed and goes out with the next event that lands.
      else reporting -= first.covers
    }
    tryLater(0)
  }
  const tryLater = (afterMs: number): void => {
    if (!stopped) retry = setTimeout(pump, afterMs)
  }
  const fail = (sent: readonly Waiting[], code: string): void => {
    const first = sent[0]
    if (first === undefined) return
    if (!passing.has(code)) {
      for (const one of sent) tell(one)
      refuse(first, code)
      return
    }
    if (code === 'store_busy' && !first.told && systemClock.monotonic() < first.deadline) {
      tryLater(busyRetryMs)
      return
    }
    alarm(code)
    for (const one of waiting) tell(one)
    tryLater(delayMs)
    delayMs = Math.min(delayMs * 2, retryLimitMs)
  }

  const pump = (): void => {
    clearTimeout(retry)
    retry = undefined
    if (onTheWay || stopped || waiting.length === 0) return
    const sent = waiting.slice(0, batch)
    const entries = sent.map(spell)
    for (const one of sent) one.sent = true
    onTheWay = true
    void parts.send(entries).then((result) => {
      onTheWay = false
      if (result.ok) succeed(sent, result.value)
      else fail(sent, result.code)
    })
  }

  const add = (entry: NewEntry): Promise<Recorded> =>
    new Promise((resolve) => {
      if (waiting.length >= journalLimit) {
        lost += 1
        parts.onChange(state())
        resolve({ flag: 'lost' })
        return
      }
      const late = (): void => {
        alarm('record_late')
        tell(one)
      }
      const timer = answering ? setTimeout(late, recordLimitMs) : undefined
      const one = push(entry, { covers: 0, settle: resolve, ...(timer === undefined ? {} : { timer }) })
      if (!answering) tell(one)
      // A retry already set keeps its pace: a failing disk is not asked again for every tap.
      if (retry === undefined) pump()
    })

  const pending = (credentialId: string): PendingEffects => ({
    wrongAt: waiting
      .filter((one) => one.effects.wrongCode?.includes(credentialId))
      .map((one) => one.entry.at.monotonic),
    uses: waiting.filter((one) => one.effects.use?.includes(credentialId)).length,
  })
  if (lost > 0) {
    push(parts.makeEntry('journal_lost', { count: lost }), { covers: lost })
    reporting = lost
    pump()
  }
  const stop = (): void => {
    stopped = true
    clearTimeout(retry)
  }
  return { add, pending, state, isEmpty: () => waiting.length === 0, stop }
}
