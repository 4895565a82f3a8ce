// Deciphers a store without SQLite, page by page: pages in use, free pages and every frame of the log, also those that SQLite itself
// would not read any more. SQLite3 Multiple Ciphers, chacha20 (its file cipher_chacha20.c): each page ends in a 16-byte nonce and a
// 16-byte tag; the page's own key is the second half of the first ChaCha20 block under the store key. Checks no tag: a torn page is
// searched as it is. Never writes. Called by remains.ts.

import { createDecipheriv } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { reveal, type Secret } from '../../config/words.ts'
import { readErrno } from './handles.ts'

const pageBytes = 4096
const reservedBytes = 32
const clearBytes = pageBytes - reservedBytes
/** The first page begins with bytes that stand in clear. */
const headBytes = 24
const logHeadBytes = 32
const frameHeadBytes = 24
/** Read at a time: 1 MiB. */
const slicePages = 256

const blockStart = Buffer.alloc(64)

const applyStream = (key: Buffer, nonce: Buffer, counter: number, bytes: Buffer): Buffer => {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(counter >>> 0)
  nonce.copy(iv, 4, 0, 12)
  return createDecipheriv('chacha20', key, iv).update(bytes)
}

const decipherPage = (page: Buffer, number: number, key: Buffer): Buffer => {
  const nonce = page.subarray(clearBytes, clearBytes + 16)
  const counter = (nonce.readUInt32LE(12) ^ number) >>> 0
  const pageKey = applyStream(key, nonce, counter, blockStart).subarray(32)
  return applyStream(pageKey, nonce, counter + 1, page.subarray(number === 1 ? headBytes : 0, clearBytes))
}

/** Whole records of the file after its head, some at a time, with the place of each. Nothing where the file is not there. */
function* readRecords(
  file: string,
  skipBytes: number,
  recordBytes: number,
): Generator<{ record: Buffer; nth: number }> {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (error) {
    if (readErrno(error) !== 'ENOENT') throw error
    return
  }
  try {
    const slice = Buffer.alloc(slicePages * recordBytes)
    for (let nth = 0; ; ) {
      const read = readSync(handle, slice, 0, slice.length, skipBytes + nth * recordBytes)
      const records = Math.floor(read / recordBytes)
      if (records === 0) return
      for (let place = 0; place < records; place += 1) {
        yield { record: slice.subarray(place * recordBytes, (place + 1) * recordBytes), nth: nth + place }
      }
      nth += records
    }
  } finally {
    closeSync(handle)
  }
}

/** Each page of the file, and each frame of its log, in clear; the bytes are the caller's, who wipes them. */
export function* decipherPages(file: string, secret: Secret<Buffer>): Generator<Buffer> {
  const key = reveal(secret)
  for (const { record, nth } of readRecords(file, 0, pageBytes)) yield decipherPage(record, nth + 1, key)
  for (const { record } of readRecords(`${file}-wal`, logHeadBytes, frameHeadBytes + pageBytes)) {
    yield decipherPage(record.subarray(frameHeadBytes), record.readUInt32BE(0), key)
  }
}
