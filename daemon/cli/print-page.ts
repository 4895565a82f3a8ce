// Where a page goes: to the output, or with --out into a new file. Never writes over anything: what stands at a gate or was signed is not
// replaced by a slip. Called by the commands that make pages.

import { writeFileSync } from 'node:fs'
import { failed, type Result } from '../../config/words.ts'
import { type Context, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

/** Undefined: written. A folder, a full disk or a file that is there already is the office's to mend. */
export const layDown = (
  file: string,
  text: string | Uint8Array,
  mode = 0o666,
): (Result<never> & { readonly ok: false }) | undefined => {
  try {
    writeFileSync(file, text, { flag: 'wx', mode })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    return failed('page_unwritable', `${file}: ${code}`)
  }
}

/** `value`: what --json prints, whether or not the page goes into a file. */
export const printPage = (context: Context, { out }: CommandLine['args'], text: string, value: unknown): number => {
  if (typeof out !== 'string') return printAnswer(context, value, () => text.trimEnd())
  const refused = layDown(out, text)
  if (refused) return printFailure(context, refused)
  return printAnswer(context, value, () => pick(context.language, `written: ${out}`, `已写入：${out}`))
}
