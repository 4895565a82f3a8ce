// Fingerprints of what is about to be erased, by which its bytes are found again and nothing else can be learnt: for windows of 32
// bytes a rolling sum and a MAC, both under a key made for this one receipt. A window of a sealed vector, of a wrapped key or of a
// code's slow hash is as good as random, so that nobody guesses it back. Pure. Made by the command `erase`, looked for by remains.ts.

import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'

/** What is printed. Not the card: its keyed hash comes back lawfully when somebody else is given the card. */
export const printedKinds = ['sealed', 'wrappedKey', 'codeHash'] as const
export type PrintedKind = (typeof printedKinds)[number]
type ByKind<T> = Readonly<Record<PrintedKind, T>>

/** Base64. The key makes the prints worth something, and stands nowhere but in the receipt. */
export type Fingerprints = { readonly key: string; readonly prints: ByKind<string> }
/** How many different windows of each kind are still there. */
export type Found = ByKind<number>

const windowBytes = 32
/** Of a long piece every 32nd byte begins a window: whatever survives of it in one piece of 63 bytes is found. */
const longStride = 32
/** Of a short one every 8th, and 39 bytes are found: the key inside its wrapping is itself no longer than a window. */
const shortStride = 8
const shortBytes = 128
const sumBytes = 4
const macBytes = 8
const printBytes = sumBytes + macBytes
const keyBytes = 32
/** Of all kinds together; sixteen views of twice the length of today's are fewer. More is no receipt of ours. */
export const printsLimit = 4096

/** As a key object: bytes would be made into one for each of some three hundred MACs, which would hold up main by 3 ms. */
const mac = (key: KeyObject, what: 'sum' | 'window', bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(what).update(bytes).digest()

const makeTable = (key: KeyObject): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, byte) => mac(key, 'sum', Buffer.of(byte)).readUInt32BE())

const turn = (sum: number): number => (sum << 1) | (sum >>> 31)

/** A cyclic polynomial of 32 bits: after 32 bytes what came in has turned once around, and is taken out as it came in. */
const sumWindow = (table: Uint32Array, window: Uint8Array): number => {
  let sum = 0
  for (const byte of window) sum = turn(sum) ^ (table[byte] ?? 0)
  return sum >>> 0
}

const startsOf = (length: number): readonly number[] => {
  const last = length - windowBytes
  if (last < 0) return []
  const stride = length <= shortBytes ? shortStride : longStride
  const starts = Array.from({ length: Math.floor(last / stride) + 1 }, (_, n) => n * stride)
  return starts.at(-1) === last ? starts : [...starts, last]
}

/** Under a new key. The pieces stay the caller's, who wipes them. */
export const makeFingerprints = (pieces: ByKind<readonly Uint8Array[]>): Fingerprints => {
  const bytes = randomBytes(keyBytes)
  const key = createSecretKey(bytes)
  const table = makeTable(key)
  const printPiece = (piece: Uint8Array): readonly Buffer[] =>
    startsOf(piece.length).map((at) => {
      const window = piece.subarray(at, at + windowBytes)
      const print = Buffer.alloc(printBytes)
      print.writeUInt32BE(sumWindow(table, window))
      mac(key, 'window', window).copy(print, sumBytes, 0, macBytes)
      return print
    })
  const print = (kind: PrintedKind) => Buffer.concat(pieces[kind].flatMap(printPiece)).toString('base64')
  return {
    key: bytes.toString('base64'),
    prints: { sealed: print('sealed'), wrappedKey: print('wrappedKey'), codeHash: print('codeHash') },
  }
}

type Print = { readonly kind: PrintedKind; readonly mac: Buffer }

const readPrints = ({ prints }: Fingerprints): Map<number, Print[]> => {
  const bySum = new Map<number, Print[]>()
  for (const kind of printedKinds) {
    const bytes = Buffer.from(prints[kind], 'base64')
    for (let at = 0; at + printBytes <= bytes.length; at += printBytes) {
      const sum = bytes.readUInt32BE(at)
      const found = { kind, mac: bytes.subarray(at + sumBytes, at + printBytes) }
      bySum.set(sum, [...(bySum.get(sum) ?? []), found])
    }
  }
  return bySum
}

export const countPrints = (fingerprints: Fingerprints): number =>
  [...readPrints(fingerprints).values()].reduce((sum, prints) => sum + prints.length, 0)

const maskBits = 16

export type PrintSearch = { readonly look: (bytes: Uint8Array) => void; readonly found: () => Found }

/** Looks at every offset of whatever it is shown. A sum that fits is proved by the MAC, so that nothing is found by chance. */
export const searchPrints = (fingerprints: Fingerprints): PrintSearch => {
  const key = createSecretKey(Buffer.from(fingerprints.key, 'base64'))
  const table = makeTable(key)
  const bySum = readPrints(fingerprints)
  // Most offsets end here: one look in 64 KiB instead of one in a map.
  const mask = new Uint8Array(1 << maskBits)
  for (const sum of bySum.keys()) mask[sum >>> (32 - maskBits)] = 1
  const seen = new Set<Print>()
  const prove = (sum: number, window: Uint8Array): void => {
    const prints = bySum.get(sum)
    if (prints === undefined) return
    const proof = mac(key, 'window', window).subarray(0, macBytes)
    for (const print of prints) if (timingSafeEqual(print.mac, proof)) seen.add(print)
  }
  const look = (bytes: Uint8Array): void => {
    let sum = 0
    for (let end = 0; end < bytes.length; end += 1) {
      sum = turn(sum) ^ (table[bytes[end] ?? 0] ?? 0)
      if (end >= windowBytes) sum ^= table[bytes[end - windowBytes] ?? 0] ?? 0
      if (end < windowBytes - 1 || mask[sum >>> (32 - maskBits)] === 0) continue
      prove(sum >>> 0, bytes.subarray(end - windowBytes + 1, end + 1))
    }
  }
  const count = (kind: PrintedKind) => [...seen].filter((print) => print.kind === kind).length
  return {
    look,
    found: () => ({ sealed: count('sealed'), wrappedKey: count('wrappedKey'), codeHash: count('codeHash') }),
  }
}
