// The life of a part's process: connect to main, take the settings, start the devices, answer every ping from the loop that does
// the work, queue what main cannot take, end cleanly. Knows no device and decides nothing. Called by each part's own entry file.
//
// environment  EVENGATE_RUNTIME  folder of the sockets, and of what the part itself leaves for others
//              EVENGATE_SOCKET   main's socket, when it lies elsewhere (an installed part has a folder of its own)
//              EVENGATE_CHILD    set when main started us: end when main is gone
//              NOTIFY_SOCKET     the service manager that started us (life.ts)

import { connect } from 'node:net'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import { type MonotonicMs, type Part, systemClock } from '../config/words.ts'
import type { Device, Port } from './contracts.ts'
import { type Life, startLife } from './life.ts'
import { type Link, openLink } from './link.ts'
import { log, originOf } from './log.ts'
import { type FromPart, PROTOCOL_VERSION, type ToPart, toPart } from './protocol.ts'

/** Messages kept for main while it is away; beyond it the oldest is dropped and counted. */
const QUEUE_LIMIT = 256
/** A reading older than this is worth nothing: nobody stands there any more. */
const STALE_READING_MS = 2000
const RECONNECT_MS = 50
/** A socket that is not for us: its unit or our group must be put right first. */
const FORBIDDEN_RECONNECT_MS = 1000

export type PartPlan = {
  /** Called once, with the settings from main. Throws on settings that are not the part's (a bug in main). */
  readonly build: (settings: unknown, port: Port) => readonly Device[]
  /** Messages other than welcome and ping. */
  readonly receive?: (message: ToPart) => void
  /** main is gone; only the door and installed units live on. */
  readonly onMainLost?: () => void
  /** main asked for a sign of life: it lives itself. */
  readonly onMainHeard?: () => void
  /** Settings that the part starts with when main has not come for so long; undefined: it has none, and waits on. */
  readonly alone?: { readonly afterMs: number; readonly readSettings: () => unknown }
  /** What it holds is main's to give and to take: gone with main, installed or not. */
  readonly endsWithMain?: boolean
  /** The part's own work goes on, which is what its watchdog lives on. Absent: its devices answer for their state. */
  readonly isWorking?: () => boolean
  /** Said with `ready`, when the devices have started. */
  readonly ready?: () => Promise<Omit<Extract<FromPart, { type: 'ready' }>, 'type'>>
}

const readPlace = (part: Part) => {
  const { EVENGATE_RUNTIME: runtimeDirectory, EVENGATE_SOCKET, EVENGATE_CHILD } = process.env
  if (!runtimeDirectory) {
    process.stderr.write('EVENGATE_RUNTIME is not set: this program is started by evengate or by its unit\n')
    process.exit(2)
  }
  const socketPath = EVENGATE_SOCKET ?? join(runtimeDirectory, `${part}.sock`)
  return { runtimeDirectory, socketPath, child: EVENGATE_CHILD !== undefined }
}

type Outbox = {
  put: (message: FromPart) => void
  /** What waits goes to this link. A connection that main has not welcomed may be dropped unread, and gets nothing. */
  open: (link: Link) => void
  shut: () => void
  drain: () => void
  dropped: () => number
}

const createOutbox = (now: () => MonotonicMs): Outbox => {
  const queue: FromPart[] = []
  let dropped = 0
  let taker: Link | undefined
  const drain = () => {
    while (taker && queue.length > 0) {
      const message = queue[0]
      if (message === undefined) return
      const stale = message.type === 'reading' && now() - message.at > STALE_READING_MS
      if (!stale && !taker.send(message)) return
      if (stale) dropped++
      queue.shift()
    }
  }
  return {
    put: (message) => {
      if (queue.length >= QUEUE_LIMIT) {
        queue.shift()
        dropped++
      }
      queue.push(message)
      drain()
    },
    open: (link) => {
      taker = link
    },
    shut: () => {
      taker = undefined
    },
    drain,
    dropped: () => dropped,
  }
}

/** Settings that a part reads by itself; `reread`: what it would start with now, undefined when it would be refused. */
export type OwnSettings = { readonly settings: unknown; readonly reread: () => unknown }

/** As it would arrive in a frame. */
const throughFrame = (settings: unknown): unknown =>
  settings === undefined ? undefined : JSON.parse(JSON.stringify(settings))

/**
 * Whether the part must end, to be started with what a welcome brings. One whose own files give the same again, or nothing, would come
 * back as it is and end again, for ever: it stays, and says so.
 */
const createComparison = (part: Part, own: OwnSettings | undefined, tell: Port['tell']) => {
  let known = throughFrame(own?.settings)
  return (settings: unknown): boolean => {
    if (known === undefined) known = settings
    if (isDeepStrictEqual(known, settings) || (own && settings === null)) return false
    const next = own && throughFrame(own.reread())
    if (!own || (next !== undefined && !isDeepStrictEqual(known, next))) {
      log('notice', 'settings_changed', { part })
      return true
    }
    log('fault', 'settings_differ', { part })
    tell({ type: 'fault', code: 'settings_differ' })
    return false
  }
}

/** Ends once, in order: the devices first. */
const createEnding = (life: Life, devices: () => readonly Device[]) => {
  let ending = false
  return {
    isEnding: () => ending,
    end: async (exitCode: number): Promise<void> => {
      if (ending) return
      ending = true
      life.end()
      await Promise.all(devices().map((device) => device.stop()))
      process.exit(exitCode)
    },
  }
}

const waitAlone = (alone: PartPlan['alone'], isAlone: () => boolean, start: (kept: unknown) => void): void => {
  if (!alone) return
  setTimeout(() => {
    const kept = isAlone() ? alone.readSettings() : undefined
    if (kept !== undefined) start(kept)
  }, alone.afterMs)
}

/**
 * `own`: settings the part has already read by itself (the door, which waits for nobody); otherwise main's welcome brings them, null
 * when no device of this part is configured.
 */
export const runPart = (part: Part, plan: PartPlan, own?: OwnSettings): void => {
  const { runtimeDirectory, socketPath, child } = readPlace(part)
  const outbox = createOutbox(systemClock.monotonic)
  const mustEnd = createComparison(part, own, outbox.put)
  let link: Link | undefined
  let devices: readonly Device[] | undefined
  let welcomed = false

  const port: Port = { clock: systemClock, runtimeDirectory, tell: outbox.put }

  const startDevices = (settings: unknown) => {
    devices = plan.build(settings, port)
    for (const device of devices) device.start()
  }
  const life = startLife({ isWorking: plan.isWorking ?? (() => devices?.every((device) => device.state()) ?? true) })
  const { end, isEnding } = createEnding(life, () => devices ?? [])
  const takeWelcome = async (settings: unknown) => {
    welcomed = true
    if (mustEnd(settings)) return end(0)
    if (!devices && settings !== null) startDevices(settings)
    const said = devices ? await plan.ready?.() : undefined
    life.begin(devices ? 'devices started' : 'no device of this part is configured')
    port.tell({ type: 'ready', ...said })
  }
  const receive = (message: ToPart) => {
    if (message.type === 'welcome') {
      if (link) outbox.open(link)
      void takeWelcome(message.settings)
    } else if (message.type === 'ping') {
      plan.onMainHeard?.()
      link?.send(answerOf(message.turn, devices ?? [], outbox.dropped()))
      life.answer()
    } else plan.receive?.(message)
    outbox.drain()
  }

  if (own) {
    startDevices(own.settings)
    life.begin('devices started')
  }
  waitAlone(
    plan.alone,
    () => !welcomed && !isEnding(),
    (kept) => {
      // What main brings later is compared with it.
      mustEnd(kept)
      startDevices(kept)
      life.begin('devices started, without main')
    },
  )
  const loseMain = () => {
    plan.onMainLost?.()
    if ((child && part !== 'door') || plan.endsWithMain) void end(0)
  }
  keepConnected(socketPath, isEnding, {
    onOpen: (opened) => {
      link = opened
      link.send({ type: 'hello', part, version: PROTOCOL_VERSION, pid: process.pid } satisfies FromPart)
    },
    onMessage: (raw) => {
      const message = readMessage(part, raw)
      if (message) receive(message)
    },
    onClose: () => {
      link = undefined
      outbox.shut()
      loseMain()
    },
    // main listens before it starts a child: one that finds nobody there has lost it already. A unit may come first, and waits.
    onAbsent: () => {
      if (child) loseMain()
    },
  })
  endOnSignals(part, end)
}

const readMessage = (part: Part, raw: unknown): ToPart | undefined => {
  const parsed = v.safeParse(toPart, raw)
  if (!parsed.success) log('fault', 'message_malformed', { part })
  return parsed.success ? parsed.output : undefined
}

const answerOf = (turn: number, devices: readonly Device[], dropped: number): FromPart => ({
  type: 'alive',
  turn,
  devices: devices.map((device) => device.state()),
  dropped,
})

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
  /** Once, until it stands again: nobody listens there. */
  readonly onAbsent: () => void
  readonly onMessage: (raw: unknown) => void
  readonly onClose: () => void
}

const isForbidden = (error: Error): boolean => 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')

const isAbsent = (error: Error): boolean =>
  'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')

/** Connects, and connects again whenever main was away, until `isEnding`. */
const keepConnected = (path: string, isEnding: () => boolean, connection: Connection): void => {
  let forbidden = false
  let absent = false
  const again = () => {
    if (!isEnding()) setTimeout(open, forbidden ? FORBIDDEN_RECONNECT_MS : RECONNECT_MS)
  }
  /** Before the connection stands, an error means that main does not listen yet, or that it is not for us. */
  const miss = (error: Error) => {
    if (isForbidden(error) && !forbidden) log('fault', 'main_socket_forbidden', { group: process.getgid?.() ?? -1 })
    forbidden = isForbidden(error)
    if (isAbsent(error) && !absent) {
      absent = true
      connection.onAbsent()
    }
    again()
  }
  const open = () => {
    const socket = connect(path)
    socket.once('error', miss)
    socket.once('connect', () => {
      socket.off('error', miss)
      forbidden = false
      absent = false
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
  open()
}
