// Main's side of the ledger and of every other change. `record` answers within 100 ms whatever the disk does (queue.ts holds
// what must wait); `write` carries out an operation with its event in one transaction and may take longer. Neither blocks the
// event loop. Called by main, the gate and the control socket; the writer thread does the writing.

import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, done, failed, type Result, type Secret, systemClock, type WallMs } from '../../config/words.ts'
import type { Moment, Payload } from './append.ts'
import { openJournalCount } from './journal.ts'
import type { OperationArgs, OperationName, OperationValue } from './operations.ts'
import type { Caller, Count, Effects, Landed, WriterRequest } from './protocol.ts'
import { type LedgerState, type PendingEffects, type Recorded, type RecordQueue, startQueue } from './queue.ts'
import { startThread, type WriterThread } from './thread.ts'
import { awaitWithin } from './within.ts'

/** An administrator waits this long; the change may still land afterwards, as the code `write_unanswered` says. */
export const writeLimitMs = 10_000
const writeRetryMs = 25
/** Counts of strangers waiting to be written, and how often they are; more are dropped, they are statistics. */
const countLimit = 1000
const countEveryMs = 1000
/** How long a stop waits for the journal to drain before it leaves the count to the next start, */
const stopLimitMs = 5000
/** and for the last counts of strangers. */
const countStopLimitMs = 1000
const stopPollMs = 10

export type NewEvent = { readonly kind: string; readonly payload: Payload }
export type LedgerAlarm = { readonly code: string; readonly state: LedgerState }

export type Ledger = {
  /** Never rejects, and answers within 100 ms. */
  readonly record: (event: NewEvent, effects?: Effects) => Promise<Recorded>
  readonly write: <Name extends OperationName>(
    name: Name,
    args: OperationArgs<Name>,
    by: Caller,
  ) => Promise<Result<OperationValue<Name>>>
  /** `wall`: of the hour or the day that it belongs to, otherwise now. */
  readonly count: (count: Omit<Count, 'wall'> & Partial<Pick<Count, 'wall'>>) => void
  /** How far a reader of the ledger has got: `seq` once told up to there, without it where it is or begins. */
  readonly moveCursor: (reader: string, seq?: number) => Promise<Result<number>>
  readonly pending: (credentialId: string) => PendingEffects
  readonly state: () => LedgerState
  readonly stop: () => Promise<LedgerState>
}

export type LedgerSettings = {
  readonly file: string
  readonly key: Secret<Buffer>
  /** Only on a first start: makes the store. */
  readonly create?: boolean
  readonly clock: Clock
  /** A time service of this boot has set the clock, or the operator vouches for it: only then do dates move on by its word. */
  readonly clockSet: () => boolean
  /** /proc/sys/kernel/random/boot_id: says which boot a monotonic instant belongs to. */
  readonly boot: string
  /** A file in the runtime directory. */
  readonly journalFile: string
  /**
   * Called when the store stops answering (with why), and once more, `store_answers`, when nothing waits any longer. Besides:
   * `journal_full`, a grant found no room; `journal_uncounted`, the journal's file cannot be written; `writer_silent`, the writer
   * did not end when it was stopped.
   */
  readonly onAlarm: (alarm: LedgerAlarm) => void
  /** Something was written: every reader's pages are out of date (facts.ts). */
  readonly onWritten?: () => void
}

const startCounts = (thread: WriterThread, clock: Clock) => {
  let counts: Count[] = []
  const send = async (): Promise<void> => {
    if (counts.length === 0) return
    const batch = counts
    counts = []
    const result = await thread.ask({ kind: 'count', counts: batch })
    if (!result.ok) counts = [...batch, ...counts].slice(0, countLimit)
  }
  const timer = setInterval(() => void send(), countEveryMs)
  const add: Ledger['count'] = (count) => {
    if (counts.length < countLimit) counts.push({ wall: clock.wall(), ...count })
  }
  const stop = async (): Promise<void> => {
    clearInterval(timer)
    await awaitWithin(send(), countStopLimitMs, undefined)
  }
  return { add, stop }
}

/** Asks until the store is no longer busy or the time is over. */
const askPatiently = async (thread: WriterThread, request: WriterRequest): Promise<Result<unknown>> => {
  const until = systemClock.monotonic() + writeLimitMs
  for (;;) {
    const left = until - systemClock.monotonic()
    const result = await awaitWithin(thread.ask(request), left, failed('write_unanswered'))
    if (result.ok || result.code !== 'store_busy' || systemClock.monotonic() + writeRetryMs > until) return result
    await pause(writeRetryMs)
  }
}

const drain = async (queue: RecordQueue): Promise<void> => {
  const until = systemClock.monotonic() + stopLimitMs
  while (!queue.isEmpty() && systemClock.monotonic() < until) await pause(stopPollMs)
}

export const startLedger = async (settings: LedgerSettings): Promise<Result<Ledger>> => {
  const { file, key, create = false, clock, boot } = settings
  const started = await startThread({ file, key, create }, boot)
  if (!started.ok) return started
  const thread: WriterThread = {
    ...started.value,
    ask: async (request) => {
      const result = await started.value.ask(request)
      if (result.ok) settings.onWritten?.()
      return result
    },
  }
  const alarm = (code: string): void => settings.onAlarm({ code, state: queue.state() })
  const journal = openJournalCount(settings.journalFile, () => alarm('journal_uncounted'))
  const now = (): Moment => ({
    wall: Math.round(clock.wall()) as WallMs,
    monotonic: clock.monotonic(),
    boot,
    clockSet: settings.clockSet(),
  })
  const makeEntry = (kind: string, payload: Payload, effects: Effects = {}) => ({
    kind,
    at: now(),
    salt: randomBytes(16),
    payload,
    effects,
  })
  const queue = startQueue({
    send: async (entries) => (await thread.ask({ kind: 'record', entries })) as Result<readonly Landed[]>,
    makeEntry,
    onChange: ({ journaled, lost }) => journal.write(journaled + lost),
    onAlarm: (code, state) => settings.onAlarm({ code, state }),
    lostBefore: journal.left,
  })
  const counts = startCounts(thread, clock)
  let stopping: Promise<LedgerState> | undefined
  const stop = async (): Promise<LedgerState> => {
    await drain(queue)
    queue.stop()
    await counts.stop()
    if (!(await thread.stop())) alarm('writer_silent')
    journal.close()
    return queue.state()
  }
  return done({
    record: (event, effects) => queue.add(makeEntry(event.kind, event.payload, effects)),
    write: async <Name extends OperationName>(name: Name, args: OperationArgs<Name>, by: Caller) => {
      const request: WriterRequest = { kind: 'write', name, args, by, at: now(), salt: randomBytes(16) }
      return (await askPatiently(thread, request)) as Result<OperationValue<Name>>
    },
    count: counts.add,
    moveCursor: async (reader, seq) =>
      (await thread.ask({ kind: 'cursor', reader, ...(seq === undefined ? {} : { seq }) })) as Result<number>,
    pending: queue.pending,
    state: queue.state,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  })
}
