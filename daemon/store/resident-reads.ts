// Everything that is held on one resident, for himself (PIPL 45): his own row, his suspension, the attempts that name him. No secret of a
// credential, no template's bytes. Read handle only. Called by the office's commands about one resident.

import type { Path, Side, WallMs } from '../../config/words.ts'
import type { ReadableStore } from './handles.ts'
import type { RequestLine } from './proof-reads.ts'

export type OwnRow = {
  readonly born: string | null
  readonly guardianRequired: boolean
  readonly createdAt: WallMs
  readonly suspensionReason: string | null
  readonly suspendedUntil: WallMs | null
  readonly belongs: string
  /** How long the door opens for him; null: as for everybody. */
  readonly openingMs: number | null
}

/** What stands on a consent of his besides its dates. */
export type OwnConsent = {
  readonly id: string
  readonly witness: string
  readonly language: string
  readonly guardianName: string | null
  readonly guardianBorn: string | null
  readonly guardianOf: string | null
}

/** The side by which he passed last; only where anti-passback is asked for. */
export type OwnPlace = { readonly gate: string; readonly side: Side }

export type OwnAttempt = {
  readonly seq: number
  readonly wall: WallMs
  readonly side: Side
  readonly paths: readonly Path[]
  readonly outcome: 'grant' | 'deny'
  readonly reason: string
  /** What would have denied at the entry, noted on the way out. */
  readonly notes: readonly string[]
}

export type NamedPage = {
  /** Of this resident among the rows looked at, newest first. */
  readonly attempts: readonly OwnAttempt[]
  /** Where the next page begins; absent after the last. */
  readonly before?: number
}

export type ResidentReads = {
  readonly readOwnRow: (residentId: string) => OwnRow | undefined
  readonly readOwnConsents: (residentId: string) => readonly OwnConsent[]
  readonly readOwnPlaces: (residentId: string) => readonly OwnPlace[]
  /** Requests of his, closed ones too. */
  readonly readOwnRequests: (residentId: string) => readonly RequestLine[]
  /** Looks at up to `limit` named events before `before`, newest first. */
  readonly readOwnAttempts: (residentId: string, before: number, limit: number) => NamedPage
}

type EventRow = { readonly seq: number; readonly wall: WallMs; readonly payload: Uint8Array }
type Named = Omit<OwnAttempt, 'seq' | 'wall' | 'notes'> & {
  readonly resident?: string
  readonly notes?: readonly string[]
}

export const prepareResidentReads = (store: ReadableStore): ResidentReads => {
  const row = store.prepare<[string], Omit<OwnRow, 'guardianRequired'> & { readonly guardianRequired: number }>(
    `SELECT born, guardian_required AS guardianRequired, created_at AS createdAt, suspension_reason AS suspensionReason,
       suspended_until AS suspendedUntil, belongs, opening_ms AS openingMs FROM resident WHERE id = ?`,
  )
  const named = store.prepare<[number, number], EventRow>(
    `SELECT seq, at_wall AS wall, payload FROM ledger INDEXED BY ledger_named
     WHERE payload IS NOT NULL AND kind IN ('attempt', 'menu') AND seq < ? ORDER BY seq DESC LIMIT ?`,
  )
  const consents = store.prepare<[string], OwnConsent>(
    `SELECT id, witness, language, guardian_name AS guardianName, guardian_born AS guardianBorn, guardian_of AS guardianOf
     FROM consent WHERE resident_id = ? ORDER BY given_at`,
  )
  const places = store.prepare<[string], OwnPlace>('SELECT gate, side FROM last_passage WHERE resident_id = ?')
  const requests = store.prepare<[string], RequestLine>(
    `SELECT number, kind, resident_id AS residentId, asked_at AS askedAt, due_at AS dueAt, closed_at AS closedAt, outcome,
       cost_fen AS costFen, because FROM request WHERE resident_id = ? ORDER BY number`,
  )
  return {
    readOwnConsents: (id) => consents.all(id),
    readOwnPlaces: (id) => places.all(id),
    readOwnRequests: (id) => requests.all(id),
    readOwnRow: (id) => {
      const found = row.get(id)
      return found && { ...found, guardianRequired: found.guardianRequired === 1 }
    },
    readOwnAttempts: (id, before, limit) => {
      const rows = named.all(before, limit)
      const attempts = rows.flatMap(({ seq, wall, payload }) => {
        const {
          resident,
          side,
          paths,
          outcome,
          reason,
          notes = [],
        } = JSON.parse(Buffer.from(payload).toString('utf8')) as Named
        return resident === id ? [{ seq, wall, side, paths, outcome, reason, notes }] : []
      })
      const last = rows.length === limit ? rows.at(-1)?.seq : undefined
      return { attempts, ...(last === undefined ? {} : { before: last }) }
    },
  }
}
