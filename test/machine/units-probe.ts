// What a program in the face part's unit can reach: tries to write wherever something might be written and to connect to whatever might
// answer, and says what it could, as JSON. Started by units.test.ts in a unit that differs from the face part's in nothing else.

import { createSocket } from 'node:dgram'
import { mkdtempSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const REACH_LIMIT_MS = 1500
const folders = [
  '/tmp',
  '/var/tmp',
  '/dev/shm',
  '/dev',
  '/dev/mqueue',
  '/run',
  '/run/lock',
  '/run/evengate',
  '/var/lib/evengate',
  '/var/lib/evengate/models',
  '/var/lib/evengate/store',
  '/var/cache/evengate/evengate-face',
  '/var/log',
  '/home',
  '/root',
  '/etc',
  '/etc/evengate',
  '/proc/self',
  '/sys',
  process.cwd(),
  process.env['CREDENTIALS_DIRECTORY'] ?? '/run/credentials',
  import.meta.dirname,
]

const canWrite = (folder: string): boolean => {
  try {
    writeFileSync(join(folder, `probe-${process.pid}`), 'x')
    return true
  } catch {
    return false
  }
}
const canMake = (folder: string): boolean => {
  try {
    mkdtempSync(join(folder, 'probe-'))
    return true
  } catch {
    return false
  }
}
const canOpen = (path: string): boolean => {
  try {
    openSync(path, 'r')
    return true
  } catch {
    return false
  }
}

const canConnect = (to: { host: string; port: number } | { path: string }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(to, () => resolve(true))
    socket.once('error', () => resolve(false))
    setTimeout(() => resolve(false), REACH_LIMIT_MS)
  })
const canSend = async (): Promise<boolean> => {
  try {
    const socket = createSocket('udp4')
    const { promise, resolve } = Promise.withResolvers<boolean>()
    socket.once('error', () => resolve(false))
    socket.send('x', 53, '192.0.2.1', (error) => resolve(!error))
    return await Promise.race([promise, pause(REACH_LIMIT_MS, false)])
  } catch {
    return false
  }
}

const listInterfaces = (): readonly string[] => {
  try {
    return Object.keys(networkInterfaces()).filter((name) => name !== 'lo')
  } catch {
    return [] // not even that may be asked
  }
}

const [port = '0'] = process.argv.slice(2)
const addresses = ['127.0.0.1', '::1', '192.0.2.1']
const connected = await Promise.all(addresses.map((host) => canConnect({ host, port: Number(port) })))
const sockets = ['door', 'card', 'keypad', 'control', 'face'].map((name) => `/run/evengate/${name}.sock`)
const opened = await Promise.all(sockets.map((path) => canConnect({ path })))
writeSync(
  1,
  `${JSON.stringify({
    probe: true,
    written: folders.filter((folder) => canWrite(folder) || canMake(folder)),
    connected: addresses.filter((_, n) => connected[n]),
    sent: await canSend(),
    interfaces: listInterfaces(),
    sockets: sockets.filter((_, n) => opened[n]),
    read: [
      '/var/lib/evengate/store/gate.db',
      '/etc/evengate/gate.yaml',
      '/var/lib/evengate/accepted/gate.json',
      '/run/evengate/accepted/gate.json',
      '/etc/shadow',
    ].filter(canOpen),
    key: canOpen(join(process.env['CREDENTIALS_DIRECTORY'] ?? '/none', 'template.key')),
  })}\n`,
)
process.exit(0)
