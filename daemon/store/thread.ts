// Main's end of the writer thread: one question, one answer. A thread that died answers every open question with
// `writer_lost` and is started anew by the next question; pacing is the asker's (ledger.ts). Called by ledger.ts alone.

import { Worker } from 'node:worker_threads'
import { done, failed, type Result, reveal } from '../../config/words.ts'
import type { OpenCode, StorePlace } from './open.ts'
import type { WriterRequest, WriterStart } from './protocol.ts'

export type WriterThread = {
  readonly ask: (request: WriterRequest) => Promise<Result<unknown>>
  readonly stop: () => Promise<void>
}

type Answer = { readonly id: number; readonly result: Result<unknown> }
type Opened = { readonly opened: Result<void, OpenCode> }
type Session = {
  readonly worker: Worker
  readonly open: Map<number, (result: Result<unknown>) => void>
  readonly ready: Promise<Result<void>>
  alive: boolean
}

const startSession = (place: StorePlace, boot: string): Session => {
  const workerData: WriterStart = { file: place.file, key: reveal(place.key), boot }
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

export const startThread = async (place: StorePlace, boot: string): Promise<Result<WriterThread>> => {
  let session = startSession(place, boot)
  let lastId = 0
  const ask = async (request: WriterRequest): Promise<Result<unknown>> => {
    if (!session.alive) session = startSession(place, boot)
    const current = session
    const ready = await current.ready
    if (!ready.ok) return ready
    if (!current.alive) return failed('writer_lost')
    lastId += 1
    const id = lastId
    return new Promise((resolve) => {
      current.open.set(id, resolve)
      current.worker.postMessage({ id, request })
    })
  }
  const first = await session.ready
  if (!first.ok) {
    await session.worker.terminate()
    return first
  }
  const stop = async (): Promise<void> => {
    if (session.alive) await ask({ kind: 'close' })
    await session.worker.terminate()
  }
  return done({ ask, stop })
}
