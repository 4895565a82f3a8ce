// A card reader for tests without hardware: a private pcscd with vsmartcard's virtual reader, and cards played over TCP. The socket of
// a real pcscd is hidden from this one by a mount namespace, so that test files run side by side. Test equipment: needs root,
// pcscd, vpcd and unshare (see needPart).

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import type { Chip } from './emulated-card.ts'
import { waitUntil } from './play-main.ts'

const NAME = 'Virtual PCD'
/** pcscd looks at this reader every 400 ms, and vpcd asks an absent card again: a shorter tap or pause may not be seen. */
const HOLD_MS = 600
const START_LIMIT_MS = 5000
/** Below the ports that the kernel hands out by itself. */
const FIRST_PORT = 20_000
const PORTS = 12_000
const SLOTS = [0, 1] as const

export type Slot = (typeof SLOTS)[number]

/** What PC/SC readers say of a MIFARE Classic or Ultralight, and of a DESFire. */
export const ATR_STORAGE = '3b8f8001804f0ca000000306030001000000006a'
export const ATR_DESFIRE = '3b8180018080'

export type TapOptions = {
  readonly atr?: string
  /** Which of the two readers. */
  readonly slot?: Slot
  /** The answer to GET UID in hex with its status, or what the card does instead. */
  readonly answer?: string | 'never' | 'leaves'
  /** What answers every other question; otherwise the card knows none. */
  readonly chip?: Chip
  /** A card far away, whose chip's answers are carried to the reader: how late each of them comes. */
  readonly relayedMs?: number
}

export type VirtualReader = {
  /** Names of the two readers, as pcscd gives them. */
  readonly names: readonly [string, string]
  /** Goes into the environment of the process that shall see these readers. */
  readonly env: { readonly PCSCLITE_CSOCK_NAME: string }
  /** Puts a card into the field; resolves at once with the instant. Take it away by `remove` before the next. */
  readonly tap: (uid: string, options?: TapOptions) => Promise<MonotonicMs>
  /** Takes the card away, not before pcscd can have seen it, and resolves when pcscd can have seen that. */
  readonly remove: (slot?: Slot) => Promise<void>
  readonly killPcscd: (signal?: NodeJS.Signals) => Promise<void>
  readonly restartPcscd: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })

/** vpcd takes one port a reader, in a row. */
const findPort = async (): Promise<number> => {
  for (let tries = 0; tries < 50; tries++) {
    const port = FIRST_PORT + 2 * Math.floor((Math.random() * PORTS) / 2)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
  throw new Error('no two free ports in a row')
}

const openConnection = (address: { port: number; host: string } | { path: string }): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })

const frame = (payload: Buffer): Buffer => {
  const bytes = Buffer.alloc(2 + payload.length)
  bytes.writeUInt16BE(payload.length, 0)
  payload.copy(bytes, 2)
  return bytes
}

/** vpcd's protocol: two bytes of length, then one byte of control (0 off, 1 on, 2 reset, 4 ask the ATR) or an APDU. */
export const playCard = (socket: Socket, uid: string, options: TapOptions): void => {
  const answer = options.answer ?? `${uid}9000`
  const take = (payload: Buffer) => {
    if (payload.length === 1) {
      if (payload[0] === 4) socket.write(frame(Buffer.from(options.atr ?? ATR_STORAGE, 'hex')))
    } else if (payload.toString('hex') !== 'ffca000000') {
      const said = options.chip?.(payload) ?? Buffer.from('6a81', 'hex')
      if (said === 'leaves') socket.destroy()
      else if (said !== 'never' && options.relayedMs === undefined) socket.write(frame(said))
      else if (said !== 'never') setTimeout(() => socket.write(frame(said)), options.relayedMs)
    } else if (answer === 'leaves') socket.destroy()
    else if (answer !== 'never') socket.write(frame(Buffer.from(answer, 'hex')))
  }
  let pending: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      take(pending.subarray(2, end))
      pending = pending.subarray(end)
    }
  })
}

const writeConfiguration = async (folder: string, port: number): Promise<void> => {
  await mkdir(join(folder, 'run'))
  await mkdir(join(folder, 'conf'))
  const channel = `0x${port.toString(16)}`
  const lines = [
    `FRIENDLYNAME "${NAME}"`,
    `DEVICENAME /dev/null:${channel}`,
    'LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so',
    `CHANNELID ${channel}`,
  ]
  await writeFile(join(folder, 'conf', 'vpcd'), `${lines.join('\n')}\n`)
}

const PRIVATE_RUN =
  'mount --make-rprivate / && mount -t tmpfs none /run && mkdir /run/pcscd && ' +
  'mount --bind "$1/run" /run/pcscd && exec pcscd --foreground --config "$1/conf"'

const startPcscd = async (folder: string, port: number): Promise<ChildProcess> => {
  const path = join(folder, 'run', 'pcscd.comm')
  await rm(path, { force: true })
  await rm(join(folder, 'run', 'pcscd.pid'), { force: true })
  const pcscd = spawn('unshare', ['-m', 'sh', '-c', PRIVATE_RUN, 'sh', folder], { stdio: 'ignore' })
  const answers = async () => {
    if (pcscd.exitCode !== null) throw new Error(`pcscd ended with ${pcscd.exitCode}`)
    const socket = await openConnection({ path })
    socket?.destroy()
    return socket !== undefined && !(await isFree(port + 1))
  }
  await waitUntil('pcscd with its virtual readers', answers, START_LIMIT_MS)
  return pcscd
}

export const startVirtualReader = async (): Promise<VirtualReader> => {
  const folder = await mkdtemp(join(tmpdir(), 'eg-pcscd-'))
  const port = await findPort()
  await writeConfiguration(folder, port)
  let pcscd = await startPcscd(folder, port)
  const cards = new Map<Slot, { readonly socket: Socket; readonly since: MonotonicMs }>()

  const remove = async (slot: Slot = 0) => {
    const card = cards.get(slot)
    if (!card) return
    await after(card.since + HOLD_MS - systemClock.monotonic())
    card.socket.destroy()
    cards.delete(slot)
    await after(HOLD_MS)
  }
  const tap = async (uid: string, options: TapOptions = {}) => {
    const slot = options.slot ?? 0
    if (cards.has(slot)) throw new Error('a card is in the field: remove it first')
    let socket: Socket | undefined
    const connects = async () => {
      socket = await openConnection({ port: port + slot, host: '127.0.0.1' })
      return socket !== undefined
    }
    await waitUntil('the virtual reader takes a card', connects, START_LIMIT_MS)
    if (!socket) throw new Error('unreachable: waited for a connection and have none')
    const since = systemClock.monotonic()
    cards.set(slot, { socket, since })
    playCard(socket, uid, options)
    return since
  }
  const killPcscd = async (signal: NodeJS.Signals = 'SIGKILL') => {
    pcscd.kill(signal)
    if (signal === 'SIGSTOP') return
    await waitUntil('the end of pcscd', () => pcscd.exitCode !== null || pcscd.signalCode !== null)
    for (const { socket } of cards.values()) socket.destroy()
    cards.clear()
  }
  const stop = async () => {
    await killPcscd()
    await rm(folder, { recursive: true, force: true })
  }

  return {
    names: [`${NAME} 00 00`, `${NAME} 00 01`],
    env: { PCSCLITE_CSOCK_NAME: join(folder, 'run', 'pcscd.comm') },
    tap,
    remove,
    killPcscd,
    restartPcscd: async () => {
      pcscd = await startPcscd(folder, port)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
