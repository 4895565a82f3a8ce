// What the equality of the ways is judged by, read from the store: counts of days, and of people only how many. No name, no id of a
// resident comes out of here. Read handle only. Called by the monitor (path-watch.ts) and by `report equality`.

import type { Path, Side, WallMs } from '../../config/words.ts'
import type { Counts } from '../core/path-counts.ts'
import type { ReadableStore } from './handles.ts'

export type DayPath = { readonly day: WallMs; readonly side: Side; readonly path: Path; readonly counts: Counts }

/** A card or code reported lost or stolen, and whether and when another of its kind came. */
export type Replacement = { readonly kind: 'card' | 'pin'; readonly lostAt: WallMs; readonly replacedAt: WallMs | null }

export type OtherWays = {
  readonly residents: number
  /** Neither a card nor a code. */
  readonly withoutCardOrCode: number
  /** Of these, with a face: face goes on for the days that `face.otherWayGraceDays` says, then pauses. */
  readonly withFaceAlone: number
}

export type EqualityReads = {
  /** Days from `from` (included) to `to` (excluded) that have counts, oldest first. */
  readonly readDays: (from: WallMs, to: WallMs) => readonly DayPath[]
  readonly readReplacements: (from: WallMs, to: WallMs) => readonly Replacement[]
  readonly countOtherWays: () => OtherWays
  /** Inequality intervals and their remedies before `to`, up to `limit` events, oldest first: from the last start before `from` on. */
  readonly readInequality: (from: WallMs, to: WallMs, limit: number) => readonly EqualityEvent[]
}

export type EqualityEvent = {
  readonly wall: WallMs
  readonly kind: string
  /** Absent for a start (`configuration_effective`). */
  readonly side?: Side
  readonly openedAt?: number
  readonly lastedMs?: number
  /** At a start: by side, what stood open. */
  readonly intervals?: Readonly<Partial<Record<Side, { readonly openedAt: number }>>>
}

type CountRow = {
  readonly day: WallMs
  readonly side: Side
  readonly path: Path
  readonly what: string
  readonly count: number
}

const groupDays = (rows: readonly CountRow[]): readonly DayPath[] => {
  const days = new Map<string, DayPath & { counts: Record<string, number> }>()
  for (const { day, side, path, what, count } of rows) {
    const key = `${day} ${side} ${path}`
    const found = days.get(key) ?? { day, side, path, counts: {} }
    found.counts[what] = count
    days.set(key, found)
  }
  return [...days.values()]
}

type EventRow = { readonly wall: WallMs; readonly kind: string; readonly payload: Uint8Array | null }

const showEvent = ({ wall, kind, payload }: EventRow): readonly EqualityEvent[] => {
  if (payload === null) return []
  const { side, openedAt, lastedMs, intervals } = JSON.parse(Buffer.from(payload).toString('utf8')) as EqualityEvent
  return [
    {
      ...{ wall, kind },
      ...(side === undefined ? {} : { side }),
      ...(openedAt === undefined ? {} : { openedAt }),
      ...(lastedMs === undefined ? {} : { lastedMs }),
      ...(intervals === undefined ? {} : { intervals }),
    },
  ]
}

export const prepareEqualityReads = (store: ReadableStore): EqualityReads => {
  const days = store.prepare<[number, number], CountRow>(
    `SELECT hour AS day, side, path, what, count FROM counter
     WHERE hour >= ? AND hour < ? AND what GLOB 'day_*' ORDER BY hour, side, path, what`,
  )
  const replacements = store.prepare<[number, number], Replacement>(
    `SELECT c.kind, c.revoked_at AS lostAt, (
       SELECT min(n.created_at) FROM credential n
       WHERE n.resident_id = c.resident_id AND n.kind = c.kind AND n.created_at >= c.revoked_at) AS replacedAt
     FROM credential c
     WHERE c.kind IN ('card', 'pin') AND c.revoked_because IN ('lost', 'stolen') AND c.revoked_at >= ? AND c.revoked_at < ?
     ORDER BY c.revoked_at`,
  )
  const others = store.prepare<[], OtherWays>(
    `SELECT count(*) AS residents, coalesce(sum(NOT other), 0) AS withoutCardOrCode,
       coalesce(sum(NOT other AND face), 0) AS withFaceAlone
     FROM (SELECT EXISTS (SELECT 1 FROM held_path h WHERE h.resident_id = r.id) AS other,
       EXISTS (SELECT 1 FROM credential_active c WHERE c.resident_id = r.id AND c.kind = 'face') AS face FROM resident r)`,
  )
  const standing = `ledger INDEXED BY ledger_standing
     WHERE kind IN ('inequality_opened', 'inequality_remedy', 'inequality_closed', 'configuration_effective')`
  const events = store.prepare<[number, number, number], EventRow>(
    `SELECT at_wall AS wall, kind, payload FROM ${standing} AND at_wall < ? AND seq >= coalesce((
       SELECT max(seq) FROM ${standing} AND kind = 'configuration_effective' AND at_wall < ?), 0)
     ORDER BY seq LIMIT ?`,
  )
  return {
    readDays: (from, to) => groupDays(days.all(from, to)),
    readReplacements: (from, to) => replacements.all(from, to),
    countOtherWays: () => others.get() ?? { residents: 0, withoutCardOrCode: 0, withFaceAlone: 0 },
    readInequality: (from, to, limit) => events.all(to, from, limit).flatMap(showEvent),
  }
}
