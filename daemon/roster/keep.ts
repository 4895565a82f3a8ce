// What becomes of a list in the store (store/roster.ts) while the gate works: an accepted one is moved in slices so short that nobody at the gate
// feels them, one that was never accepted is taken away; both also after a restart. One at a time. Started by daemon.ts, called by the
// commands of the import.

import { setTimeout as pause } from 'node:timers/promises'
import { done, failed, type Result } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import type { FactsReader } from '../store/facts.ts'
import { explainDisk } from '../store/handles.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Caller } from '../store/protocol.ts'

/** At most; the writer ends a slice by its own clock (store/roster.ts). */
const ROWS_MOST = 12
/** Between two slices: whatever waits at the gate goes first. */
const REST_MS = 2
/** A disk that does not answer is asked again so soon, and then the next start goes on. */
const RETRY_MS = 1000
const RETRIES_LIMIT = 600

const byGate: Caller = { role: 'daemon', caller: 'import' }

export type RosterKeeper = {
  /** Until an accepted list has moved: its rows are told as they go. */
  readonly move: (by: Caller, onMoved: (rows: number) => void) => Promise<Result<undefined>>
  /** Until nothing is left of a list that was laid down and not accepted. */
  readonly drop: (by: Caller) => Promise<Result<undefined>>
  readonly stop: () => void
}

type Deps = { readonly ledger: Pick<Ledger, 'write'>; readonly facts: Pick<FactsReader, 'rosterStanding'> }

type Slice = () => Promise<Result<{ readonly rows: number; readonly finished: boolean }>>

const isMendable = (code: string): boolean =>
  code.startsWith('store_') || code === 'writer_lost' || code === 'write_unanswered'

export const keepRoster = ({ ledger, facts }: Deps): RosterKeeper => {
  let stopped = false
  let turn: Promise<unknown> = Promise.resolve()

  const runSlices = async (slice: Slice, onMoved: (rows: number) => void): Promise<Result<undefined>> => {
    for (let retries = 0; !stopped; ) {
      const moved = await slice()
      if (!moved.ok && !isMendable(moved.code)) return moved
      if (!moved.ok) {
        retries += 1
        if (retries > RETRIES_LIMIT) return moved
        await pause(RETRY_MS)
        continue
      }
      onMoved(moved.value.rows)
      if (moved.value.finished) return done(undefined)
      await pause(REST_MS)
    }
    return failed('daemon_gone')
  }

  /** Two who ask at once get the same end. */
  const inTurn = (slice: Slice, onMoved: (rows: number) => void = () => undefined): Promise<Result<undefined>> => {
    const mine = turn.then(() => runSlices(slice, onMoved))
    turn = mine.catch(() => undefined)
    return mine
  }
  const move: RosterKeeper['move'] = (by, onMoved) =>
    inTurn(() => ledger.write('moveRoster', { rows: ROWS_MOST }, by), onMoved)
  const drop: RosterKeeper['drop'] = (by) => inTurn(() => ledger.write('dropRoster', { rows: ROWS_MOST }, by))

  const resume = async (): Promise<void> => {
    const standing = facts.rosterStanding()
    if (standing === 'none') return
    const ended = standing === 'accepted' ? await move(byGate, () => undefined) : await drop(byGate)
    if (ended.ok) log('notice', 'import_resumed', { standing })
    else if (!stopped) log('fault', 'import_unfinished', { because: ended.code })
  }
  void resume().catch((error: unknown) => {
    if (explainDisk(error) === undefined) throw error
    log('fault', 'import_unfinished', { because: 'store_io' })
  })
  return {
    move,
    drop,
    stop: () => {
      stopped = true
    },
  }
}
