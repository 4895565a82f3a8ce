// A door on a simulated chip, inside the machine: its wires, its configuration file, its driver in this process, or its whole
// process. Used by the scenarios.

import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RealDoor } from '../../config/settings.ts'
import { systemClock } from '../../config/words.ts'
import type { DoorHardware } from '../../drivers/door/contract.ts'
import { createGpiochip } from '../../drivers/door/gpiochip.ts'
import { type InputName, inputNames, openLines } from '../../drivers/door/lines.ts'
import { createOnoff } from '../../drivers/door/onoff.ts'
import { DEBOUNCE_MS, type DoorBench, type Wiring } from '../drivers/door-hardware-contract.ts'
import { type PlayedMain, playMain } from '../drivers/play-main.ts'
import { type Chip, createChip } from './chip.ts'

export type Driver = RealDoor['driver']
export type Active = 'high' | 'low'

export const offsets = {
  relay: 2,
  fire: 3,
  exitButton: 4,
  contact: 5,
  guardButton: 6,
  obstacle: 7,
  stop: 0,
  close: 1,
} as const
const names = { 0: 'STOP', 1: 'CLOSE', 7: 'BARRIER', 2: 'RELAY', 3: 'FIRE', 4: 'EXIT', 5: 'CONTACT', 6: 'GUARD' }

export type MachineBench = DoorBench & {
  readonly chip: Chip
  readonly settings: RealDoor
  /** Every wire as a board at rest holds it. */
  readonly restWires: () => void
  /** The door's own process, with a played main; `through` a file of this folder that then becomes it. */
  readonly startPart: (through?: string) => Promise<PlayedMain>
  /** Folder of its sockets, and its configuration file. */
  readonly runtimeDirectory: string
  readonly configFile: string
}

export type BenchOptions = {
  readonly debounceMs?: number
  readonly pulseMs?: number
  readonly pulseLimitMs?: number /** The door has a motor with all its wires. */
  readonly motorImpulseMs?: number
}

const createSettings = (driver: Driver, active: Active, chip: string, options: BenchOptions): RealDoor => {
  // sysfs knows no names.
  const line = (name: InputName | 'relay') => (driver === 'onoff' ? offsets[name] : names[offsets[name]])
  const input = (name: InputName) => ({ line: line(name), active, debounceMs: options.debounceMs ?? DEBOUNCE_MS })
  const door: RealDoor = {
    driver,
    chip,
    pulseMs: options.pulseMs ?? 300,
    pulseLimitMs: options.pulseLimitMs ?? 10_000,
    heldAfterMs: 30_000,
    staffHold: false,
    relay: { line: line('relay'), active },
    fire: input('fire'),
    exitButton: input('exitButton'),
    contact: input('contact'),
    guardButton: input('guardButton'),
  }
  const { motorImpulseMs } = options
  return motorImpulseMs === undefined ? door : { ...door, motor: { ...motorWires(door), impulseMs: motorImpulseMs } }
}

/** JSON is YAML. */
const gateFile = (door: RealDoor): string =>
  JSON.stringify({
    gate: 'south',
    timeZone: 'Asia/Shanghai',
    operator: { name: 'Committee', contact: '1', maintainer: 'Workshop' },
    store: { directory: 'store', keysDirectory: 'keys' },
    door,
    sides: { entry: { card: [{ id: 'card-in', driver: 'simulated' }] } },
  })

export const openDriver = async (settings: RealDoor, runtimeDirectory = '/run'): Promise<DoorHardware> => {
  const { driver, chip } = settings
  const opened = driver === 'onoff' ? await createOnoff(chip, runtimeDirectory, systemClock) : createGpiochip(chip)
  return openLines(settings, opened, systemClock)
}

/** All that a motor may have. */
const motorWires = ({ relay, driver }: RealDoor): NonNullable<RealDoor['motor']> => {
  const line = (name: 'stop' | 'close' | 'obstacle') => (driver === 'onoff' ? offsets[name] : names[offsets[name]])
  const wire = (name: 'stop' | 'close' | 'obstacle') => ({ line: line(name), active: relay.active })
  return {
    ...{ impulseMs: 300, travelMs: 1000, holdOffSeconds: 0, obstacleAfterSeconds: 60 },
    ...{ stop: wire('stop'), close: wire('close'), obstacle: { ...wire('obstacle'), debounceMs: DEBOUNCE_MS } },
  }
}

const wiredOnly = ({ fire, exitButton, contact, guardButton, ...door }: RealDoor, wiring: Wiring): RealDoor => ({
  ...door,
  ...(wiring.fire && fire && { fire }),
  ...(wiring.exitButton && exitButton && { exitButton }),
  ...(wiring.contact && contact && { contact }),
  ...(wiring.guardButton && guardButton && { guardButton }),
  ...(wiring.motor && { motor: motorWires(door) }),
})

export const createBench = (
  driver: Driver,
  active: Active,
  label: string,
  options: BenchOptions = {},
): MachineBench => {
  const chip = createChip(label, names)
  const settings = createSettings(driver, active, label, options)
  const runtimeDirectory = mkdtempSync('/run/door-')
  const configFile = join(runtimeDirectory, 'gate.yaml')
  writeFileSync(configFile, gateFile(settings))
  // Also for a door that runs as another user.
  chmodSync(runtimeDirectory, 0o777)
  const levelOf = (on: boolean) => on === (active === 'high')
  const restWires = () => {
    for (const name of ['relay', 'stop', 'close', ...inputNames] as const) chip.pull(offsets[name], levelOf(false))
  }
  restWires()
  return {
    chip,
    settings,
    restWires,
    runtimeDirectory,
    configFile,
    open: (wiring = { fire: true, exitButton: true, contact: true }) =>
      openDriver(wiredOnly(settings, wiring), runtimeDirectory),
    relay: () => levelOf(chip.level(offsets.relay)),
    motor: (name) => levelOf(chip.level(offsets[name])),
    drive: async (name, on) => chip.pull(offsets[name], levelOf(on)),
    startPart: (through) => {
      const entry = through === undefined ? {} : { entry: join(import.meta.dirname, through) }
      return playMain('door', null, { runtimeDirectory, args: ['--config', configFile], asChild: false, ...entry })
    },
  }
}
