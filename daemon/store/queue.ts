// The queue of events between the gate and the writer thread. Keeps order, answers every caller within the record limit, holds
// what cannot be written yet (bounded) and counts what it could not hold. Never has two batches on the way, so that an event
// is repeated only when its answer was lost. Called by ledger.ts alone.

import { type MonotonicMs, type Result, systemClock, type WallMs } from '../../config/words.ts'
import { highestCounter } from './issued-cards.ts'
import { keepLosses, type Losses } from './losses.ts'
import type { Effects, Landed, RecordEntry } from './protocol.ts'

/** How long the resident at the gate waits for the record (design.md, Recording). */
export const recordLimitMs = 100
/** Events held in memory while the disk does not answer; beyond, they are only counted. */
export const journalLimit = 10_000
/** Of these at most so many are no grants: whoever is denied all day leaves the residents their room. */
export const othersLimit = 1000
/** Events in one transaction when the journal drains: a few milliseconds of write lock. */
const batchLimit = 32
const retryMs = 50
const retryLimitMs = 1000
/** A held lock is tried again this soon while somebody at the gate waits. */
const busyRetryMs = 5

/** `seq` once it is on the disk; otherwise why not: held in the journal, or (no room there) only counted, a grant that must not open. */
export type Recorded = { readonly seq: number; readonly flag?: never } | { readonly flag: 'journaled' | 'lost' }

export type LedgerState = { readonly answering: boolean; readonly journaled: number; readonly lost: number }

/** What is promised for a credential but not yet in the store; facts.ts adds it to what it reads. `usedAt`: the first of the uses. */
export type PendingEffects = {
  readonly wrongAt: readonly MonotonicMs[]
  readonly uses: number
  readonly usedAt?: WallMs
  readonly counter?: number
}

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
  /** Sent once already: its answer may have been lost. */
  sent: boolean
  effects: Effects
  /** Lost events that this one reports. */
  readonly covers: number
}

type Queue = {
  readonly parts: QueueParts
  readonly waiting: Waiting[]
  readonly losses: Losses
  /** Of those waiting, the ones that are no grants. */
  others: number
  journaled: number
  answering: boolean
  /** The alarm that even grants find no room was raised. */
  full: boolean
  onTheWay: boolean
  stopped: boolean
  delayMs: number
  batch: number
  retry: NodeJS.Timeout | undefined
}

export type RecordQueue = {
  readonly add: (entry: NewEntry) => Promise<Recorded>
  readonly pending: (credentialId: string) => PendingEffects
  readonly state: () => LedgerState
  readonly isEmpty: () => boolean
  readonly stop: () => void
}

/** Failures of the store or of its writer: the same event may land once they are mended. Any other is the event's own fault. */
const isMendable = (code: string): boolean => code.startsWith('store_') || code === 'writer_lost'

const readState = ({ answering, journaled, losses }: Queue): LedgerState => ({
  answering,
  journaled,
  lost: losses.count(),
})

const isGrant = ({ payload }: NewEntry): boolean => payload['outcome'] === 'grant'

const raiseAlarm = (queue: Queue, code: string): void => {
  if (!queue.answering) return
  queue.answering = false
  queue.parts.onAlarm(code, readState(queue))
}

/** Lets the caller go on without the record. */
const tell = (queue: Queue, one: Waiting): void => {
  if (one.told) return
  one.told = true
  queue.journaled += 1
  clearTimeout(one.timer)
  queue.parts.onChange(readState(queue))
  one.settle?.({ flag: 'journaled' })
}

const push = (
  queue: Queue,
  entry: NewEntry,
  rest: Pick<Waiting, 'covers'> & Partial<Pick<Waiting, 'settle' | 'timer'>>,
): Waiting => {
  const deadline = (systemClock.monotonic() + recordLimitMs) as MonotonicMs
  const one: Waiting = { entry, deadline, told: false, sent: false, effects: entry.effects, ...rest }
  queue.waiting.push(one)
  if (!isGrant(entry)) queue.others += 1
  return one
}

const dropFirst = (queue: Queue): void => {
  const one = queue.waiting.shift()
  if (one === undefined) return
  clearTimeout(one.timer)
  if (one.told) queue.journaled -= 1
  if (!isGrant(one.entry)) queue.others -= 1
}

/** What the process before, or a full journal, could not keep is at least counted in the ledger. */
const reportLost = (queue: Queue): void => {
  const report = queue.losses.takeReport()
  if (report === undefined) return
  const { count, wrongCode } = report
  const effects = wrongCode.length === 0 ? {} : { wrongCode }
  push(queue, { ...queue.parts.makeEntry('journal_lost', { count }), effects }, { covers: count })
}

const land = (queue: Queue, one: Waiting, landed: Landed): void => {
  dropFirst(queue)
  queue.losses.land(one.covers)
  if (!one.told) one.settle?.({ seq: landed.seq })
  // The gate went on without waiting, yet the row does not say so: say it in a row of its own.
  else if (one.settle !== undefined && landed.flags === '') {
    push(queue, queue.parts.makeEntry('record_late', { of: landed.seq }), { covers: 0 })
  }
}

const succeed = (queue: Queue, sent: readonly Waiting[], landed: readonly Landed[]): void => {
  sent.forEach((one, place) => {
    const where = landed[place]
    if (where === undefined) throw new Error('the writer answered fewer events than it was sent')
    land(queue, one, where)
  })
  queue.delayMs = retryMs
  queue.batch = batchLimit
  reportLost(queue)
  queue.parts.onChange(readState(queue))
  if (!queue.answering && queue.journaled === 0) {
    queue.answering = true
    queue.full = false
    queue.parts.onAlarm('store_answers', readState(queue))
  }
  pump(queue)
}

const retryLater = (queue: Queue, afterMs: number): void => {
  if (!queue.stopped) queue.retry = setTimeout(() => pump(queue), afterMs)
}

/** An event that the store refuses for its own sake must not stop those behind it: alone, then bare, then counted as lost. */
const refuse = (queue: Queue, first: Waiting, code: string): void => {
  tell(queue, first)
  raiseAlarm(queue, code)
  if (queue.batch > 1) queue.batch = 1
  else if (Object.keys(first.effects).length > 0) first.effects = {}
  else {
    dropFirst(queue)
    // A report that was refused is owed again.
    if (first.covers === 0) queue.losses.add(first.entry.at.monotonic)
    else queue.losses.oweAgain(first.covers)
  }
  retryLater(queue, retryMs)
}

const fail = (queue: Queue, first: Waiting, code: string): void => {
  if (!isMendable(code)) {
    refuse(queue, first, code)
    return
  }
  if (code === 'store_busy' && !first.told && systemClock.monotonic() < first.deadline) {
    retryLater(queue, busyRetryMs)
    return
  }
  for (const one of queue.waiting) tell(queue, one)
  raiseAlarm(queue, code)
  retryLater(queue, queue.delayMs)
  queue.delayMs = Math.min(queue.delayMs * 2, retryLimitMs)
}

const spell = (one: Waiting): RecordEntry => ({
  ...one.entry,
  effects: one.effects,
  deadline: one.told ? (0 as MonotonicMs) : one.deadline,
  repeat: one.sent,
})

const pump = (queue: Queue): void => {
  clearTimeout(queue.retry)
  queue.retry = undefined
  if (queue.onTheWay || queue.stopped) return
  const sent = queue.waiting.slice(0, queue.batch)
  const first = sent[0]
  if (first === undefined) return
  const entries = sent.map(spell)
  for (const one of sent) one.sent = true
  queue.onTheWay = true
  void queue.parts.send(entries).then((result) => {
    queue.onTheWay = false
    if (result.ok) succeed(queue, sent, result.value)
    else fail(queue, first, result.code)
  })
}

const hasRoom = ({ stopped, waiting, others }: Queue, entry: NewEntry): boolean =>
  !stopped && waiting.length < journalLimit && (isGrant(entry) || others < othersLimit)

const lose = (queue: Queue, entry: NewEntry): Recorded => {
  queue.losses.add(entry.at.monotonic, entry.effects.wrongCode)
  if (queue.stopped) return { flag: 'lost' }
  queue.parts.onChange(readState(queue))
  if (isGrant(entry) && !queue.full) {
    queue.full = true
    queue.parts.onAlarm('journal_full', readState(queue))
  }
  return { flag: 'lost' }
}

const add = (queue: Queue, entry: NewEntry): Promise<Recorded> =>
  new Promise((resolve) => {
    if (!hasRoom(queue, entry)) {
      resolve(lose(queue, entry))
      return
    }
    const late = (): void => {
      tell(queue, one)
      raiseAlarm(queue, 'record_late')
    }
    const timer = queue.answering ? setTimeout(late, recordLimitMs) : undefined
    const one = push(queue, entry, { covers: 0, settle: resolve, ...(timer === undefined ? {} : { timer }) })
    if (!queue.answering) tell(queue, one)
    // A retry already set keeps its pace: a failing disk is not asked again for every tap.
    if (queue.retry === undefined) pump(queue)
  })

const readPending = ({ waiting, losses }: Queue, credentialId: string): PendingEffects => {
  const held = waiting.filter(({ effects }) => effects.wrongCode?.includes(credentialId))
  const uses = waiting.filter(({ effects }) => effects.use?.includes(credentialId))
  const wrongAt = [...held.map(({ entry }) => entry.at.monotonic), ...losses.wrongAt(credentialId)]
  const usedAt = uses[0] === undefined ? {} : { usedAt: uses[0].entry.at.wall }
  wrongAt.sort((a, b) => a - b)
  return { wrongAt, uses: uses.length, ...usedAt, ...highestCounter(waiting, credentialId) }
}

export const startQueue = (parts: QueueParts): RecordQueue => {
  const queue: Queue = {
    parts,
    waiting: [],
    losses: keepLosses(parts.lostBefore),
    others: 0,
    journaled: 0,
    answering: true,
    full: false,
    onTheWay: false,
    stopped: false,
    delayMs: retryMs,
    batch: batchLimit,
    retry: undefined,
  }
  reportLost(queue)
  pump(queue)
  return {
    add: (entry) => add(queue, entry),
    pending: (credentialId) => readPending(queue, credentialId),
    state: () => readState(queue),
    isEmpty: () => queue.waiting.length === 0,
    stop: () => {
      queue.stopped = true
      clearTimeout(queue.retry)
    },
  }
}
