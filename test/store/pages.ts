// Decrypts every page of a store, free ones too, and every frame of its log, without SQLite: what a thief with the key would
// read. SQLite3 Multiple Ciphers, chacha20: each page ends in a 16-byte nonce and a 16-byte tag; the page's own key is the
// second half of the first ChaCha20 block under the store key (its file cipher_chacha20.c).

import { createDecipheriv } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { reveal, type Secret } from '../../config/words.ts'

const pageBytes = 4096
const reservedBytes = 32
const logHeadBytes = 32
const frameHeadBytes = 24

const applyStream = (key: Buffer, nonce: Buffer, counter: number, bytes: Buffer): Buffer => {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(counter >>> 0)
  nonce.copy(iv, 4, 0, 12)
  return createDecipheriv('chacha20', key, iv).update(bytes)
}

const decryptPage = (page: Buffer, number: number, key: Buffer): Buffer => {
  const end = pageBytes - reservedBytes
  const nonce = page.subarray(end, end + 16)
  const counter = (nonce.readUInt32LE(12) ^ number) >>> 0
  const pageKey = applyStream(key, nonce, counter, Buffer.alloc(64)).subarray(32)
  return applyStream(pageKey, nonce, counter + 1, page.subarray(number === 1 ? 24 : 0, end))
}

/** All bytes of the file and its log in clear. */
export const decryptStore = (file: string, secret: Secret<Buffer>): Buffer => {
  const key = reveal(secret)
  const clear: Buffer[] = []
  const bytes = readFileSync(file)
  for (let at = 0; at + pageBytes <= bytes.length; at += pageBytes) {
    clear.push(decryptPage(bytes.subarray(at, at + pageBytes), at / pageBytes + 1, key))
  }
  const log = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0)
  const frameBytes = frameHeadBytes + pageBytes
  for (let at = logHeadBytes; at + frameBytes <= log.length; at += frameBytes) {
    const number = log.readUInt32BE(at)
    clear.push(decryptPage(log.subarray(at + frameHeadBytes, at + frameBytes), number, key))
  }
  return Buffer.concat(clear)
}
