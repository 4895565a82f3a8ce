// The remedy of an inequality: face pauses too, or the door is held open where and when it may be (the guard is called by the alarm).
// What shall be is compared with what is at every tick: a write that failed is tried again, and a restart changes nothing. Decides
// nothing (equality.ts). Called by watches.ts.

import type { Config } from '../config/settings.ts'
import { type Clock, type Mode, type Side, sides } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { isClockTrusted } from './clock.ts'
import { localMinute } from './core/schedule.ts'
import type { FaceLink } from './face-link.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import { type FacePauses, INEQUALITY } from './store/mirror.ts'

export type Remedy = {
  /** The sides whose grace is over. Never rejects. */
  readonly keep: (remedied: ReadonlySet<Side>) => Promise<void>
  /** A face part that has just started knows of no pause. */
  readonly tellFace: () => void
}

type Remedied = {
  readonly config: Config
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'lastWall'>
  readonly ledger: Pick<Ledger, 'write' | 'record'>
  readonly face: Pick<FaceLink, 'pause'>
  readonly mode: () => Mode
  readonly setMode: (mode: Mode) => void
}

const byDaemon = { role: 'daemon', caller: 'equality' } as const

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** Whether the door may be held open now: a guard stands there, or it is the window's time by a clock that can be right. */
const mayHoldOpen = ({ config: { inequality, timeZone, clock: trust }, clock, facts }: Remedied): boolean => {
  const { guard, holdOpen } = inequality
  if (guard !== undefined) return true
  const wall = clock.wall()
  if (!holdOpen || !isClockTrusted(trust.trust, wall, facts.lastWall())) return false
  const { minute } = localMinute(wall, timeZone)
  const [from, to] = [minuteOf(holdOpen.from), minuteOf(holdOpen.to)]
  return from <= to ? from <= minute && minute < to : minute >= from || minute < to
}

/** `before`: the pauses that stood in the store when the gate started, of whatever reason. */
export const openRemedy = (parts: Remedied, before: FacePauses): Remedy => {
  const { config, ledger, face, mode, setMode } = parts
  const { remedy } = config.inequality
  const { gate } = config
  const paused = new Set(sides.filter((side) => before[side] !== undefined))
  /** Whether the store holds our pause; absent while an answer is owed or was a refusal. */
  const stands = new Map<Side, boolean>(sides.map((side) => [side, before[side] === INEQUALITY]))
  const writing = new Set<Side>()
  let held = false
  let wantsOpen = false
  let recording = false

  const pause = async (side: Side): Promise<void> => {
    // The face part first: whatever the disk does, nobody is looked at there any more.
    paused.add(side)
    face.pause(side, true)
    const written = await ledger.write('pausePath', { gate, side, path: 'face', because: INEQUALITY }, byDaemon)
    if (written.ok) stands.set(side, true)
    // Paused by somebody else already: theirs stands, and ours is offered again at the next tick.
    else if (written.code !== 'path_paused') log('fault', 'remedy_not_recorded', { because: written.code })
  }

  const resume = async (side: Side): Promise<void> => {
    const written = await ledger.write('resumePath', { gate, side, path: 'face', because: INEQUALITY }, byDaemon)
    const code = written.ok ? 'path_not_paused' : written.code
    if (code === 'path_not_paused') {
      paused.delete(side)
      face.pause(side, false)
    }
    if (code === 'path_not_paused' || code === 'path_paused') stands.set(side, false)
    else log('fault', 'remedy_not_recorded', { because: code })
  }

  const keepPause = async (side: Side, wanted: boolean): Promise<void> => {
    if (stands.get(side) === wanted || writing.has(side)) return
    writing.add(side)
    stands.delete(side)
    await (wanted ? pause(side) : resume(side)).finally(() => writing.delete(side))
  }

  /** The record first: a door that is held open unrecorded is not held open (P7). A failing disk costs the ledger's bound, no more. */
  const holdOpen = async (): Promise<void> => {
    recording = true
    const recorded = await ledger.record({ kind: 'mode_by_remedy', payload: { gate, mode: 'open' } })
    recording = false
    // The need may be over meanwhile, or somebody may have set a mode of his own.
    if (recorded.flag === 'lost' || !wantsOpen || mode() !== 'controlled') return
    held = true
    setMode('open')
  }

  const keepOpen = async (wanted: boolean): Promise<void> => {
    wantsOpen = wanted
    if (wanted && mode() === 'controlled' && !recording) await holdOpen()
    if (wanted || !held) return
    held = false
    // Somebody may have closed it for a reason of his own meanwhile.
    if (mode() !== 'open') return
    // Closing waits for nothing.
    setMode('controlled')
    await ledger.record({ kind: 'mode_by_remedy', payload: { gate, mode: 'controlled' } })
  }

  return {
    keep: async (remedied) => {
      const opens = remedy === 'hold-open' && mayHoldOpen(parts)
      const pauses = remedy === 'pause-face' || (remedy === 'hold-open' && !opens)
      const pausing = sides.map((side) => keepPause(side, pauses && remedied.has(side)))
      await Promise.all([keepOpen(opens && remedied.size > 0), ...pausing])
    },
    tellFace: () => {
      for (const side of paused) face.pause(side, true)
    },
  }
}
