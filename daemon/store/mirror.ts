// Mirrors the running configuration into the tables that the law's triggers read, keeps what is paused, and says what still stands
// from before. Never reads a configuration file: main hands over what it has just found valid. What changes something runs in the
// writer thread; main only asks whether there is anything to change.

import { isDeepStrictEqual } from 'node:util'
import { done, failed, type Path, type Result, type Side, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'
import { spellWays, type Ways } from './other-way.ts'
import { mirrorSchedules } from './rule-writes.ts'

export type MirroredSide = Ways & { readonly side: Side }

export type MirroredConfiguration = {
  readonly gate: string
  readonly sides: readonly MirroredSide[]
  readonly noticeHash: string
  readonly model: string
  readonly configHash: string
  /** What of it an assessment of impact rests on (report/assessed.ts); stands in the event and nowhere else. */
  readonly assessed?: string
  /** Names of the configuration's schedules. */
  readonly scheduleIds?: readonly string[]
}

/** Former ways of a side that are remembered; of more changes within one grace the oldest gives none. */
const PAST_WAYS_LIMIT = 16

/** By side, its ways spelled out. */
const readSides = (store: ReadableStore, gate: string): ReadonlyMap<Side, string> => {
  const rows = store.prepare<[string], { side: Side }>('SELECT side FROM gate_side WHERE gate = ?').all(gate)
  const paths = store.prepare<[string, string], { path: Path }>(
    'SELECT path FROM side_path WHERE gate = ? AND side = ?',
  )
  const rules = store.prepare<[string, string], { a: Path; b: Path }>(
    'SELECT path_a AS a, path_b AS b FROM two_factor WHERE gate = ? AND side = ?',
  )
  return new Map(
    rows.map(({ side }) => {
      const found: Ways = {
        paths: paths.all(gate, side).map((row) => row.path),
        twoFactor: rules.all(gate, side).map((row): [Path, Path] => [row.a, row.b]),
      }
      return [side, spellWays(found)]
    }),
  )
}

/** Whoever could pass by these ways until now has his grace from now on (other-way.ts). */
const keepPastWays = (store: WritableStore, gate: string, side: Side, ways: string, at: WallMs): void => {
  store.prepare('INSERT OR IGNORE INTO side_past VALUES (?, ?, ?, ?)').run(gate, side, at, ways)
  store
    .prepare(
      `DELETE FROM side_past WHERE gate = @gate AND side = @side AND until NOT IN (
         SELECT until FROM side_past WHERE gate = @gate AND side = @side ORDER BY until DESC LIMIT ${PAST_WAYS_LIMIT})`,
    )
    .run({ gate, side })
}

/** By side. `openedAt` by the law's clock. */
export type OpenIntervals = Readonly<Record<string, { readonly openedAt: number; readonly remedied: boolean }>>
/** By side: why face is paused there. */
export type FacePauses = Readonly<Record<string, string>>

/** What the runs before left standing; part of the event, so that the next start need not look further back than this one. */
export type Standing = { readonly intervals: OpenIntervals; readonly facePauses: FacePauses }

type IntervalRow = { readonly kind: string; readonly at: number; readonly payload: Uint8Array | null }
type IntervalPayload = { readonly side?: string; readonly openedAt?: number; readonly intervals?: OpenIntervals }

/** Newest first, down to the last start. */
const listIntervalRows = (store: ReadableStore): IntervalRow[] => {
  const rows = store
    .prepare<[], IntervalRow>(
      `SELECT kind, at_wall AS at, payload FROM ledger
       WHERE kind IN ('inequality_opened', 'inequality_remedy', 'inequality_closed', 'configuration_effective')
       ORDER BY seq DESC`,
    )
    .iterate()
  const found: IntervalRow[] = []
  for (const row of rows) {
    found.push(row)
    if (row.kind === 'configuration_effective') break
  }
  return found
}

const readIntervals = (store: ReadableStore): OpenIntervals => {
  const open = new Map<string, OpenIntervals[string]>()
  for (const { kind, at, payload } of listIntervalRows(store).reverse()) {
    if (payload === null) continue
    const { side = '', openedAt = at, intervals = {} } = JSON.parse(Buffer.from(payload).toString()) as IntervalPayload
    const known = open.get(side)
    if (kind === 'inequality_opened') open.set(side, { openedAt, remedied: false })
    else if (kind === 'inequality_closed') open.delete(side)
    else if (kind === 'inequality_remedy') open.set(side, { openedAt, ...known, remedied: true })
    else for (const [one, interval] of Object.entries(intervals)) open.set(one, interval)
  }
  return Object.fromEntries(open)
}

const readFacePauses = (store: ReadableStore, gate: string): FacePauses =>
  Object.fromEntries(
    store
      .prepare<[string], { side: Side; because: string }>(
        `SELECT side, because FROM path_pause WHERE gate = ? AND path = 'face'`,
      )
      .all(gate)
      .map(({ side, because }) => [side, because]),
  )

const readStanding = (store: ReadableStore, gate: string): Standing => ({
  intervals: readIntervals(store),
  facePauses: readFacePauses(store, gate),
})

type EffectiveRow = { readonly noticeHash: string; readonly model: string; readonly configHash: string }

/** What stands where exactly this configuration is the effective one already: nothing is to be mirrored. */
export const findStanding = (store: ReadableStore, wanted: MirroredConfiguration): Standing | undefined => {
  const { gate, noticeHash, model, configHash } = wanted
  const found = store
    .prepare<[string], EffectiveRow>(
      'SELECT notice_hash AS noticeHash, model, config_hash AS configHash FROM effective WHERE gate = ?',
    )
    .get(gate)
  const before = readSides(store, gate)
  const same =
    isDeepStrictEqual(found, { noticeHash, model, configHash }) &&
    isDeepStrictEqual(before, new Map(wanted.sides.map((side) => [side.side, spellWays(side)])))
  return same ? readStanding(store, gate) : undefined
}

/** Replaces the mirror of one gate; what a side offered until now is kept when that changes. */
export const mirrorConfiguration = (
  store: WritableStore,
  args: MirroredConfiguration,
  at: WallMs,
): Result<{ gate: string; noticeHash: string; model: string; configHash: string; assessed?: string } & Standing> => {
  const after = new Map(args.sides.map((side) => [side.side, spellWays(side)]))
  for (const [side, ways] of readSides(store, args.gate)) {
    if (after.get(side) !== ways) keepPastWays(store, args.gate, side, ways, at)
  }
  for (const table of ['gate_side', 'side_path', 'two_factor']) {
    store.prepare(`DELETE FROM ${table} WHERE gate = ?`).run(args.gate)
  }
  for (const side of args.sides) {
    store.prepare('INSERT INTO gate_side (gate, side) VALUES (?, ?)').run(args.gate, side.side)
    for (const path of side.paths) {
      store.prepare('INSERT INTO side_path (gate, side, path) VALUES (?, ?, ?)').run(args.gate, side.side, path)
    }
    for (const [a, b] of side.twoFactor) {
      store
        .prepare('INSERT INTO two_factor (gate, side, path_a, path_b) VALUES (?, ?, ?, ?)')
        .run(args.gate, side.side, a, b)
    }
  }
  mirrorSchedules(store, args.scheduleIds ?? [])
  const { gate, noticeHash, model, configHash, assessed } = args
  store
    .prepare('REPLACE INTO effective (gate, notice_hash, model, config_hash, at) VALUES (?, ?, ?, ?, ?)')
    .run(gate, noticeHash, model, configHash, at)
  const said = assessed === undefined ? {} : { assessed }
  return done({ gate, noticeHash, model, configHash, ...said, ...readStanding(store, gate) })
}

export type PausedPath = { readonly gate: string; readonly side: Side; readonly path: Path }

/** The remedy of an inequality; it never takes the place of another's reason, nor is another's pause lifted with it. */
export const INEQUALITY = 'inequality'

/** Survives restart, restore and upgrade: `face off` is a legal stop. */
export const pausePath = (
  store: WritableStore,
  args: PausedPath & { readonly because: string },
  at: WallMs,
): Result<{ gate: string; side: string; path: string; because: string }> => {
  const { gate, side, path, because } = args
  const { changes } = store
    .prepare(
      `INSERT INTO path_pause (gate, side, path, because, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET because = excluded.because, at = excluded.at WHERE because = ? OR excluded.because <> ?`,
    )
    .run(gate, side, path, because, at, INEQUALITY, INEQUALITY)
  return changes === 0 ? failed('path_paused') : done({ gate, side, path, because })
}

/** With `because`, only a pause of that reason: `path_paused` when it is another's. */
export const resumePath = (
  store: WritableStore,
  args: PausedPath & { readonly because?: string },
): Result<{ gate: string; side: string; path: string }> => {
  const { gate, side, path, because } = args
  const found = store
    .prepare<[string, string, string], { because: string }>(
      'SELECT because FROM path_pause WHERE gate = ? AND side = ? AND path = ?',
    )
    .get(gate, side, path)
  if (found === undefined) return failed('path_not_paused')
  if (because !== undefined && found.because !== because) return failed('path_paused')
  store.prepare('DELETE FROM path_pause WHERE gate = ? AND side = ? AND path = ?').run(gate, side, path)
  return done({ gate, side, path })
}
