// A USB keypad: keys as the kernel's input events (linux/input.h), from /dev/input/event*. Owns the device: takes it for itself (EVIOCGRAB), so
// that a code is typed into nothing else, such as a console at which somebody could log in. A press is a key; a release and the kernel's own
// repeats are none. Never keeps or logs a key: what was read is overwritten. When the device is lost the process ends itself and is started
// anew, as with a serial line. Called by part.ts.
//
// Read without blocking, after a wait of its own thread with a limit: a plain read would wait for ever, and the process could not end.
// A FIFO in the device's place is read alike; nobody else can read what was taken from it, so there is nothing to grab.

import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import type { MonotonicMs } from '../../config/words.ts'
import type { Port } from '../contracts.ts'
import { openPad } from './pad.ts'
import type { EvdevKeypad, Keypad } from './settings.ts'

/** struct input_event on a 64-bit machine: two of time, type, code, value. */
export const EVENT_BYTES = 24
const TYPE_AT = 16
const CODE_AT = 18
const VALUE_AT = 20
const EV_SYN = 0
const EV_KEY = 1
const SYN_DROPPED = 3
const PRESSED = 1
const RELEASED = 0

/** _IOW('E', 0x90, int): events go to us alone. */
const GRAB = 0x40044590

const RETRY_MS = 250
/** Bounds how long an end waits for the thread that waits. */
const WAIT_LIMIT_MS = 500
const EVENTS_AT_ONCE = 64
const READS_AT_ONCE = 16
/** Nobody presses one key this long. */
const HELD_AFTER_MS = 5000

/** KEY_1 … KEY_9, KEY_0; the keys of a number pad; KEY_NUMERIC_0 … 9, STAR and POUND of telephone pads. Enter is #. */
const row = Array.from('1234567890', (key, at): [number, string] => [2 + at, key])
const pad = Object.entries({ 71: '7', 72: '8', 73: '9', 75: '4', 76: '5', 77: '6', 79: '1', 80: '2', 81: '3', 82: '0' })
const telephone = Array.from('0123456789*#', (key, at): [number, string] => [0x200 + at, key])
const others: readonly (readonly [number, string])[] = [
  [55, '*'],
  [28, '#'],
  [96, '#'],
]
const keyOf: ReadonlyMap<number, number> = new Map(
  [...row, ...pad.map(([code, key]): [number, string] => [Number(code), key]), ...telephone, ...others].map(
    ([code, key]): [number, number] => [code, key.charCodeAt(0)],
  ),
)
/** Num Lock and Shift say nothing by themselves. */
const silent: ReadonlySet<number> = new Set([42, 54, 69])
/** Some other key: the pad counts it as noise. */
const NOISE = 0xff

const codes: Readonly<Record<string, string>> = {
  ENOENT: 'device_absent',
  ENOTDIR: 'device_absent',
  ENXIO: 'device_absent',
  ENODEV: 'device_absent',
  EACCES: 'device_refused',
  EPERM: 'device_refused',
  ELOOP: 'device_refused',
  EBUSY: 'device_locked',
}
const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return codes[code] ?? 'open_failed'
}

/** Foreign code is loaded by the part that has such a keypad, and by no other. */
const loadKernel = async () => {
  const [{ default: koffi }, { waitForEdges }] = await Promise.all([import('koffi'), import('../gpio/kernel.ts')])
  const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, long argument)')
  const errnoNames = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]))
  return {
    waitForEdges,
    /** Undefined: it is ours. */
    grab: (fd: number): string | undefined => {
      if (ioctl(fd, GRAB, 1) !== -1) return undefined
      return codes[errnoNames.get(koffi.errno()) ?? ''] ?? 'device_not_input'
    },
  }
}
type Kernel = Awaited<ReturnType<typeof loadKernel>>

type Opened = { readonly fd: number } | { readonly because: string }

const openDevice = (path: string, kernel: Kernel): Opened => {
  try {
    const kind = statSync(path)
    if (!kind.isCharacterDevice() && !kind.isFIFO()) return { because: 'device_not_input' }
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const because = kind.isFIFO() ? undefined : kernel.grab(fd)
    if (because === undefined) return { fd }
    closeSync(fd)
    return { because }
  } catch (error) {
    return { because: codeOf(error) }
  }
}

type Keys = {
  readonly press: (byte: number) => void
  /** The kernel threw events away: what was typed is not whole. */
  readonly dropped: () => void
  /** Of the key that was pressed last; `undefined` at its release. */
  readonly hold: (isDown: boolean) => void
}

/** Whole events out of what was read; gives how many bytes were theirs. Pure but for what it tells. */
export const readEvents = (bytes: Buffer, keys: Keys): number => {
  let at = 0
  for (; at + EVENT_BYTES <= bytes.length; at += EVENT_BYTES) {
    const type = bytes.readUInt16LE(at + TYPE_AT)
    const code = bytes.readUInt16LE(at + CODE_AT)
    const value = bytes.readInt32LE(at + VALUE_AT)
    if (type === EV_SYN && code === SYN_DROPPED) keys.dropped()
    if (type !== EV_KEY || silent.has(code)) continue
    if (value === PRESSED) keys.press(keyOf.get(code) ?? NOISE)
    if (value === PRESSED || value === RELEASED) keys.hold(value === PRESSED)
  }
  return at
}

/** Reads what waits, at most so much that pings are answered in between. False: the device is gone. */
const drainDevice = (fd: number, kept: { bytes: Buffer; length: number }, keys: Keys): boolean => {
  for (let reads = 0; reads < READS_AT_ONCE; reads++) {
    let count: number
    try {
      count = readSync(fd, kept.bytes, kept.length, kept.bytes.length - kept.length, null)
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
    }
    if (count === 0) return false
    const length = kept.length + count
    const taken = readEvents(kept.bytes.subarray(0, length), keys)
    kept.bytes.copy(kept.bytes, 0, taken, length)
    kept.length = length - taken
    kept.bytes.fill(0, kept.length)
  }
  return true
}

/** `leave` ends the process, which the supervisor starts anew. */
export const createEvdevKeypad = (settings: EvdevKeypad, port: Port, leave: () => void): Keypad => {
  const { id: device, side, device: path } = settings
  const keypad = openPad(settings, port)
  const kept = { bytes: Buffer.alloc(EVENT_BYTES * EVENTS_AT_ONCE), length: 0 }
  let because: string | undefined = 'device_absent'
  let ended = false
  let retry: NodeJS.Timeout | undefined
  let downSince: MonotonicMs | undefined
  let reading: Promise<void> = Promise.resolve()

  const keys: Keys = {
    press: (byte) => void keypad.take(Uint8Array.of(byte)),
    dropped: keypad.forget,
    hold: (isDown) => {
      downSince = isDown ? port.clock.monotonic() : undefined
    },
  }
  const lose = () => {
    if (ended) return
    ended = true
    because = 'keypad_lost'
    keypad.forget()
    port.tell({ type: 'fault', device, code: 'keypad_lost' })
    leave()
  }
  const readOn = async (fd: number, { waitForEdges }: Kernel) => {
    while (!ended) {
      await waitForEdges([fd], WAIT_LIMIT_MS)
      if (!ended && !drainDevice(fd, kept, keys)) lose()
    }
    closeSync(fd)
  }
  const tryOpening = (kernel: Kernel) => {
    if (ended) return
    const opened = openDevice(path, kernel)
    if ('because' in opened) {
      because = opened.because
      retry = setTimeout(() => tryOpening(kernel), RETRY_MS)
      return
    }
    because = undefined
    reading = readOn(opened.fd, kernel)
  }
  const isHeld = () => downSince !== undefined && port.clock.monotonic() - downSince >= HELD_AFTER_MS

  return {
    id: device,
    side,
    look: keypad.look,
    start: () => void loadKernel().then(tryOpening),
    stop: async () => {
      ended = true
      clearTimeout(retry)
      keypad.forget()
      await reading
    },
    state: () => {
      const flaw = because ?? (isHeld() || keypad.isHeld() ? 'key_held' : undefined)
      return { device, side, ...(flaw === undefined ? { state: 'up' } : { state: 'down', because: flaw }) }
    },
  }
}
