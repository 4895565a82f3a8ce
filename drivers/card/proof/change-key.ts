// How a key is written into a card: the enciphered body of ChangeKey (C4) in a session of DESFire's AuthenticateAES, and in one of
// AuthenticateEV2First (NTAG 424). Pure: keys in, bytes for the card out. Wipes what it makes in between; never prints. Called by
// authenticate.ts.

import { crc32 } from 'node:zlib'
import { BLOCK_BYTES, encryptCbc, macOf, truncated, zeroBlock } from './aes.ts'
import { type Ev2Session, wipe } from './mutual.ts'

const CHANGE_KEY = 0xc4
/** 16 of key, one of version, checks: fills two blocks. */
const BODY_BYTES = 2 * BLOCK_BYTES

export type KeyChange = {
  readonly keyNumber: number
  readonly newKey: Uint8Array
  /** Says nothing of the key; here the generation of the site's key. */
  readonly version: number
  /** What the key was, where the session was opened with another one. Absent: it is the session's own key. */
  readonly oldKey?: Uint8Array
}

/** CRC-32 without its last complement, least significant byte first, as NXP's cards want it. */
const crcOf = (bytes: Uint8Array): Buffer => {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(~crc32(bytes) >>> 0)
  return out
}

/** The new key and its version; over the old key where the card does not know by the session that we know it. */
const keyAndVersion = ({ newKey, oldKey, version }: KeyChange): Buffer => {
  const bytes = Buffer.alloc(BLOCK_BYTES + 1)
  for (let at = 0; at < BLOCK_BYTES; at++) bytes[at] = (newKey[at] ?? 0) ^ (oldKey?.[at] ?? 0)
  bytes[BLOCK_BYTES] = version
  return bytes
}

const padded = (end: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.alloc(BODY_BYTES)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  body[at] = end
  return body
}

/** DESFire EV1 and later after AuthenticateAES, as the first command of the session: the chain begins at zero. */
export const changeKeyByAes = (session: Uint8Array, change: KeyChange): Buffer => {
  const { keyNumber, newKey, oldKey } = change
  const key = keyAndVersion(change)
  const whole = crcOf(Buffer.concat([Buffer.from([CHANGE_KEY, keyNumber]), key]))
  const body = padded(0x00, key, whole, ...(oldKey ? [crcOf(newKey)] : []))
  const sealed = encryptCbc(session, zeroBlock(), body)
  wipe(key, body)
  return Buffer.concat([Buffer.from([keyNumber]), sealed])
}

/** `counter`: commands of this session before. Padding method 2 of ISO/IEC 9797-1. */
export const changeKeyByEv2 = ({ ti, encryption, mac }: Ev2Session, counter: number, change: KeyChange): Buffer => {
  const { keyNumber, newKey, oldKey } = change
  const key = keyAndVersion(change)
  const body = padded(0x80, key, ...(oldKey ? [crcOf(newKey)] : []))
  const turn = Buffer.alloc(2)
  turn.writeUInt16LE(counter)
  const chain = Buffer.concat([Buffer.from([0xa5, 0x5a]), ti, turn, Buffer.alloc(8)])
  const sealed = encryptCbc(encryption, encryptCbc(encryption, zeroBlock(), chain), body)
  wipe(key, body)
  const said = Buffer.concat([Buffer.from([CHANGE_KEY]), turn, ti, Buffer.from([keyNumber]), sealed])
  return Buffer.concat([Buffer.from([keyNumber]), sealed, truncated(macOf(mac, said))])
}
