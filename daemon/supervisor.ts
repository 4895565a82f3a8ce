// Keeps the parts alive: listens for them, starts them (in a checkout), hears their heartbeats, ends those that hang and starts
// them again with back-off. Knows no decision and no device. Called by `main`; its messages go to the gate.

import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Clock, MonotonicMs, Part } from '../config/words.ts'
import { type Link, openLink } from '../drivers/link.ts'
import { log } from '../drivers/log.ts'
import { type DeviceState, type FromPart, fromPart, type ToPart } from '../drivers/protocol.ts'

export const HEARTBEAT_MS = 1000
/** A part that answers no ping for this long hangs, and is ended. */
export const SILENCE_LIMIT_MS = 2000
/** From start to hello; a cold start on a slow card reads 100 MB. */
const START_LIMIT_MS = 20_000
const BACKOFF_FIRST_MS = 100
const BACKOFF_LAST_MS = 5000
/** A part that lived this long starts its next back-off from the beginning. */
const SETTLED_MS = 10_000
/** A door that outlived the main before us is expected back within this. */
const ADOPTION_WAIT_MS = 1000
/** From SIGTERM to SIGKILL. */
const END_LIMIT_MS = 1500

export type PartSpec = {
  readonly part: Part
  /** Source file of the part; absent when its unit starts it. */
  readonly entry?: URL
  readonly args: readonly string[]
  readonly settings: unknown
  /** Environment besides the harness's own. */
  readonly env: Readonly<Record<string, string>>
}

export type Supervisor = {
  /** False: the part is not there or does not read. */
  readonly send: (part: Part, message: ToPart) => boolean
  /** Last heard states; every device of a part that is not connected is absent here. */
  readonly devices: () => readonly DeviceState[]
  readonly isUp: (part: Part) => boolean
  readonly pidOf: (part: Part) => number | undefined
  /** Ends a part at once; it is started again like any that died. */
  readonly replace: (part: Part, signal?: NodeJS.Signals) => void
  readonly stop: () => Promise<void>
}

export type SupervisorEvents = {
  readonly onMessage: (part: Part, message: FromPart) => void
  /** `up` when the part said ready, `down` when its connection ended. */
  readonly onPart: (part: Part, state: 'up' | 'down') => void
}

type Slot = {
  readonly spec: PartSpec
  server: Server | undefined
  child: ChildProcess | undefined
  link: Link | undefined
  pid: number | undefined
  ready: boolean
  devices: readonly DeviceState[]
  heardAt: MonotonicMs
  turn: number
  backoffMs: number
  startedAt: MonotonicMs
  retry: NodeJS.Timeout | undefined
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // no such process, or not ours: either way nobody to wait for
  }
}

const orphanPid = (runtimeDirectory: string, part: Part): number | undefined => {
  try {
    const pid = Number(readFileSync(join(runtimeDirectory, `${part}.pid`), 'utf8'))
    return Number.isInteger(pid) && pid > 1 && isAlive(pid) ? pid : undefined
  } catch {
    return undefined // no such file: nobody lived on
  }
}

export const startSupervisor = (
  deps: { readonly runtimeDirectory: string; readonly specs: readonly PartSpec[]; readonly clock: Clock },
  events: SupervisorEvents,
): Supervisor => {
  const { runtimeDirectory, clock } = deps
  let stopping = false
  const slots = new Map<Part, Slot>()

  const start = (slot: Slot) => {
    slot.retry = undefined
    const { entry, args, env, part } = slot.spec
    if (stopping || slot.link || !entry) return
    slot.startedAt = clock.monotonic()
    const child = spawn(process.execPath, [entry.pathname, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...env, EVENGATE_RUNTIME: runtimeDirectory, EVENGATE_CHILD: '1' },
      // The door lives on when a terminal's interrupt or our own death takes the group.
      detached: part === 'door',
    })
    slot.child = child
    child.once('error', () => retryLater(slot))
    child.once('exit', (code, signal) => {
      if (slot.child === child) slot.child = undefined
      if (!stopping) log('warning', 'part_ended', { part, code: code ?? -1, signal: signal ?? 'none' })
      if (!slot.link) retryLater(slot)
    })
  }

  const retryLater = (slot: Slot) => {
    if (stopping || slot.retry || !slot.spec.entry) return
    if (clock.monotonic() - slot.startedAt > SETTLED_MS) slot.backoffMs = BACKOFF_FIRST_MS
    slot.retry = setTimeout(() => start(slot), slot.backoffMs)
    slot.backoffMs = Math.min(slot.backoffMs * 2, BACKOFF_LAST_MS)
  }

  const lose = (slot: Slot) => {
    const wasReady = slot.ready
    slot.link = undefined
    slot.ready = false
    slot.devices = []
    if (wasReady) events.onPart(slot.spec.part, 'down')
    if (!slot.child) retryLater(slot)
  }

  const take = (slot: Slot, raw: unknown) => {
    const parsed = v.safeParse(fromPart, raw)
    if (!parsed.success) {
      log('fault', 'message_malformed', { part: slot.spec.part })
      return
    }
    const message = parsed.output
    slot.heardAt = clock.monotonic()
    if (message.type === 'alive') slot.devices = message.devices
    else if (message.type === 'hello') {
      slot.pid = message.pid
      slot.link?.send({ type: 'welcome', settings: slot.spec.settings } satisfies ToPart)
    } else if (message.type === 'ready') {
      slot.ready = true
      slot.link?.send({ type: 'ping', turn: ++slot.turn } satisfies ToPart)
      events.onMessage(slot.spec.part, message)
      events.onPart(slot.spec.part, 'up')
    } else events.onMessage(slot.spec.part, message)
  }

  const accept = (slot: Slot, socket: Socket) => {
    if (slot.link) return void socket.destroy() // one process a part; the second is refused
    slot.heardAt = clock.monotonic()
    slot.link = openLink(socket, {
      onMessage: (raw) => take(slot, raw),
      onClose: () => lose(slot),
    })
  }

  const listen = (slot: Slot) => {
    const path = join(runtimeDirectory, `${slot.spec.part}.sock`)
    rmSync(path, { force: true })
    slot.server = createServer((socket) => accept(slot, socket))
    slot.server.listen(path, () => chmodSync(path, 0o600))
  }

  const endHung = (slot: Slot) => {
    log('fault', 'part_silent', { part: slot.spec.part })
    const pid = slot.pid ?? slot.child?.pid
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL')
    slot.link?.close()
  }

  const beat = setInterval(() => {
    for (const slot of slots.values()) {
      const silentMs = clock.monotonic() - slot.heardAt
      if (slot.link && silentMs > (slot.ready ? SILENCE_LIMIT_MS : START_LIMIT_MS)) endHung(slot)
      else slot.link?.send({ type: 'ping', turn: ++slot.turn } satisfies ToPart)
    }
  }, HEARTBEAT_MS)

  for (const spec of deps.specs) {
    const now = clock.monotonic()
    const slot: Slot = {
      spec,
      server: undefined,
      child: undefined,
      link: undefined,
      pid: undefined,
      ready: false,
      devices: [],
      heardAt: now,
      turn: 0,
      backoffMs: BACKOFF_FIRST_MS,
      startedAt: now,
      retry: undefined,
    }
    slots.set(spec.part, slot)
    listen(slot)
    if (orphanPid(runtimeDirectory, spec.part) === undefined) start(slot)
    else slot.retry = setTimeout(() => start(slot), ADOPTION_WAIT_MS)
  }

  return {
    send: (part, message) => slots.get(part)?.link?.send(message) ?? false,
    devices: () => [...slots.values()].flatMap((slot) => slot.devices),
    isUp: (part) => slots.get(part)?.ready ?? false,
    pidOf: (part) => slots.get(part)?.pid,
    replace: (part, signal = 'SIGTERM') => {
      const pid = slots.get(part)?.pid
      if (pid !== undefined && isAlive(pid)) process.kill(pid, signal)
    },
    stop: async () => {
      stopping = true
      clearInterval(beat)
      await Promise.all([...slots.values()].map((slot) => endSlot(slot)))
    },
  }
}

const endSlot = async (slot: Slot): Promise<void> => {
  clearTimeout(slot.retry)
  const pid = slot.spec.entry ? (slot.pid ?? slot.child?.pid) : undefined
  if (pid !== undefined && isAlive(pid)) {
    process.kill(pid, 'SIGTERM')
    for (let waitedMs = 0; waitedMs < END_LIMIT_MS && isAlive(pid); waitedMs += 10)
      await new Promise((resolve) => setTimeout(resolve, 10))
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  slot.link?.close()
  slot.server?.close()
}
