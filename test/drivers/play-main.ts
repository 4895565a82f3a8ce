// Plays main for one part: listens on its socket in a folder of its own, starts the part's process, welcomes it with settings and
// keeps what it says. Test equipment of every part; checks each message against the protocol, decides nothing.
//
//   await using main = await playMain('card', { devices: [] })
//   const reading = await main.next((m) => m.type === 'reading')

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { type Part, systemClock } from '../../config/words.ts'
import { type Link, openLink } from '../../drivers/link.ts'
import { type DeviceState, type FromPart, fromPart, type ToPart } from '../../drivers/protocol.ts'

const NEXT_LIMIT_MS = 5000
const STOP_LIMIT_MS = 3000
const POLL_MS = 20
const STDERR_LIMIT_CHARACTERS = 1 << 20

export type PlayOptions = {
  readonly env?: Readonly<Record<string, string>>
  /** Path of the entry file; otherwise `drivers/PART/part.ts`. */
  readonly entry?: string
  readonly args?: readonly string[]
  /** False: as an installed unit runs it, without EVENGATE_CHILD. */
  readonly asChild?: boolean
  /** A folder that the caller owns and removes; otherwise one is made, and removed by `stop`. */
  readonly runtimeDirectory?: string
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }
export type Alive = Extract<FromPart, { type: 'alive' }>

type Next = {
  <M extends FromPart>(predicate: (message: FromPart) => message is M, limitMs?: number): Promise<M>
  (predicate: (message: FromPart) => boolean, limitMs?: number): Promise<FromPart>
}

export type PlayedMain = {
  readonly runtimeDirectory: string
  /** The part's process that runs now or ran last. */
  readonly child: ChildProcess
  /** Everything the part said, oldest first, of all its processes. */
  readonly messages: readonly FromPart[]
  /** The oldest message that fits and that no `next` has given yet; waits for it at most `limitMs`. */
  readonly next: Next
  /** False: the part is not connected. */
  readonly send: (message: ToPart) => boolean
  /** Sends a ping of a new turn; gives its answer and how long it took. */
  readonly ping: (limitMs?: number) => Promise<{ readonly alive: Alive; readonly tookMs: number }>
  /** Pings until the device says so. */
  readonly deviceIs: (device: string, state: DeviceState['state'], limitMs?: number) => Promise<DeviceState>
  readonly exited: (limitMs?: number) => Promise<Exit>
  /** Starts the part anew, as the supervisor would after an exit. */
  readonly respawn: () => void
  /** main dies: the connection and the socket go; `comeBack` listens again. */
  readonly goAway: () => Promise<void>
  readonly comeBack: () => Promise<void>
  /** What the part wrote to stderr so far. */
  readonly stderr: () => string
  readonly stop: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export const waitUntil = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs: number = NEXT_LIMIT_MS,
): Promise<void> => {
  const until = systemClock.monotonic() + limitMs
  while (!(await condition())) {
    if (systemClock.monotonic() > until) throw new Error(`${what}: not within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** What the part says, and who waits for it. */
const createInbox = () => {
  const messages: FromPart[] = []
  const taken = new Set<FromPart>()
  const seen = () => messages.map((m) => (m.type === 'fault' ? `fault:${m.code}` : m.type)).slice(-20)
  const next = async (predicate: (message: FromPart) => boolean, limitMs = NEXT_LIMIT_MS): Promise<FromPart> => {
    let found: FromPart | undefined
    await waitUntil(
      'the message awaited',
      () => {
        found = messages.find((message) => !taken.has(message) && predicate(message))
        return found !== undefined
      },
      limitMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; the last said were: ${seen().join(' ')}`)
    })
    if (!found) throw new Error('unreachable: waited for a message and have none')
    taken.add(found)
    return found
  }
  return { messages, next: next as Next }
}

const openSocket = (path: string, settings: unknown, take: (message: FromPart) => void) => {
  let link: Link | undefined
  const server: Server = createServer((socket) => {
    const opened = openLink(socket, {
      onMessage: (raw) => {
        const message = v.parse(fromPart, raw)
        if (message.type === 'hello') opened.send({ type: 'welcome', settings } satisfies ToPart)
        take(message)
      },
      onClose: () => {
        if (link === opened) link = undefined
      },
    })
    link = opened
  })
  return {
    listen: () => new Promise<void>((resolve) => server.listen(path, resolve)),
    send: (message: ToPart) => link?.send(message) ?? false,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        link?.close()
      }),
  }
}

const startPart = (part: Part, runtimeDirectory: string, options: PlayOptions) => {
  const entry = options.entry ?? fileURLToPath(new URL(`../../drivers/${part}/part.ts`, import.meta.url))
  const { EVENGATE_CHILD: _, ...inherited } = process.env
  const child = spawn(process.execPath, [entry, ...(options.args ?? [])], {
    env: {
      ...inherited,
      EVENGATE_RUNTIME: runtimeDirectory,
      ...(options.asChild === false ? {} : { EVENGATE_CHILD: '1' }),
      ...options.env,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT_CHARACTERS)
  })
  return { child, stderr: () => stderr, runs: () => child.exitCode === null && child.signalCode === null }
}

export const playMain = async (part: Part, settings: unknown, options: PlayOptions = {}): Promise<PlayedMain> => {
  const runtimeDirectory = options.runtimeDirectory ?? (await mkdtemp(join(tmpdir(), 'eg-')))
  const inbox = createInbox()
  const open = () => openSocket(join(runtimeDirectory, `${part}.sock`), settings, (m) => inbox.messages.push(m))
  let socket = open()
  await socket.listen()
  let started = startPart(part, runtimeDirectory, options)
  let earlierStderr = ''
  let turn = 0

  const ping: PlayedMain['ping'] = async (limitMs = NEXT_LIMIT_MS) => {
    const asked = ++turn
    const since = systemClock.monotonic()
    await waitUntil('a connection to ping', () => socket.send({ type: 'ping', turn: asked }), limitMs)
    const alive = await inbox.next((m): m is Alive => m.type === 'alive' && m.turn === asked, limitMs)
    return { alive, tookMs: systemClock.monotonic() - since }
  }
  const deviceIs: PlayedMain['deviceIs'] = async (device, state, limitMs = NEXT_LIMIT_MS) => {
    let told: DeviceState | undefined
    const asks = async () => {
      told = (await ping(limitMs)).alive.devices.find((d) => d.device === device)
      return told?.state === state
    }
    await waitUntil(`${device} is ${state}`, asks, limitMs)
    if (!told) throw new Error('unreachable: waited for a device and have none')
    return told
  }
  const exited = async (limitMs = NEXT_LIMIT_MS): Promise<Exit> => {
    await waitUntil('the end of the part', () => !started.runs(), limitMs)
    return { code: started.child.exitCode, signal: started.child.signalCode }
  }
  const stop = async () => {
    if (started.runs()) started.child.kill('SIGTERM')
    await exited(STOP_LIMIT_MS).catch(() => {
      started.child.kill('SIGKILL')
      return exited(STOP_LIMIT_MS)
    })
    await socket.close()
    if (options.runtimeDirectory === undefined) await rm(runtimeDirectory, { recursive: true, force: true })
  }

  return {
    runtimeDirectory,
    get child() {
      return started.child
    },
    messages: inbox.messages,
    next: inbox.next,
    send: (message) => socket.send(message),
    ping,
    deviceIs,
    exited,
    respawn: () => {
      earlierStderr += started.stderr()
      started = startPart(part, runtimeDirectory, options)
    },
    goAway: () => socket.close(),
    comeBack: () => {
      socket = open()
      return socket.listen()
    },
    stderr: () => earlierStderr + started.stderr(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
