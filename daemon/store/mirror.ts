// Mirrors the running configuration into the tables that the law's triggers read, and keeps what is paused. Never reads a
// configuration file: main hands over what it has just found valid. Run in the writer thread.

import { done, failed, type Path, type Result, type Side, type WallMs } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'

export type MirroredSide = {
  readonly side: Side
  readonly paths: readonly Path[]
  readonly twoFactor: readonly (readonly [Path, Path])[]
}

export type MirroredConfiguration = {
  readonly gate: string
  readonly sides: readonly MirroredSide[]
  readonly noticeHash: string
  readonly model: string
  readonly configHash: string
}

type SideRow = { readonly side: Side; readonly since: number; readonly ways: string }

const spellWays = (side: MirroredSide): string =>
  [...side.paths].sort().join(' ') +
  side.twoFactor
    .map(([a, b]) => ` ${a}+${b}`)
    .sort()
    .join('')

const readSides = (store: WritableStore, gate: string): Map<string, SideRow> => {
  const rows = store
    .prepare<[string], { side: Side; since: number }>('SELECT side, since FROM gate_side WHERE gate = ?')
    .all(gate)
  const paths = store.prepare<[string, string], { path: Path }>(
    'SELECT path FROM side_path WHERE gate = ? AND side = ?',
  )
  const rules = store.prepare<[string, string], { a: Path; b: Path }>(
    'SELECT path_a AS a, path_b AS b FROM two_factor WHERE gate = ? AND side = ?',
  )
  return new Map(
    rows.map(({ side, since }) => {
      const found: MirroredSide = {
        side,
        paths: paths.all(gate, side).map((row) => row.path),
        twoFactor: rules.all(gate, side).map((row): [Path, Path] => [row.a, row.b]),
      }
      return [side, { side, since, ways: spellWays(found) }]
    }),
  )
}

/** Replaces the mirror of one gate. `since` of a side moves only when its paths or rules do: the grace of P2 counts from it. */
export const mirrorConfiguration = (
  store: WritableStore,
  args: MirroredConfiguration,
  at: WallMs,
): Result<{ gate: string; noticeHash: string; model: string; configHash: string }> => {
  const before = readSides(store, args.gate)
  for (const table of ['gate_side', 'side_path', 'two_factor']) {
    store.prepare(`DELETE FROM ${table} WHERE gate = ?`).run(args.gate)
  }
  for (const side of args.sides) {
    const old = before.get(side.side)
    const since = old !== undefined && old.ways === spellWays(side) ? old.since : at
    store.prepare('INSERT INTO gate_side (gate, side, since) VALUES (?, ?, ?)').run(args.gate, side.side, since)
    for (const path of side.paths) {
      store.prepare('INSERT INTO side_path (gate, side, path) VALUES (?, ?, ?)').run(args.gate, side.side, path)
    }
    for (const [a, b] of side.twoFactor) {
      store
        .prepare('INSERT INTO two_factor (gate, side, path_a, path_b) VALUES (?, ?, ?, ?)')
        .run(args.gate, side.side, a, b)
    }
  }
  const { gate, noticeHash, model, configHash } = args
  store
    .prepare('REPLACE INTO effective (gate, notice_hash, model, config_hash, at) VALUES (?, ?, ?, ?, ?)')
    .run(gate, noticeHash, model, configHash, at)
  return done({ gate, noticeHash, model, configHash })
}

export type PausedPath = { readonly gate: string; readonly side: Side; readonly path: Path }

/** Survives restart, restore and upgrade: `face off` is a legal stop. */
export const pausePath = (
  store: WritableStore,
  args: PausedPath & { readonly because: string },
  at: WallMs,
): Result<{ gate: string; side: string; path: string; because: string }> => {
  store
    .prepare('REPLACE INTO path_pause (gate, side, path, because, at) VALUES (?, ?, ?, ?, ?)')
    .run(args.gate, args.side, args.path, args.because, at)
  const { gate, side, path, because } = args
  return done({ gate, side, path, because })
}

export const resumePath = (
  store: WritableStore,
  args: PausedPath,
): Result<{ gate: string; side: string; path: string }> => {
  const { gate, side, path } = args
  const { changes } = store
    .prepare('DELETE FROM path_pause WHERE gate = ? AND side = ? AND path = ?')
    .run(gate, side, path)
  return changes === 0 ? failed('path_not_paused') : done({ gate, side, path })
}
