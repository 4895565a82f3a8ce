// The one small file that we keep on a card, in full encryption: the questions that make it, write it and read it, each the first command
// of its session, after DESFire's AuthenticateAES and after AuthenticateEV2First (NTAG 424). Read by the key that opens gates, written by
// the master key. Pure; wipes what it makes in between and never prints. Called by authenticate.ts.

import { crc32 } from 'node:zlib'
import { BLOCK_BYTES, decryptCbc, encryptCbc, isSame, macOf, truncated, zeroBlock } from './aes.ts'
import { type Ev2Session, wipe } from './mutual.ts'

/** Whole in one frame of a DESFire: three blocks with its check. */
export const FILE_BYTES = 36

export type FileReading = {
  readonly question: Buffer
  /** The answer without its status; absent: it was altered on the way, or is of another session. */
  readonly open: (answer: Buffer) => Buffer | undefined
}
export type FileTalk = {
  /** The file is made, or its rights are set. */
  readonly make: Buffer
  readonly write: (bytes: Uint8Array) => Buffer
  readonly read: () => FileReading
}
type Native = (command: number, ...bytes: readonly Uint8Array[]) => Buffer

/** Read by key 1, written and changed by key 0; full encryption. Least significant byte first. */
const FULL = 0x03
const RIGHTS = [0x00, 0x10]
const LENGTH = [FILE_BYTES, 0x00, 0x00]
const header = (file: number): Buffer => Buffer.from([file, 0x00, 0x00, 0x00, ...LENGTH])
const roundedUp = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES

// ---- DESFire

const DESFIRE_FILE = 0x01
const CREATE_STANDARD_FILE = 0xcd
const DESFIRE_WRITE = 0x3d
const DESFIRE_READ = 0xbd
const CRC_BYTES = 4
const STATUS_OK = Buffer.from([0x00])

/** CRC-32 without its last complement, least significant byte first. */
const crcOf = (...parts: readonly Uint8Array[]): Buffer => {
  const out = Buffer.alloc(CRC_BYTES)
  out.writeUInt32LE(~parts.reduce((crc, part) => crc32(part, crc), 0) >>> 0)
  return out
}

export const talkByAes = (session: Uint8Array, native: Native): FileTalk => ({
  make: native(CREATE_STANDARD_FILE, Buffer.from([DESFIRE_FILE, FULL, ...RIGHTS, ...LENGTH])),
  write: (bytes) => {
    const place = header(DESFIRE_FILE)
    const body = Buffer.alloc(roundedUp(FILE_BYTES + CRC_BYTES))
    body.set(bytes)
    body.set(crcOf(Buffer.from([DESFIRE_WRITE]), place, bytes), FILE_BYTES)
    const sealed = encryptCbc(session, zeroBlock(), body)
    wipe(body)
    return native(DESFIRE_WRITE, place, sealed)
  },
  read: () => {
    const place = header(DESFIRE_FILE)
    // The card's chain goes on from the MAC of the question, which is not sent.
    const chain = macOf(session, Buffer.concat([Buffer.from([DESFIRE_READ]), place]))
    const open = (answer: Buffer): Buffer | undefined => {
      if (answer.length !== roundedUp(FILE_BYTES + CRC_BYTES)) return undefined
      const plain = decryptCbc(session, chain, answer)
      const bytes = Buffer.from(plain.subarray(0, FILE_BYTES))
      const isWhole = isSame(crcOf(bytes, STATUS_OK), plain.subarray(FILE_BYTES, FILE_BYTES + CRC_BYTES))
      wipe(plain)
      if (isWhole) return bytes
      wipe(bytes)
      return undefined
    }
    return { question: native(DESFIRE_READ, place), open }
  },
})

// ---- NTAG 424, whose third file is there from the beginning

const NTAG_FILE = 0x03
const CHANGE_FILE_SETTINGS = 0x5f
const NTAG_WRITE = 0x8d
const NTAG_READ = 0xad
const MAC_BYTES = 8
const PADDING = 0x80

const turnOf = (counter: number): Buffer => {
  const turn = Buffer.alloc(2)
  turn.writeUInt16LE(counter)
  return turn
}
/** `to`: the card, or the reader. */
const chainOf = ({ encryption, ti }: Ev2Session, to: 'card' | 'reader', counter: number): Buffer => {
  const head = Buffer.from(to === 'card' ? [0xa5, 0x5a] : [0x5a, 0xa5])
  return encryptCbc(encryption, zeroBlock(), Buffer.concat([head, ti, turnOf(counter), Buffer.alloc(8)]))
}
const macOfEv2 = ({ mac, ti }: Ev2Session, code: number, counter: number, ...said: readonly Uint8Array[]): Buffer =>
  truncated(macOf(mac, Buffer.concat([Buffer.from([code]), turnOf(counter), ti, ...said])))

/** A command in full encryption: what stands in the clear, the rest sealed, the MAC over both. */
export const sealByEv2 = (
  session: Ev2Session,
  counter: number,
  command: number,
  clear: Uint8Array,
  secret: Uint8Array,
): Buffer => {
  const body = Buffer.alloc(roundedUp(secret.length + 1))
  body.set(secret)
  body[secret.length] = PADDING
  const sealed = encryptCbc(session.encryption, chainOf(session, 'card', counter), body)
  wipe(body)
  return Buffer.concat([clear, sealed, macOfEv2(session, command, counter, clear, sealed)])
}

/** The answer to the command that `counter` counted. Absent: it was altered, or is of another session. */
export const openByEv2 = (session: Ev2Session, counter: number, answer: Buffer): Buffer | undefined => {
  const sealed = answer.subarray(0, -MAC_BYTES)
  const after = counter + 1
  if (answer.length < MAC_BYTES || sealed.length % BLOCK_BYTES !== 0) return undefined
  if (!isSame(macOfEv2(session, 0x00, after, sealed), answer.subarray(-MAC_BYTES))) return undefined
  if (sealed.length === 0) return Buffer.alloc(0)
  const plain = decryptCbc(session.encryption, chainOf(session, 'reader', after), sealed)
  const bytes = Buffer.from(plain.subarray(0, plain.lastIndexOf(PADDING)))
  wipe(plain)
  return bytes
}

export const talkByEv2 = (session: Ev2Session, native: Native): FileTalk => ({
  make: native(
    CHANGE_FILE_SETTINGS,
    sealByEv2(session, 0, CHANGE_FILE_SETTINGS, Buffer.from([NTAG_FILE]), Buffer.from([FULL, ...RIGHTS])),
  ),
  write: (bytes) => native(NTAG_WRITE, sealByEv2(session, 0, NTAG_WRITE, header(NTAG_FILE), bytes)),
  read: () => {
    const place = header(NTAG_FILE)
    const open = (answer: Buffer): Buffer | undefined => {
      const bytes = openByEv2(session, 0, answer)
      return bytes?.length === FILE_BYTES ? bytes : undefined
    }
    return {
      question: native(NTAG_READ, place, macOfEv2(session, NTAG_READ, 0, place)),
      open,
    }
  },
})
