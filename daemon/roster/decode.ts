// The bytes of a list as text: UTF-8 and UTF-16 by their mark, UTF-8 without one, else the GB 18030 (GBK) that Chinese spreadsheets save. What is
// none of these, or no text at all, is refused before anything looks at it. Pure. Called by the reader of lists.

import { done, failed, type Result } from '../../config/words.ts'

/** 20 000 residents are 1 to 2 MB. */
export const FILE_LIMIT_BYTES = 10 * 1024 * 1024

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030'
export type Decoded = { readonly text: string; readonly encoding: Encoding }

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean => start.every((byte, n) => bytes[n] === byte)

const marks: readonly (readonly [encoding: Encoding, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]
/** A zip, which .xlsx and .ods are, and the older .xls. */
const workbooks: readonly (readonly number[])[] = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
]

/** Undefined: the bytes are none of this encoding. */
const tryAs = (bytes: Uint8Array, encoding: Encoding): Decoded | undefined => {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding }
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

export const decodeRoster = (bytes: Uint8Array): Result<Decoded> => {
  if (bytes.length > FILE_LIMIT_BYTES) return failed('list_too_large')
  if (workbooks.some((start) => startsWith(bytes, start))) return failed('list_is_workbook')
  const marked = marks.find(([, mark]) => startsWith(bytes, mark))?.[0]
  const found = (marked ? [marked] : (['utf-8', 'gb18030'] as const))
    .map((encoding) => tryAs(bytes, encoding))
    .find(Boolean)
  if (!found || found.text.includes('\0')) return failed('list_not_text')
  return done(found)
}
