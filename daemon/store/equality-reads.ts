// What the equality of the ways is judged by, read from the store: counts of days, and of people only how many. No name, no id of a
// resident comes out of here. Read handle only. Called by the monitor (path-watch.ts) and by `report equality`.

import { type Path, type Side, sides, type WallMs } from '../../config/words.ts'
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
  /** Inequality intervals, their remedies and the alarms about a way, up to `limit` events. */
  readonly readInequality: (from: WallMs, to: WallMs, limit: number) => readonly EqualityEvent[]
}

export type EqualityEvent = {
  readonly wall: WallMs
  readonly kind: string
  readonly side: Side
  readonly path?: Path
  readonly lastedMs?: number
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
  const { side, path, lastedMs } = JSON.parse(Buffer.from(payload).toString('utf8')) as Partial<EqualityEvent>
  if (side === undefined || !sides.includes(side)) return []
  return [{ wall, kind, side, ...(path ? { path } : {}), ...(lastedMs === undefined ? {} : { lastedMs }) }]
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
  const events = store.prepare<[number, number, number], EventRow>(
    `SELECT at_wall AS wall, kind, payload FROM ledger INDEXED BY ledger_standing
     WHERE kind IN ('inequality_opened', 'inequality_remedy', 'inequality_closed', 'configuration_effective') AND at_wall >= ? AND at_wall < ?
     ORDER BY seq LIMIT ?`,
  )
  return {
    readDays: (from, to) => groupDays(days.all(from, to)),
    readReplacements: (from, to) => replacements.all(from, to),
    countOtherWays: () => others.get() ?? { residents: 0, withoutCardOrCode: 0, withFaceAlone: 0 },
    readInequality: (from, to, limit) => events.all(from, to, limit).flatMap(showEvent),
  }
}
