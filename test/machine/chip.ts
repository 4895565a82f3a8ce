// A GPIO chip of the kernel's own simulator (gpio-sim), inside the machine: made, driven and read from the other end of its
// wires. Levels here are those of the wire, whatever a door takes them for.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const simulator = '/sys/kernel/config/gpio-sim'
const LINES = 8

export type Chip = {
  readonly label: string
  /** What holds a line that nobody drives: a button, a resistor. */
  readonly pull: (offset: number, level: boolean) => void
  /** Where to write `pull-up` or `pull-down`, until the chip is no longer live. */
  readonly pullFile: (offset: number) => string
  readonly level: (offset: number) => boolean
  readonly valueFile: (offset: number) => string
  /** False: as if it were unplugged. The wires' levels are forgotten. */
  readonly setLive: (live: boolean) => void
  readonly remove: () => void
}

const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8').trim()

/** `names`: of the lines, by their offset. */
export const createChip = (label: string, names: Readonly<Record<number, string>> = {}): Chip => {
  const folder = join(simulator, label)
  const bank = join(folder, 'bank0')
  mkdirSync(bank, { recursive: true })
  writeFileSync(join(bank, 'num_lines'), `${LINES}`)
  writeFileSync(join(bank, 'label'), label)
  const lines = Object.entries(names).map(([offset, name]) => ({ line: join(bank, `line${offset}`), name }))
  for (const { line, name } of lines) {
    mkdirSync(line)
    writeFileSync(join(line, 'name'), name)
  }
  let wires = ''
  const setLive = (live: boolean) => {
    const file = join(folder, 'live')
    // The simulator refuses to repeat it.
    if (read(file) !== (live ? '1' : '0')) writeFileSync(file, live ? '1' : '0')
    if (live) wires = join('/sys/devices/platform', read(folder, 'dev_name'), read(bank, 'chip_name'))
  }
  const wire = (offset: number, file: string) => join(wires, `sim_gpio${offset}`, file)
  setLive(true)
  return {
    label,
    pull: (offset, level) => writeFileSync(wire(offset, 'pull'), level ? 'pull-up' : 'pull-down'),
    pullFile: (offset) => wire(offset, 'pull'),
    level: (offset) => read(wire(offset, 'value')) === '1',
    valueFile: (offset) => wire(offset, 'value'),
    setLive,
    remove: () => {
      setLive(false)
      for (const { line } of lines) rmdirSync(line)
      rmdirSync(bank)
      rmdirSync(folder)
    },
  }
}

/** The number of a line in the kernel's old files. */
const sysfsNumber = (label: string, offset: number): number => {
  const root = '/sys/class/gpio'
  const chip = readdirSync(root).find((name) => name.startsWith('gpiochip') && read(root, name, 'label') === label)
  if (chip === undefined) throw new Error(`no chip ${label}`)
  return Number(read(root, chip, 'base')) + offset
}

/** Another program that uses the kernel's old files. */
export const sysfsLine = (label: string, offset: number) => {
  const number = sysfsNumber(label, offset)
  const folder = `/sys/class/gpio/gpio${number}`
  return {
    number,
    isExported: () => existsSync(folder),
    exportLine: () => writeFileSync('/sys/class/gpio/export', `${number}`),
    unexport: () => writeFileSync('/sys/class/gpio/unexport', `${number}`),
    write: (level: boolean) => writeFileSync(join(folder, 'value'), level ? '1' : '0'),
  }
}
