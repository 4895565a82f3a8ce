// The register of what people ask of the operator: opened with its due date, closed once with its outcome, its cost to the resident
// and, where it is refused, the reason. The rules are the schema's (0004). A reason stays in the register and goes into no event.
// Run in the writer thread, in the transaction that records the event.

import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'
import { nextEvent } from './receipts.ts'

export const requestKinds = [
  ...(['access', 'copy', 'correction', 'deletion', 'another_way', 'near_relatives', 'complaint'] as const),
] as const
export type RequestKind = (typeof requestKinds)[number]

const DAY_MS = 86_400_000
/** 杭州市物业管理条例 50 gives a complaint ten days; nobody waits longer for a way in. */
const SHORT_DAYS = 10
/** What the other requests are given (PIPL 50 asks for "timely"). */
const LONG_DAYS = 15

export const dueAfterDays = (kind: RequestKind): number =>
  kind === 'complaint' || kind === 'another_way' ? SHORT_DAYS : LONG_DAYS

export const addRequest = (
  store: WritableStore,
  args: { readonly kind: RequestKind; readonly residentId?: string; readonly askedAt?: WallMs },
  at: WallMs,
  clockTrusted: boolean,
): Result<{ request: number; what: string; dueAt: number }> => {
  if (!clockTrusted) return failed('clock_untrusted')
  const { kind, residentId = null, askedAt = at } = args
  const request = nextEvent(store)
  const dueAt = askedAt + dueAfterDays(kind) * DAY_MS
  store
    .prepare('INSERT INTO request (number, kind, resident_id, asked_at, due_at) VALUES (?, ?, ?, ?, ?)')
    .run(request, kind, residentId, askedAt, dueAt)
  return done({ request, what: kind, dueAt })
}

export type ClosedRequest = {
  readonly number: number
  readonly outcome: 'given' | 'refused'
  /** In fen. */
  readonly costFen: number
  readonly because?: string
}

export const closeRequest = (
  store: WritableStore,
  { number, outcome, costFen, because }: ClosedRequest,
  at: WallMs,
): Result<{ request: number; outcome: string; costFen: number }> => {
  const { changes } = store
    .prepare('UPDATE request SET closed_at = ?, outcome = ?, cost_fen = ?, because = ? WHERE number = ?')
    .run(at, outcome, costFen, because ?? null, number)
  return changes === 0 ? failed('request_unknown') : done({ request: number, outcome, costFen })
}
