// Households whose day has come: what they hold ends, faces unmatchable first, and their persons are removed, one at a time. Looks every
// second and at the start; what a crash or the disk interrupts is taken up by the next look, as it all stands in the store. Nobody at the
// gate waits for it. Decides nothing: whether a clock may end anything is the operation's to say (store/households.ts).

import type { Config } from '../config/settings.ts'
import type { Clock, WallMs } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { isClockSet } from './clock.ts'
import { isTimeTrusted } from './core/clock.ts'
import type { Enrolments } from './enrolments.ts'
import type { Gallery } from './gallery.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'
import type { DueHousehold } from './store/households.ts'
import type { Ledger } from './store/ledger.ts'

const LOOK_EVERY_MS = 1000
/** Of one look; those after them have the next. */
const HOUSEHOLDS_LIMIT = 20
/** A room with more is none. */
const PERSONS_LIMIT = 1000
const bySelf = { role: 'daemon', caller: 'move-out' } as const

export type MoveOuts = {
  /** Resolves when this look has ended. Never rejects. */
  readonly look: () => Promise<void>
  readonly stop: () => void
}

type Deps = {
  readonly config: { readonly clock: Config['clock'] }
  readonly clock: Pick<Clock, 'wall'>
  readonly facts: Pick<FactsReader, 'listDueHouseholds' | 'listResidentsOf' | 'lastWall'>
  readonly ledger: Pick<Ledger, 'write'>
  readonly gallery: Pick<Gallery, 'end'>
  readonly enrolments: Pick<Enrolments, 'stop'>
}

/** By a clock that can be right, or by what the record vouches for; a clock that was set back makes nothing undone. */
const readNow = ({ config, clock, facts }: Deps): WallMs => {
  const [wall, latest] = [clock.wall(), facts.lastWall()]
  const isTrusted = isTimeTrusted({ wall, clockSet: isClockSet(config.clock.trust) }, latest)
  return (isTrusted ? Math.max(wall, latest) : latest) as WallMs
}

/** What is refused now, by the clock or the disk, is tried again by the next look. */
const endOne = async (deps: Deps, { householdId, isCut, faceIds }: DueHousehold): Promise<void> => {
  const { facts, ledger, gallery, enrolments } = deps
  const args = { householdId }
  if (!isCut) {
    for (const residentId of facts.listResidentsOf(householdId)) enrolments.stop(residentId)
    const ended = await gallery.end(faceIds, () => ledger.write('endHousehold', args, bySelf))
    if (!ended.ok) return
    log('notice', 'household_ended', { residents: ended.value.residents, credentials: ended.value.credentials })
  }
  for (let persons = 0; persons < PERSONS_LIMIT; persons++) {
    const removed = await ledger.write('removeMovedOut', args, bySelf)
    if (removed.ok) continue
    if (removed.code === 'nothing_expired') await ledger.write('closeHousehold', args, bySelf)
    return
  }
}

const listDue = (deps: Deps): readonly DueHousehold[] => {
  try {
    return deps.facts.listDueHouseholds(readNow(deps), HOUSEHOLDS_LIMIT)
  } catch (error) {
    // Told by whoever needs the store next; the next look tries again.
    if (explainDisk(error) === undefined) throw error
    return []
  }
}

export const keepMoveOuts = (deps: Deps): MoveOuts => {
  let running: Promise<void> | undefined
  let stopped = false
  const run = async (): Promise<void> => {
    for (const one of listDue(deps)) {
      if (stopped) return
      await endOne(deps, one)
    }
  }
  const look = (): Promise<void> => {
    running ??= run()
      .catch((error: unknown) =>
        log('fault', 'move_out_failed', { error: error instanceof Error ? error.name : 'unknown' }),
      )
      .finally(() => {
        running = undefined
      })
    return running
  }
  void look()
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  return {
    look,
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}
