// The running gate: opens the store, starts the parts, ties the line's ends together, and takes all of it down again in order.
// Decides nothing (gate.ts), owns no socket protocol (control.ts), names no concrete driver. Started by main.

import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashNotice } from '../config/notice.ts'
import type { Config } from '../config/settings.ts'
import { type Clock, done, failed, hide, type Mode, paths, type Result, type Side, sides } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { DoorEvent, FromPart, ToPart } from '../drivers/protocol.ts'
import { openSimulatedSignal, type ShownSign } from '../drivers/signal/simulated.ts'
import { type CardWindow, createCardWindow } from './card-window.ts'
import { isClockTrusted } from './clock.ts'
import type { Attempt, Decision } from './core/types.ts'
import { attemptEffects, attemptEvent, doorEvent } from './events.ts'
import { type FaceLink, openFaceLink } from './face-link.ts'
import { type Gallery, keepGallery } from './gallery.ts'
import { openGate } from './gate.ts'
import type { RecordRef } from './gate-world.ts'
import { createMenus } from './menus.ts'
import { planParts, sidesOfDevices } from './part-plan.ts'
import { prepareRuntimeFolder, runtimeFolderOf } from './runtime-folder.ts'
import { type FactsReader, openFacts } from './store/facts.ts'
import { openKeys, settleKeys } from './store/keys.ts'
import { type Ledger, type LedgerAlarm, startLedger } from './store/ledger.ts'
import { type Supervisor, startSupervisor } from './supervisor.ts'
import { watchDaemon } from './watches.ts'

/** What happens, for whoever watches: `status --watch`, `sim`, the demo, the tests. Holds nothing that may not be seen on a screen. */
export type Happening =
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly decision: Decision; readonly record: RecordRef }
  | { readonly kind: 'door'; readonly event: DoorEvent }
  | { readonly kind: 'signal'; readonly shown: ShownSign }
  | { readonly kind: 'part'; readonly part: string; readonly state: 'up' | 'down' }
  | { readonly kind: 'count'; readonly side: Side; readonly what: string }
  | { readonly kind: 'alarm'; readonly code: string }

export type Daemon = {
  readonly config: Config
  readonly clock: Clock
  readonly runtimeDirectory: string
  readonly model: string
  readonly facts: FactsReader
  readonly ledger: Ledger
  readonly supervisor: Supervisor
  readonly face: FaceLink
  readonly gallery: Gallery
  readonly cardWindow: CardWindow
  readonly mode: () => Mode
  readonly setMode: (mode: Mode) => void
  readonly openDoor: (ref: string) => boolean
  readonly watch: (listener: (happening: Happening) => void) => () => void
  /** `keepDoor`: a reload leaves the door process as it is. */
  readonly stop: (options?: { readonly keepDoor?: boolean }) => Promise<void>
}

export type DaemonOptions = {
  readonly configFile: string
  /** Already found without errors. */
  readonly config: Config
  readonly clock: Clock
  /** Names the face pack and its files; goes into consents. `none` where no side has a camera. */
  readonly model: string
}

const readBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

type Store = { readonly facts: FactsReader; readonly ledger: Ledger; readonly templateKeyFile: string | undefined }

const openStore = async (
  options: DaemonOptions,
  folder: string,
  onAlarm: (alarm: LedgerAlarm) => void,
): Promise<Result<Store>> => {
  const { config, clock } = options
  const file = join(config.store.directory, 'gate.db')
  const place = {
    keysDirectory: config.store.keysDirectory,
    credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
  }
  const keys = openKeys({ ...place, storeExists: existsSync(file) })
  if (!keys.ok) return keys
  const boot = readBootId()
  const journalFile = join(folder, 'journal-count')
  const ledger = await startLedger({ file, key: keys.value.store, clock, boot, journalFile, onAlarm })
  if (!ledger.ok) return ledger
  settleKeys(place)
  const facts = openFacts({ file, key: keys.value.store, boot, pending: ledger.value.pending })
  if (facts.ok) return done({ facts: facts.value, ledger: ledger.value, templateKeyFile: keys.value.templateKeyFile })
  await ledger.value.stop()
  return facts
}

const offeredSides = (config: Config) =>
  sides.flatMap((side) => {
    const offered = config.sides[side]
    if (!offered) return []
    return [{ side, paths: paths.filter((path) => offered[path] !== undefined), twoFactor: offered.twoFactor ?? [] }]
  })

/** Makes the configuration effective in the store, unless nobody could come in but by face. */
const adoptConfiguration = async (
  { config, model }: DaemonOptions,
  { facts, ledger }: Store,
): Promise<Result<unknown>> => {
  const offered = offeredSides(config)
  const alone = facts.findFaceAlone(offered)
  if (alone.length > 0) return failed('face_alone', alone.join(', '))

  const configHash = createHash('sha256').update(JSON.stringify(config)).digest('hex')
  const mirrored = { gate: config.gate, sides: offered, noticeHash: hashNotice(config), model, configHash }
  return ledger.write('mirrorConfiguration', mirrored, { role: 'daemon', caller: 'main' })
}

export const startDaemon = async (options: DaemonOptions): Promise<Result<Daemon>> => {
  const folder = prepareRuntimeFolder(runtimeFolderOf(options.config))
  if (!folder.ok) return folder
  const listeners = new Set<(happening: Happening) => void>()
  const announce = (happening: Happening) => {
    for (const listener of listeners) listener(happening)
  }
  const onAlarm = (alarm: LedgerAlarm) => {
    log('fault', 'ledger_alarm', { alarm: alarm.code, journaled: alarm.state.journaled, lost: alarm.state.lost })
    announce({ kind: 'alarm', code: alarm.code })
  }
  const store = await openStore(options, folder.value, onAlarm)
  if (!store.ok) return store
  const adopted = await adoptConfiguration(options, store.value)
  if (!adopted.ok) {
    store.value.facts.close()
    await store.value.ledger.stop()
    return adopted
  }
  return done(tieDaemon(options, folder.value, store.value, listeners, announce))
}

const tieDaemon = (
  options: DaemonOptions,
  runtimeDirectory: string,
  store: Store,
  listeners: Set<(happening: Happening) => void>,
  announce: (happening: Happening) => void,
): Daemon => {
  const { config, clock, model } = options
  const { facts, ledger } = store
  const deviceSides = sidesOfDevices(config)
  let mode: Mode = 'controlled'

  const supervisor = startSupervisor(
    runtimeDirectory,
    planParts(config, options.configFile, store.templateKeyFile),
    clock,
    {
      onMessage: (_, message) => takeMessage(message),
      onPart: (part, state) => {
        announce({ kind: 'part', part, state })
        if (part === 'door' && state === 'up') supervisor.send('door', { type: 'mode', mode })
        if (part === 'face' && state === 'up') gallery.reload()
        if (part === 'face' && state === 'down') face.lose()
      },
    },
  )
  const face = openFaceLink({
    send: (message: ToPart) => supervisor.send('face', message),
    kill: () => supervisor.replace('face', 'SIGKILL'),
  })
  const gallery = keepGallery(config.gate, facts, face)
  const cardWindow = createCardWindow()
  const signal = openSimulatedSignal((shown) => announce({ kind: 'signal', shown }))
  const menus = createMenus({ facts, ledger, signal, forget: gallery.forget })

  const openDoor = (ref: string): boolean => {
    const issuedAt = clock.monotonic()
    const sent = supervisor.send('door', { type: 'open', ref, pulseMs: config.door.pulseMs, issuedAt })
    if (!sent) log('fault', 'door_absent')
    return sent
  }
  const nameRecord = (recorded: Awaited<ReturnType<Ledger['record']>>): RecordRef =>
    'seq' in recorded ? { ref: String(recorded.seq), journaled: false } : { ref: `j-${randomUUID()}`, journaled: true }

  const gate = openGate({
    gate: config.gate,
    clock,
    facts,
    record: async (kind, attempt, attemptFacts, decision) =>
      nameRecord(
        await ledger.record({ ...attemptEvent(attempt, decision), kind }, attemptEffects(attemptFacts, decision)),
      ),
    door: { open: (ref) => void openDoor(ref) },
    signal,
    menus,
    circumstances: () => {
      const wall = clock.wall()
      const { timeZone } = config
      const clockTrusted = isClockTrusted(config.clock.trust, wall, facts.lastWall())
      return {
        mode,
        wall,
        monotonic: clock.monotonic(),
        clockTrusted,
        timeZone,
        graceDays: config.face.otherWayGraceDays,
      }
    },
    twoFactor: (side) => config.sides[side]?.twoFactor ?? [],
    sideOf: (device) => deviceSides.get(device),
    onAttempt: (attempt, decision, record, card) => {
      if (card && decision.reason === 'credential_unknown') cardWindow.see(hide(card))
      announce({ kind: 'attempt', attempt, decision, record })
    },
    onFlood: (device) => log('warning', 'readings_dropped', { side: deviceSides.get(device) ?? 'unknown' }),
    onFault: (code, error) => log('fault', code, { error: error instanceof Error ? error.name : 'unknown' }),
  })

  const takeDoorEvent = (event: DoorEvent) => {
    const recorded = doorEvent(config.gate, event)
    if (recorded) void ledger.record(recorded)
    announce({ kind: 'door', event })
  }
  const takeCount = ({ device, what, count }: Extract<FromPart, { type: 'count' }>) => {
    const side = deviceSides.get(device)
    if (side === undefined) return
    for (let n = 0; n < Math.min(count, COUNT_LIMIT); n++) ledger.count({ side, path: 'face', what })
    announce({ kind: 'count', side, what })
  }
  const takeMessage = (message: FromPart) => {
    if (message.type === 'reading') gate.take(message)
    else if (message.type === 'door') takeDoorEvent(message)
    else if (message.type === 'count') takeCount(message)
    else if (message.type === 'touched') face.yieldTo(deviceSides.get(message.device) ?? 'entry')
    else if (message.type === 'fault') {
      log('fault', 'part_fault', { fault: message.code })
      announce({ kind: 'alarm', code: message.code })
    } else face.take(message)
  }
  const setMode = (next: Mode) => {
    mode = next
    supervisor.send('door', { type: 'mode', mode })
  }

  const watches = watchDaemon({ config, clock, facts, ledger, supervisor, face, gallery, setMode, announce })
  return {
    config,
    clock,
    runtimeDirectory,
    model,
    facts,
    ledger,
    supervisor,
    face,
    gallery,
    cardWindow,
    mode: () => mode,
    setMode,
    openDoor,
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: async ({ keepDoor = false } = {}) => {
      watches.stop()
      await supervisor.stop(keepDoor ? ['door'] : [])
      await gate.settle()
      facts.close()
      await ledger.stop()
    },
  }
}

/** Unknown faces in one message; a part that claims more is wrong. */
const COUNT_LIMIT = 100
