// Devices that the bench can pull out: a serial line that socat holds, a pcscd of its own with vsmartcard's virtual reader. Each only
// where its programs and rights are. Called by plugs.ts.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../config/words.ts'

const START_LIMIT_MS = 10_000
const POLL_MS = 10
const VPCD = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'
/** Below the ports that the kernel hands out by itself; vpcd takes two in a row. */
const FIRST_PORT = 20_000
const PORTS = 12_000
const READER = 'Bench PCD 00 00'

export type Plug = {
  /** Of the device, but for its id. */
  readonly settings: object
  readonly env: Readonly<Record<string, string>>
  readonly pull: () => Promise<void>
  readonly plugIn: () => Promise<void>
  readonly close: () => Promise<void>
}

const hasProgram = (name: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  }).status === 0

const awaitThere = async (what: string, look: () => boolean | Promise<boolean>): Promise<void> => {
  const until = systemClock.monotonic() + START_LIMIT_MS
  while (!(await look())) {
    if (systemClock.monotonic() > until) throw new Error(`${what}: not within ${START_LIMIT_MS} ms`)
    await pause(POLL_MS)
  }
}

/** A program that is killed as a cable is pulled, and started again. */
const openProgram = async (start: () => Promise<ChildProcess>) => {
  let child = await start()
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  return {
    pull: kill,
    plugIn: async () => {
      child = await start()
    },
    close: async () => {
      await kill()
      process.off('exit', end)
    },
  }
}

export const openSerialLine = async (folder: string): Promise<Plug | undefined> => {
  if (!hasProgram('socat')) return undefined
  const device = join(folder, 'line')
  const start = async (): Promise<ChildProcess> => {
    rmSync(device, { force: true })
    const socat = spawn('socat', [`pty,raw,echo=0,link=${device}`, 'pty,raw,echo=0'], { stdio: 'ignore' })
    await awaitThere('the serial line', () => existsSync(device))
    // socat ends when the last reader closes: a part that starts anew must find its line.
    const holder = openSync(device, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    socat.once('exit', () => {
      closeSync(holder)
      rmSync(device, { force: true })
    })
    return socat
  }
  const program = await openProgram(start)
  return { settings: { driver: 'serial', device }, env: {}, ...program }
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** Its own /run: the machine's pcscd, if there is one, is neither seen nor touched. */
const PRIVATE_RUN =
  'mount --make-rprivate / && mount -t tmpfs none /run && mkdir /run/pcscd && ' +
  'mount --bind "$1/run" /run/pcscd && exec pcscd --foreground --config "$1/conf"'

/** `port`: where a card connects. */
export type ReaderService = Plug & { readonly port: number }

export const openReaderService = async (runtimeDirectory: string): Promise<ReaderService | undefined> => {
  const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0
  if (!mayMount || !hasProgram('pcscd') || !existsSync(VPCD)) return undefined
  const folder = join(runtimeDirectory, 'pcscd')
  const socket = join(folder, 'run/pcscd.comm')
  mkdirSync(join(folder, 'run'), { recursive: true })
  mkdirSync(join(folder, 'conf'))
  const port = FIRST_PORT + 2 * Math.floor((Math.random() * PORTS) / 2)
  const channel = `0x${port.toString(16)}`
  const reader = READER.slice(0, -' 00 00'.length)
  const lines = [
    `FRIENDLYNAME "${reader}"`,
    `DEVICENAME /dev/null:${channel}`,
    `LIBPATH ${VPCD}`,
    `CHANNELID ${channel}`,
  ]
  writeFileSync(join(folder, 'conf/vpcd'), `${lines.join('\n')}\n`)
  const start = async (): Promise<ChildProcess> => {
    for (const left of ['pcscd.comm', 'pcscd.pid']) rmSync(join(folder, 'run', left), { force: true })
    const pcscd = spawn('unshare', ['-m', 'sh', '-c', PRIVATE_RUN, 'sh', folder], { stdio: 'ignore' })
    await awaitThere('pcscd', () => answers(socket))
    return pcscd
  }
  const program = await openProgram(start)
  const close = async () => {
    await program.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const env = { PCSCLITE_CSOCK_NAME: socket }
  return { settings: { driver: 'pcsc', reader: READER }, env, port, ...program, close }
}
