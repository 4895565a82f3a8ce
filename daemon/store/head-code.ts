// The ledger's head as a short code for the notice board: the number of its event and the first 80 bits of its hash, with a sign that
// tells a slip of the pen from a record that was rewritten. Pure. Called by `log head` and `log verify --head`.
//
//   4711-7K3M-Q2WX-9ABC-D4EF-J

import { createHash } from 'node:crypto'
import { done, failed, type Result } from '../../config/words.ts'
import type { ChainHead } from './chain.ts'

/** Crockford's: no I, L, O or U to be misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 80 bits: whoever would find another record with the same code tries 2^80 of them. */
const HASH_CHARACTERS = 16
const GROUP_CHARACTERS = 4

const spellHash = (hash: Uint8Array): string => {
  const bits = [...hash.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from(
    { length: HASH_CHARACTERS },
    (_, n) => alphabet[Number.parseInt(bits.slice(5 * n, 5 * n + 5), 2)],
  ).join('')
}

const checkOf = (seq: number, letters: string): string =>
  alphabet[(createHash('sha256').update(`${seq}-${letters}`).digest()[0] ?? 0) % alphabet.length] ?? ''

export const spellHead = ({ seq, hash }: ChainHead): string => {
  const letters = spellHash(hash)
  const groups = letters.match(new RegExp(`.{${GROUP_CHARACTERS}}`, 'g')) ?? []
  return [seq, ...groups, checkOf(seq, letters)].join('-')
}

export type HeadCode = { readonly seq: number; readonly isOf: (hash: Uint8Array) => boolean }

/** In capitals or not, with or without its dashes after the first. */
export const readHead = (code: string): Result<HeadCode> => {
  const found = /^(\d{1,12})-([0-9A-Z-]+)$/.exec(code.trim().toUpperCase())
  const plain = (found?.[2] ?? '').replaceAll('-', '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  const [seq, letters] = [Number(found?.[1]), plain.slice(0, HASH_CHARACTERS)]
  if (plain.length !== HASH_CHARACTERS + 1 || seq < 1 || plain.slice(HASH_CHARACTERS) !== checkOf(seq, letters))
    return failed('head_malformed')
  return done({ seq, isOf: (hash) => spellHash(hash) === letters })
}
