// Takes the ledger's rows to the broker, in order, at least once, and moves the cursor behind what the broker has confirmed. Skips
// none: an event that is refused is tried again and holds up those behind it. Called by mqtt.ts, one slice at a time.

import { type Clock, done, type MonotonicMs, type Result } from '../../config/words.ts'
import type { FactsReader } from '../store/facts.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Connection } from './connection.ts'
import { describeEvent, type OutgoingEvent } from './event.ts'

/** The name of the cursor. */
export const READER = 'mqtt'
/** Rows read and told before the gate gets its turn: well under a millisecond of reading. */
export const SLICE_ROWS = 50
/** Events sent before the first of them is confirmed; also what one turn of the event loop may be busy with. */
export const WINDOW_EVENTS = 4
/** Each move of the cursor costs the disk as much as a record: what a crash makes us tell again is the lesser evil. */
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
type Sent = Parcel & { readonly confirmed: Promise<Result<void>> }

/**
 * Whether another may go before the last on its way is confirmed. A topic that this connection has not taken yet goes alone: were it
 * denied, the events behind it must not arrive before it.
 */
const mayFollow = (onTheWay: readonly Sent[], parcel: Parcel, { connection, taken }: Lane): boolean => {
  const last = onTheWay.at(-1)
  if (!last) return true
  return (
    onTheWay.length < Math.min(WINDOW_EVENTS, connection.window) && taken.has(last.topic) && taken.has(parcel.topic)
  )
}

const send = ({ connection, prefix }: Lane, parcel: Parcel): Sent => {
  const { seq, topic, payload } = parcel
  return { ...parcel, confirmed: connection.publish({ topic: `${prefix}/${topic}`, payload, seq }) }
}

/** A cursor that could not be moved is moved later: events may be told twice, never not at all. */
export const saveProgress = async ({ ledger, clock }: DrainWorld, progress: Progress): Promise<void> => {
  const { told } = progress
  if (told <= progress.saved) return
  const moved = await ledger.moveCursor(READER, told)
  if (moved.ok) progress.saved = told
  progress.savedAt = clock.monotonic()
}

/** Fails with the first refusal; what was confirmed before it counts. */
const sendSlice = async (parcels: readonly Parcel[], lane: Lane, progress: Progress): Promise<Result<void>> => {
  const onTheWay: Sent[] = []
  let next = 0
  for (;;) {
    for (let parcel = parcels[next]; parcel && mayFollow(onTheWay, parcel, lane); parcel = parcels[next]) {
      onTheWay.push(send(lane, parcel))
      next += 1
    }
    const first = onTheWay.shift()
    if (!first) return done(undefined)
    const result = await first.confirmed
    if (!result.ok) {
      lane.taken.delete(first.topic)
      return result
    }
    lane.taken.add(first.topic)
    progress.told = first.seq
  }
}

/** One slice. Says whether there may be more. */
export const drainSlice = async (
  world: DrainWorld,
  lane: Lane,
  progress: Progress,
): Promise<Result<{ more: boolean }>> => {
  const lines = world.facts.readLedger(progress.told, SLICE_ROWS)
  const parcels = lines.map((line) => ({ seq: line.seq, ...describeEvent(line) }))
  const sent = await sendSlice(parcels, lane, progress)
  if (world.clock.monotonic() - progress.savedAt >= SAVE_EVERY_MS) await saveProgress(world, progress)
  return sent.ok ? done({ more: lines.length === SLICE_ROWS }) : sent
}
