// A keyboard made by the kernel's uinput, for tests: its path under /dev/input, and events written into it. Needs /dev/uinput and leave to
// write it. Test equipment.

import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import koffi from 'koffi'
import { waitUntil } from './play-main.ts'

const NAME = 'evengate test keypad'
const [UI_SET_EVBIT, UI_SET_KEYBIT, UI_DEV_SETUP, UI_DEV_CREATE, UI_DEV_DESTROY] = [
  ...[0x40045564, 0x40045565, 0x405c5503, 0x5501, 0x5502],
] as const
const SETUP_BYTES = 92
const EV_KEY = 1
const KEYS = 0x210

const findEvent = (): string | undefined =>
  readdirSync('/sys/class/input')
    .filter((name) => name.startsWith('event'))
    .find((name) => readFileSync(`/sys/class/input/${name}/device/name`, 'utf8').trim() === NAME)

export const openUinput = async () => {
  const libc = koffi.load(null)
  const number = libc.func('int ioctl(int fd, unsigned long request, long argument)')
  const buffer = libc.func('int ioctl(int fd, unsigned long request, void *argument)')
  const fd = openSync('/dev/uinput', constants.O_WRONLY | constants.O_NONBLOCK)
  number(fd, UI_SET_EVBIT, EV_KEY)
  for (let code = 1; code < KEYS; code++) number(fd, UI_SET_KEYBIT, code)
  const setup = Buffer.alloc(SETUP_BYTES)
  setup.writeUInt16LE(3, 0)
  setup.write(NAME, 8, 'utf8')
  buffer(fd, UI_DEV_SETUP, setup)
  number(fd, UI_DEV_CREATE, 0)
  await waitUntil('the input device', () => findEvent() !== undefined)
  return {
    path: `/dev/input/${findEvent()}`,
    write: (bytes: Buffer) => void writeSync(fd, bytes),
    [Symbol.asyncDispose]: async () => {
      number(fd, UI_DEV_DESTROY, 0)
      closeSync(fd)
    },
  }
}
