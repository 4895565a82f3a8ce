// Lines of a GPIO chip by the kernel's own interface, version 2 (linux/gpio.h, kernel ≥ 5.10): a chip by its label, a line by name
// or offset, its level, its edges. The only file that calls foreign code for GPIO; a call holds a buffer laid out as `layout`
// says, which a test compares with the kernel's header. Must never hold a policy: that is kept-line.ts and its users. Called by the
// drivers of door and signal.

import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'
import type { InputLine, OutputLine } from '../../config/settings.ts'
import { done, failed, type Result } from '../../config/words.ts'
import { codeOf } from './codes.ts'

/** Sizes and offsets in bytes, and the requests' numbers: the header's structs on a 64-bit machine, little endian. */
export const layout = Object.freeze({
  nameBytes: 32,
  chip: Object.freeze({ size: 68, label: 32, lines: 64 }),
  lineInfo: Object.freeze({ size: 256, name: 0, consumer: 32, offset: 64 }),
  request: Object.freeze({
    size: 592,
    offsets: 0,
    consumer: 256,
    flags: 288,
    attrCount: 296,
    attrs: 320,
    lineCount: 560,
    fd: 588,
  }),
  attr: Object.freeze({ size: 24, id: 0, value: 8, mask: 16 }),
  values: Object.freeze({ size: 16, bits: 0, mask: 8 }),
  event: Object.freeze({ size: 48 }),
  pollFd: Object.freeze({ size: 8, events: 4, revents: 6 }),
  getChip: 0x8044b401,
  getLineInfo: 0xc100b405,
  getLine: 0xc250b407,
  getValues: 0xc010b40e,
  setValues: 0xc010b40f,
})

/** GPIO_V2_LINE_FLAG_… */
export const lineFlags = Object.freeze({
  activeLow: 1n << 1n,
  input: 1n << 2n,
  output: 1n << 3n,
  edgeRising: 1n << 4n,
  edgeFalling: 1n << 5n,
  pullUp: 1n << 8n,
  pullDown: 1n << 9n,
  biasDisabled: 1n << 10n,
})

const biasFlags = { 'pull-up': lineFlags.pullUp, 'pull-down': lineFlags.pullDown, none: lineFlags.biasDisabled }

/** Polarity and pull of a wire, as the kernel takes them. */
export const flagsOf = ({ active, bias }: OutputLine | InputLine): bigint =>
  (active === 'low' ? lineFlags.activeLow : 0n) | (bias === undefined ? 0n : biasFlags[bias])

const DEBOUNCE_ATTR = 3
const MICROSECONDS = 1000
const POLL_IN = 1
const NONBLOCKING = constants.O_NONBLOCK
const SET_STATUS_FLAGS = 4

const libc = koffi.load(null)
const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)')
const fcntl = libc.func('int fcntl(int fd, int command, int argument)')
const poll = libc.func('int poll(void *fds, unsigned long count, int limitMs)')

const errnoNames = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]))
const call = (fd: number, request: number, argument: Buffer): Result<undefined> =>
  ioctl(fd, request, argument) === -1 ? failed(codeOf(errnoNames.get(koffi.errno()))) : done(undefined)

const readName = (from: Buffer, offset: number): string => {
  const field = from.subarray(offset, offset + layout.nameBytes)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? field.length : end)
}

type Chip = { readonly fd: number; readonly label: string; readonly lines: number }

const openChip = (path: string): Result<Chip> => {
  try {
    const fd = openSync(path, 'r+')
    const chip = Buffer.alloc(layout.chip.size)
    const called = call(fd, layout.getChip, chip)
    if (called.ok)
      return done({ fd, label: readName(chip, layout.chip.label), lines: chip.readUInt32LE(layout.chip.lines) })
    closeSync(fd)
    return called
  } catch (error) {
    return failed(codeOf((error as NodeJS.ErrnoException).code))
  }
}

/** The chip with this label, opened. The caller closes `fd`; a requested line outlives it. */
const findChip = (label: string): Result<Chip> => {
  // Not the symbolic links: Raspberry Pi OS adds gpiochip4 for programs that know chips by number.
  const paths = readdirSync('/dev', { withFileTypes: true })
    .filter((entry) => entry.isCharacterDevice() && /^gpiochip\d+$/.test(entry.name))
    .map((entry) => join('/dev', entry.name))
  const opened = paths.map(openChip)
  const chips = opened.flatMap((chip) => (chip.ok ? [chip.value] : []))
  const found = chips.filter((chip) => chip.label === label)
  const [chip] = found
  for (const other of chips) if (other !== chip || found.length > 1) closeSync(other.fd)
  if (found.length > 1) return failed('chip_ambiguous')
  if (chip) return done(chip)
  // A chip that we may not open may well be the one.
  return opened.find((one) => !one.ok) ?? failed('chip_missing')
}

const askLine = (chip: Chip, offset: number): Result<{ name: string; consumer: string }> => {
  const line = Buffer.alloc(layout.lineInfo.size)
  line.writeUInt32LE(offset, layout.lineInfo.offset)
  const called = call(chip.fd, layout.getLineInfo, line)
  if (!called.ok) return called
  return done({ name: readName(line, layout.lineInfo.name), consumer: readName(line, layout.lineInfo.consumer) })
}

const findLine = (chip: Chip, line: string | number): Result<number> => {
  if (typeof line === 'number') return line < chip.lines ? done(line) : failed('line_missing')
  for (let offset = 0; offset < chip.lines; offset++) {
    const asked = askLine(chip, offset)
    if (!asked.ok) return asked
    if (asked.value.name === line) return done(offset)
  }
  return failed('line_missing')
}

export type LineWish = {
  readonly chip: string
  readonly line: string | number
  /** Who holds the line, as `gpioinfo` shows it; at most 31 bytes. */
  readonly consumer: string
  /** An output begins inactive, in the same request that makes it one. */
  readonly flags: bigint
  readonly debounceMs: number
  /** Lines of this chip that are somebody else's, by name or offset, whether or not he holds them now. */
  readonly spared?: readonly (string | number)[]
}

const fillRequest = (offset: number, wish: LineWish): Buffer => {
  const { request, attr } = layout
  const filled = Buffer.alloc(request.size)
  filled.writeUInt32LE(offset, request.offsets)
  filled.write(wish.consumer, request.consumer, layout.nameBytes - 1, 'utf8')
  filled.writeBigUInt64LE(wish.flags, request.flags)
  filled.writeUInt32LE(1, request.lineCount)
  if (wish.debounceMs > 0) {
    filled.writeUInt32LE(1, request.attrCount)
    filled.writeUInt32LE(DEBOUNCE_ATTR, request.attrs + attr.id)
    filled.writeUInt32LE(wish.debounceMs * MICROSECONDS, request.attrs + attr.value)
    filled.writeBigUInt64LE(1n, request.attrs + attr.mask)
  }
  return filled
}

/** A line that is ours until `close`, or until this process ends in whatever way. Active is `true`, whatever the polarity. */
export type KernelLine = {
  readonly fd: number
  readonly read: () => Result<boolean>
  readonly write: (active: boolean) => Result<undefined>
  readonly close: () => void
}

const ownLine = (fd: number): KernelLine => {
  const values = Buffer.alloc(layout.values.size)
  values.writeBigUInt64LE(1n, layout.values.mask)
  return {
    fd,
    read: () => {
      const called = call(fd, layout.getValues, values)
      return called.ok ? done((values.readBigUInt64LE(layout.values.bits) & 1n) === 1n) : called
    },
    write: (active) => {
      values.writeBigUInt64LE(active ? 1n : 0n, layout.values.bits)
      return call(fd, layout.setValues, values)
    },
    close: () => closeSync(fd),
  }
}

const requestFrom = (chip: Chip, wish: LineWish): Result<KernelLine> => {
  const offset = findLine(chip, wish.line)
  if (!offset.ok) return offset
  // By offset: a name and a number may be one line.
  const spares = (line: string | number) => {
    const other = findLine(chip, line)
    return other.ok && other.value === offset.value
  }
  if (wish.spared?.some(spares)) return failed('line_of_door')
  const request = fillRequest(offset.value, wish)
  const called = call(chip.fd, layout.getLine, request)
  if (called.ok) {
    const fd = request.readInt32LE(layout.request.fd)
    fcntl(fd, SET_STATUS_FLAGS, NONBLOCKING)
    return done(ownLine(fd))
  }
  const owner = called.code === 'line_busy' ? askLine(chip, offset.value) : undefined
  return owner?.ok ? failed(called.code, owner.value.consumer) : called
}

/**
 * Fails with `chip_missing`, `chip_ambiguous`, `line_missing`, `line_of_door` (spared), `line_busy` (its detail: who holds it), `gpio_forbidden`,
 * or another errno, as `gpio_enomem`. A line that was ours fails with `chip_lost` when its chip is gone.
 */
export const requestLine = (wish: LineWish): Result<KernelLine> => {
  const chip = findChip(wish.chip)
  if (!chip.ok) return chip
  const line = requestFrom(chip.value, wish)
  closeSync(chip.value.fd)
  return line
}

/**
 * Waits in a thread until one of the lines moved or is lost, at most `limitMs`; gives the descriptors of those. A plain read would
 * wait without a limit, and the process cannot end, nor the line be let go, while a thread sits in it.
 */
export const waitForEdges = (fds: readonly number[], limitMs: number): Promise<readonly number[]> => {
  const { size, events, revents } = layout.pollFd
  const waited = Buffer.alloc(fds.length * size)
  for (const [n, fd] of fds.entries()) {
    waited.writeInt32LE(fd, n * size)
    waited.writeInt16LE(POLL_IN, n * size + events)
  }
  return new Promise((resolve, reject) => {
    poll.async(waited, fds.length, limitMs, (error: Error | null) => {
      if (error) reject(error)
      else resolve(fds.filter((_, n) => waited.readInt16LE(n * size + revents) !== 0))
    })
  })
}

/** The kernel keeps 16 edges of a line and drops the oldest: what they said does not matter, the level is read afterwards. */
const drained = Buffer.alloc(16 * layout.event.size)

/** Forgets the edges that wait. False: the line is lost. */
export const drainEdges = (fd: number): boolean => {
  try {
    return readSync(fd, drained) > 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN'
  }
}
