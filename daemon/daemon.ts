// The running gate: opens the store, starts the parts, ties the line's ends together, and takes all of it down again in order.
// Decides nothing (gate.ts), speaks no protocol (control.ts), names no concrete driver. Started by main.

import { randomUUID } from 'node:crypto'
import type { Config } from '../config/settings.ts'
import { type Clock, done, hide, type MonotonicMs, type Part, type Result } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { DoorEvent, FromPart, ToPart } from '../drivers/protocol.ts'
import { activeCredentials } from './active-credentials.ts'
import { type CardWindow, createCardWindow } from './card-window.ts'
import { isClockTrusted } from './clock.ts'
import type { Attempt, Decision } from './core/types.ts'
import { type DoorLink, openDoorLink } from './door-link.ts'
import { createEnrolments, type Enrolments } from './enrolments.ts'
import { attemptEffects, attemptEvent, doorEvent } from './events.ts'
import { type FaceLink, openFaceLink } from './face-link.ts'
import { type Gallery, keepGallery } from './gallery.ts'
import { type Gate, openGate } from './gate.ts'
import type { GateWorld, RecordRef } from './gate-world.ts'
import { createWatchers, type Happening, type Watchers } from './happening.ts'
import { createMenus, type Menus } from './menus.ts'
import { type Mqtt, startMqtt } from './mqtt.ts'
import { adoptConfiguration, type OpenedStore, openStore } from './opening.ts'
import { leaveToUnits, planParts, sidesOfDevices } from './part-plan.ts'
import type { PartEvents } from './part-slot.ts'
import { type PathWatch, watchPaths } from './path-watch.ts'
import { keepAccepted, prepareRuntimeFolder, runtimeFolderOf } from './runtime-folder.ts'
import { openSignalLink, type SignalLink } from './signal-link.ts'
import type { Sockets } from './sockets.ts'
import { keepAlarms } from './standing-alarms.ts'
import type { LedgerAlarm } from './store/ledger.ts'
import type { Standing } from './store/mirror.ts'
import type { Recorded } from './store/queue.ts'
import { type Supervisor, startSupervisor } from './supervisor.ts'
import { watchDaemon } from './watches.ts'

export type DaemonOptions = {
  /** Already found without errors. */
  readonly config: Config
  readonly clock: Clock
  /** Names the face pack and its files; goes into consents. `none` where no side has a camera. */
  readonly model: string
  readonly sockets: Sockets
}

export type Daemon = DaemonOptions &
  Pick<OpenedStore, 'facts' | 'ledger'> &
  DoorLink & {
    readonly runtimeDirectory: string
    readonly supervisor: Supervisor
    readonly face: FaceLink
    readonly enrolments: Enrolments
    readonly gallery: Gallery
    readonly cardWindow: CardWindow
    readonly tryLine: Gate['tryLine']
    /** Absent when no broker is configured. */
    readonly mqtt?: Mqtt
    readonly watch: (listener: (happening: Happening) => void) => () => void
    readonly paths: Pick<PathWatch, 'flaws'>
    readonly alarms: Watchers['alarms']
    /** `keepDoor`: a reload leaves the door process as it is. */
    readonly stop: (options?: { readonly keepDoor?: boolean }) => Promise<void>
  }

export const startDaemon = async (options: DaemonOptions): Promise<Result<Daemon>> => {
  const { config, clock } = options
  const folder = prepareRuntimeFolder(runtimeFolderOf(config))
  if (!folder.ok) return folder
  const watchers = createWatchers(clock)
  const onAlarm = ({ code, state: { journaled, lost } }: LedgerAlarm) => {
    log('fault', 'ledger_alarm', { alarm: code, journaled, lost })
    watchers.announce({ kind: 'alarm', code })
  }
  const store = await openStore(config, clock, folder.value, onAlarm, !options.sockets.isGiven('control'))
  if (!store.ok) return store
  const adopted = await adopt(options, folder.value, store.value)
  if (adopted.ok) return done(tieDaemon(options, folder.value, store.value, watchers, adopted.value))
  await store.value.close()
  return adopted
}

type Adopted = { readonly standing: Standing; readonly acceptedFile: string }

/** Makes the configuration the effective one, in the store and for the door. */
const adopt = async (
  { config, model }: DaemonOptions,
  runtimeDirectory: string,
  store: OpenedStore,
): Promise<Result<Adopted>> => {
  const standing = await adoptConfiguration(config, model, store)
  if (!standing.ok) return standing
  const acceptedFile = keepAccepted(runtimeDirectory, config)
  return acceptedFile.ok ? done({ standing: standing.value, acceptedFile: acceptedFile.value }) : acceptedFile
}

const tieDaemon = (
  options: DaemonOptions,
  runtimeDirectory: string,
  store: OpenedStore,
  watchers: Watchers,
  { standing, acceptedFile }: Adopted,
): Daemon => {
  const { config, clock, model, sockets } = options
  const { facts, ledger } = store
  const { announce } = watchers
  const specs = leaveToUnits(planParts(config, acceptedFile, model, store.templateKeyFile), sockets.isGiven)
  const events: PartEvents = {
    onMessage: (part, message) => {
      if (message.type === 'fault') paths.hearFault(message.device, message.code)
      return message.type === 'acknowledged' ? atGate.acknowledge() : takeMessage(part, message)
    },
    onPart: (part, state) => {
      announce({ kind: 'part', part, state })
      if (part === 'door' && state === 'up') door.tellMode()
      if (part === 'face' && state === 'up') {
        watches.tellFace()
        gallery.reload()
      }
      if (part === 'face' && state === 'down') face.lose()
      if (part === 'door' && state === 'down') signal.loseDoor()
      if (part === 'signal' && state === 'up') signal.greet()
    },
  }
  const supervisor = startSupervisor(specs, { runtimeDirectory, clock, sockets, events })
  const face = openFaceLink({
    send: (message: ToPart) => supervisor.send('face', message),
    drain: (limitMs) => supervisor.drain('face', limitMs),
    isUp: () => supervisor.isUp('face'),
    kill: () => supervisor.replace('face', 'SIGKILL'),
  })
  const enrolments = createEnrolments(face)
  const gallery = keepGallery(config.gate, facts, face)
  const cardWindow = createCardWindow()
  const send = (message: ToPart) => supervisor.send('door', message)
  const door = openDoorLink({ config, clock, ledger, announce, send })
  const signal = openSignalLink({ clock, announce, send: (message) => supervisor.send('signal', message) })
  const { stop: stopEnrolments } = enrolments
  const menus = createMenus({ facts, ledger, signal, gallery, stopEnrolments, yieldFace: face.yieldTo })
  const parts = { facts, ledger, supervisor, face, enrolments, gallery, cardWindow, ...door }
  const gate = openGate(buildWorld(options, { ...parts, signal, menus }, announce))
  const takeMessage = routeMessages(options, { ...parts, signal, menus }, gate.take, announce)
  const { watch, alarms } = watchers
  const paths = watchPaths({ config, clock, facts, ledger, supervisor, watch, announce })
  const judged = { ...supervisor, devices: () => paths.judgeDevices(supervisor.devices()) }
  const watches = watchDaemon({ config, clock, ...parts, supervisor: judged, announce }, standing)
  const { isUnequal, isGuardCalled } = watches
  const alarmed = { ledger, signal, announce, watch, isUnequal, isGuardCalled, flaws: paths.flaws }
  const atGate = keepAlarms({ gate: config.gate, clock, mounted: specs, supervisor, ...alarmed })
  const { mqtt: settings } = config
  const mqtt = settings && startMqtt({ ...parts, config, settings, clock, watch, announce, flaws: paths.flaws })
  return {
    ...options,
    runtimeDirectory,
    ...parts,
    tryLine: gate.tryLine,
    ...(mqtt ? { mqtt } : {}),
    watch,
    paths,
    alarms,
    stop: async ({ keepDoor = false } = {}) => {
      watches.stop()
      paths.stop()
      atGate.stop()
      const farewell = mqtt?.stop()
      await supervisor.stop(keepDoor ? ['door'] : [])
      await gate.settle()
      await farewell
      await store.close()
    },
  }
}

type Tied = Pick<Daemon, 'facts' | 'ledger' | 'face' | 'cardWindow' | keyof DoorLink> & {
  readonly signal: SignalLink
  readonly menus: Menus
}

const nameRecord = (recorded: Recorded): RecordRef =>
  'seq' in recorded
    ? { ref: String(recorded.seq), kept: 'stored' }
    : { ref: `j-${randomUUID()}`, kept: recorded.flag === 'lost' ? 'lost' : 'journaled' }

/** What the gate's line works with. */
const buildWorld = ({ config, clock }: DaemonOptions, tied: Tied, announce: Watchers['announce']): GateWorld => {
  const { facts, ledger, face, cardWindow, openDoor, signal, menus } = tied
  const { gate, timeZone } = config
  const deviceSides = sidesOfDevices(config)
  /** Whoever came in by card or code and still stands there is not let in once more by face. */
  const sparePerson = ({ side, proofs }: Attempt, { outcome, residentId }: Decision) => {
    if (outcome !== 'grant' || residentId === undefined || proofs.some(({ path }) => path === 'face')) return
    face.yieldTo(
      side,
      activeCredentials(facts, residentId, 'face').map(({ id }) => id),
    )
  }
  return {
    gate,
    clock,
    facts,
    signal,
    menus,
    record: async (kind, attempt, known, decision) =>
      nameRecord(await ledger.record({ ...attemptEvent(attempt, decision), kind }, attemptEffects(known, decision))),
    door: { open: openDoor },
    circumstances: () => {
      const wall = clock.wall()
      const clockTrusted = isClockTrusted(config.clock.trust, wall, facts.lastWall())
      const graceDays = config.face.otherWayGraceDays
      return { mode: tied.mode(), wall, monotonic: clock.monotonic(), clockTrusted, timeZone, graceDays }
    },
    twoFactor: (side) => config.sides[side]?.twoFactor ?? [],
    sideOf: (device) => deviceSides.get(device),
    onAttempt: (attempt, decision, record, card) => {
      const free = decision.reason === 'credential_unknown' || decision.reason === 'credential_revoked'
      if (card && free) cardWindow.see(hide(card), attempt.at)
      announce({ kind: 'attempt', attempt, decision, record })
      sparePerson(attempt, decision)
    },
    onFlood: (device) => log('warning', 'readings_dropped', { side: deviceSides.get(device) ?? 'unknown' }),
    onFault: (code, error) => log('fault', code, { error: error instanceof Error ? error.name : 'unknown' }),
  }
}

/** Unknown faces in one message; a part that claims more is wrong. */
const COUNT_LIMIT = 100

/** Where each message of a part goes. */
const routeMessages = (
  { config }: DaemonOptions,
  { ledger, face, signal, menus, tellMode }: Tied,
  takeReading: (reading: Extract<FromPart, { type: 'reading' }>) => void,
  announce: Watchers['announce'],
): ((part: Part, message: FromPart) => void) => {
  const deviceSides = sidesOfDevices(config)
  const takeDoorEvent = (event: DoorEvent) => {
    const recorded = doorEvent(config.gate, event)
    if (recorded) void ledger.record(recorded)
    signal.tellDoor(event)
    if (event.what === 'opened') menus.closeUntouched()
    // The door let go because it did not hear us; we still mean it.
    if (event.what === 'mode_dropped') tellMode()
    announce({ kind: 'door', event })
  }
  const takeCount = ({ device, what, count }: Extract<FromPart, { type: 'count' }>) => {
    const side = deviceSides.get(device)
    if (side === undefined) return
    for (let n = 0; n < Math.min(count, COUNT_LIMIT); n++) ledger.count({ side, path: 'face', what })
    if (what === 'uncertain_face') signal.show(side, 'use_card_or_code')
    announce({ kind: 'count', side, what })
  }
  const click = ({ device, at }: { readonly device: string; readonly at: number }) => {
    const side = deviceSides.get(device)
    if (side !== undefined) signal.click(side, at as MonotonicMs)
  }
  const takeFault = (code: string) => {
    log('fault', 'part_fault', { fault: code })
    announce({ kind: 'alarm', code })
  }
  return (part, message) => {
    if (message.type === 'key') click(message)
    else if (message.type === 'reading') takeReading(message)
    else if (message.type === 'door') takeDoorEvent(message)
    else if (message.type === 'count') takeCount(message)
    else if (message.type === 'fault') takeFault(message.code)
    else if (message.type === 'touched') {
      const side = deviceSides.get(message.device)
      if (part === 'card') click(message)
      // The reading that comes in the same moment goes first: its record is on the way before the face part is told.
      if (side !== undefined) setImmediate(() => face.yieldTo(side))
    } else face.take(message)
  }
}
