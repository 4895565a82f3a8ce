// The writer thread: the one write handle on the store. It answers each request once, in order, and never waits longer than
// SQLite's short lock time-out, so that main always learns what landed. Between requests it erases deleted templates.
// Started by thread.ts alone. It knows no clock but the real monotonic one, for deadlines.

import { parentPort, workerData } from 'node:worker_threads'
import { done, failed, hide, type Result, systemClock } from '../../config/words.ts'
import { dateChange, isTimeTrusted } from '../core/clock.ts'
import { appendEvent, findRepeat, readLatestWall } from './append.ts'
import { duressEvent } from './duress.ts'
import { applyEffects } from './effects.ts'
import { startErasure } from './erasure.ts'
import { changeStore, type WritableStore } from './handles.ts'
import { openWriter } from './open.ts'
import { type Operation, operations } from './operations.ts'
import { moveCursor, openCursor } from './outbox.ts'
import type { Count, Landed, RecordEntry, WriterRequest, WriterStart } from './protocol.ts'

const port = parentPort
if (port === null) throw new Error('the writer runs in a thread of its own')

const hourMs = 3_600_000

const recordEntry = (store: WritableStore, entry: RecordEntry): Landed => {
  const flags = systemClock.monotonic() > entry.deadline ? 'journaled' : ''
  const repeat = entry.repeat ? findRepeat(store, entry.salt) : undefined
  if (repeat !== undefined) return { seq: repeat.seq, flags: '' }
  applyEffects(store, entry.effects, entry.at)
  const { seq } = appendEvent(store, { ...entry, flags })
  if (entry.effects.duress) appendEvent(store, duressEvent({ ...entry, flags }, entry.effects.duress, seq))
  return { seq, flags }
}

const addCounts = (store: WritableStore, counts: readonly Count[]): void => {
  const add = store.prepare(
    `INSERT INTO counter (hour, side, path, what, count) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (hour, side, path, what) DO UPDATE SET count = count + excluded.count`,
  )
  for (const { wall, side, path, what, times = 1 } of counts)
    add.run(Math.floor(wall / hourMs) * hourMs, side, path, what, times)
}

const runOperation = (store: WritableStore, request: WriterRequest & { kind: 'write' }): Result<unknown> =>
  changeStore(store, () => {
    // The caller's type (ledger.ts) ties args to the name; a message between threads cannot.
    const { kind, run } = operations[request.name] as { kind: string; run: Operation<unknown, Record<string, string>> }
    const latest = readLatestWall(store)
    const at = dateChange(request.at.wall, latest)
    const result = run(store, request.args, at, isTimeTrusted(request.at, latest))
    if (!result.ok) return result
    const payload = { ...result.value, by: request.by }
    appendEvent(store, { kind, at: request.at, flags: '', salt: request.salt, payload })
    return result
  })

const answer = (store: WritableStore, request: WriterRequest): Result<unknown> => {
  switch (request.kind) {
    case 'record':
      return changeStore(store, () => done(request.entries.map((entry) => recordEntry(store, entry))))
    case 'write':
      return runOperation(store, request)
    case 'count':
      return changeStore(store, () => done(addCounts(store, request.counts)))
    case 'cursor': {
      const { reader, seq } = request
      return changeStore(store, () => (seq === undefined ? openCursor(store, reader) : moveCursor(store, reader, seq)))
    }
    case 'close':
      return done(undefined)
  }
}

const start = workerData as WriterStart
const opened = openWriter({ file: start.file, key: hide(Buffer.from(start.key)), create: start.create })
if (!opened.ok) {
  port.postMessage({ opened })
} else {
  const { store, close } = opened.value
  const erasure = startErasure(store, start.boot)
  port.on('message', ({ id, request }: { id: number; request: WriterRequest }) => {
    let result: Result<unknown>
    try {
      result = answer(store, request)
    } catch (error) {
      // A bug in one request must not take the ledger down with it. Its message could quote a value; its type cannot.
      result = failed('writer_fault', error instanceof Error ? error.name : undefined)
    }
    if (request.kind === 'close') {
      erasure.stop()
      close()
      port.close()
    }
    port.postMessage({ id, result })
    if (request.kind === 'write') erasure.wake()
  })
  port.postMessage({ opened: done(undefined) })
}
