// What the morning came to: numbers per path, and the proof from the ledger that every grant was recorded and the chain holds.
// Called once, at the end of the demo.

import { setTimeout as pause } from 'node:timers/promises'
import type { Daemon } from '../daemon.ts'
import { chainStart } from '../store/chain.ts'
import type { LedgerLine } from '../store/reads.ts'
import { type Played, type ShownPath, shownPaths } from './scene.ts'

/** More events than a demo can make. */
const EVENTS_LIMIT = 10_000
const SLICE_ROWS = 500
/** For the last records to land. */
const LANDING_LIMIT_MS = 5000
const POLL_MS = 50

export type PathFigures = {
  readonly count: number
  readonly grants: number
  /** Of the answers that the gate gave to a reading; null without any. */
  readonly median_ms: number | null
  readonly p95_ms: number | null
}

export type Summary = Readonly<Record<ShownPath, PathFigures>> & {
  readonly grants: number
  /** Grants that have their event in the ledger. */
  readonly recorded_grants: number
  /** Times the relay was energised by anything but a grant. */
  readonly relay_without_grant: number
  readonly events: number
  readonly chain: 'verified' | 'broken'
  readonly seed: number
  readonly pack: string
  readonly assist_only: boolean
  readonly pictures: string
  readonly as_intended: boolean
}

/** The value that this share of the sorted list does not exceed. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null

const figuresOf = (played: readonly Played[]): PathFigures => {
  const timed = played
    .filter(({ ref, path }) => ref !== undefined || path !== 'face')
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b)
  return {
    count: played.length,
    grants: played.filter(({ outcome }) => outcome === 'grant').length,
    median_ms: quantile(timed, 0.5),
    p95_ms: quantile(timed, 0.95),
  }
}

type Row = Pick<LedgerLine, 'seq' | 'kind' | 'flags' | 'payload'>

const isGrant = ({ payload }: Row): boolean => payload?.['outcome'] === 'grant'

/** Grants whose record came after the answer: the row says so itself, or a later row says it of that one. */
const countLate = (lines: readonly Row[]): number => {
  const told = new Set(lines.flatMap(({ kind, payload }) => (kind === 'record_late' ? [payload?.['of']] : [])))
  return lines.filter((line) => isGrant(line) && (line.flags === 'journaled' || told.has(line.seq))).length
}

/** By its number; an exit button and a record that landed late have none, and are counted by their kind. */
export const countRecorded = (
  played: readonly Pick<Played, 'outcome' | 'path' | 'ref'>[],
  lines: readonly Row[],
): number => {
  const granted = new Set(lines.filter(isGrant).map(({ seq }) => String(seq)))
  const pressed = lines.filter((line) => isGrant(line) && line.kind === 'door').length
  const grants = played.filter(({ outcome }) => outcome === 'grant')
  const numbered = grants.filter(({ ref = '' }) => granted.has(ref)).length
  const journaled = grants.filter(({ ref }) => ref?.startsWith('j-')).length
  const buttons = grants.filter(({ path }) => path === 'exit_button').length
  return numbered + Math.min(journaled, countLate(lines)) + Math.min(buttons, pressed)
}

const landAll = async ({ facts, ledger, clock }: Daemon, played: readonly Played[]): Promise<readonly LedgerLine[]> => {
  const wanted = played.filter(({ outcome }) => outcome === 'grant').length
  const until = clock.monotonic() + LANDING_LIMIT_MS
  for (;;) {
    const lines = facts.tailLedger(EVENTS_LIMIT)
    const landed = countRecorded(played, lines) === wanted && ledger.state().journaled === 0
    if (landed || clock.monotonic() > until) return lines
    await pause(POLL_MS)
  }
}

const isChainWhole = async ({ facts }: Daemon): Promise<boolean> => {
  let head = { seq: 0, hash: chainStart }
  for (;;) {
    const verdict = facts.verifySlice(head, SLICE_ROWS)
    if (!verdict.ok) return false
    if (verdict.rows === 0) return true
    head = verdict.head
    await pause(0)
  }
}

export type About = Pick<Summary, 'seed' | 'pack' | 'assist_only' | 'pictures' | 'relay_without_grant'>

export const summarize = async (daemon: Daemon, played: readonly Played[], about: About): Promise<Summary> => {
  const lines = await landAll(daemon, played)
  const grants = played.filter(({ outcome }) => outcome === 'grant').length
  const recorded = countRecorded(played, lines)
  const whole = await isChainWhole(daemon)
  const figures = Object.fromEntries(
    shownPaths.map((path) => [path, figuresOf(played.filter((one) => one.path === path))]),
  ) as Record<ShownPath, PathFigures>
  const asIntended =
    whole && recorded === grants && about.relay_without_grant === 0 && played.every((one) => one.asIntended)
  return {
    ...figures,
    ...{ grants, recorded_grants: recorded, events: lines.length, chain: whole ? 'verified' : 'broken' },
    ...about,
    as_intended: asIntended,
  }
}
