// Makes the opaque identifiers of the store: a letter for the kind, then 80 random bits. They tell nothing about a person
// and are never derived from anything. Called by the operations of the write handle.

import { randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** h household, r resident, c credential, n consent, q question (consent_ask), e right (entitlement), t template, s schedule, f form. */
export type IdKind = 'h' | 'r' | 'c' | 'n' | 'q' | 'e' | 't' | 's' | 'f'

export const makeId = (kind: IdKind): string => {
  let bits = 0n
  for (const byte of randomBytes(10)) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let at = 0; at < 16; at += 1) {
    text += alphabet[Number(bits & 31n)]
    bits >>= 5n
  }
  return `${kind}_${text}`
}
