// NTAG 424 secure dynamic messaging: what a tag mirrors into its file at each reading, its UID and a counter, encrypted and with a MAC.
// Weaker than mutual authentication: whoever read it before the owner's next tap can show it first. Pure; the last counter seen is
// the caller's. A malformed message is a code and no exception.

import { done, failed, type Result } from '../../../config/words.ts'
import { BLOCK_BYTES, decryptCbc, isSame, macOf, truncated, zeroBlock } from './aes.ts'

export type SdmFlaw = 'sdm_malformed' | 'sdm_wrong_mac' | 'sdm_counter_old'

export type SdmMessage = {
  /** 16 bytes, as mirrored. */
  readonly piccEncrypted: Uint8Array
  /** 8 bytes, as mirrored. */
  readonly mac: Uint8Array
  /** The characters between the MAC's input offset and the MAC's own; empty when the two are equal. */
  readonly covered: string
}
export type SdmKeys = { readonly meta: Uint8Array; readonly file: Uint8Array }
export type SdmProof = { readonly uid: Buffer; readonly counter: number }

/** Mirrored are UID (bit 7), counter (bit 6), and a UID of seven bytes (low nibble). */
const UID_AND_COUNTER = 0xc7
const UID_END = 8
const COUNTER_END = 11
const MAC_BYTES = 8

/** `lastCounter`: the highest this tag has shown here; undefined: none yet. */
export const verifySdm = (
  keys: SdmKeys,
  { piccEncrypted, mac, covered }: SdmMessage,
  lastCounter: number | undefined,
): Result<SdmProof, SdmFlaw> => {
  if (piccEncrypted.length !== BLOCK_BYTES || mac.length !== MAC_BYTES) return failed('sdm_malformed')
  const picc = decryptCbc(keys.meta, zeroBlock(), piccEncrypted)
  // A message made with another key decrypts to anything: that is no malformed one, and the MAC is compared all the same.
  const named = picc.subarray(1, COUNTER_END)
  const vector = Buffer.alloc(BLOCK_BYTES)
  vector.set([0x3c, 0xc3, 0x00, 0x01, 0x00, 0x80, ...named])
  const session = macOf(keys.file, vector)
  const isRight = isSame(truncated(macOf(session, Buffer.from(covered, 'latin1'))), mac)
  session.fill(0)
  if (!isRight || picc[0] !== UID_AND_COUNTER) return failed('sdm_wrong_mac')
  const counter = picc.readUIntLE(UID_END, COUNTER_END - UID_END)
  if (lastCounter !== undefined && counter <= lastCounter) return failed('sdm_counter_old')
  return done({ uid: Buffer.from(picc.subarray(1, UID_END)), counter })
}
