// Which face credentials the face part holds: those that the store would still match, less those that somebody is just ending. Hands
// over sealed blobs only. Called when the face part comes up, after an enrolment, by whatever ends a face, and by a sweep as a
// safety net. Reads a little at a time: with thousands of faces nobody at the gate waits for it.

import { setImmediate } from 'node:timers/promises'
import type { Result } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { GalleryTemplate } from '../drivers/protocol.ts'
import type { FaceLink } from './face-link.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'

/** Ids read in one turn of the loop: about 1 ms. */
const PAGE_IDS = 50
/** Templates read and sent in one turn, each a page of the store to decipher: 1 to 2 ms. A credential's own stay together. */
const SLICE_TEMPLATES = 15

export type Gallery = {
  /** The part is new and holds nothing: everything goes over. */
  readonly reload: () => void
  /** What the store no longer matches is forgotten, what it newly matches is added. Never rejects: what fails is tried by the next. */
  readonly sync: () => Promise<void>
  /**
   * Ends faces, in this order: they cannot be matched any more, then the store is asked. However long it takes, whatever starts anew
   * meanwhile and also when no answer comes, they stay forgotten; only a store that refuses brings them back.
   */
  readonly end: <T>(credentialIds: readonly string[], write: () => Promise<Result<T>>) => Promise<Result<T>>
  /** A face that is searched among nobody, for one claim; none where it may not be matched now. */
  readonly lend: (credentialId: string) => readonly GalleryTemplate[]
}

/** After these the store may still end the face, or should when it is asked again. */
const unsettled: ReadonlySet<string> = new Set([
  'write_unanswered',
  'writer_lost',
  'writer_fault',
  'store_busy',
  'store_full',
  'store_io',
  'store_damaged',
  'store_in_use',
  'store_unreadable',
])

/** Endings that the store still owes an answer; more at once is a broken disk for days. */
const OWED_LIMIT = 100
type Owed = { readonly credentialIds: readonly string[]; readonly write: () => Promise<Result<unknown>> }

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

type Endings = {
  readonly begin: (credentialIds: readonly string[]) => void
  /** The store has refused one of those who asked. */
  readonly refuse: (credentialIds: readonly string[]) => void
  readonly has: (credentialId: string) => boolean
  readonly list: () => readonly string[]
  /** The store does not list it any more. */
  readonly settle: (credentialId: string) => void
}

/** Faces that were told to be forgotten, each with how many asked for it whom the store has not refused. */
const createEndings = (): Endings => {
  const asked = new Map<string, number>()
  return {
    begin: (ids) => {
      for (const id of ids) asked.set(id, (asked.get(id) ?? 0) + 1)
    },
    refuse: (ids) => {
      for (const id of ids) {
        const others = (asked.get(id) ?? 1) - 1
        if (others === 0) asked.delete(id)
        else asked.set(id, others)
      }
    },
    has: (id) => asked.has(id),
    list: () => [...asked.keys()],
    settle: (id) => void asked.delete(id),
  }
}

/** One run at a time; whoever asks while one is under way gets the next, and so sees what he has just changed. */
const takeTurns = (run: () => Promise<void>): (() => Promise<void>) => {
  let last = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    if (next) return next
    next = last.then(() => {
      next = undefined
      return run()
    })
    last = next
    return next
  }
}

type GalleryReads = Pick<FactsReader, 'listMatchable' | 'readTemplates'>

/** Absent: the part went down meanwhile, and nobody needs to know. */
const listAll = async (
  facts: GalleryReads,
  gate: string,
  isNeeded: () => boolean,
): Promise<ReadonlySet<string> | undefined> => {
  const ids = new Set<string>()
  for (let after: string | undefined = ''; after !== undefined; ) {
    if (!isNeeded()) return undefined
    const page = facts.listMatchable(gate, after, PAGE_IDS)
    for (const id of page) ids.add(id)
    after = page.length < PAGE_IDS ? undefined : page.at(-1)
    await setImmediate()
  }
  return ids
}

const readFace = (facts: GalleryReads, gate: string, credential: string): GalleryTemplate[] =>
  facts
    .readTemplates(gate, credential)
    .map(({ sealed, wrappedKey }) => ({ credential, sealed: base64(sealed), wrappedKey: base64(wrappedKey) }))

/** Whom the part that is up knows of: those it searches among, and those that were lent to it, which no search sees and its memory may. */
const createKnown = () => {
  const held = new Set<string>()
  const lent = new Set<string>()
  return {
    held,
    lent,
    clear: (): void => {
      held.clear()
      lent.clear()
    },
    /** True: one of them was known. */
    drop: (ids: readonly string[]): boolean =>
      ids.filter((id) => [held, lent].filter((each) => each.delete(id)).length > 0).length > 0,
  }
}

/** A disk that gave no answer in its ten seconds is asked again: a withdrawal once accepted at the keypad is not dropped. */
const askAgain = async (owed: Owed[], endings: Endings): Promise<void> => {
  for (const one of owed.splice(0)) {
    const ended = await one.write()
    if (!ended.ok && unsettled.has(ended.code)) owed.push(one)
    else if (!ended.ok) endings.refuse(one.credentialIds)
  }
}

/** What fails is tried by the next. */
const tellDisk = async (compare: () => Promise<void>): Promise<void> => {
  try {
    await compare()
  } catch (error) {
    const disk = explainDisk(error)
    if (disk === undefined) throw error
    log('fault', 'gallery_unread', { because: disk.code })
  }
}

export const keepGallery = (
  gate: string,
  facts: GalleryReads,
  face: Pick<FaceLink, 'isUp' | 'drain' | 'add' | 'forget' | 'renew'>,
): Gallery => {
  const known = createKnown()
  const { held, lent } = known
  const endings = createEndings()
  const owed: Owed[] = []

  const addFaces = async (queue: string[]): Promise<void> => {
    while (queue.length > 0) {
      if (!(await face.drain())) return
      // From here to the sending nothing else runs: who is ended now is not among these, or is forgotten by a later message.
      const slice: GalleryTemplate[] = []
      while (queue.length > 0 && slice.length < SLICE_TEMPLATES) {
        const id = queue.shift()
        if (id !== undefined && !endings.has(id)) slice.push(...readFace(facts, gate, id))
      }
      if (!face.add(slice, queue.length === 0)) return
      for (const { credential } of slice) held.add(credential)
      await setImmediate()
    }
  }

  /** Once they cannot be matched the process that held them is replaced: nothing of them is left in any. */
  const forget = async (ids: readonly string[]): Promise<void> => {
    const wasKnown = known.drop(ids)
    await face.forget(ids)
    if (wasKnown) face.renew()
  }

  const compare = async (): Promise<void> => {
    const ended = endings.list()
    const ids = await listAll(facts, gate, face.isUp)
    if (!ids) return
    const isOver = (id: string): boolean => !ids.has(id) && facts.readTemplates(gate, id).length === 0
    for (const id of ended) if (isOver(id)) endings.settle(id)
    const over = [...lent].filter(isOver)
    const gone = [...held].filter((id) => !ids.has(id))
    await forget([...gone, ...over])
    await addFaces([...ids].filter((id) => !held.has(id)))
  }

  const compareNext = takeTurns(() => tellDisk(compare))
  /** Apart from the comparing: a disk that owes an answer for ten seconds holds up nobody else's end, and no part that starts anew. */
  const settleNext = takeTurns(async () => {
    if (owed.length === 0) return
    await askAgain(owed, endings)
    await compareNext()
  })
  const sync = async (): Promise<void> => void (await Promise.all([compareNext(), settleNext()]))

  return {
    reload: () => {
      known.clear()
      void sync()
    },
    sync,
    lend: (credentialId) => {
      const templates = endings.has(credentialId) ? [] : readFace(facts, gate, credentialId)
      if (templates.length > 0) lent.add(credentialId)
      return templates
    },
    end: async (credentialIds, write) => {
      endings.begin(credentialIds)
      await forget(credentialIds)
      const ended = await write()
      if (!ended.ok && !unsettled.has(ended.code)) endings.refuse(credentialIds)
      if (!ended.ok && unsettled.has(ended.code) && owed.length < OWED_LIMIT) owed.push({ credentialIds, write })
      void sync()
      return ended
    },
  }
}
