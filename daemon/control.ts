// The control socket: how a command on this machine talks to the running daemon. One request a connection, one JSON object a line
// back: `tell` lines as they come, then one `answer`. Only the owner of the runtime folder can reach it (0600 in 0700). Installed, its
// unit made it, and its group may call. One socket a role (commands/roles.ts); the kernel says who called. Knows no command: it hands
// name and arguments to `answer`. Served by the daemon, called by the command line.

import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { failed, type Result } from '../config/words.ts'
import { controlSockets, type Role, type RoleCaller, roleOf } from './commands/roles.ts'
import { readPeerUid } from './peer.ts'
import type { Sockets } from './sockets.ts'

const REQUEST_LIMIT_BYTES = 1 << 16
/** Told but not yet read; whoever is this far behind has stopped reading. */
const UNREAD_LIMIT_BYTES = 8 << 20
/** Commands at once, of one role; more is a script gone wild. */
const CONNECTIONS_LIMIT = 16
/** From the connection to the request. Whoever says nothing for longer holds a place that others need. */
const REQUEST_LIMIT_MS = 5000

export type Request = { readonly command: string; readonly args: unknown }
export type Conversation = {
  /** A line on the way: a hint, an event, a live state. False: nobody listens any more. */
  readonly tell: (line: unknown) => boolean
  /** Called once when the caller goes away before the answer. */
  readonly onLeave: (leave: () => void) => void
}
/** `caller`: by the socket, and by the kernel. */
export type Answer = (request: Request, conversation: Conversation, caller: RoleCaller) => Promise<Result<unknown>>

/** `close` takes no more callers. */
export const serveControl = (sockets: Sockets, runtimeDirectory: string, answer: Answer): { close: () => void } => {
  const closes = controlSockets.map((name) => {
    let callers = 0
    return sockets.listen(runtimeDirectory, name, (socket) => {
      if (callers >= CONNECTIONS_LIMIT) {
        socket.destroy()
        return
      }
      callers++
      socket.once('close', () => callers--)
      serveOne(socket, roleOf(name), answer)
    })
  })
  return {
    close: () => {
      for (const close of closes) close()
    },
  }
}

const readRequest = (line: string): Request | undefined => {
  try {
    const raw: unknown = JSON.parse(line)
    if (typeof raw !== 'object' || raw === null || !('command' in raw) || typeof raw.command !== 'string')
      return undefined
    return { command: raw.command, args: 'args' in raw ? raw.args : {} }
  } catch {
    return undefined // not JSON: the answer says so, the bytes are not repeated
  }
}

const serveOne = (socket: Socket, role: Role, answer: Answer): void => {
  const write = (line: unknown): boolean => {
    if (!socket.writable) return false
    socket.write(`${JSON.stringify(line)}\n`)
    if (socket.writableLength <= UNREAD_LIMIT_BYTES) return true
    socket.destroy()
    return false
  }
  let received = 0
  let leave = () => {
    // Nothing runs for this caller yet.
  }
  const silence = setTimeout(() => socket.destroy(), REQUEST_LIMIT_MS)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    clearTimeout(silence)
    leave()
  })
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > REQUEST_LIMIT_BYTES) socket.destroy()
  })
  const lines = createInterface({ input: socket })
  // readline repeats the socket's error, and one that nobody hears would end the gate.
  lines.on('error', () => socket.destroy())
  lines.once('line', async (line) => {
    clearTimeout(silence)
    const request = readRequest(line)
    const uid = await readPeerUid(socket)
    // Gone already: there is nobody to answer, and nothing is done in nobody's name.
    if (uid === undefined) return void socket.destroy()
    const conversation: Conversation = {
      tell: (told) => write({ tell: told }),
      onLeave: (listener) => {
        leave = listener
      },
    }
    const result = request
      ? await answer(request, conversation, { role, caller: `uid:${uid}` })
      : failed('request_malformed')
    leave = () => {
      // Answered: a caller who hangs up now ends nothing.
    }
    write({ answer: result })
    socket.end()
  })
}

/** Sends one request. `daemon_absent` when nobody listens, `daemon_forbidden` when another user's gate does; `daemon_gone` when the connection ends without an answer. */
export const callControl = (
  path: string,
  request: Request,
  onTell: (line: unknown) => void,
  hangUp?: AbortSignal,
): Promise<Result<unknown>> =>
  new Promise((resolve) => {
    const socket = connect(path)
    let connected = false
    // The gate ends what it does for this caller, and the answer is `daemon_gone`.
    if (hangUp?.aborted) socket.destroy()
    hangUp?.addEventListener('abort', () => socket.destroy(), { once: true })
    socket.once('connect', () => {
      connected = true
      socket.write(`${JSON.stringify(request)}\n`)
    })
    socket.once('error', (error) => {
      const forbidden = 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
      resolve(failed(connected ? 'daemon_gone' : forbidden ? 'daemon_forbidden' : 'daemon_absent'))
    })
    socket.once('close', () => resolve(failed('daemon_gone')))
    const lines = createInterface({ input: socket })
    lines.on('error', () => socket.destroy()) // answered by the socket's own event
    lines.on('line', (line) => {
      const message = JSON.parse(line) as { tell?: unknown; answer?: Result<unknown> }
      if (message.answer) resolve(message.answer)
      else onTell(message.tell)
    })
  })
