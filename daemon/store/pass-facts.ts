// What a decision reads of a visitor's pass: its side, its days, when it ends. The rules that go with a person (who came in first, who
// passed last, lockdown's exceptions, a longer opening) are its host's and not read. Reads, never judges. Called by facts.ts in its one read.

import type { Side, WallMs } from '../../config/words.ts'
import { type PassDays, passEnd } from '../core/pass.ts'
import type { CredentialFacts } from '../core/types.ts'
import type { ReadableStore } from './handles.ts'
import type { PendingEffects } from './queue.ts'

export type PassRow = {
  readonly side: Side | null
  readonly weekdays: string
  readonly dates: string
  readonly valid_for_ms: number | null
  readonly first_used_at: number | null
}

export const preparePassStatements = (store: ReadableStore) => ({
  pass: store.prepare<[string], PassRow>(
    'SELECT side, weekdays, dates, valid_for_ms, first_used_at FROM pass WHERE credential_id = ?',
  ),
})

/** Absent: every day. */
export const readDays = ({ weekdays, dates }: Pick<PassRow, 'weekdays' | 'dates'>): PassDays | undefined =>
  weekdays === '' && dates === ''
    ? undefined
    : { weekdays: [...weekdays].map(Number), dates: dates === '' ? [] : dates.split(' ') }

type PassStatements = ReturnType<typeof preparePassStatements>
type Bounded = { readonly id: string; readonly expires_at: number | null }

/** A use that is promised but not yet in the store began the validity all the same. */
export const readPassFacts = (
  st: PassStatements,
  { id, expires_at }: Bounded,
  { usedAt }: PendingEffects,
): Pick<CredentialFacts, 'pass' | 'expiresAt'> => {
  const row = st.pass.get(id)
  // Without its bounds it is no pass: one that the schema would not have let in has ended.
  if (row === undefined || expires_at === null) return { expiresAt: 0 as WallMs }
  const days = readDays(row)
  return {
    pass: { ...(row.side === null ? {} : { side: row.side }), ...(days === undefined ? {} : { days }) },
    expiresAt: passEnd(expires_at, row.first_used_at ?? usedAt, row.valid_for_ms ?? undefined),
  }
}
