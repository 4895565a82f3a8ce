// The mode by itself: what the office set before a restart, the hours in which the door stands open, and the alarm that a year's holidays
// are missing. Acts at the two ends of an opening only, so that whoever closes the door by hand keeps it closed until the next one; never
// touches a lockdown or an evacuation. Started by daemon.ts.

import type { Config } from '../config/settings.ts'
import type { Clock, Mode, WallMs } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { isClockTrusted } from './clock.ts'
import { makeRules } from './core/rules.ts'
import { isWithin, localDay, needsCalendar } from './core/schedule.ts'
import type { Happening } from './happening.ts'
import { readBootId } from './opening.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'
import type { Ledger } from './store/ledger.ts'

const LOOK_EVERY_MS = 1000
/** The list of the coming year is published in November; a month is time enough to write it down. */
const AHEAD_MS = 31 * 86_400_000

type Deps = {
  readonly config: Config
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'lastWall' | 'findMode' | 'hasFirstCome'>
  readonly ledger: Pick<Ledger, 'record'>
  readonly announce: (happening: Happening) => void
  readonly mode: () => Mode
  readonly setMode: (mode: Mode) => void
}

/** A lockdown outlives a power cut. A door held open does not (P7), nor an evacuation: that has its exit and its fire input. */
export const modeAfterStart = (
  found: { readonly mode: Mode; readonly boot: string } | undefined,
  boot: string,
): Mode => (found && (found.mode === 'lockdown' || found.boot === boot) ? found.mode : 'controlled')

export const keepDoorHours = (deps: Deps) => {
  const { config, clock, facts, ledger, announce, mode, setMode } = deps
  const { gate, timeZone, openDuring } = config
  const rules = makeRules(config)
  const schedule = openDuring === undefined ? undefined : rules.schedules.get(openDuring)
  const dependsOnCalendar = [...rules.schedules.values()].some(needsCalendar)
  let open = false
  let missed: number | undefined

  const isOpenNow = (wall: WallMs): boolean => {
    if (!schedule || !isWithin(schedule, wall, timeZone, rules.calendar)) return false
    const { afterFirst } = schedule
    return afterFirst === undefined || facts.hasFirstCome(gate, afterFirst, localDay(wall, timeZone).day)
  }

  const record = (next: Mode) => ledger.record({ kind: 'mode_by_hours', payload: { gate, mode: next } })
  /** The record first: a door that is held open unrecorded is not held open (P7). What the disk refused is tried at the next look. */
  const openDoor = async (): Promise<void> => {
    const { flag } = await record('open')
    if (flag === 'lost') open = false
    else if (open && mode() === 'controlled') setMode('open')
  }

  const turn = (wanted: boolean): void => {
    if (wanted === open) return
    open = wanted
    if (wanted && mode() === 'controlled') void openDoor()
    if (wanted || mode() !== 'open') return
    setMode('controlled')
    void record('controlled')
  }

  const lookAhead = (wall: WallMs): void => {
    if (!dependsOnCalendar) return
    const years = [wall, (wall + AHEAD_MS) as WallMs].map((at) => localDay(at, timeZone).year)
    const missing = years.find((year) => !rules.calendar.has(year))
    if (missing === undefined || missing === missed) return
    missed = missing
    log('fault', 'holidays_missing', { year: missing })
    announce({ kind: 'alarm', code: 'holidays_missing' })
  }

  const look = (): void => {
    try {
      const wall = clock.wall()
      const trusted = isClockTrusted(config.clock.trust, wall, facts.lastWall())
      turn(trusted && isOpenNow(wall))
      if (trusted) lookAhead(wall)
    } catch (error) {
      // A store that cannot be read opens nothing by itself.
      if (explainDisk(error) === undefined) throw error
      turn(false)
    }
  }

  const before = modeAfterStart(facts.findMode(gate), readBootId())
  if (before !== 'controlled') setMode(before)
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  return { look, stop: (): void => clearInterval(timer) }
}
