// The gate of the units' tests: its configuration, a virtual reader and a serial line in the container, and how to use them from outside.
// The door is simulated; everything else is as installed. Used by units.test.ts.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type Result, systemClock } from '../../config/words.ts'
import { callControl } from '../../daemon/control.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { type Container, checkout } from './units-boot.ts'

const PORT = 0x8c7b
const PULSE_MS = 600
/** The card goes and pcscd sees it go. */
const REMOVED_MS = 1400

export const gateFile = (changes: Readonly<Record<string, unknown>> = {}) => ({
  gate: 'south',
  language: 'en',
  timeZone: 'Asia/Shanghai',
  operator: { name: 'Committee', contact: 'Office 1', maintainer: 'Maintainer' },
  store: { directory: '/var/lib/evengate/store', keysDirectory: '/var/lib/evengate/keys' },
  runtime: { directory: '/run/evengate' },
  clock: { trust: 'always' },
  door: { driver: 'simulated', pulseMs: PULSE_MS, exitButton: true, contact: true, fire: true },
  sides: {
    entry: {
      card: [{ id: 'entry-card', driver: 'pcsc', reader: 'Virtual PCD' }],
      keypad: [{ id: 'entry-keypad', driver: 'serial', device: '/dev/evengate-keypad' }],
    },
  },
  ...changes,
})

export type UnitsPlace = {
  readonly configure: (changes?: Readonly<Record<string, unknown>>) => void
  readonly ask: (command: string, args?: object, onTell?: (line: unknown) => void) => Promise<Result<unknown>>
  readonly must: (command: string, args?: object, onTell?: (line: unknown) => void) => Promise<unknown>
  /** Puts the card in and takes it away again; the instant of the tap. */
  readonly tap: (uid: string) => Promise<number>
  readonly type: (keys: string) => void
  /** At the door: `{ press: true }`, `{ fire: true }` … */
  readonly play: (order: object) => Promise<Record<string, unknown>>
  /** Instants at which the relay was energised and let go. */
  readonly relay: () => readonly { readonly at: number; readonly on: boolean }[]
  readonly relayOnAfter: (at: number, limitMs?: number) => Promise<number>
  readonly property: (unit: string, name: string) => string
  readonly pidOf: (unit: string) => number
  readonly journal: (unit: string) => string
  readonly stop: () => void
}

export const openPlace = async (container: Container): Promise<UnitsPlace> => {
  const { path, must, run } = container
  const write = (inside: string, text: string) => writeFileSync(path(inside), text)
  write(
    '/etc/reader.conf.d/vpcd',
    `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x${PORT.toString(16)}\nLIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so\nCHANNELID 0x${PORT.toString(16)}\n`,
  )
  must('mkfifo', '/run/keys')
  must(
    'systemd-run',
    '--quiet',
    '--unit=serial-line',
    'socat',
    '-u',
    'OPEN:/run/keys,rdwr',
    'PTY,link=/dev/evengate-keypad,rawer,group=dialout,mode=660',
  )
  // No pseudo-terminal is any gate's keypad, but for the test's.
  must('mkdir', '-p', '/etc/systemd/system/evengate-keypad.service.d')
  write('/etc/systemd/system/evengate-keypad.service.d/test.conf', '[Service]\nDeviceAllow=char-pts rw\n')
  const player = container.withNetwork(process.execPath, `${checkout}/test/machine/units-card.ts`, String(PORT))
  const taps: string[] = []
  const lines = player.stdout && createInterface({ input: player.stdout })
  lines?.on('line', (line) => void taps.push(line))

  const ask: UnitsPlace['ask'] = (command, args = {}, onTell = () => undefined) =>
    callControl(path('/run/evengate/control.sock'), { command, args }, onTell)
  const relay = () =>
    readFileSync(path('/run/evengate-door/relay-log'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ at: Number(line.split(' ')[0]), on: line.endsWith(' on') }))
  const property = (unit: string, name: string) => must('systemctl', 'show', '--value', '--property', name, unit).trim()
  return {
    configure: (changes) => {
      write('/etc/evengate/gate.yaml', JSON.stringify(gateFile(changes)))
      must('systemd-tmpfiles', '--create', '/etc/tmpfiles.d/evengate.conf')
    },
    ask,
    must: async (command, args, onTell) => {
      const answer = await ask(command, args, onTell)
      if (!answer.ok) throw new Error(`${command}: ${answer.code} ${answer.detail ?? ''}`)
      return answer.value
    },
    tap: async (uid) => {
      const before = taps.length
      player.stdin?.write(`${uid}\n`)
      await waitUntil('the tap', () => taps.length > before)
      const at = Number(taps.at(-1))
      if (!(at > 0)) throw new Error(`${taps.at(-1)}`)
      await pause(REMOVED_MS)
      return at
    },
    type: (keys) => appendFileSync(path('/run/keys'), keys),
    play: (order) => playDevice(path('/run/evengate-door'), 'door', order),
    relay,
    relayOnAfter: async (at, limitMs = 5000) => {
      let found: number | undefined
      const look = () => {
        found = relay().find((move) => move.on && move.at >= at)?.at
        return found !== undefined
      }
      await waitUntil('the relay', look, limitMs)
      return found ?? systemClock.monotonic()
    },
    property,
    pidOf: (unit) => Number(property(unit, 'MainPID')),
    journal: (unit) => run('journalctl', '--no-pager', '--output=cat', '--unit', unit).stdout,
    stop: () => void player.kill(),
  }
}
