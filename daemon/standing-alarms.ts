// What is wrong at this gate now and must be seen there until it is over: face alone on a side, a device that is gone, a door that stands
// open or was forced, a record that waits for its disk. Says it to the outlet for alarms, and records who was seen to acknowledge it. A
// cause acknowledged stays dark in sound, not in light, until it is over. Looks by itself every second; nothing waits for it.

import type { Clock, MonotonicMs, Part } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { DeviceState, DoorStanding } from '../drivers/protocol.ts'
import type { Calls } from './calls.ts'
import type { Happening, Watchers } from './happening.ts'
import { openOverdue } from './overdue-requests.ts'
import type { PathWatch } from './path-watch.ts'
import type { SignalLink } from './signal-link.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { Supervisor } from './supervisor.ts'

const LOOK_EVERY_MS = 1000
/** A part that is being replaced is back within this. */
const DOWN_AFTER_MS = 5000
/** A cold start on a slow card, with a face model to open. */
const START_LIMIT_MS = 20_000

export const causes = [
  'inequality',
  'guard_called',
  'path_suspect',
  'path_slower',
  'path_fails_more',
  'door_down',
  'path_down',
  'signal_down',
  'door_forced',
  'door_held',
  'obstacle_long',
  'guard_holds',
  'guard_holds_long',
  'record_waiting',
  'request_overdue',
  'call_unanswered',
] as const
export type Cause = (typeof causes)[number]

/** What nobody else tells watchers of. */
const announced: ReadonlySet<Cause> = new Set<Cause>([
  ...([
    'call_unanswered',
    'door_down',
    'path_down',
    'signal_down',
    'request_overdue',
    'guard_holds_long',
    'obstacle_long',
  ] as const),
])
/** What nobody else records. */
const recorded: ReadonlySet<Cause> = new Set<Cause>(['request_overdue', 'call_unanswered'])
/** The office's own, which nobody at the gate can mend, and what the guard does himself: the lamp stands, and nothing sounds. */
const silent: ReadonlySet<Cause> = new Set<Cause>(['request_overdue', 'guard_holds'])

const causeOfPart = (part: Part): Cause =>
  part === 'door' ? 'door_down' : part === 'signal' ? 'signal_down' : 'path_down'

const without = (causes: ReadonlySet<Cause>, others: ReadonlySet<Cause>): readonly Cause[] =>
  [...causes].filter((cause) => !others.has(cause))

type Mounted = { readonly part: Part; readonly devices: readonly string[] }

/** Which parts miss a device for too long; `from`: none that has never been up is missed before. */
export const createAbsences = (mounted: readonly Mounted[], from: MonotonicMs) => {
  const goneSince = new Map<string, MonotonicMs>()
  const known = new Set<string>()
  return (heard: readonly DeviceState[], now: MonotonicMs): ReadonlySet<Cause> => {
    const up = new Set(heard.filter(({ state }) => state === 'up').map(({ device }) => device))
    const found = new Set<Cause>()
    for (const { part, devices } of mounted)
      for (const id of devices) {
        if (up.has(id)) {
          goneSince.delete(id)
          known.add(id)
          continue
        }
        const since = goneSince.get(id) ?? (known.has(id) ? now : (Math.max(now, from) as MonotonicMs))
        goneSince.set(id, since)
        if (now - since >= DOWN_AFTER_MS) found.add(causeOfPart(part))
      }
    return found
  }
}

/** The door's own causes, from what it tells. */
export const createDoorCauses = () => {
  const standing = new Set<Cause>()
  const endOpen = () => {
    standing.delete('door_held')
    standing.delete('door_forced')
  }
  /** The lamp blinks while he holds; after a while it sounds as well. */
  const setGuard = (guard: NonNullable<DoorStanding['guard']>) => {
    standing.delete('guard_holds')
    standing.delete('guard_holds_long')
    if (guard !== 'rests') standing.add(guard === 'holds' ? 'guard_holds' : 'guard_holds_long')
  }
  const setObstructed = (obstructed: boolean) => {
    if (obstructed) standing.add('obstacle_long')
    else standing.delete('obstacle_long')
  }
  /** Adds what this main has not heard. A door that started anew meanwhile may know less than we: only a closed one ends what we know. */
  const recall = ({ contact, held, forced, guard, obstructed }: DoorStanding) => {
    if (contact === 'closed') endOpen()
    setGuard(guard ?? 'rests')
    setObstructed(obstructed === true)
    if (held) standing.add('door_held')
    if (forced) standing.add('door_forced')
  }
  return {
    hear: (happening: Happening) => {
      if (happening.kind === 'door_stands') return recall(happening.standing)
      if (happening.kind !== 'door') return
      const { what } = happening.event
      if (what === 'held') standing.add('door_held')
      else if (what === 'forced') standing.add('door_forced')
      else if (what === 'held_over') standing.delete('door_held')
      else if (what === 'closed') endOpen()
      else if (what === 'obstacle_long' || what === 'obstacle_over') setObstructed(what === 'obstacle_long')
      else if (what === 'guard_hold') setGuard('holds')
      else if (what === 'guard_hold_long') setGuard('holds_long')
      else if (what === 'guard_hold_over') setGuard('rests')
    },
    standing: (): ReadonlySet<Cause> => standing,
  }
}

/** A press that waited in its part while main was away was meant for what stood then. */
const ACKNOWLEDGE_AGE_LIMIT_MS = 2000

export type StandingAlarms = {
  /** `at`: when the button was pressed, on the clock of all. */
  readonly acknowledge: (at: number) => void
  readonly stop: () => void
}

type Deps = {
  readonly gate: string
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'countOverdue' | 'lastWall'>
  readonly mounted: readonly Mounted[]
  readonly supervisor: Pick<Supervisor, 'devices'>
  readonly isUnequal: () => boolean
  readonly isGuardCalled: () => boolean
  readonly flaws: PathWatch['flaws']
  readonly calls: Pick<Calls, 'open'>
  readonly ledger: Pick<Ledger, 'record' | 'state'>
  readonly signal: Pick<SignalLink, 'tellAlarms'>
  readonly announce: Watchers['announce']
  readonly watch: Watchers['watch']
}

export const keepAlarms = (deps: Deps): StandingAlarms => {
  const { gate, clock, ledger, signal, announce } = deps
  const findAbsent = createAbsences(deps.mounted, (clock.monotonic() + START_LIMIT_MS) as MonotonicMs)
  const door = createDoorCauses()
  const countOverdue = openOverdue(deps)
  let waitingSince: MonotonicMs | undefined
  let standing: ReadonlySet<Cause> = new Set()
  let acknowledged: ReadonlySet<Cause> = new Set()

  /** A disk that stutters is no alarm yet. */
  const isWaiting = (now: MonotonicMs) => {
    const { answering, journaled } = ledger.state()
    waitingSince = answering && journaled === 0 ? undefined : (waitingSince ?? now)
    return waitingSince !== undefined && now - waitingSince >= DOWN_AFTER_MS
  }
  const find = (now: MonotonicMs): ReadonlySet<Cause> =>
    new Set<Cause>([
      ...(deps.isUnequal() ? (['inequality'] as const) : []),
      ...(deps.isGuardCalled() ? (['guard_called'] as const) : []),
      ...deps.flaws().map(({ flaw }) => flaw),
      ...findAbsent(deps.supervisor.devices(), now),
      ...door.standing(),
      ...(isWaiting(now) ? (['record_waiting'] as const) : []),
      ...(deps.calls.open()?.unanswered ? (['call_unanswered'] as const) : []),
      ...(countOverdue() > 0 ? (['request_overdue'] as const) : []),
    ])
  const tell = () => {
    const sounding = without(standing, acknowledged).some((cause) => !silent.has(cause))
    const blinks = standing.has('guard_holds') || standing.has('guard_holds_long')
    signal.tellAlarms({ standing: standing.size > 0, sounding, ...(blinks && { blinks }) })
  }
  const record = (cause: Cause, kind: string) => {
    if (recorded.has(cause)) void ledger.record({ kind, payload: { gate } })
  }
  const look = () => {
    const before = standing
    standing = find(clock.monotonic())
    acknowledged = new Set([...acknowledged].filter((cause) => standing.has(cause)))
    for (const cause of without(standing, before)) {
      log('warning', 'alarm_stands', { cause })
      if (announced.has(cause)) announce({ kind: 'alarm', code: cause })
      record(cause, cause)
    }
    for (const cause of without(before, standing)) {
      log('notice', 'alarm_over', { cause })
      record(cause, `${cause}_over`)
    }
    tell()
  }
  const hear = (happening: Happening) => {
    door.hear(happening)
    if (happening.kind === 'door' || happening.kind === 'door_stands') look()
  }
  const leave = deps.watch(hear)
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    acknowledge: (at) => {
      if (standing.size === 0 || clock.monotonic() - at > ACKNOWLEDGE_AGE_LIMIT_MS) return
      acknowledged = standing
      tell()
      void ledger.record({ kind: 'alarm_acknowledged', payload: { gate, causes: [...standing] } })
      announce({ kind: 'alarm', code: 'alarm_acknowledged' })
    },
    stop: () => {
      clearInterval(timer)
      leave()
    },
  }
}
