// The running gate: opens the store, starts the parts, ties the line's ends together, and takes all of it down again in order.
// Decides nothing (gate.ts), speaks no protocol (control.ts), names no concrete driver. Started by main.

import { randomUUID } from 'node:crypto'
import type { Config } from '../config/settings.ts'
import { type Clock, done, hide, type Result, type Side } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { activeCredentials } from './active-credentials.ts'
import type { BoundFaces } from './bound-faces.ts'
import type { Calibration } from './calibration.ts'
import { type Calls, keepCalls } from './calls.ts'
import { type CardSide, tieCards } from './card-side.ts'
import { isClockTrusted } from './clock.ts'
import { arePairsAsked, makeRules } from './core/rules.ts'
import type { Attempt, Decision } from './core/types.ts'
import { createDoorContact } from './door-contact.ts'
import { type DoorLink, openDoorLink } from './door-link.ts'
import type { Enrolments } from './enrolments.ts'
import { attemptEffects, attemptEvent } from './events.ts'
import type { FaceLink } from './face-link.ts'
import type { FaceRisk } from './face-risk.ts'
import { tieFace } from './face-side.ts'
import type { FaceStop } from './face-stop.ts'
import type { Gallery } from './gallery.ts'
import { type Gate, openGate } from './gate.ts'
import type { GateWorld, RecordRef } from './gate-world.ts'
import type { Handover } from './handover.ts'
import { createWatchers, type Happening, type Watchers } from './happening.ts'
import { type HoldOff, keepHoldOff } from './hold-off.ts'
import { createMenus, type Menus } from './menus.ts'
import { routeMessages } from './messages.ts'
import { type Mqtt, startMqtt } from './mqtt.ts'
import { adoptConfiguration, type OpenedStore, openStore } from './opening.ts'
import { leaveToUnits, missedAtGate, planParts, sidesOfDevices, signalSettings } from './part-plan.ts'
import type { PartEvents, PartSpec } from './part-slot.ts'
import { openRiders } from './pass-issue.ts'
import { type PathWatch, watchPaths } from './path-watch.ts'
import { keepAccepted, keepSignal, mendAccepted, prepareRuntimeFolder, runtimeFolderOf } from './runtime-folder.ts'
import { openSignalLink, type SignalLink } from './signal-link.ts'
import type { Sockets } from './sockets.ts'
import { keepStaffHold, type StaffHold } from './staff-hold.ts'
import { keepAlarms } from './standing-alarms.ts'
import type { LedgerAlarm } from './store/ledger.ts'
import type { Standing } from './store/mirror.ts'
import type { Recorded } from './store/queue.ts'
import { type Supervisor, startSupervisor } from './supervisor.ts'
import { keepTimes } from './times.ts'
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
  CardSide &
  Pick<OpenedStore, 'facts' | 'ledger' | 'signet' | 'storeFile'> &
  DoorLink & {
    readonly runtimeDirectory: string
    readonly supervisor: Supervisor
    readonly face: FaceLink
    readonly enrolments: Enrolments
    readonly gallery: Gallery
    readonly boundFaces: BoundFaces
    readonly calibration: Calibration
    readonly faceStop: FaceStop
    readonly handover: Handover
    readonly calls: Calls
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
  const kept = keepSignal(signalSettings(config))
  if (!kept.ok) log('fault', 'signal_settings_unkept', { because: kept.code })
  const acceptedFile = keepAccepted(runtimeDirectory, config)
  return acceptedFile.ok ? done({ standing: standing.value, acceptedFile: acceptedFile.value }) : acceptedFile
}

/** The door starts by itself, with what it finds: it is to find what this gate means. */
const planTied = ({ config, sockets }: DaemonOptions, runtimeDirectory: string, planned: readonly PartSpec[]) => {
  const prepare = () => {
    const mended = mendAccepted(runtimeDirectory, config)
    if (!mended.ok) log('fault', 'accepted_unkept', { because: mended.code })
  }
  return leaveToUnits(planned, sockets.isGiven).map((spec) => (spec.part === 'door' ? { ...spec, prepare } : spec))
}

const tieDaemon = (
  options: DaemonOptions,
  runtimeDirectory: string,
  store: OpenedStore,
  watchers: Watchers,
  { standing, acceptedFile }: Adopted,
): Daemon => {
  const { config, clock, model, sockets } = options
  const { facts, ledger, signet, storeFile } = store
  const { announce, watch, alarms } = watchers
  const specs = planTied(options, runtimeDirectory, planParts(config, acceptedFile, model, store.templateKeyFile))
  const contact = createDoorContact()
  const events: PartEvents = {
    onMessage: (part, message) => {
      if (message.type === 'fault') paths.hearFault(message.device, message.code)
      if (part === 'door') contact.hear(message)
      if (message.type === 'acknowledged') atGate.acknowledge(message.at)
      else if (message.type === 'call') calls.take(message)
      else if (message.type === 'calibrated') faceRisk.take(message)
      else if (message.type === 'bound_opened') boundFaces.take(message)
      else if (!cards.cardDesk.take(message)) takeMessage(part, message)
    },
    onPart: (part, state) => {
      announce({ kind: 'part', part, state })
      if (part === 'card' && state === 'up') void cards.cardProofs.sendKeys()
      if (part === 'card' && state === 'up') boundFaces.tellCards()
      if (part === 'door' && state === 'up') door.tellMode()
      if (part === 'face' && state === 'up') {
        watches.tellFace()
        faceSide.come()
      }
      if (part === 'face' && state === 'down') faceSide.lose()
      if (part === 'door' && state === 'down') signal.loseDoor()
      if (part === 'door' && state === 'down') contact.lose()
      if (part === 'signal' && state === 'up') signal.greet()
    },
  }
  const supervisor = startSupervisor(specs, { runtimeDirectory, clock, sockets, events })
  const onUnopened = (side: Side) => signal.show(side, 'use_card_or_code')
  const faceSide = tieFace({ config, clock, model, facts, ledger, supervisor, onUnopened })
  const { parts: faceParts } = faceSide
  const { face, faceRisk, faceStop, boundFaces } = faceParts
  const cards = tieCards({ config, clock, facts, ledger, supervisor, announce })
  const door = openDoorLink({ config, clock, ledger, announce, send: (message) => supervisor.send('door', message) })
  const signal = openSignalLink({ clock, announce, send: (message) => supervisor.send('signal', message) })
  const calls = keepCalls({ config, clock, ledger, announce, send: (message) => supervisor.send('signal', message) })
  const parts = { facts, ledger, signet, storeFile, supervisor, ...faceParts, ...cards, ...door, calls }
  const { gate, takeMessage } = openLine(options, { ...parts, signal, isDoorClosed: contact.isClosed }, watchers)
  const paths = watchPaths({ config, clock, facts, ledger, supervisor, watch, announce })
  const judged = { ...supervisor, devices: () => paths.judgeDevices(supervisor.devices()) }
  const stopped = { ...face, pause: faceStop.pause }
  const watches = watchDaemon({ config, clock, ...parts, supervisor: judged, face: stopped, announce }, standing)
  const { isUnequal, isGuardCalled } = watches
  const times = keepTimes({ config, clock, ...parts, announce })
  const alarmed = { signal, announce, watch, isUnequal, isGuardCalled, flaws: paths.flaws }
  const atGate = keepAlarms({ ...parts, gate: config.gate, clock, mounted: missedAtGate(config, specs), ...alarmed })
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
      for (const one of [watches, times, cards.rosters, faceSide, paths, atGate]) one.stop()
      const farewell = mqtt?.stop()
      gate.stop()
      await supervisor.stop(keepDoor ? ['door'] : [])
      await gate.settle()
      await farewell
      await store.close()
    },
  }
}

type LineParts = Omit<Tied, 'menus' | 'holdOff' | 'staffHold'> &
  Pick<Daemon, 'gallery' | 'enrolments' | 'supervisor'> & { readonly isDoorClosed: () => boolean }

/** The line: what the parts read goes in, what was decided comes out. */
const openLine = (options: DaemonOptions, parts: LineParts, { announce, watch }: Watchers) => {
  const { config, clock } = options
  const { facts, ledger, signal, gallery, enrolments, face, boundFaces, isDoorClosed } = parts
  const ofFace = { gallery, stopEnrolments: enrolments.stop, yieldFace: face.yieldTo }
  const issueRider = openRiders({ config, clock, facts, ledger })
  const menus = createMenus({ facts, ledger, signal, ...ofFace, issueRider, isDoorClosed })
  const holdOff = keepHoldOff({ config, clock, watch })
  const staffHold = keepStaffHold({ config, clock, ledger, watch, send: (one) => parts.supervisor.send('door', one) })
  const gate = openGate(buildWorld(options, { ...parts, menus, holdOff, staffHold }, announce))
  const takeMessage = routeMessages(options, { ...parts, menus, staffHold }, boundFaces.seeBefore(gate.take), announce)
  return { gate, takeMessage }
}

type Tied = Pick<Daemon, 'facts' | 'ledger' | 'face' | 'cardProofs' | 'cardWindow' | 'codeWindow' | keyof DoorLink> & {
  readonly faceRisk: FaceRisk
  readonly boundFaces: BoundFaces
  readonly signal: SignalLink
  readonly menus: Menus
  readonly holdOff?: HoldOff | undefined
  readonly staffHold?: StaffHold | undefined
}

/** To the wire that leads away, the log, the screens of the office and whoever else watches; never to the lamps, the buzzer or the voice of the gate. */
const tellDuress = (side: Side, signal: Pick<SignalLink, 'callHelp'>, announce: Watchers['announce']): void => {
  signal.callHelp()
  log('warning', 'duress', { side })
  announce({ kind: 'alarm', code: 'duress' })
}

const nameRecord = (recorded: Recorded): RecordRef =>
  'seq' in recorded
    ? { ref: String(recorded.seq), kept: 'stored' }
    : { ref: `j-${randomUUID()}`, kept: recorded.flag === 'lost' ? 'lost' : 'journaled' }

/** What the gate's line works with. */
const buildWorld = ({ config, clock }: DaemonOptions, tied: Tied, announce: Watchers['announce']): GateWorld => {
  const { facts, ledger, face, faceRisk, boundFaces, cardProofs, cardWindow, codeWindow, openDoor, signal, menus } =
    tied
  const { gate, timeZone } = config
  const deviceSides = sidesOfDevices(config)
  const rules = makeRules(config)
  const momentNow = () => {
    const wall = clock.wall()
    return { wall, clockTrusted: isClockTrusted(config.clock.trust, wall, facts.lastWall()), timeZone }
  }
  /** Whoever came in by card or code and still stands there is not let in once more by face. */
  const sparePerson = ({ side, proofs }: Attempt, { outcome, residentId }: Decision) => {
    const isFace = proofs.some(({ path }) => path === 'face')
    if (residentId === undefined || (outcome !== 'grant' && !isFace)) return
    const faces = activeCredentials(facts, residentId, 'face').map(({ id }) => id)
    if (isFace) face.noteAnswered(side, faces)
    else face.yieldTo(side, faces)
  }
  return {
    gate,
    clock,
    facts,
    signal,
    menus,
    codeWindow,
    record: async (kind, attempt, known, decision) => {
      const effects = attemptEffects(attempt, known, decision, kind)
      const recorded = await ledger.record({ ...attemptEvent(attempt, decision), kind }, effects)
      // When the door has its order and the sign is shown: nobody at the gate waits for it, nor sees it.
      if (effects.duress) setImmediate(() => tellDuress(attempt.side, signal, announce))
      cardProofs.follow(attempt, known, decision)
      return nameRecord(recorded)
    },
    door: { open: openDoor },
    cardProof: cardProofs.asked,
    ...(tied.holdOff ? { holdOff: tied.holdOff } : {}),
    ...(tied.staffHold ? { staffHold: tied.staffHold } : {}),
    circumstances: () => {
      const graceDays = config.face.otherWayGraceDays
      return { mode: tied.mode(), monotonic: clock.monotonic(), ...momentNow(), graceDays, rules }
    },
    // After the yield of the same tap, which may have come in the same moment.
    askFace: (side) => void setImmediate(() => face.request(side)),
    claimFace: (side, residentId, shown, forMs) => {
      if (boundFaces.claim(side, residentId, shown, forMs)) return
      const faces = activeCredentials(facts, residentId, 'face').map(({ id }) => id)
      if (faces.length > 0) faceRisk.claim(side, faces, forMs)
    },
    twoFactor: (side) =>
      rules.pairHours.has(side) && !arePairsAsked(rules, side, momentNow())
        ? []
        : (config.sides[side]?.twoFactor ?? []),
    sideOf: (device) => deviceSides.get(device),
    onAttempt: (attempt, decision, record, card) => {
      const free = decision.reason === 'credential_unknown' || decision.reason === 'credential_revoked'
      if (card && free) cardWindow.see(hide(card), attempt.at, 'gate')
      announce({ kind: 'attempt', attempt, decision, record })
      sparePerson(attempt, decision)
    },
    onFlood: (device) => log('warning', 'readings_dropped', { side: deviceSides.get(device) ?? 'unknown' }),
    onFault: (code, error) => log('fault', code, { error: error instanceof Error ? error.name : 'unknown' }),
  }
}
