// Appends one event to the ledger inside the caller's transaction. The only code that inserts there. Never opens a
// transaction of its own, never looks at what a payload says. Called by the writer thread and by erasure.ts.

import type { MonotonicMs, WallMs } from '../../config/words.ts'
import { advanceLatest } from '../core/clock.ts'
import { type ChainHead, chainStart, hashPayload, hashRow } from './chain.ts'
import type { WritableStore } from './handles.ts'

export type Moment = {
  readonly wall: WallMs
  readonly monotonic: MonotonicMs
  readonly boot: string
  /** A time service of this boot had set the wall clock, or the operator vouches for it. */
  readonly clockSet: boolean
}

/** What an event may say: ids, codes, counts. Never a name, an identifier, a code typed, a vector or a score. */
export type Payload = {
  readonly [name: string]: string | number | boolean | readonly string[] | Payload
}

export type LedgerEntry = {
  readonly kind: string
  readonly at: Moment
  readonly flags: '' | 'journaled'
  /** 16 random bytes, made where the event was born: a repeated request is known by it. */
  readonly salt: Uint8Array
  readonly payload: Payload
}

/** An event is a few ids and codes; more is a bug of the caller. */
export const payloadLimitBytes = 8192

/** The kind of event by which the office sets the latest time anew, in either direction. */
export const clockAccepted = 'clock_accepted'

type HeadRow = { readonly seq: number; readonly hash: Uint8Array; readonly latest_wall: WallMs }

const statements = new WeakMap<WritableStore, ReturnType<typeof prepare>>()

const prepare = (store: WritableStore) => ({
  head: store.prepare<[], HeadRow>('SELECT seq, hash, latest_wall FROM ledger ORDER BY seq DESC LIMIT 1'),
  insert: store.prepare(
    `INSERT INTO ledger (seq, at_wall, at_monotonic, boot, clock_set, latest_wall, kind, flags, salt, payload, payload_hash,
       previous, hash)
     VALUES (@seq, @at_wall, @at_monotonic, @boot, @clock_set, @latest_wall, @kind, @flags, @salt, @payload, @payload_hash,
       @previous, @hash)`,
  ),
  // A repeat comes soon after its first try; the search is bounded so that it stays one short scan.
  repeat: store.prepare<[Uint8Array], ChainHead>(
    'SELECT seq, hash FROM ledger WHERE seq > (SELECT max(seq) FROM ledger) - 5000 AND salt = ? LIMIT 1',
  ),
})

const prepared = (store: WritableStore) => {
  const known = statements.get(store) ?? prepare(store)
  statements.set(store, known)
  return known
}

/** The latest time that a set clock has told; 0 when none has. */
export const readLatestWall = (store: WritableStore): WallMs => prepared(store).head.get()?.latest_wall ?? (0 as WallMs)

export const appendEvent = (store: WritableStore, entry: LedgerEntry): ChainHead => {
  const payload = Buffer.from(JSON.stringify(entry.payload), 'utf8')
  if (payload.length > payloadLimitBytes)
    throw new RangeError(`payload of ${entry.kind} exceeds ${payloadLimitBytes} bytes`)
  const { head, insert } = prepared(store)
  const last = head.get()
  const { monotonic, boot, clockSet } = entry.at
  const wall = Math.round(entry.at.wall) as WallMs
  const latest = last?.latest_wall ?? (0 as WallMs)
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at_wall: wall,
    at_monotonic: monotonic,
    boot,
    clock_set: clockSet ? 1 : 0,
    latest_wall: entry.kind === clockAccepted ? wall : advanceLatest(latest, { wall, clockSet }),
    kind: entry.kind,
    flags: entry.flags,
    payload_hash: hashPayload(entry.salt, payload),
    previous: last?.hash ?? chainStart,
  }
  const hash = hashRow(row)
  insert.run({ ...row, salt: entry.salt, payload, hash })
  return { seq: row.seq, hash }
}

/** The event that already landed with this salt, when its answer was lost on the way back. */
export const findRepeat = (store: WritableStore, salt: Uint8Array): ChainHead | undefined =>
  prepared(store).repeat.get(salt)
