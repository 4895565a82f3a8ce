// Where the parts and the commands find main: listening sockets that socket units made and handed over (sd_listen_fds(3)), which
// outlive main and are each their group's alone, or sockets of main's own in the runtime folder (0600 in 0700: a checkout).
// Knows no protocol. Opened when the daemon starts; used by part-slot.ts and control.ts.

import { chmodSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { done, failed, type Part, parts, type Result } from '../config/words.ts'
import { type ControlSocket, controlSockets } from './commands/roles.ts'

const FIRST_FD = 3
export type SocketName = Part | ControlSocket
const isSocketName = (name: string): name is SocketName => [...parts, ...controlSockets].some((one) => one === name)

type Take = (socket: Socket) => void
export type Sockets = {
  /** Made by a unit: whoever connects has a unit of his own, and is not ours to start or to end. */
  readonly isGiven: (name: SocketName) => boolean
  /** Takes connections until the answer is called; a connection that comes when nobody takes it is ended. */
  readonly listen: (folder: string, name: SocketName, take: Take) => () => void
}

/** A file descriptor's number in /proc/net/unix, among the streams that listen there. */
const isListeningStream = (fd: number): boolean => {
  const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
  if (inode === undefined) return false
  return readFileSync('/proc/self/net/unix', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([, , , flags, kind, , number]) => number === inode && kind === '0001' && flags === '00010000')
}

/** Takes the names out of the environment: they are not for what we start. */
const readHandover = (environment: Record<string, string | undefined>): readonly string[] => {
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names = '' } = environment
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete environment[name]
  if (Number(pid) !== process.pid) return []
  return Array.from({ length: Number(count) || 0 }, (_, n) => names.split(':')[n] ?? '')
}

/** The server of a handed-over socket stands as long as main: its descriptor cannot be had again. */
type Given = { readonly fd: number; server?: Server; take?: Take | undefined }

const serveGiven = (given: Given, take: Take): (() => void) => {
  given.take = take
  given.server ??= createServer((socket) => {
    if (given.take) given.take(socket)
    else socket.destroy()
  })
    .listen({ fd: given.fd })
    .unref() // what is never closed must not keep a main that has stopped
  return () => {
    if (given.take === take) given.take = undefined
  }
}

const serveOwn = (path: string, take: Take): (() => void) => {
  rmSync(path, { force: true })
  const server = createServer(take)
  server.listen(path, () => chmodSync(path, 0o600))
  return () => void server.close()
}

/** All of main's own: a checkout. */
export const ownSockets: Sockets = Object.freeze({
  isGiven: () => false,
  listen: (folder, name, take) => serveOwn(join(folder, `${name}.sock`), take),
})

/** `socket_unusable` names a socket that is handed over and is none of ours, or is no listening Unix stream. */
export const openSockets = (
  environment: Record<string, string | undefined> = process.env,
): Result<Sockets, 'socket_unusable'> => {
  const given = new Map<SocketName, Given>()
  for (const [n, name] of readHandover(environment).entries()) {
    const fd = FIRST_FD + n
    if (!isSocketName(name) || given.has(name) || !isListeningStream(fd)) return failed('socket_unusable', name)
    given.set(name, { fd })
  }
  return done({
    isGiven: (name) => given.has(name),
    listen: (folder, name, take) => {
      const handed = given.get(name)
      return handed ? serveGiven(handed, take) : ownSockets.listen(folder, name, take)
    },
  })
}
