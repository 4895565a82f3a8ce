// Main's end of the writer thread: one question, one answer. A thread that died answers every open question with
// `writer_lost` and is started anew by the next question; pacing is the asker's (ledger.ts). One that was stopped answers so for
// ever: a question that comes too late must not take the store's lock from the next gate. Called by ledger.ts alone.

import { Worker } from 'node:worker_threads'
import { done, failed, type Result, reveal } from '../../config/words.ts'
import type { OpenCode, WriterPlace } from './open.ts'
import type { WriterRequest, WriterStart } from './protocol.ts'
import { awaitWithin } from './within.ts'

/** From the request to close to the end of the thread; a disk that does not answer may hold it for longer. */
export const closeLimitMs = 2000

export type WriterThread = {
  readonly ask: (request: WriterRequest) => Promise<Result<unknown>>
  /** False: the thread hangs; it ends by itself when the disk answers. */
  readonly stop: () => Promise<boolean>
}

type Answer = { readonly id: number; readonly result: Result<unknown> }
type Opened = { readonly opened: Result<void, OpenCode> }
type Session = {
  readonly worker: Worker
  readonly open: Map<number, (result: Result<unknown>) => void>
  readonly ready: Promise<Result<void>>
  alive: boolean
}

const startSession = (place: WriterPlace, boot: string): Session => {
  const { file, key, create = false } = place
  const workerData: WriterStart = { file, key: reveal(key), boot, create }
  const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData, execArgv: [], name: 'store-writer' })
  const opening = Promise.withResolvers<Result<void>>()
  const session: Session = { worker, open: new Map(), ready: opening.promise, alive: true }
  const lose = (): void => {
    session.alive = false
    opening.resolve(failed('writer_lost'))
    for (const settle of session.open.values()) settle(failed('writer_lost'))
    session.open.clear()
  }
  worker.on('message', (message: Answer | Opened) => {
    if ('opened' in message) {
      opening.resolve(message.opened)
      return
    }
    session.open.get(message.id)?.(message.result)
    session.open.delete(message.id)
  })
  worker.on('error', lose)
  worker.on('exit', lose)
  return session
}

const askSession = async (session: Session, id: number, request: WriterRequest): Promise<Result<unknown>> => {
  const ready = await session.ready
  if (!ready.ok) return ready
  if (!session.alive) return failed('writer_lost')
  return new Promise((resolve) => {
    session.open.set(id, resolve)
    session.worker.postMessage({ id, request })
  })
}

/** Asked to close first, so that the store is left in order. */
const endSession = async (session: Session, id: number): Promise<true> => {
  if (session.alive) await askSession(session, id, { kind: 'close' })
  await session.worker.terminate()
  return true
}

export const startThread = async (place: WriterPlace, boot: string): Promise<Result<WriterThread>> => {
  let session = startSession(place, boot)
  let lastId = 0
  let stopped = false
  const ask = async (request: WriterRequest): Promise<Result<unknown>> => {
    if (stopped) return failed('writer_lost')
    // The store was there before: one that is missing now is a fault and no first start.
    if (!session.alive) session = startSession({ ...place, create: false }, boot)
    lastId += 1
    return askSession(session, lastId, request)
  }
  const first = await session.ready
  if (!first.ok) {
    await session.worker.terminate()
    return first
  }
  const stop = async (): Promise<boolean> => {
    stopped = true
    lastId += 1
    const ended = await awaitWithin(endSession(session, lastId), closeLimitMs, false)
    if (ended) return true
    session.worker.unref()
    void session.worker.terminate()
    return false
  }
  return done({ ask, stop })
}
