// Keys as the kernel's input events, and a FIFO in a device's place to send them through. Test equipment of the keypad's tests.

import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** struct input_event of 64-bit Linux. */
const EVENT_BYTES = 24
export const SYN = 0
export const KEY = 1
const KEY_A = 30

export const eventOf = (type: number, code: number, value: number): Buffer => {
  const event = Buffer.alloc(EVENT_BYTES)
  event.writeBigUInt64LE(1_700_000_000n, 0)
  event.writeUInt16LE(type, 16)
  event.writeUInt16LE(code, 18)
  event.writeInt32LE(value, 20)
  return event
}

type Codes = Readonly<Record<string, number>>
/** linux/input-event-codes.h: the number pad of a keyboard, and its upper row. */
export const padCodes: Codes = {
  ...{ '7': 71, '8': 72, '9': 73, '4': 75, '5': 76, '6': 77, '1': 79, '2': 80, '3': 81, '0': 82 },
  ...{ '*': 55, '#': 96 },
}
export const rowCodes: Codes = {
  ...padCodes,
  ...Object.fromEntries([...'1234567890'].map((key, at) => [key, 2 + at])),
  '#': 28,
}

/** Pressed and let go, one after the other. */
export const typed = (keys: string, codes = padCodes): Buffer =>
  Buffer.concat(
    [...keys].flatMap((key) => {
      const code = codes[key] ?? KEY_A
      return [eventOf(KEY, code, 1), eventOf(SYN, 0, 0), eventOf(KEY, code, 0), eventOf(SYN, 0, 0)]
    }),
  )

export type Fifo = {
  readonly device: string
  readonly write: (bytes: Buffer) => void
  readonly hangUp: () => void
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export const openFifo = async (): Promise<Fifo> => {
  const folder = await mkdtemp(join(tmpdir(), 'eg-evdev-'))
  const device = join(folder, 'event0')
  spawnSync('mkfifo', [device])
  let fd: number | undefined = openSync(device, constants.O_RDWR)
  const hangUp = () => {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }
  return {
    device,
    write: (bytes) => {
      if (fd !== undefined) writeSync(fd, bytes)
    },
    hangUp,
    [Symbol.asyncDispose]: async () => {
      hangUp()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
