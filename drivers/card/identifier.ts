// Reads what a card reader answers: the ATR it makes up for a contactless card, and the answer to GET UID. Pure; bytes from outside
// come in, a checked identifier or a code goes out. Must never throw and never pass on an identifier of a wrong length.

import { done, failed, type Result } from '../../config/words.ts'

export type CardKind = 'iso14443_3' | 'iso14443_4'

/** Why a card that was in the field gave no identifier. */
export type Unreadable =
  | 'removed_too_soon'
  | 'short_answer'
  | 'wrong_length'
  | 'bad_status'
  | 'time_out'
  | 'connect_failed'
  | 'not_iso14443'
  | 'reader_busy'

export type Identifier = { readonly identifier: string; readonly random: boolean }

/** ISO/IEC 14443-3: single, double and triple size UID. */
const identifierBytes = [4, 7, 10]
/** ISO/IEC 14443-3, 6.5.4: a single size UID that starts with 08 is made anew by the card each time. */
const RANDOM_FIRST_BYTE = 0x08

const beginsWith = (bytes: Uint8Array, head: readonly number[]): boolean => head.every((byte, at) => bytes[at] === byte)

/** PC/SC part 3, 3.1.3.2.3: the application identifier that marks a storage card, before the byte of its standard. */
const storageCard = [0x3b, 0x8f, 0x80, 0x01, 0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00, 0x03, 0x06]
/** The same, byte SS: none given, ISO 14443 A parts 1–3, B parts 1–3. Others are ISO 15693, FeliCa and contact memories. */
const storageStandards = [0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x07]

export const kindOf = (atr: Uint8Array): Result<CardKind, Unreadable> => {
  if (beginsWith(atr, storageCard)) {
    const standard = atr[storageCard.length]
    return standard !== undefined && storageStandards.includes(standard) ? done('iso14443_3') : failed('not_iso14443')
  }
  const historical = atr[1]
  // PC/SC part 3, 3.1.3.2.3.1: 3B 8N 80 01 and N historical bytes.
  const contactless = atr[0] === 0x3b && historical !== undefined && historical >> 4 === 8
  return contactless && atr[2] === 0x80 && atr[3] === 0x01 ? done('iso14443_4') : failed('not_iso14443')
}

/** `answer`: the UID and two bytes of status. */
export const identifierOf = (answer: Uint8Array): Result<Identifier, Unreadable> => {
  // The library answers for a card that has left with no byte at all.
  if (answer.length === 0) return failed('removed_too_soon')
  if (answer.length < 2) return failed('short_answer')
  const uid = answer.subarray(0, -2)
  const isDone = answer[answer.length - 2] === 0x90 && answer[answer.length - 1] === 0x00
  if (!isDone) return failed('bad_status')
  if (uid.length < 4) return failed('short_answer')
  if (!identifierBytes.includes(uid.length)) return failed('wrong_length')
  return done({ identifier: Buffer.from(uid).toString('hex'), random: isRandom(uid) })
}

export const isRandom = (uid: Uint8Array): boolean => uid.length === 4 && uid[0] === RANDOM_FIRST_BYTE
