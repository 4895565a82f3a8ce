// The receipt that somebody holds, read from his file: the gate is sent its text, never a path. Called by ask.ts.

import { readFileSync, statSync } from 'node:fs'
import { done, failed, type Result } from '../../config/words.ts'
import { RECEIPT_LIMIT_CHARACTERS } from '../store/receipt-text.ts'
import type { CommandLine } from './parse.ts'

/** The arguments of `log verify` with the text in place of the file. */
export const withReceipt = (args: CommandLine['args']): Result<CommandLine['args']> => {
  const { receipt: file } = args
  if (typeof file !== 'string') return done(args)
  try {
    // A receipt is ASCII: a file with more bytes is none.
    if (statSync(file).size > RECEIPT_LIMIT_CHARACTERS) return failed('receipt_malformed')
    return done({ ...args, receipt: readFileSync(file, 'latin1') })
  } catch {
    // Absent, forbidden or a folder: the remedy is the same.
    return failed('receipt_unreadable', file)
  }
}
