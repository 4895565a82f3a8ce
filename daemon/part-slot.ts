// The life of one part as main sees it: its listening socket, its child (in a checkout), its one connection, its last word.
// Starts a dead part again with back-off; ends one that is silent. Knows no decision and no device. Called by the supervisor.

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Clock, MonotonicMs, Part } from '../config/words.ts'
import { type Link, openLink } from '../drivers/link.ts'
import { log } from '../drivers/log.ts'
import { type DeviceState, type FromPart, fromPart, type ToPart } from '../drivers/protocol.ts'
import type { Sockets } from './sockets.ts'

/** A part that answers no ping for this long hangs, and is ended. Face computes in pieces of a second on a weak machine, at a lower
 * priority; nobody but its own path waits for it. */
const SILENCE_LIMITS_MS: Readonly<Record<Part, number>> = {
  door: 2000,
  card: 2000,
  keypad: 2000,
  face: 5000,
  signal: 2000,
}
/** From start to hello; a cold start on a slow card reads 100 MB. */
const START_LIMIT_MS = 20_000
const BACKOFF_FIRST_MS = 100
const BACKOFF_LAST_MS = 5000
/** A part that lived this long starts its next back-off from the beginning. */
const SETTLED_MS = 10_000
/** A door that outlived the main before us is expected back within this. */
const ADOPTION_WAIT_MS = 2000
/** From SIGTERM to SIGKILL. */
const END_LIMIT_MS = 1500

export type PartSpec = {
  readonly part: Part
  /** Source file of the part; absent when its unit starts it. */
  readonly entry?: URL
  readonly args: readonly string[]
  readonly settings: unknown
  /** The ids it may speak for. */
  readonly devices: readonly string[]
  /** Environment besides the harness's own. */
  readonly env: Readonly<Record<string, string>>
  /** Before it is started, and before it is told its settings. */
  readonly prepare?: () => void
  /** Its log lines would stand in somebody's picture. */
  readonly quiet?: true
}

export type PartEvents = {
  readonly onMessage: (part: Part, message: FromPart) => void
  /** `up` when the part said ready, `down` when its connection ended. */
  readonly onPart: (part: Part, state: 'up' | 'down') => void
}

/** What is known of a part now. Written by the functions of this file alone. */
export type Slot = {
  readonly spec: PartSpec
  readonly runtimeDirectory: string
  readonly clock: Clock
  readonly events: PartEvents
  /** Takes no more connections. */
  closeSocket: () => void
  child: ChildProcess | undefined
  link: Link | undefined
  pid: number | undefined
  ready: boolean
  stopping: boolean
  devices: readonly DeviceState[]
  heardAt: MonotonicMs
  /** Since when a process that was connected is not. */
  lostAt: MonotonicMs | undefined
  startedAt: MonotonicMs
  turn: number
  backoffMs: number
  retry: NodeJS.Timeout | undefined
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // no such process, or not ours: either way nobody to wait for
  }
}

/** A part that outlived the main before us. A number that now names another program is nobody. */
const orphanPid = ({ spec, runtimeDirectory }: Slot): number | undefined => {
  if (!spec.entry) return undefined
  try {
    const pid = Number(readFileSync(join(runtimeDirectory, `${spec.part}.pid`), 'utf8'))
    if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${spec.part}/part.`) ? pid : undefined
  } catch {
    return undefined // no such file or process: nobody lived on
  }
}

/** Waits for the orphan to come back by itself; one that hangs is ended and replaced. */
const adoptOrphan = (slot: Slot, pid: number): void => {
  slot.retry = setTimeout(() => {
    if (!slot.link && isAlive(pid)) {
      log('fault', 'part_silent', { part: slot.spec.part })
      process.kill(pid, 'SIGKILL')
    }
    startChild(slot)
  }, ADOPTION_WAIT_MS)
}

const startChild = (slot: Slot): void => {
  slot.retry = undefined
  const { entry, args, env, part } = slot.spec
  if (slot.stopping || slot.link || !entry) return
  slot.startedAt = slot.clock.monotonic()
  slot.lostAt = undefined
  slot.spec.prepare?.()
  const child = spawn(process.execPath, [entry.pathname, ...args], {
    stdio: ['ignore', 'inherit', slot.spec.quiet ? 'ignore' : 'inherit'],
    env: { ...env, EVENGATE_RUNTIME: slot.runtimeDirectory, EVENGATE_CHILD: '1' },
    // The door lives on when a terminal's interrupt or our own death takes the group.
    detached: part === 'door',
  })
  slot.child = child
  child.once('error', () => retryLater(slot))
  child.once('exit', (code, signal) => {
    if (slot.child === child) slot.child = undefined
    const inOrder = code === 0
    if (!slot.stopping)
      log(inOrder ? 'notice' : 'warning', 'part_ended', { part, exit: code ?? -1, signal: signal ?? 'none' })
    // One that ended in order, as it was told to, has not failed.
    if (inOrder) slot.backoffMs = BACKOFF_FIRST_MS
    if (!slot.link) retryLater(slot)
  })
}

const retryLater = (slot: Slot): void => {
  if (slot.stopping || slot.retry || !slot.spec.entry) return
  if (slot.clock.monotonic() - slot.startedAt > SETTLED_MS) slot.backoffMs = BACKOFF_FIRST_MS
  slot.retry = setTimeout(() => startChild(slot), slot.backoffMs)
  slot.backoffMs = Math.min(slot.backoffMs * 2, BACKOFF_LAST_MS)
}

const loseLink = (slot: Slot): void => {
  const wasReady = slot.ready
  slot.link = undefined
  slot.lostAt = slot.clock.monotonic()
  slot.pid = undefined
  slot.ready = false
  slot.devices = []
  if (wasReady && slot.spec.devices.length > 0) slot.events.onPart(slot.spec.part, 'down')
  if (!slot.child) retryLater(slot)
}

const galleryAnswers = ['gallery', 'forgotten', 'calibrated', 'bound_opened'] as const
/** What each part may say besides its life signs. A part that was taken over speaks for itself and nobody else. */
const sayings: Readonly<Record<Part, readonly FromPart['type'][]>> = {
  door: ['door', 'door_stands'],
  card: ['reading', 'touched', 'issued', 'stays'],
  keypad: ['key', 'reading', 'touched', 'asked', 'looked'],
  face: ['reading', 'count', 'hint', 'ask', 'enrolment', 'looked', ...galleryAnswers],
  signal: ['acknowledged', 'call'],
}

const maySay = ({ part, devices }: PartSpec, message: FromPart): boolean => {
  if (message.type === 'hello') return message.part === part
  if (message.type === 'alive') return message.devices.every(({ device }) => devices.includes(device))
  if (message.type === 'ready' || message.type === 'fault') return true
  if (!sayings[part].includes(message.type)) return false
  if ('device' in message && message.device !== undefined && !devices.includes(message.device)) return false
  // Whoever has the camera reads what is held before it.
  return message.type !== 'reading' || message.path === part || (message.path === 'pass' && part === 'face')
}

const takeFrame = (slot: Slot, raw: unknown): void => {
  const { part, settings } = slot.spec
  const parsed = v.safeParse(fromPart, raw)
  if (!parsed.success) {
    log('fault', 'message_malformed', { part })
    return
  }
  const message = parsed.output
  if (!maySay(slot.spec, message)) {
    log('fault', 'message_not_its_own', { part, message: message.type })
    return
  }
  slot.heardAt = slot.clock.monotonic()
  if (message.type === 'alive') slot.devices = message.devices
  else if (message.type === 'hello') {
    slot.pid = message.pid
    slot.spec.prepare?.()
    slot.link?.send({ type: 'welcome', settings } satisfies ToPart)
    return
  } else if (message.type === 'ready') {
    slot.ready = true
    pingPart(slot)
    if (slot.spec.devices.length > 0) slot.events.onPart(part, 'up')
  }
  slot.events.onMessage(part, message)
}

const acceptLink = (slot: Slot, socket: Socket): void => {
  if (slot.link) {
    socket.destroy() // one process a part; a second is refused
    return
  }
  slot.heardAt = slot.clock.monotonic()
  slot.lostAt = undefined
  slot.link = openLink(socket, {
    onMessage: (raw) => takeFrame(slot, raw),
    onClose: () => loseLink(slot),
  })
}

/** What main's parts share: where they meet it, when it is, and who hears them. */
export type PartsWorld = {
  readonly runtimeDirectory: string
  readonly clock: Clock
  readonly sockets: Sockets
  readonly events: PartEvents
}

export const openSlot = (spec: PartSpec, { runtimeDirectory, clock, sockets, events }: PartsWorld): Slot => {
  const now = clock.monotonic()
  const slot: Slot = {
    spec,
    runtimeDirectory,
    clock,
    events,
    closeSocket: () => undefined,
    child: undefined,
    link: undefined,
    pid: undefined,
    ready: false,
    stopping: false,
    devices: [],
    heardAt: now,
    lostAt: undefined,
    startedAt: now,
    turn: 0,
    backoffMs: BACKOFF_FIRST_MS,
    retry: undefined,
  }
  slot.closeSocket = sockets.listen(runtimeDirectory, spec.part, (socket) => acceptLink(slot, socket))
  const orphan = orphanPid(slot)
  if (orphan === undefined) startChild(slot)
  else adoptOrphan(slot, orphan)
  return slot
}

export const pingPart = (slot: Slot): void => {
  slot.link?.send({ type: 'ping', turn: ++slot.turn } satisfies ToPart)
}

/** Ends a part that has been silent for longer than it may; otherwise asks it for a sign of life. */
export const hearPart = (slot: Slot): void => {
  // One that has lost its connection comes back at once, or is ending: it has not been silent since it started.
  const { link, lostAt, heardAt, startedAt } = slot
  const silentMs = slot.clock.monotonic() - (link ? heardAt : (lostAt ?? startedAt))
  const limitMs = slot.ready || lostAt !== undefined ? SILENCE_LIMITS_MS[slot.spec.part] : START_LIMIT_MS
  if (silentMs <= limitMs || (!slot.link && !slot.child)) {
    pingPart(slot)
    return
  }
  log('fault', 'part_silent', { part: slot.spec.part })
  killPart(slot, 'SIGKILL')
  slot.link?.close()
}

/** A part that has its own unit is not ours to kill: it loses its connection, and its watchdog does the rest. */
export const killPart = (slot: Slot, signal: NodeJS.Signals): void => {
  const pid = slot.spec.entry ? (slot.pid ?? slot.child?.pid) : undefined
  if (pid !== undefined && isAlive(pid)) process.kill(pid, signal)
}

/** Ends a part for good: asked first, then made to. A part that has its own unit only loses its connection. */
export const endPart = async (slot: Slot, keep: boolean): Promise<void> => {
  slot.stopping = true
  clearTimeout(slot.retry)
  const pid = slot.spec.entry && !keep ? (slot.pid ?? slot.child?.pid) : undefined
  if (pid !== undefined && isAlive(pid)) {
    process.kill(pid, 'SIGTERM')
    for (let waitedMs = 0; waitedMs < END_LIMIT_MS && isAlive(pid); waitedMs += 10)
      await new Promise((resolve) => setTimeout(resolve, 10))
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  slot.link?.close()
  slot.closeSocket()
}
