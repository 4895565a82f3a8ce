// A serial line that is kept: opens it when the device is there, watches that it stays. Must never list ports (without udevadm that ends the
// process) and never go on after a line was lost: serialport then spins at 100 % of a core, with or without telling, so whoever uses it
// ends its process and is started anew. Knows no keypad and no card. Called by keypad/serial.ts and card/serial-card.ts.

import { type BigIntStats, statSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { SerialPort } from 'serialport'

/** Bounds both how soon a new device is found and how long a lost one is not noticed. */
const WATCH_MS = 250
const CLOSE_LIMIT_MS = 500
/** One read of the line. A flood is taken in pieces of this, so that pings are answered in between. */
const READ_BYTES = 1024

type Found = { readonly kind: 'there'; readonly identity: string } | { readonly kind: 'not'; readonly because: string }

/** What the path leads to now, through its links. */
const findDevice = (path: string): Found => {
  let found: BigIntStats | undefined
  try {
    found = statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    // Not "no such file": a folder on the way that may not be entered, a loop of links.
    return { kind: 'not', because: 'device_refused' }
  }
  if (!found) return { kind: 'not', because: 'device_absent' }
  if (!found.isCharacterDevice()) return { kind: 'not', because: 'device_not_serial' }
  return { kind: 'there', identity: `${found.dev}:${found.ino}:${found.rdev}` }
}

/** serialport gives its errors no code, only the system's English text. */
const reasonOf = (error: Error): string => {
  if (error.message.includes('Cannot lock port')) return 'device_locked'
  if (error.message.includes('No such file')) return 'device_absent'
  if (error.message.includes('Permission denied')) return 'device_refused'
  if (error.message.includes('Inappropriate ioctl')) return 'device_not_serial'
  return 'open_failed'
}

/** A line that was hung up is no terminal any more, even where a new device already has its path and numbers. */
const isHungUp = (line: SerialPort): boolean => {
  const fd: unknown = line.port && 'fd' in line.port ? line.port.fd : undefined
  return typeof fd !== 'number' || !isatty(fd)
}

const openLine = async (settings: LineSettings): Promise<SerialPort> => {
  const { SerialPort } = await import('serialport')
  const line = new SerialPort({
    path: settings.device,
    baudRate: settings.baud,
    lock: true,
    autoOpen: false,
    highWaterMark: READ_BYTES,
  })
  await new Promise<void>((resolve, reject) => line.open((error) => (error ? reject(error) : resolve())))
  return line
}

const closeLine = (line: SerialPort): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, CLOSE_LIMIT_MS).unref()
    line.close(() => resolve())
  })

type Held = { readonly line: SerialPort; readonly path: string; readonly identity: string }

const isLost = ({ line, path, identity }: Held): boolean => {
  const found = findDevice(path)
  return isHungUp(line) || found.kind === 'not' || found.identity !== identity
}

export type LineSettings = { readonly device: string; readonly baud: number }

export type LineHearer = {
  /** What came; the bytes are the hearer's to overwrite. */
  readonly take: (bytes: Uint8Array) => void
  /** Once; nothing is watched any more. */
  readonly lost: () => void
}

export type SerialLine = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Why nothing can be heard; undefined: it is open. */
  readonly because: () => string | undefined
}

/** `lostCode`: what `because` says after a loss. */
export const keepSerialLine = (settings: LineSettings, lostCode: string, hearer: LineHearer): SerialLine => {
  const { device: path } = settings
  let because: string | undefined = 'device_absent'
  let held: Held | undefined
  let stage: 'waiting' | 'opening' | 'open' | 'ended' = 'waiting'
  let watch: NodeJS.Timeout | undefined

  const lose = () => {
    if (stage !== 'open') return
    stage = 'ended'
    because = lostCode
    clearInterval(watch)
    hearer.lost()
  }
  const hold = (line: SerialPort, identity: string) => {
    if (stage === 'ended') return void closeLine(line)
    stage = 'open'
    because = undefined
    held = { line, path, identity }
    line.on('data', hearer.take).on('close', lose).on('error', lose)
  }
  const tryOpening = () => {
    const found = findDevice(path)
    if (found.kind === 'not') {
      because = found.because
      return
    }
    stage = 'opening'
    openLine(settings).then(
      (line) => hold(line, found.identity),
      (error: Error) => {
        because = reasonOf(error)
        if (stage === 'opening') stage = 'waiting'
      },
    )
  }
  const look = () => {
    if (stage === 'waiting') tryOpening()
    else if (stage === 'open' && held && isLost(held)) lose()
  }

  return {
    start: () => {
      watch = setInterval(look, WATCH_MS)
      look()
    },
    stop: async () => {
      stage = 'ended'
      clearInterval(watch)
      if (held) await closeLine(held.line)
    },
    because: () => because,
  }
}
