// The receipt of an erasure: what it says beside every receipt's own lines, as text and back. Signs nothing itself: a signet does, and
// where there is none the text says so in its last line. Keeps no receipt. Called by the commands `erase` and `erase verify`.
//
//   evengate receipt 1
//   gate: south
//   sequence: 41                      its event in the ledger, and the receipt's number
//   who: r_k2j…                       the resident's opaque id
//   what: erasure
//   when: 2026-11-28T04:50:00.123Z
//   head: 64 hexadecimal digits       the ledger's hash at that event
//   credentials: 3                    cards, codes and faces that went
//   templates: 3
//   gone: 2026-11-28T04:50:00.456Z    when no page, free page or log frame held them any more; absent: not within 10 s
//   print-key: base64                 what the prints were made under
//   print-sealed, print-wrapped-key, print-code-hash: base64
//   signature: none

import { done, failed, type Result, type WallMs } from '../config/words.ts'
import type { Fingerprints } from './store/fingerprints.ts'

export type ErasureReceipt = {
  readonly gate: string
  readonly sequence: number
  readonly who: string
  readonly what: 'erasure'
  readonly at: WallMs
  readonly head: string
  readonly more: Readonly<Record<string, string>>
}

export type ReceiptSignet = {
  readonly sign: (receipt: ErasureReceipt) => string
  readonly read: (text: string) => Result<Pick<ErasureReceipt, 'sequence' | 'more'>>
}

const LIMIT_CHARACTERS = 32_768

const printLines = { sealed: 'print-sealed', wrappedKey: 'print-wrapped-key', codeHash: 'print-code-hash' } as const

/** A line that would say nothing is left out. */
export const linesOfErasure = (
  { credentials, templates }: { readonly credentials: number; readonly templates: number },
  goneAt: WallMs | undefined,
  { key, prints }: Fingerprints,
): Readonly<Record<string, string>> => ({
  credentials: String(credentials),
  templates: String(templates),
  ...(goneAt === undefined ? {} : { gone: new Date(goneAt).toISOString() }),
  'print-key': key,
  ...Object.fromEntries(
    (['sealed', 'wrappedKey', 'codeHash'] as const).flatMap((kind) =>
      prints[kind] === '' ? [] : [[printLines[kind], prints[kind]] as const],
    ),
  ),
})

const isBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text

export const readFingerprints = (lines: Readonly<Record<string, string>>): Fingerprints | undefined => {
  const read = (name: string): string => lines[name] ?? ''
  const key = read('print-key')
  const prints = {
    sealed: read(printLines.sealed),
    wrappedKey: read(printLines.wrappedKey),
    codeHash: read(printLines.codeHash),
  }
  return key !== '' && [key, ...Object.values(prints)].every(isBase64) ? { key, prints } : undefined
}

/** For a gate whose receipts are not signed. */
export const unsigned: ReceiptSignet = {
  sign: ({ gate, sequence, who, what, at, head, more }) =>
    [
      'evengate receipt 1',
      ...[`gate: ${gate}`, `sequence: ${sequence}`, `who: ${who}`, `what: ${what}`],
      ...[`when: ${new Date(at).toISOString()}`, `head: ${head}`],
      ...Object.entries(more).map((pair) => pair.join(': ')),
      'signature: none\n',
    ].join('\n'),
  read: (text) => {
    const [title, ...lines] = text.slice(0, LIMIT_CHARACTERS).trimEnd().split('\n')
    const fields = Object.fromEntries(lines.map((line) => line.split(': ', 2)))
    const sequence = Number(fields['sequence'])
    const isOurs = title === 'evengate receipt 1' && fields['what'] === 'erasure' && Number.isSafeInteger(sequence)
    return isOurs ? done({ sequence, more: fields }) : failed('receipt_malformed')
  },
}
