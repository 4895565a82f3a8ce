// AES-128 as contactless cards use it: CBC without padding, CMAC, and the key of one card from the key of the site (NXP AN10922).
// Keeps nothing and prints nothing; what it allocates for a key it wipes. Called by the card protocols beside it.

import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'

export const BLOCK_BYTES = 16
export const zeroBlock = (): Buffer => Buffer.alloc(BLOCK_BYTES)

/** `bytes`: whole blocks. */
export const encryptCbc = (key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Buffer => {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}

export const decryptCbc = (key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Buffer => {
  const cipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}

/** NIST SP 800-38B. */
export const macOf = (key: Uint8Array, bytes: Uint8Array): Buffer => Buffer.from(cmac(bytes, key))

/** AN12196: of the sixteen bytes of a CMAC a card sends every second one. */
export const truncated = (mac: Uint8Array): Buffer => Buffer.from(mac.filter((_, at) => at % 2 === 1))

/** One byte to the left, round. */
export const rotated = (bytes: Uint8Array): Buffer => Buffer.concat([bytes.subarray(1), bytes.subarray(0, 1)])

/** In the same time wherever they differ; never equal when their lengths differ. */
export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)

const DIVERSIFY_AES128 = 0x01
const INPUT_BYTES = 2 * BLOCK_BYTES

/** x in GF(2^128), by which CMAC makes its two subkeys. */
const doubled = (block: Uint8Array): Buffer => {
  const out = Buffer.alloc(BLOCK_BYTES)
  for (let at = 0; at < BLOCK_BYTES; at++) out[at] = (((block[at] ?? 0) << 1) | ((block[at + 1] ?? 0) >> 7)) & 0xff
  if ((block[0] ?? 0) & 0x80) out[BLOCK_BYTES - 1] = (out[BLOCK_BYTES - 1] ?? 0) ^ 0x87
  return out
}

/**
 * AN10922, AES-128: a CMAC whose message always fills two blocks, so that a short one is padded further than CMAC would.
 * `input`: 1 to 31 bytes, beginning with the card's UID.
 */
export const diversify = (siteKey: Uint8Array, input: Uint8Array): Buffer => {
  if (input.length === 0 || input.length >= INPUT_BYTES) throw new RangeError('AN10922: 1 to 31 bytes')
  const message = Buffer.alloc(INPUT_BYTES)
  message[0] = DIVERSIFY_AES128
  message.set(input, 1)
  const isPadded = 1 + input.length < INPUT_BYTES
  if (isPadded) message[1 + input.length] = 0x80
  const whole = doubled(encryptCbc(siteKey, zeroBlock(), zeroBlock()))
  const subkey = isPadded ? doubled(whole) : whole
  for (let at = 0; at < BLOCK_BYTES; at++)
    message[BLOCK_BYTES + at] = (message[BLOCK_BYTES + at] ?? 0) ^ (subkey[at] ?? 0)
  const key = Buffer.from(encryptCbc(siteKey, zeroBlock(), message).subarray(BLOCK_BYTES))
  for (const secret of [whole, subkey]) secret.fill(0)
  return key
}
