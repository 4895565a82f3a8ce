// The life of a part's process: connect to main, take the settings, start the devices, answer every ping from the loop that does
// the work, queue what main cannot take, end cleanly. Knows no device and decides nothing. Called by each part's own entry file.
//
// environment  EVENGATE_RUNTIME  folder of the sockets            EVENGATE_CHILD  set when main started us: end when main is gone

import { connect } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import { type MonotonicMs, type Part, systemClock } from '../config/words.ts'
import type { Device, Port } from './contracts.ts'
import { type Link, openLink } from './link.ts'
import { log, originOf } from './log.ts'
import { type FromPart, PROTOCOL_VERSION, type ToPart, toPart } from './protocol.ts'

/** Messages kept for main while it is away; beyond it the oldest is dropped and counted. */
const QUEUE_LIMIT = 256
/** A reading older than this is worth nothing: nobody stands there any more. */
const STALE_READING_MS = 2000
const RECONNECT_MS = 50

export type PartPlan = {
  /** Called once, with the settings from main. Throws on settings that are not the part's (a bug in main). */
  readonly build: (settings: unknown, port: Port) => readonly Device[]
  /** Messages other than welcome and ping. */
  readonly receive?: (message: ToPart) => void
  /** main is gone; only the door and installed units live on. */
  readonly onMainLost?: () => void
  /** Said with `ready`, when the devices have started. */
  readonly ready?: () => Promise<Omit<Extract<FromPart, { type: 'ready' }>, 'type'>>
}

const needRuntime = (): string => {
  const folder = process.env['EVENGATE_RUNTIME']
  if (!folder) {
    process.stderr.write('EVENGATE_RUNTIME is not set: this program is started by evengate or by its unit\n')
    process.exit(2)
  }
  return folder
}

type Outbox = {
  put: (message: FromPart) => void
  drain: (send: (m: FromPart) => boolean) => void
  dropped: () => number
}

const createOutbox = (now: () => MonotonicMs): Outbox => {
  const queue: FromPart[] = []
  let dropped = 0
  return {
    put: (message) => {
      if (queue.length >= QUEUE_LIMIT) {
        queue.shift()
        dropped++
      }
      queue.push(message)
    },
    drain: (send) => {
      while (queue.length > 0) {
        const message = queue[0]
        if (message === undefined) return
        const stale = message.type === 'reading' && now() - message.at > STALE_READING_MS
        if (!stale && !send(message)) return
        if (stale) dropped++
        queue.shift()
      }
    },
    dropped: () => dropped,
  }
}

/** `own`: settings the part has already read by itself (the door, which waits for nobody); otherwise main's welcome brings them. */
export const runPart = (part: Part, plan: PartPlan, own?: unknown): void => {
  const runtimeDirectory = needRuntime()
  const child = process.env['EVENGATE_CHILD'] !== undefined
  const outbox = createOutbox(systemClock.monotonic)
  let link: Link | undefined
  let devices: readonly Device[] | undefined
  let ending = false

  const flush = () => {
    const current = link
    if (current) outbox.drain((message) => current.send(message))
  }
  const port: Port = {
    clock: systemClock,
    runtimeDirectory,
    tell: (message) => {
      outbox.put(message)
      flush()
    },
  }

  const startDevices = (settings: unknown) => {
    devices = plan.build(settings, port)
    for (const device of devices) device.start()
  }
  const takeWelcome = async (settings: unknown) => {
    if (!devices) startDevices(settings)
    port.tell({ type: 'ready', ...(await plan.ready?.()) })
  }
  const receive = (message: ToPart) => {
    if (message.type === 'welcome') void takeWelcome(message.settings)
    else if (message.type === 'ping')
      link?.send({
        type: 'alive',
        turn: message.turn,
        devices: devices?.map((device) => device.state()) ?? [],
        dropped: outbox.dropped(),
      } satisfies FromPart)
    else plan.receive?.(message)
    flush()
  }

  const end = async (exitCode: number) => {
    if (ending) return
    ending = true
    await Promise.all((devices ?? []).map((device) => device.stop()))
    process.exit(exitCode)
  }

  if (own !== undefined) startDevices(own)
  keepConnected(join(runtimeDirectory, `${part}.sock`), () => ending, {
    onOpen: (opened) => {
      link = opened
      link.send({ type: 'hello', part, version: PROTOCOL_VERSION, pid: process.pid } satisfies FromPart)
      flush()
    },
    onMessage: (raw) => {
      const parsed = v.safeParse(toPart, raw)
      if (parsed.success) receive(parsed.output)
      else log('fault', 'message_malformed', { part })
    },
    onClose: () => {
      link = undefined
      plan.onMainLost?.()
      if (child && part !== 'door') void end(0)
    },
  })
  endOnSignals(part, end)
}

const endOnSignals = (part: Part, end: (exitCode: number) => Promise<void>): void => {
  process.on('SIGTERM', () => void end(0))
  process.on('SIGINT', () => {
    // A terminal sends it to the whole group; main ends us in order.
  })
  process.on('uncaughtException', (error) => {
    // The text of an unknown error may quote a reading: only its kind is said.
    log('fault', 'part_crashed', { part, error: error.name, where: originOf(error) })
    process.exit(70)
  })
}

type Connection = {
  readonly onOpen: (link: Link) => void
  readonly onMessage: (raw: unknown) => void
  readonly onClose: () => void
}

/** Connects, and connects again whenever main was away, until `isEnding`. */
const keepConnected = (path: string, isEnding: () => boolean, connection: Connection): void => {
  const again = () => {
    if (!isEnding()) setTimeout(() => keepConnected(path, isEnding, connection), RECONNECT_MS)
  }
  const socket = connect(path)
  // Before the connection stands, an error means that main does not listen yet.
  socket.once('error', again)
  socket.once('connect', () => {
    socket.off('error', again)
    const link = openLink(socket, {
      onMessage: connection.onMessage,
      onClose: () => {
        connection.onClose()
        again()
      },
    })
    connection.onOpen(link)
  })
}
