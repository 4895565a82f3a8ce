// The face part and the store as a gallery sees them, for its tests: a part that holds what it was sent and forgets what it is told
// to, and faces that the store would match, with every read counted.

import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { systemClock } from '../../config/words.ts'
import { type FaceLink, openFaceLink } from '../../daemon/face-link.ts'
import type { FactsReader } from '../../daemon/store/facts.ts'
import type { ToPart } from '../../drivers/protocol.ts'

const blobs = { sealed: Buffer.alloc(2076, 1), wrappedKey: Buffer.alloc(60, 2) }
const TEMPLATES_EACH = 3

export const faceId = (n: number): string => `c_${String(n).padStart(5, '0')}`
export const faceIds = (count: number): string[] => Array.from({ length: count }, (_, n) => faceId(n))

export type PlayedStore = Pick<FactsReader, 'listMatchable' | 'readTemplates'> & {
  readonly faces: Set<string>
  readonly reads: { ids: number; templates: number; mostInOneTurn: number }
  /** From now on every read fails, until false. */
  fail: boolean
}

export const playStore = (faces: readonly string[]): PlayedStore => {
  let inThisTurn = 0
  const count = async (rows: number) => {
    inThisTurn += rows
    store.reads.mostInOneTurn = Math.max(store.reads.mostInOneTurn, inThisTurn)
    await setImmediate()
    inThisTurn = 0
  }
  const read = <T>(rows: readonly T[]): readonly T[] => {
    if (store.fail) throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_READ')
    void count(rows.length)
    return rows
  }
  const store: PlayedStore = {
    faces: new Set(faces),
    reads: { ids: 0, templates: 0, mostInOneTurn: 0 },
    fail: false,
    listMatchable: (_, after, limit) => {
      const page = [...store.faces].sort().filter((id) => id > after)
      store.reads.ids += Math.min(page.length, limit)
      return read(page.slice(0, limit))
    },
    readTemplates: (_, id) => {
      if (!store.faces.has(id)) return read([])
      store.reads.templates += TEMPLATES_EACH
      return read(Array.from({ length: TEMPLATES_EACH }, () => blobs))
    },
  }
  return store
}

export type PlayedFace = {
  readonly link: FaceLink
  /** Credentials with as many templates as they were sent, now. */
  readonly holds: Map<string, number>
  /** Every credential that was ever sent to it, to all its processes. */
  readonly sent: string[]
  readonly comeUp: () => void
  readonly goDown: () => void
}

/** A part without a socket between: what it is sent it has at once. */
export const playFace = (): PlayedFace => {
  let up = false
  const holds = new Map<string, number>()
  const sent: string[] = []
  const receive = (message: ToPart): void => {
    if (message.type === 'gallery_add')
      for (const { credential } of message.templates) {
        holds.set(credential, (holds.get(credential) ?? 0) + 1)
        sent.push(credential)
      }
    if (message.type === 'gallery_add' && message.last)
      queueMicrotask(() => link.take({ type: 'gallery', templates: holds.size, unreadable: 0 }))
    if (message.type === 'forget') {
      for (const credential of message.credentials) holds.delete(credential)
      const { request } = message
      queueMicrotask(() => link.take({ type: 'forgotten', request }))
    }
  }
  const goDown = () => {
    up = false
    holds.clear()
    link.lose()
  }
  const link = openFaceLink({
    clock: systemClock,
    renew: () => undefined,
    send: (message) => {
      if (up) receive(message)
      return up
    },
    drain: async () => up,
    isUp: () => up,
    kill: goDown,
  })
  return {
    link,
    holds,
    sent,
    goDown,
    comeUp: () => {
      up = true
    },
  }
}
