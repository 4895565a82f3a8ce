// One import under way, in memory: who began it, in which forms its card numbers may be, and what taps have said. One at a time; whoever falls
// silent loses it. Of cards it keeps keyed hashes, no number; rows stay until they are laid down, a few seconds. Kept by the commands of the import.

import { randomBytes, randomInt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { done, failed, hide, type Result } from '../../config/words.ts'
import type { CardToken } from '../store/lookups.ts'
import type { CardFlaw, StagedRow } from '../store/roster.ts'
import { type CardForm, readCardNumber } from './card-number.ts'
import { createFormFinder, type FormFinder } from './find-form.ts'

/** Between two requests of one import lie milliseconds; a command that was killed asks nothing more. */
export const SILENCE_LIMIT_MS = 15_000

export type Session = {
  readonly id: string
  readonly forms: readonly CardForm[]
  readonly finder: FormFinder
  /** By form, what was looked at so far: the same card twice, however its number was written. */
  readonly seen: ReadonlyMap<CardForm, Set<string>>
  /** What the taps have said. */
  form?: CardForm
  /** Rows that have come, by the first byte of the hash by which they are laid down: rows that lie near each other go together. */
  readonly rows: readonly StagedRow[][]
  kept: number
}

const BUCKETS = 256
/** Rows laid down in one transaction, near each other: 1 to 2 ms of write lock. */
const SLICE_ROWS = 25

export const keepRow = (session: Session, row: StagedRow): void => {
  const place = row.cards[0]?.hash[0] ?? randomInt(BUCKETS)
  session.rows[place]?.push(row)
  session.kept += 1
}

/** All rows in the order of their hashes, a slice at a time; sorted bucket by bucket, so that the loop is never long away. */
export function* slicesOf({ rows }: Session): Generator<readonly StagedRow[]> {
  let slice: StagedRow[] = []
  for (const bucket of rows) {
    const sorted = bucket.toSorted((a, b) => Buffer.compare(a.cards[0]?.hash ?? NONE, b.cards[0]?.hash ?? NONE))
    for (const row of sorted) {
      slice.push(row)
      if (slice.length < SLICE_ROWS) continue
      yield slice
      slice = []
    }
  }
  if (slice.length > 0) yield slice
}
const NONE = new Uint8Array()

export type Sessions = {
  readonly begin: (forms: readonly CardForm[], cards: number) => Result<Session>
  readonly find: (id: string) => Result<Session>
  /** While somebody looks for the cards to tap. Returns what ends it. */
  readonly hold: (id: string) => () => void
  /** Of which the caller takes care from here. */
  readonly end: (id: string) => void
}

export const createSessions = (): Sessions => {
  let current: { readonly session: Session; silence: NodeJS.Timeout } | undefined
  const end = (id: string): void => {
    if (current?.session.id !== id) return
    clearTimeout(current.silence)
    current = undefined
  }
  const listen = (id: string): NodeJS.Timeout =>
    setTimeout(() => {
      end(id)
    }, SILENCE_LIMIT_MS).unref()
  return {
    hold: (id) => {
      if (current?.session.id === id) clearTimeout(current.silence)
      return () => {
        if (current?.session.id === id) current.silence = listen(id)
      }
    },
    begin: (forms, cards) => {
      if (current) return failed('import_open')
      const id = randomBytes(16).toString('hex')
      const seen = new Map(forms.map((form) => [form, new Set<string>()]))
      const rows = Array.from({ length: BUCKETS }, (): StagedRow[] => [])
      const session: Session = { id, forms, finder: createFormFinder(forms, cards), seen, rows, kept: 0 }
      current = { session, silence: listen(id) }
      return done(session)
    },
    find: (id) => {
      if (current?.session.id !== id) return failed('import_missing')
      current.silence.refresh()
      return done(current.session)
    },
    end,
  }
}

type TokenOf = (identifier: Buffer) => CardToken
const hashName = (token: CardToken): string => Buffer.from(token[0]?.hash ?? []).toString('base64')

/** What speaks against this card: it was in the list before, or what the store says of it. Remembers it for the taps. */
export const lookAtCard = (
  { forms, finder, seen }: Session,
  number: string,
  tokenOf: TokenOf,
  flawOf: (token: CardToken) => CardFlaw | undefined,
): 'card_twice' | 'card_number_other' | CardFlaw | undefined => {
  let flaw: 'card_twice' | CardFlaw | undefined
  for (const form of forms) {
    const identifier = readCardNumber(number, form)
    if (!identifier) return 'card_number_other'
    const token = tokenOf(identifier)
    const name = hashName(token)
    if (seen.get(form)?.has(name)) flaw = 'card_twice'
    else flaw ??= flawOf(token)
    seen.get(form)?.add(name)
    finder.add(form, token)
  }
  return flaw
}

/** The card as it is laid down. Undefined: its number is none of this form. */
export const tokenOfNumber = (number: string, form: CardForm, tokenOf: TokenOf): CardToken | undefined => {
  const identifier = readCardNumber(number, form)
  return identifier && tokenOf(identifier)
}

/** An identifier goes no further than its keyed hash. */
export const tokensBy =
  (cardKey: (identifier: ReturnType<typeof hide<Buffer>>) => CardToken): TokenOf =>
  (identifier) =>
    cardKey(hide(identifier))

/** Works through the rows of one request, a few at a time, with the gate's own work in between. */
export const inPortions = async <T>(rows: readonly T[], size: number, work: (row: T) => void): Promise<void> => {
  for (const [n, row] of rows.entries()) {
    if (n > 0 && n % size === 0) await setImmediate()
    work(row)
  }
}
