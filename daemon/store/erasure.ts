// Makes deleted templates be gone: free pages given back in slices, the write-ahead log emptied, and only then the event that
// says so. What is still owed stands in the table `erasure_pending`, filled by a trigger, so that a crash forgets nothing.
// secure_delete has already overwritten the cells in their pages. Runs in the writer thread, between its requests.

import { randomBytes } from 'node:crypto'
import { done, systemClock } from '../../config/words.ts'
import { appendEvent } from './append.ts'
import { changeStore, explainDisk, type WritableStore } from './handles.ts'

/** Pages given back at a time: some 1 ms, far under the 20 ms for which the write lock may be held. */
const slicePages = 32
/** Templates named in one event. */
const eventTemplates = 200
/** A reader in the middle of a read keeps the log from being emptied: try again, slower each time. */
const retryMs = 20
const retryLimitMs = 1000

export type Erasure = { readonly wake: () => void; readonly stop: () => void }

const readPending = (store: WritableStore): readonly string[] =>
  store
    .prepare<[number], { template_id: string }>('SELECT template_id FROM erasure_pending LIMIT ?')
    .all(eventTemplates)
    .map((row) => row.template_id)

/** Stands among the templates for what retention purged, which has an event of its own. */
export const PURGED = 'purged'

/** A resident who was erased stands among the templates, with or without any of his. */
const listErased = (pending: readonly string[]) => {
  const residents = pending.filter((id) => id.startsWith('r_'))
  const templates = pending.filter((id) => !id.startsWith('r_') && id !== PURGED)
  return { templates, ...(residents.length === 0 ? {} : { residents }) }
}

/** `copied`: the log is written back, and a record may come before it is emptied. */
type Step = 'more' | 'copied' | 'blocked' | 'finished'

/** One short piece of the work. Two syncs of the disk in one piece would hold up a record for both. */
const eraseStep = (store: WritableStore, boot: string, isCopied: boolean): Step => {
  const pending = readPending(store)
  if (pending.length === 0) return 'finished'
  if (Number(store.pragma('freelist_count', { simple: true })) > 0) {
    store.pragma(`incremental_vacuum(${slicePages})`)
    return 'more'
  }
  if (!isCopied) {
    store.pragma('wal_checkpoint(PASSIVE)')
    return 'copied'
  }
  // 0: the log was written back whole and cut to nothing; 1: somebody still reads from it.
  if (Number(store.pragma('wal_checkpoint(TRUNCATE)', { simple: true })) !== 0) return 'blocked'
  const result = changeStore(store, () => {
    const forget = store.prepare('DELETE FROM erasure_pending WHERE template_id = ?')
    for (const id of pending) forget.run(id)
    if (pending.every((id) => id === PURGED)) return done(undefined)
    // Whether the clock is set is main's to know.
    const at = { wall: systemClock.wall(), monotonic: systemClock.monotonic(), boot, clockSet: false }
    appendEvent(store, {
      kind: 'templates_erased',
      at,
      flags: '',
      salt: randomBytes(16),
      payload: listErased(pending),
    })
    return done(undefined)
  })
  return result.ok ? 'more' : 'blocked'
}

export const startErasure = (store: WritableStore, boot: string): Erasure => {
  let timer: NodeJS.Timeout | undefined
  let delayMs = retryMs
  let isCopied = false

  const work = (): void => {
    timer = undefined
    const step = tryStep(store, boot, isCopied)
    isCopied = step === 'copied'
    if (step === 'finished') delayMs = retryMs
    if (step === 'more' || step === 'copied') timer = setTimeout(work, 0)
    if (step === 'blocked') {
      timer = setTimeout(work, delayMs)
      delayMs = Math.min(delayMs * 2, retryLimitMs)
    }
  }
  const wake = (): void => {
    timer ??= setTimeout(work, 0)
  }
  wake()
  return { wake, stop: () => clearTimeout(timer) }
}

const tryStep = (store: WritableStore, boot: string, isCopied: boolean): Step => {
  try {
    return eraseStep(store, boot, isCopied)
  } catch (error) {
    // A failing disk: the debt stays in its table and is tried again.
    if (explainDisk(error) === undefined) throw error
    return 'blocked'
  }
}
