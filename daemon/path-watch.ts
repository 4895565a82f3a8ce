// The equality monitor: whether each way in serves people, not only whether it answers. Counts every day of each way (path-counter.ts),
// judges them once a minute (core/path-judgement.ts), says what changed: alarm at the gate, log, record, broker. A way that is suspect is
// down for P1 (equality.ts). Decides nothing about a person, holds up nobody. Started by daemon.ts.

import { listWays } from '../config/mounted.ts'
import type { Config } from '../config/settings.ts'
import { type Clock, type MonotonicMs, type Path, paths, type Side, sides, type WallMs } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { DeviceState } from '../drivers/protocol.ts'
import { dateChange } from './core/clock.ts'
import { addCounts, type Counts, DAY_MS, dayOf, RUN_SECONDS, UP_SECONDS } from './core/path-counts.ts'
import { findWorse, isSilent, UNREAD_LIMIT, WINDOW_DAYS, type Worse } from './core/path-judgement.ts'
import type { Watchers } from './happening.ts'
import { createPathCounter } from './path-counter.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { Supervisor } from './supervisor.ts'

const LOOK_EVERY_MS = 1000
const JUDGE_EVERY_MS = 60_000
/** What a day's habits are read from. */
const HISTORY_DAYS = 30
/** A keypad tells every hour that a key of it is not seen (drivers/keypad/key-watch.ts). */
const KEY_FAULT_STANDS_MS = 2 * 3_600_000

export type PathFlaw = 'path_suspect' | Worse
export type FlawedPath = { readonly side: Side; readonly path: Path; readonly flaw: PathFlaw }

export type PathWatch = {
  readonly flaws: () => readonly FlawedPath[]
  /** The devices as P1 sees them: those of a suspect way are down. */
  readonly judgeDevices: (devices: readonly DeviceState[]) => readonly DeviceState[]
  /** What a part told of a device of its own. */
  readonly hearFault: (device: string | undefined, code: string) => void
  readonly stop: () => void
}

export type PathWatched = {
  readonly config: Pick<Config, 'gate' | 'sides' | 'timeZone'>
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'readDays' | 'lastWall'>
  readonly ledger: Pick<Ledger, 'count' | 'record'>
  readonly supervisor: Pick<Supervisor, 'devices'>
  readonly watch: Watchers['watch']
  readonly announce: Watchers['announce']
}

type Way = { readonly side: Side; readonly path: Path; readonly devices: readonly string[] }

const waysOf = ({ sides: offered }: PathWatched['config']): readonly Way[] =>
  sides.flatMap((side) =>
    paths.flatMap((path) => {
      const devices = listWays(offered[side] ?? {}, path).map(({ id }) => id)
      return devices.length === 0 ? [] : [{ side, path, devices }]
    }),
  )

const keyOf = ({ side, path, flaw }: FlawedPath): string => `${side} ${path} ${flaw}`

type Days = readonly Counts[]

/** The counts of one way for each day, from the first with a count to today. */
const daysOf = (
  read: ReturnType<FactsReader['readDays']>,
  way: Pick<Way, 'side' | 'path'>,
  from: WallMs,
  today: WallMs,
): Days => {
  const found = new Map(
    read.filter(({ side, path }) => side === way.side && path === way.path).map(({ day, counts }) => [day, counts]),
  )
  const first = Math.max(from, Math.min(...found.keys(), today))
  return Array.from({ length: Math.round((today - first) / DAY_MS) + 1 }, (_, n) => {
    return found.get((first + n * DAY_MS) as WallMs) ?? {}
  })
}

const judgeWay = (path: Path, days: Days, face: Days): readonly PathFlaw[] => {
  const last = (all: Days, count: number) => all.slice(-count)
  const paired = last(days, HISTORY_DAYS).map((counts, n, all) => ({
    way: counts,
    face: face.at(n - all.length) ?? {},
  }))
  const [own, faces] = [addCounts(last(days, WINDOW_DAYS)), addCounts(last(face, WINDOW_DAYS))]
  return path === 'face' ? [] : [...(isSilent(paired) ? (['path_suspect'] as const) : []), ...findWorse(own, faces)]
}

/** What each way was found to be, and what of it is new or over. */
const createFlaws = (say: (one: FlawedPath, isOver: boolean) => void) => {
  let flaws: readonly FlawedPath[] = []
  return {
    list: () => flaws,
    settle: (found: readonly FlawedPath[]): void => {
      const before = flaws
      flaws = [...new Map(found.map((one) => [keyOf(one), one])).values()]
      const [was, is] = [new Set(before.map(keyOf)), new Set(flaws.map(keyOf))]
      for (const one of flaws) if (!was.has(keyOf(one))) say(one, false)
      for (const one of before) if (!is.has(keyOf(one))) say(one, true)
    },
  }
}

/** The seconds in which each way was there, between two tellings. */
const createUptime = (ways: readonly Way[], isSuspect: (way: Way) => boolean) => {
  const seconds = new Map<Way, { ran: number; up: number }>()
  return {
    measure: (devices: readonly DeviceState[]): void => {
      const up = new Set(devices.filter(({ state }) => state === 'up').map(({ device }) => device))
      for (const way of ways) {
        const before = seconds.get(way) ?? { ran: 0, up: 0 }
        const isUp = way.devices.some((id) => up.has(id)) && !isSuspect(way)
        seconds.set(way, { ran: before.ran + 1, up: before.up + (isUp ? 1 : 0) })
      }
    },
    tell: (count: (side: Side, path: Path, what: string, times: number) => void): void => {
      for (const [{ side, path }, { ran, up }] of seconds) {
        if (ran > 0) count(side, path, RUN_SECONDS, ran)
        if (up > 0) count(side, path, UP_SECONDS, up)
      }
      seconds.clear()
    },
  }
}

/** What the counts of the days say of each way. */
const judgeDays = (ways: readonly Way[], facts: PathWatched['facts'], today: WallMs): readonly FlawedPath[] => {
  const from = (today - (HISTORY_DAYS - 1) * DAY_MS) as WallMs
  const read = facts.readDays(from, (today + DAY_MS) as WallMs)
  return ways.flatMap(({ side, path }) => {
    const face = daysOf(read, { side, path: 'face' }, from, today)
    return judgeWay(path, daysOf(read, { side, path }, from, today), face).map((flaw) => ({ side, path, flaw }))
  })
}

export const watchPaths = (watched: PathWatched): PathWatch => {
  const { config, clock, facts, ledger, supervisor, announce } = watched
  const ways = waysOf(config)
  /** By the law's clock: a wrong one must not begin a day in 1970. */
  const today = (): WallMs => dayOf(dateChange(clock.wall(), facts.lastWall()), config.timeZone)
  const count = (side: Side, path: Path, what: string, times = 1) =>
    ledger.count({ side, path, what, times, wall: today() })
  const counter = createPathCounter(clock.monotonic, count)
  const keyFaults = new Map<string, MonotonicMs>()
  let slow: readonly FlawedPath[] = []
  const flaws = createFlaws((one, isOver) => {
    const { side, path, flaw } = one
    const kind = isOver ? `${flaw}_over` : flaw
    log(isOver ? 'notice' : 'fault', kind, { side, path })
    announce({ kind: 'alarm', code: kind })
    void ledger.record({ kind, payload: { gate: config.gate, side, path } })
  })
  const isSuspect = ({ side, path }: Way): boolean =>
    flaws.list().some((one) => one.side === side && one.path === path && one.flaw === 'path_suspect')
  const uptime = createUptime(ways, isSuspect)

  const isKeyFault = (device: string): boolean =>
    clock.monotonic() - (keyFaults.get(device) ?? Number.NEGATIVE_INFINITY) < KEY_FAULT_STANDS_MS
  /** What is known at once, without reading the days. */
  const findQuick = (): readonly FlawedPath[] =>
    ways
      .filter(({ side, path, devices }) =>
        path === 'card' ? counter.unread(side) >= UNREAD_LIMIT : path === 'keypad' && devices.some(isKeyFault),
      )
      .map(({ side, path }) => ({ side, path, flaw: 'path_suspect' }))
  const look = (): void => {
    counter.look()
    uptime.measure(supervisor.devices())
    flaws.settle([...findQuick(), ...slow])
  }
  const judge = (): void => {
    uptime.tell(count)
    try {
      slow = judgeDays(ways, facts, today())
    } catch (error) {
      // A store that cannot be read now is an alarm of its own; what was found last still stands.
      log('warning', 'days_unreadable', { error: error instanceof Error ? error.name : 'unknown' })
    }
  }
  judge()
  const leave = watched.watch(counter.hear)
  const timers = [setInterval(look, LOOK_EVERY_MS), setInterval(judge, JUDGE_EVERY_MS)]
  return {
    flaws: flaws.list,
    judgeDevices: (devices) => {
      const suspect = new Set(ways.filter(isSuspect).flatMap((way) => way.devices))
      const judgeOne = (one: DeviceState): DeviceState =>
        suspect.has(one.device) ? { ...one, state: 'down', because: 'path_suspect' } : one
      return suspect.size === 0 ? devices : devices.map(judgeOne)
    },
    hearFault: (device, code) => {
      if (device !== undefined && code === 'key_unseen') keyFaults.set(device, clock.monotonic())
    },
    stop: () => {
      leave()
      for (const timer of timers) clearInterval(timer)
      uptime.tell(count)
    },
  }
}
