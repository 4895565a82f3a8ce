// Makes the opaque identifiers of the store: a letter for the kind, then 80 random bits. They tell nothing about a person
// and are never derived from anything. Called by the operations of the write handle.

import { randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** h household, r resident, c credential, n consent, q question (consent_ask), e right (entitlement), t template, s schedule, f form. */
export type IdKind = 'h' | 'r' | 'c' | 'n' | 'q' | 'e' | 't' | 's' | 'f'

const ID_BYTES = 10
const NEAR_BYTES = 4
let near: Buffer | undefined

/**
 * Identifiers that begin with the same letters, drawn by lot for this work: rows that are made together then lie on the same few pages, where each
 * would dirty ten of its own. Only for people who come in an order that tells nothing of them. 48 random bits are left to each.
 */
export const withNearIds = <T>(work: () => T): T => {
  near = randomBytes(NEAR_BYTES)
  try {
    return work()
  } finally {
    near = undefined
  }
}

export const makeId = (kind: IdKind): string => {
  const bytes = randomBytes(ID_BYTES)
  // The last bytes make the first letters.
  near?.copy(bytes, ID_BYTES - NEAR_BYTES)
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let at = 0; at < 16; at += 1) {
    text += alphabet[Number(bits & 31n)]
    bits >>= 5n
  }
  return `${kind}_${text}`
}
