// Takes the ledger's rows to the broker, in order, at least once, and moves the cursor behind what the broker has confirmed. Skips
// none: an event that is refused is tried again and holds up those behind it. Called by mqtt.ts, one slice at a time.

import { type Clock, done, type MonotonicMs, type Result } from '../../config/words.ts'
import type { FactsReader } from '../store/facts.ts'
import type { Ledger } from '../store/ledger.ts'
import type { LedgerLine } from '../store/reads.ts'
import type { Connection } from './connection.ts'
import { describeEvent, type OutgoingEvent } from './event.ts'

/** The name of the cursor. */
export const READER = 'mqtt'
/** Rows read, told and forgotten before the cursor is moved and the gate gets its turn: under a millisecond of reading. */
export const SLICE_ROWS = 50
/** Events sent before the first of them is confirmed. */
export const WINDOW_EVENTS = 8
const SAVE_EVERY_MS = 1000

export type DrainWorld = {
  readonly facts: Pick<FactsReader, 'readLedger'>
  readonly ledger: Pick<Ledger, 'moveCursor'>
  readonly clock: Clock
}

/** How far the broker has confirmed, and how much of that a crash would not make us tell again. */
export type Progress = { told: number; saved: number; savedAt: MonotonicMs }

/** What one connection has shown: a topic that it took once is not known to be denied. */
export type Lane = {
  readonly connection: Pick<Connection, 'publish' | 'window'>
  readonly prefix: string
  readonly taken: Set<string>
}

type Parcel = { readonly seq: number } & OutgoingEvent

/**
 * What may be on its way at once. A topic that this connection has not taken yet goes alone: were it denied, the events behind it
 * must not arrive before it.
 */
const takeWindow = (parcels: readonly Parcel[], { connection, taken }: Lane): readonly Parcel[] => {
  const unknown = parcels.findIndex(({ topic }) => !taken.has(topic))
  const known = unknown < 0 ? parcels.length : unknown
  return parcels.slice(0, Math.max(1, Math.min(known, WINDOW_EVENTS, connection.window)))
}

/** Fails with the first refusal; what was confirmed before it counts. */
const sendWindow = async (parcels: readonly Parcel[], lane: Lane, progress: Progress): Promise<Result<void>> => {
  const sent = parcels.map(({ seq, topic, payload }) =>
    lane.connection.publish({ topic: `${lane.prefix}/${topic}`, payload, seq }),
  )
  const results = await Promise.all(sent)
  for (const [place, result] of results.entries()) {
    const parcel = parcels[place]
    if (!parcel) break
    if (!result.ok) {
      lane.taken.delete(parcel.topic)
      return result
    }
    lane.taken.add(parcel.topic)
    progress.told = parcel.seq
  }
  return done(undefined)
}

/** A cursor that could not be moved is moved with the next: events may be told twice, never not at all. */
const saveProgress = async ({ ledger, clock }: DrainWorld, progress: Progress): Promise<void> => {
  const { told } = progress
  if (told <= progress.saved) return
  const moved = await ledger.moveCursor(READER, told)
  if (moved.ok) progress.saved = told
  progress.savedAt = clock.monotonic()
}

const sendSlice = async (
  world: DrainWorld,
  lines: readonly LedgerLine[],
  lane: Lane,
  progress: Progress,
): Promise<Result<void>> => {
  let left: readonly Parcel[] = lines.map((line) => ({ seq: line.seq, ...describeEvent(line) }))
  while (left.length > 0) {
    const window = takeWindow(left, lane)
    const sent = await sendWindow(window, lane, progress)
    if (!sent.ok) return sent
    left = left.slice(window.length)
    if (world.clock.monotonic() - progress.savedAt > SAVE_EVERY_MS) await saveProgress(world, progress)
  }
  return done(undefined)
}

/** One slice. Says whether there may be more. */
export const drainSlice = async (
  world: DrainWorld,
  lane: Lane,
  progress: Progress,
): Promise<Result<{ more: boolean }>> => {
  const lines = world.facts.readLedger(progress.told, SLICE_ROWS)
  const sent = await sendSlice(world, lines, lane, progress)
  await saveProgress(world, progress)
  return sent.ok ? done({ more: lines.length === SLICE_ROWS }) : sent
}
