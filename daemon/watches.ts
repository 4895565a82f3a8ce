// What the daemon looks at by itself: equality every second, consents that have run out every minute, what was kept long enough every
// hour. Each look is short; none of them stands on the line of an attempt.

import { listWays } from '../config/mounted.ts'
import type { Config } from '../config/settings.ts'
import { type Clock, type Mode, type Path, sides, type WallMs } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { isClockTrusted } from './clock.ts'
import { dateChange } from './core/clock.ts'
import { arePairsAsked, makeRules } from './core/rules.ts'
import {
  type EqualityEffect,
  type EqualityState,
  isRemedied,
  type MountedSide,
  resumeInterval,
  stepEquality,
} from './equality.ts'
import type { FaceLink } from './face-link.ts'
import type { Gallery } from './gallery.ts'
import type { Happening } from './happening.ts'
import { openRemedy, type Remedy } from './remedy.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'
import type { Ledger } from './store/ledger.ts'
import type { OpenIntervals, Standing } from './store/mirror.ts'
import type { Supervisor } from './supervisor.ts'

const EQUALITY_EVERY_MS = 1000
const SWEEP_EVERY_MS = 60_000
/** A consent that runs out is out of the face part within a second: half of it for the look, half for the part. */
const EXPIRY_EVERY_MS = 500
const HOUR_MS = 3_600_000
/** Slices of one purge: 60 000 rows an hour, more than any gate writes; or of one sweep: 30 000 consents that ran out at once. */
const SLICES_LIMIT = 600
const bySweep = { role: 'daemon', caller: 'sweep' } as const

type Watched = {
  readonly config: Config
  readonly clock: Clock
  readonly facts: FactsReader
  readonly ledger: Ledger
  readonly supervisor: Supervisor
  readonly face: FaceLink
  readonly gallery: Gallery
  readonly mode: () => Mode
  readonly setMode: (mode: Mode) => void
  readonly announce: (happening: Happening) => void
}

export type Watches = {
  /** A face part that has just started knows of no pause. */
  readonly tellFace: () => void
  /** Some side offers face and nothing else now. */
  readonly isUnequal: () => boolean
  /** The grace is over, and the configuration says that the guard comes. */
  readonly isGuardCalled: () => boolean
  readonly stop: () => void
}

/** `standing`: what the runs before left. */
export const watchDaemon = (watched: Watched, standing: Standing): Watches => {
  const remedy = openRemedy(watched, standing.facePauses)
  const { look, isUnequal, isGuardCalled } = watchEquality(watched, remedy, standing.intervals)
  look()
  const equality = setInterval(look, EQUALITY_EVERY_MS)
  const sweep = setInterval(createSweep(watched), SWEEP_EVERY_MS)
  const expiry = setInterval(createExpiry(watched), EXPIRY_EVERY_MS)
  return {
    tellFace: remedy.tellFace,
    isUnequal,
    isGuardCalled,
    stop: () => {
      clearInterval(equality)
      clearInterval(sweep)
      clearInterval(expiry)
    },
  }
}

const mountedSides = (config: Config): readonly MountedSide[] =>
  sides.flatMap((side) => {
    const mounted = config.sides[side]
    if (!mounted) return []
    const listIds = (path: Path) => listWays(mounted, path).map(({ id }) => id)
    const devices = { card: listIds('card'), keypad: listIds('keypad'), face: listIds('face') }
    return [{ side, devices, twoFactor: mounted.twoFactor ?? [] }]
  })

/** By the law's clock: after a boot without a clock it is not 1970, and never 2099. */
const lawNow = ({ clock, facts }: Watched): WallMs => dateChange(clock.wall(), facts.lastWall())

const watchEquality = (watched: Watched, remedy: Remedy, before: OpenIntervals) => {
  const { config, clock, facts, supervisor } = watched
  const mounted = mountedSides(config)
  const rules = makeRules(config)
  /** In the hours in which no pair is asked for, each way is enough by itself. */
  const mountedNow = (): readonly MountedSide[] => {
    const wall = clock.wall()
    const clockTrusted = isClockTrusted(config.clock.trust, wall, facts.lastWall())
    const now = { wall, clockTrusted, timeZone: config.timeZone }
    return mounted.map((one) => (arePairsAsked(rules, one.side, now) ? one : { ...one, twoFactor: [] }))
  }
  const graceMs = config.inequality.graceHours * HOUR_MS
  let state: EqualityState = new Map(
    sides.flatMap((side) => {
      const left = before[side]
      if (!left) return []
      const lastedMs = lawNow(watched) - left.openedAt
      return [[side, resumeInterval(lastedMs, left.remedied, clock.monotonic())] as const]
    }),
  )
  const look = () => {
    const step = stepEquality(state, {
      mounted: mountedNow(),
      devices: supervisor.devices(),
      now: clock.monotonic(),
      graceMs,
    })
    state = step.state
    for (const effect of step.effects) void answerInequality(watched, effect)
    void remedy.keep(new Set(sides.filter((side) => isRemedied(state.get(side)))))
  }
  return {
    look,
    isUnequal: () => [...state.values()].some(({ kind }) => kind === 'unequal'),
    isGuardCalled: () => config.inequality.remedy === 'guard' && [...state.values()].some(isRemedied),
  }
}

const answerInequality = async (watched: Watched, effect: EqualityEffect): Promise<void> => {
  const { config, ledger, announce } = watched
  const { kind, side, ...about } = effect
  const { graceHours, remedy } = config.inequality
  log(kind === 'closed' ? 'notice' : 'fault', `inequality_${kind}`, { side })
  announce({ kind: 'alarm', code: `inequality_${kind}` })
  if (kind === 'remedy' && remedy === 'guard') announce({ kind: 'alarm', code: 'guard_called' })
  const more = kind === 'opened' ? { openedAt: lawNow(watched) } : kind === 'remedy' ? { graceHours, remedy } : about
  await ledger.record({ kind: `inequality_${kind}`, payload: { gate: config.gate, side, ...more } })
}

/** The first purge soon after the start: a gate that is restarted every day purges too. */
const createSweep = (watched: Watched): (() => void) => {
  let purgedAt = Number.NEGATIVE_INFINITY
  return () => {
    void sweepConsents(watched)
    const now = watched.clock.monotonic()
    if (now - purgedAt < HOUR_MS) return
    purgedAt = now
    void purge(watched)
  }
}

/**
 * Looks whether another consent has run out, and then sweeps; one that cannot be ended yet (no clock, no disk) waits for the sweep. By the
 * instant and not by how many there are: one may be ended in the moment in which another runs out.
 */
const createExpiry = (watched: Watched): (() => void) => {
  let before = 0
  return () => {
    const expired = readExpired(watched)
    if (expired > before) void sweepConsents(watched)
    before = expired
  }
}

const readExpired = ({ facts }: Watched): number => {
  try {
    return facts.lastExpired()
  } catch (error) {
    // Told by whoever needs the store next; the sweep tries again.
    if (explainDisk(error) === undefined) throw error
    return 0
  }
}

/** A consent that has run out ends by itself: the face part forgets its templates, whatever the disk does, and they go. */
const sweepConsents = async ({ ledger, gallery }: Watched): Promise<void> => {
  await gallery.sync()
  for (let slice = 0; slice < SLICES_LIMIT; slice++) {
    const ended = await ledger.write('endExpiredConsents', {}, bySweep)
    if (!ended.ok || ended.value.consentIds.length === 0) return
  }
}

/** Until nothing is left that was kept long enough; the store itself does nothing by a clock that it does not trust. */
const purge = async ({ config, ledger }: Watched): Promise<void> => {
  const { namedEventsDays, equalityDays, consentDays } = config.retention
  for (let slice = 0; slice < SLICES_LIMIT; slice++) {
    const purged = await ledger.write('purgeExpired', { namedEventsDays, equalityDays, consentDays }, bySweep)
    if (!purged.ok) return
  }
}
