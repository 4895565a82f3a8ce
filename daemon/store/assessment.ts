// Assessments of impact as the store keeps them: when one was signed and what it rested on, and the operator's own words, each with who
// wrote them. An event holds hashes alone, never a word or a name. The operations run in the writer thread; the reads are main's.

import { createHash } from 'node:crypto'
import { done, type Result, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import type { Caller } from './protocol.ts'
import { nextEvent } from './receipts.ts'

/** What an operator can say in his own words, in the order of the page; of each, the last one counts. */
export const impactParts = ['purpose', 'necessity', 'effects', 'risks', 'measures'] as const
export type ImpactPart = (typeof impactParts)[number]
/** A sheet and a half; what is longer belongs on paper beside it. The schema's own bounds (0015). */
export const IMPACT_TEXT_CHARACTERS = 4000
export const IMPACT_AUTHOR_CHARACTERS = 100

const hashText = (text: string): string => createHash('sha256').update(text).digest('hex')

/** `hash` and `basis`: of what the assessment was made from (report/assessed.ts). */
type NewAssessment = { readonly hash: string; readonly basis: string }

export const recordAssessment = (
  store: WritableStore,
  { hash, basis }: NewAssessment,
  at: WallMs,
): Result<{ hash: string; basisHash: string; at: number }> => {
  const number = nextEvent(store)
  store.prepare('INSERT INTO assessment (number, at, hash) VALUES (?, ?, ?)').run(number, at, hash)
  store.prepare('INSERT INTO assessment_basis (number, basis) VALUES (?, ?)').run(number, basis)
  return done({ hash, basisHash: hashText(basis), at })
}

/** `operator`: for whom it was written; after a handover it is nobody's word any more. */
export type NewImpactText = {
  readonly part: ImpactPart
  readonly author: string
  readonly operator: string
  readonly body: string
}

export const writeImpactText = (
  store: WritableStore,
  { part, author, operator, body }: NewImpactText,
  at: WallMs,
): Result<{ part: ImpactPart; textHash: string }> => {
  store
    .prepare('INSERT INTO assessment_text (number, at, part, author, operator, body) VALUES (?, ?, ?, ?, ?, ?)')
    .run(nextEvent(store), at, part, author, operator, body)
  return done({ part, textHash: hashText(body) })
}

export type Assessment = {
  readonly number: number
  readonly at: number
  readonly hash: string
  /** Absent: it was recorded by a program that did not keep it. */
  readonly basis?: string
  readonly by?: Caller
}

export type ImpactText = NewImpactText & {
  readonly at: number
  readonly by?: Caller
  /** The record names these very words. */
  readonly proven: boolean
}

/** Since when the gate has run otherwise than assessed, by what of it; absent: it has not, or nothing says so. */
export type EffectiveSince = { readonly assessed?: number; readonly model?: number }
export type EffectiveNames = Readonly<Record<keyof EffectiveSince, string>>

export type AssessmentReads = {
  /** The last one that was signed. */
  readonly readAssessment: () => Assessment | undefined
  /** The last of each part, an emptied one too. */
  readonly listImpactTexts: () => readonly ImpactText[]
  readonly effectiveSince: (after: number, names: EffectiveNames) => EffectiveSince
}

type Kept = { readonly payload: Uint8Array | null }
type Event = { readonly by?: Caller; readonly textHash?: string }
const readPayload = ({ payload }: Kept): Readonly<Record<string, unknown>> & Event =>
  payload === null ? {} : (JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown> & Event)

/** Starts and reloads since an assessment; a gate is started anew a few hundred times a year. */
const STARTS_LIMIT = 5000

const prepareSince = (store: ReadableStore): AssessmentReads['effectiveSince'] => {
  // The first condition is the index's own (0001), without which this would walk through years of taps.
  const starts = store.prepare<[number, number], Kept & { readonly at: number }>(
    `SELECT at_wall AS at, payload FROM ledger
     WHERE kind IN ('inequality_opened', 'inequality_remedy', 'inequality_closed', 'configuration_effective')
       AND kind = 'configuration_effective' AND seq > ? ORDER BY seq DESC LIMIT ?`,
  )
  return (after, names) => {
    const since: { -readonly [Name in keyof EffectiveSince]: number } = {}
    const open = new Set(Object.keys(names) as (keyof EffectiveSince)[])
    for (const row of starts.iterate(after, STARTS_LIMIT)) {
      const told = readPayload(row)
      for (const name of open) {
        const value = told[name]
        if (typeof value !== 'string' || value === names[name]) open.delete(name)
        else since[name] = row.at
      }
      if (open.size === 0) break
    }
    return since
  }
}

export const prepareAssessmentReads = (store: ReadableStore): AssessmentReads => {
  const last = store.prepare<[], Assessment & Kept & { readonly basis: string | null }>(
    `SELECT a.number, a.at, a.hash, b.basis, l.payload FROM assessment a
     LEFT JOIN assessment_basis b ON b.number = a.number LEFT JOIN ledger l ON l.seq = a.number
     ORDER BY a.number DESC LIMIT 1`,
  )
  const texts = store.prepare<[], Omit<ImpactText, 'by' | 'proven'> & Kept>(
    `SELECT t.part, t.at, t.author, t.operator, t.body, l.payload FROM assessment_text t LEFT JOIN ledger l ON l.seq = t.number
     WHERE t.number IN (SELECT max(number) FROM assessment_text GROUP BY part)`,
  )
  return {
    readAssessment: () => {
      const row = last.get()
      if (!row) return undefined
      const { by } = readPayload(row)
      const { number, at, hash, basis } = row
      return { number, at, hash, ...(basis === null ? {} : { basis }), ...(by ? { by } : {}) }
    },
    listImpactTexts: () =>
      texts.all().map(({ payload, ...row }) => {
        const { by, textHash } = readPayload({ payload })
        return { ...row, ...(by ? { by } : {}), proven: textHash === hashText(row.body) }
      }),
    effectiveSince: prepareSince(store),
  }
}
