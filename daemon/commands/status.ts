// How the gate is: paths by side, door, mode, record, last events. Reads only, and only what may stand on a screen: ids and codes,
// no name. Called by the control socket; the watched state goes on until its reader leaves.

import * as v from 'valibot'
import { countPersons, FILING_PERSONS } from '../../config/checks-filing.ts'
import type { Config } from '../../config/settings.ts'
import { done, type Path, paths, type Result, type Side, sides, type WallMs } from '../../config/words.ts'
import type { DeviceState } from '../../drivers/protocol.ts'
import type { OpenCall } from '../calls.ts'
import type { Daemon } from '../daemon.ts'
import type { HeldGallery } from '../face-link.ts'
import type { HeardAlarm } from '../happening.ts'
import { judgeAssessment } from '../impact-standing.ts'
import type { MqttState } from '../mqtt.ts'
import { openOverdue } from '../overdue-requests.ts'
import type { FlawedPath } from '../path-watch.ts'
import type { KeptCalibration } from '../store/calibration.ts'
import type { LedgerState } from '../store/queue.ts'
import type { CounterRow, LedgerLine } from '../store/reads.ts'
import { countCodeOnly } from './codes.ts'
import { commandFor, currentRole, lookUntilLeft } from './command.ts'
import type { Role } from './roles.ts'

const EVENTS_SHOWN = 5
const HOUR_MS = 3_600_000
const WATCH_EVERY_MS = 1000
/** Counting everybody's credentials takes 5 ms with 10 000 residents: not ten times a second. */
const COUNT_EVERY_DRAWS = 20
/** A burst of happenings is one picture. */
const WATCH_LEAST_MS = 100

export type ShownDevice = { readonly device: string; readonly state: 'up' | 'down'; readonly because?: string }
export type SidePaths = Partial<Readonly<Record<Path, readonly ShownDevice[]>>>

export type ShownCalibration = Pick<KeptCalibration, 'model' | 'at' | 'people' | 'raisedBy'> & {
  readonly stale: boolean
  /** Pairs. */
  readonly lookAlikes: number
}

export type Status = {
  readonly gate: string
  readonly mode: string
  readonly model: string
  readonly door: 'up' | 'down'
  readonly sides: Partial<Readonly<Record<Side, SidePaths>>>
  readonly credentials: Readonly<Record<'card' | 'pin' | 'face' | 'pass', number>>
  /** This hour's counts of what leaves no event, such as unknown faces. */
  readonly counted: readonly Pick<CounterRow, 'side' | 'path' | 'what' | 'count'>[]
  readonly ledger: LedgerState & { readonly events: number }
  /** Absent when no broker is configured. */
  readonly mqtt?: MqttState
  /** What the face part holds; absent without one. */
  readonly gallery?: HeldGallery
  /** Faces that open only with their owner's card, and are not among those in memory; absent when there is none. */
  readonly boundFaces?: number
  /** The site's last calibration; absent before the first. */
  readonly calibration?: ShownCalibration
  /** All faces are stopped by an order, and why. */
  readonly faceStopped?: string
  /** Persons whose faces the operator keeps, here and elsewhere: so many that the law wants it filed. Absent while there are fewer. */
  readonly filingDue?: number
  /** Faces are kept, and no signed assessment of impact fits this configuration. */
  readonly assessment?: 'none' | 'stale'
  /** Faces are kept on consents to a former notice: they pause until signed anew, and go by `handover`. */
  readonly formerFaces?: true
  /** Requests that nobody answered in time; absent when there is none. */
  readonly overdueRequests?: number
  /** Residents who have a code and no card; absent when there is none. */
  readonly codeOnly?: number
  /** Somebody calls at the gate; absent when nobody does, or he was answered. */
  readonly call?: OpenCall
  /** Since the start, newest last. */
  readonly alarms: readonly HeardAlarm[]
  readonly last: readonly LedgerLine[]
  /** Ways in that seem to serve nobody, or serve worse than face. */
  readonly flaws: readonly FlawedPath[]
}

const showDevice = (id: string, heard: readonly DeviceState[]): ShownDevice => {
  const found = heard.find(({ device }) => device === id)
  // A part that is not connected says nothing of its devices.
  if (!found) return { device: id, state: 'down', because: 'part_absent' }
  const { state, because } = found
  return { device: id, state, ...(because === undefined ? {} : { because }) }
}

const showSides = (config: Config, heard: readonly DeviceState[]): Status['sides'] =>
  Object.fromEntries(
    sides.flatMap((side) => {
      const offered = config.sides[side]
      if (!offered) return []
      const shown = paths.flatMap((path) => {
        const devices = offered[path]
        return devices ? [[path, devices.map(({ id }) => showDevice(id, heard))] as const] : []
      })
      return [[side, Object.fromEntries(shown)] as const]
    }),
  )

const countHour = ({ facts, clock }: Daemon): Status['counted'] => {
  const now = clock.wall()
  const rows = facts.readCounters((now - (now % HOUR_MS)) as WallMs, (now + 1) as WallMs)
  return rows.map(({ side, path, what, count }) => ({ side, path, what, count }))
}

const readCalibration = ({ calibration, facts }: Daemon): { readonly calibration?: ShownCalibration } => {
  const kept = calibration.read()
  if (!kept) return {}
  const { model, at, people, raisedBy, stale } = kept
  return { calibration: { model, at, people, raisedBy, stale, lookAlikes: facts.listLookAlikes().length } }
}
const readBound = ({ facts }: Daemon): { readonly boundFaces?: number } => {
  const boundFaces = facts.countBoundFaces()
  return boundFaces === 0 ? {} : { boundFaces }
}
const forgetWho = ({ payload, ...line }: LedgerLine): LedgerLine => {
  if (!payload) return line
  const { resident: _, credentials: __, by: ___, cardProof: ____, ...rest } = payload
  return { ...line, payload: rest }
}

/**
 * A technician sees what happened at the parts, and not to whom. Nor does the office, which has the names, see who passes: watched all day
 * that would be everybody's comings and goings. A resident's own are asked for by `resident why`, which is recorded.
 */
const showLast = (last: readonly LedgerLine[], role: Role): readonly LedgerLine[] => {
  if (role === 'technician') return last.filter(({ kind, payload }) => payload && partKinds.has(kind)).map(forgetWho)
  return role === 'office' ? last.map((line) => (passageKinds.has(line.kind) ? forgetWho(line) : line)) : last
}
const passageKinds: ReadonlySet<string> = new Set(['attempt', 'menu'])
const partKinds: ReadonlySet<string> = new Set(['attempt', 'door', 'open', 'configuration_effective'])

/** A resident has one face: a new one takes the place of the former. */
const readDuties = ({ config, clock, facts, handover, model }: Daemon, { face }: Status['credentials']) => {
  // Where nobody has a face there is nothing to assess.
  const assessment = face === 0 ? 'current' : judgeAssessment({ config, facts, model }, face)
  const [persons, overdueRequests] = [countPersons(face, config), openOverdue({ clock, facts })()]
  return {
    ...(persons < FILING_PERSONS ? {} : { filingDue: persons }),
    ...(overdueRequests === 0 ? {} : { overdueRequests }),
    ...(assessment === 'current' ? {} : { assessment }),
    ...(handover.keepsFormerFaces() ? { formerFaces: true as const } : {}),
  }
}

const callOf = ({ calls }: Daemon): { readonly call?: OpenCall } => {
  const call = calls.open()
  return call ? { call } : {}
}

const readStatus = (daemon: Daemon, credentials: Status['credentials'], gallery = daemon.face.gallery()): Status => ({
  gate: daemon.config.gate,
  mode: daemon.mode(),
  model: daemon.model,
  door: daemon.supervisor.isUp('door') ? 'up' : 'down',
  sides: showSides(daemon.config, daemon.supervisor.devices()),
  credentials,
  counted: countHour(daemon),
  ledger: { ...daemon.ledger.state(), events: daemon.facts.ledgerHead().seq },
  ...(daemon.mqtt ? { mqtt: daemon.mqtt.state() } : {}),
  ...(gallery ? { gallery } : {}),
  ...readBound(daemon),
  ...readCalibration(daemon),
  ...(daemon.faceStop.isStopped() ? { faceStopped: daemon.facts.readFaceStop() ?? '' } : {}),
  ...readDuties(daemon, credentials),
  ...callOf(daemon),
  alarms: daemon.alarms(),
  last: showLast(daemon.facts.tailLedger(EVENTS_SHOWN).filter(isForScreens), currentRole()),
  flaws: daemon.paths.flaws(),
})

/** A screen hangs where others look: what stands beside a tap would tell who said yes or no to face. */
const isForScreens = ({ kind }: LedgerLine): boolean => !/^(consents?|templates|request|duress)_/.test(kind)

export const showStatus = commandFor(
  'technician',
  'office',
  'auditor',
)(
  v.strictObject({ watch: v.optional(v.boolean(), false) }),
  async (daemon, { watch }, { tell, onLeave }): Promise<Result<unknown>> => {
    let credentials = daemon.facts.countActive()
    const alone = await countCodeOnly(daemon)
    const codeOnly = alone === 0 ? {} : { codeOnly: alone }
    if (!watch) return done({ ...readStatus(daemon, credentials), ...codeOnly })
    let drawn = 0
    const draw = () => {
      if (++drawn % COUNT_EVERY_DRAWS === 0) credentials = daemon.facts.countActive()
      tell({ status: { ...readStatus(daemon, credentials), ...codeOnly } })
    }
    const rhythm = { everyMs: WATCH_EVERY_MS, leastMs: WATCH_LEAST_MS }
    await lookUntilLeft(draw, rhythm, onLeave, (wake) => daemon.watch(wake))
    return done({})
  },
)
