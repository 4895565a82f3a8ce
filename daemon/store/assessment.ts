// Assessments of impact as the store keeps them: when one was signed and what it was made from. The operation runs in the writer thread;
// the read is main's.

import { done, type Result, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { nextEvent } from './receipts.ts'

/** `hash`: over what the assessment was made from (report/impact.ts). */
type NewAssessment = { readonly hash: string }

export const recordAssessment = (
  store: WritableStore,
  { hash }: NewAssessment,
  at: WallMs,
): Result<{ hash: string; at: number }> => {
  store.prepare('INSERT INTO assessment (number, at, hash) VALUES (?, ?, ?)').run(nextEvent(store), at, hash)
  return done({ hash, at })
}

export type AssessmentReads = {
  /** The last one that was signed. */
  readonly readAssessment: () => { readonly at: number; readonly hash: string } | undefined
}

export const prepareAssessmentReads = (store: ReadableStore): AssessmentReads => {
  const last = store.prepare<[], { at: number; hash: string }>(
    'SELECT at, hash FROM assessment ORDER BY number DESC LIMIT 1',
  )
  return { readAssessment: () => last.get() }
}
