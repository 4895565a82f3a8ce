// What could betray somebody, in every form in which a program writes it down, and the search for it in whatever bytes there are. Kinds
// are told, never the bytes. Used by p05-egress.test.ts.

/// <reference lib="esnext.float16" />
import { toFixedPoint } from '../../models/match.ts'

/** A kind, such as `vector as base64`, and bytes that nobody writes by accident. */
export type Canary = readonly [kind: string, bytes: Buffer]

const WINDOW_BYTES = 16
/** Of text, where a byte takes one or two. */
const WINDOW_CHARACTERS = 24
/** Fewer signs come together by accident in a day’s megabytes. */
const SHORT_TEXT_CHARACTERS = 7
/** Nobody else writes a number of so many digits. */
const LONG_NUMBER_CHARACTERS = 10

const bytesOf = (view: ArrayBufferView<ArrayBufferLike>): Buffer =>
  Buffer.from(view.buffer, view.byteOffset, view.byteLength)

/** From the first, the middle and the last part, so that a piece of it is found as well. */
const windows = (kind: string, bytes: Buffer, length: number): readonly Canary[] =>
  [0, (bytes.length - length) >> 1, bytes.length - length].map((at) => [kind, bytes.subarray(at, at + length)])

/** As bytes, as hexadecimal digits, and as base64 wherever in a longer text it begins. */
export const spellBytes = (name: string, bytes: Buffer): readonly Canary[] => {
  const text = (kind: string, spelled: string) =>
    spelled.length < SHORT_TEXT_CHARACTERS
      ? []
      : windows(`${name} as ${kind}`, Buffer.from(spelled), Math.min(WINDOW_CHARACTERS, spelled.length))
  return [
    ...windows(name, bytes, Math.min(WINDOW_BYTES, bytes.length)),
    ...text('hex', bytes.toString('hex')),
    ...text('HEX', bytes.toString('hex').toUpperCase()),
    // Without the last signs, which depend on what follows.
    ...[0, 1, 2].flatMap((skip) =>
      text(
        'base64',
        bytes
          .subarray(skip)
          .toString('base64')
          .replace(/.{0,3}=*$/, ''),
      ),
    ),
  ]
}

/** In single, half and fixed precision, and its numbers as text. */
export const spellVector = (name: string, vector: Float32Array): readonly Canary[] => [
  ...spellBytes(name, bytesOf(vector)),
  ...spellBytes(`${name} in half precision`, bytesOf(Float16Array.from(vector))),
  ...spellBytes(`${name} in fixed point`, bytesOf(toFixedPoint(vector))),
  // A zero, which some networks give by the dozen, is written by anybody.
  ...Array.from(vector, (value) => JSON.stringify(value))
    .filter((text) => text.length >= LONG_NUMBER_CHARACTERS)
    .slice(0, 3)
    .map((text): Canary => [`${name} as numbers`, Buffer.from(text)]),
]

export const spellText = (name: string, text: string): readonly Canary[] => [[name, Buffer.from(text)]]

/** The kinds found, sorted. */
export const findKinds = (bytes: Buffer, canaries: readonly Canary[]): readonly string[] =>
  [...new Set(canaries.flatMap(([kind, wanted]) => (bytes.includes(wanted) ? [kind] : [])))].sort()
