// The hash chain of the ledger, pure. A row's hash covers the hash before it, its number, times, kind and flags, and the
// hash of salt ‖ payload rather than the payload: a purge may null payload and salt, and the chain still verifies, while the
// random salt keeps the hash from being guessed back to what was purged. Called by append.ts, ledger reads and receipts.

import { createHash } from 'node:crypto'

export const chainStart: Uint8Array = new Uint8Array(32)

export type ChainedRow = {
  readonly seq: number
  readonly at_wall: number
  readonly at_monotonic: number
  readonly boot: string
  readonly clock_set: number
  readonly latest_wall: number
  readonly kind: string
  readonly flags: string
  readonly salt: Uint8Array | null
  readonly payload: Uint8Array | null
  readonly payload_hash: Uint8Array
  readonly previous: Uint8Array
  readonly hash: Uint8Array
}

export type ChainHead = { readonly seq: number; readonly hash: Uint8Array }

export type ChainVerdict =
  | { readonly ok: true; readonly head: ChainHead }
  | {
      readonly ok: false
      readonly badSeq: number
      readonly because: 'seq_gap' | 'previous_differs' | 'payload_differs' | 'hash_differs' | 'half_purged'
    }

export const hashPayload = (salt: Uint8Array, payload: Uint8Array): Buffer =>
  createHash('sha256').update(salt).update(payload).digest()

/** SHA-256 over previous ‖ seq ‖ wall ‖ monotonic ‖ clock set ‖ latest wall ‖ boot ‖ kind ‖ flags ‖ payload_hash; numbers as 8-byte big-endian doubles
 * (exact to 2^53), texts with a 4-byte length before them so that no two rows share their bytes. */
export const hashRow = (row: Omit<ChainedRow, 'hash' | 'salt' | 'payload'>): Buffer => {
  const hash = createHash('sha256').update(row.previous)
  const numbers = [row.seq, row.at_wall, row.at_monotonic, row.clock_set, row.latest_wall]
  const bytes = Buffer.alloc(8 * numbers.length)
  numbers.forEach((number, place) => void bytes.writeDoubleBE(number, 8 * place))
  hash.update(bytes)
  for (const text of [row.boot, row.kind, row.flags]) {
    const spelled = Buffer.from(text, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(spelled.length)
    hash.update(length).update(spelled)
  }
  return hash.update(row.payload_hash).digest()
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const findFlaw = (row: ChainedRow, head: ChainHead) => {
  if (row.seq !== head.seq + 1) return 'seq_gap'
  if (!equal(row.previous, head.hash)) return 'previous_differs'
  if ((row.salt === null) !== (row.payload === null)) return 'half_purged'
  const whole = row.salt === null || row.payload === null ? undefined : hashPayload(row.salt, row.payload)
  if (whole !== undefined && !equal(whole, row.payload_hash)) return 'payload_differs'
  return equal(hashRow(row), row.hash) ? undefined : 'hash_differs'
}

/** Follows the rows from `head` (default: the beginning) and names the first bad one. */
export const verifyChain = (
  rows: Iterable<ChainedRow>,
  head: ChainHead = { seq: 0, hash: chainStart },
): ChainVerdict => {
  let last = head
  for (const row of rows) {
    const flaw = findFlaw(row, last)
    if (flaw !== undefined) return { ok: false, badSeq: last.seq + 1, because: flaw }
    last = { seq: row.seq, hash: row.hash }
  }
  return { ok: true, head: last }
}
