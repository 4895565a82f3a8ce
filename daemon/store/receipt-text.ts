// A receipt as text, its signature by the gate's Ed25519 key, and the way back. The text is the signed bytes: whoever holds the
// public key proves it with openssl alone (README). Holds the private key and gives it to nobody. Called by the commands.
//
//   evengate receipt 1
//   gate: south
//   sequence: 41                      its event in the ledger, and the receipt's number
//   who: r_k2j…                       the resident's opaque id
//   what: withdrawal
//   when: 2026-11-28T04:50:00.123Z
//   head: 64 hexadecimal digits       the ledger's hash at that event
//   key: 64 hexadecimal digits        the key's fingerprint, which stands on the gate's sign
//   signature: base64                 over every byte before this line

import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { done, failed, type Result, reveal, type Secret, type WallMs } from '../../config/words.ts'
import { type ReceiptKind, receiptKinds } from './receipts.ts'

export type Receipt = {
  readonly gate: string
  readonly sequence: number
  readonly who: string
  readonly what: ReceiptKind
  readonly at: WallMs
  /** Hexadecimal. */
  readonly head: string
  /** Further signed lines, in their order, such as the fingerprints of what was erased. Printable ASCII. */
  readonly more?: Readonly<Record<string, string>>
}

export type Signet = {
  /** SHA-256 of the public key's DER form, hexadecimal. */
  readonly fingerprint: string
  /** PEM; public. */
  readonly publicKey: string
  readonly sign: (receipt: Receipt) => string
  /** Refuses what another key signed, and what was altered by a single bit. */
  readonly read: (text: string) => Result<Receipt>
}

const TITLE = 'evengate receipt 1'
/** A receipt is a few lines, that of an erasure with its fingerprints the longest; it fits into a request. */
export const RECEIPT_LIMIT_CHARACTERS = 32_768
const names = ['gate', 'sequence', 'who', 'what', 'when', 'head', 'key'] as const

const spell = (receipt: Receipt, fingerprint: string): string => {
  const { gate, sequence, who, what, at, head, more = {} } = receipt
  const values = [gate, String(sequence), who, what, new Date(at).toISOString(), head, fingerprint]
  const lines = [
    ...names.map((name, n) => `${name}: ${values[n]}`),
    ...Object.entries(more).map((pair) => pair.join(': ')),
  ]
  return `${[TITLE, ...lines].join('\n')}\n`
}

type Parts = { readonly body: string; readonly signature: Buffer; readonly fields: ReadonlyMap<string, string> }

const split = (text: string): Parts | undefined => {
  const found = /^((?:[ -~]+\n)+)signature: ([A-Za-z0-9+/]{86}==)\n$/.exec(text)
  const [, body = '', base64 = ''] = found ?? []
  const signature = Buffer.from(base64, 'base64')
  // Base64 has spare bits: only one spelling is ours.
  if (!found || signature.toString('base64') !== base64) return undefined
  const [title, ...lines] = body.trimEnd().split('\n')
  const pairs = lines.map((line) => /^([a-z][a-z-]*): (.+)$/.exec(line))
  if (title !== TITLE || pairs.some((pair) => pair === null)) return undefined
  return { body, signature, fields: new Map(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? ''])) }
}

const readFields = (fields: ReadonlyMap<string, string>): Receipt | undefined => {
  const field = (name: string): string => fields.get(name) ?? ''
  const what = receiptKinds.find((kind) => kind === field('what'))
  const [sequence, at] = [Number(field('sequence')), Date.parse(field('when'))]
  if (what === undefined || !Number.isSafeInteger(sequence) || sequence < 1 || Number.isNaN(at)) return undefined
  const more = [...fields].filter(([name]) => !names.some((known) => known === name))
  const plain = { gate: field('gate'), sequence, who: field('who'), what, at: at as WallMs, head: field('head') }
  return { ...plain, ...(more.length === 0 ? {} : { more: Object.fromEntries(more) }) }
}

export const openSignet = (key: Secret<KeyObject>): Signet => {
  const open = createPublicKey(reveal(key))
  const der = open.export({ type: 'spki', format: 'der' })
  const fingerprint = createHash('sha256').update(der).digest('hex')
  return {
    fingerprint,
    publicKey: open.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (receipt) => {
      const body = spell(receipt, fingerprint)
      return `${body}signature: ${sign(null, Buffer.from(body, 'latin1'), reveal(key)).toString('base64')}\n`
    },
    read: (text) => {
      const parts = text.length > RECEIPT_LIMIT_CHARACTERS ? undefined : split(text)
      if (!parts) return failed('receipt_malformed')
      if (parts.fields.get('key') !== fingerprint) return failed('receipt_key_other')
      if (!verify(null, Buffer.from(parts.body, 'latin1'), open, parts.signature)) return failed('receipt_altered')
      const receipt = readFields(parts.fields)
      return receipt ? done(receipt) : failed('receipt_malformed')
    },
  }
}
