// Consent forms that the gate numbers: unique, each an event, each bound to the notice that it names. What may be written down on one is
// the schema's (0009). Runs in the writer thread; the spelling is also the office's.

import { done, type Language, type Result, type WallMs } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'
import { makeId } from './ids.ts'
import { nextEvent } from './receipts.ts'

/** One wrong number in a million is taken for another's, and four letters are still read over a telephone. */
const MARK_LETTERS = 4

/** `noticeHash`: of the notice on the sheet, which need not be in force yet. */
export type NewForm = { readonly noticeHash: string; readonly language: Language }

export const issueForm = (
  store: WritableStore,
  { noticeHash, language }: NewForm,
  at: WallMs,
): Result<{ form: string; noticeHash: string; language: Language }> => {
  const number = nextEvent(store)
  const form = `EG-${number}-${makeId('f').slice(-MARK_LETTERS).toUpperCase()}`
  store
    .prepare('INSERT INTO form (number, name, at, notice_hash, language) VALUES (?, ?, ?, ?, ?)')
    .run(number, form, at, noticeHash, language)
  return done({ form, noticeHash, language })
}

/** As it stands on the sheet, from how it was typed; the office's own numbers stay as they are. */
export const spellForm = (typed: string): string => (/^\s*eg-\d/i.test(typed) ? typed.trim().toUpperCase() : typed)
