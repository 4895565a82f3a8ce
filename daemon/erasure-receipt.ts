// What the receipt of an erasure says beside every receipt's own lines (store/receipt-text.ts), there and back. Signs nothing and keeps no
// receipt. Called by the commands `erase` and `erase verify`.
//
//   credentials: 3                    cards, codes and faces that went
//   templates: 3
//   gone: 2026-11-28T04:50:00.456Z    when no page, free page or log frame held them any more; absent: not within 10 s
//   print-key: base64                 what the prints were made under
//   print-sealed, print-wrapped-key, print-code-hash: base64

import type { WallMs } from '../config/words.ts'
import type { Fingerprints } from './store/fingerprints.ts'

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
