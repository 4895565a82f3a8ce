// Codes as a list: whose they are, and whether their holders have nothing else to come in with. No code and no hash. Read handle only.
// Called by `status`.

import type { ReadableStore } from './handles.ts'

export type CodeLine = {
  readonly number: string
  readonly residentId: string
  /** He holds no card that works: a forgotten code, or a keypad that fails, keeps him out. */
  readonly alone: boolean
}

export type CodeReads = {
  /** Up to `limit` codes in force by number, those after `after`. */
  readonly listCodes: (after: string, limit: number) => readonly CodeLine[]
}

export const prepareCodeReads = (store: ReadableStore): CodeReads => {
  const page = store.prepare<[string, number], { number: string; residentId: string; alone: number }>(
    `SELECT pin.number, c.resident_id AS residentId,
       NOT EXISTS (SELECT 1 FROM credential_active k WHERE k.resident_id = c.resident_id AND k.kind = 'card') AS alone
     FROM pin JOIN credential_active c ON c.id = pin.credential_id
     WHERE pin.number > ? AND c.kind = 'pin' ORDER BY pin.number LIMIT ?`,
  )
  return {
    listCodes: (after, limit) => page.all(after, limit).map((row) => ({ ...row, alone: row.alone === 1 })),
  }
}
