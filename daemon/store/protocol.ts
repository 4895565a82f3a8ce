// The words between main (ledger.ts, thread.ts) and the writer thread (writer.ts). Plain values that can be cloned; the only
// secret is the store key, handed over once when the thread starts.

import type { MonotonicMs, Path, Side, WallMs } from '../../config/words.ts'
import type { Moment, Payload } from './append.ts'
import type { OperationName } from './operations.ts'
import type { Passage } from './rule-writes.ts'

/** `generation`: of the site's key that its message was made with. */
export type CardCounter = { readonly id: string; readonly counter: number; readonly generation?: number }

/** What an attempt changes besides the ledger, in the same transaction. Credential ids. */
export type Effects = {
  readonly wrongCode?: readonly string[]
  readonly use?: readonly string[]
  readonly passage?: Passage
  /** A wrong code that counts against nobody: as much is written as if it did, so that the time tells no number. */
  readonly standIn?: true
  /** How far the counters of these cards have come. */
  readonly cardCounters?: readonly CardCounter[]
  /** An event of its own beside this one: somebody opens under duress. Names the place and nobody. */
  readonly duress?: { readonly gate: string; readonly side: Side }
}

export type RecordEntry = {
  readonly kind: string
  readonly at: Moment
  readonly salt: Uint8Array
  readonly payload: Payload
  readonly effects: Effects
  /** Real monotonic time after which main has answered without waiting: what lands later is flagged. */
  readonly deadline: MonotonicMs
  /** Sent before, answer lost or refused: it may have landed. */
  readonly repeat: boolean
}

/** Who asked for a change: a role and the caller's identity (uid, or the part of the daemon). */
export type Caller = { readonly role: string; readonly caller: string }

export type Count = {
  readonly side: Side
  readonly path: Path
  readonly what: string
  readonly wall: WallMs
  /** Otherwise once. */
  readonly times?: number
}

export type WriterRequest =
  | { readonly kind: 'record'; readonly entries: readonly RecordEntry[] }
  | {
      readonly kind: 'write'
      readonly name: OperationName
      readonly args: unknown
      readonly by: Caller
      readonly at: Moment
      readonly salt: Uint8Array
    }
  | { readonly kind: 'count'; readonly counts: readonly Count[] }
  /** `seq`: told so far; absent: where this reader is to begin. */
  | { readonly kind: 'cursor'; readonly reader: string; readonly seq?: number }
  | { readonly kind: 'close' }

/** Where one recorded event landed. */
export type Landed = { readonly seq: number; readonly flags: '' | 'journaled' }

export type WriterStart = {
  readonly file: string
  readonly key: Uint8Array
  readonly boot: string
  readonly create: boolean
}
