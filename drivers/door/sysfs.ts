// The kernel's old GPIO files (/sys/class/gpio), as far as the package onoff leaves them to us: a line's number from its chip's
// label, its export, and an output at rest. The base of a chip changes with the kernel (0, 458, 512 …) and is asked at each call.
// Called by onoff.ts, and by rest.ts after a crash.

import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OutputLine } from '../../config/settings.ts'
import { done, failed, type Result } from '../../config/words.ts'
import { codeOf } from '../gpio/codes.ts'

const root = '/sys/class/gpio'

/** A refusal of the kernel as a value. */
export const attempt = <T>(act: () => T): Result<T> => {
  try {
    return done(act())
  } catch (error) {
    return failed(codeOf((error as NodeJS.ErrnoException).code))
  }
}

const readText = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8').trim()
const lineFolder = (number: number) => join(root, `gpio${number}`)

/** sysfs knows no names of lines: `line_needs_offset`. */
export const findNumber = (chip: string, line: string | number): Result<number> => {
  if (typeof line !== 'number') return failed('line_needs_offset')
  if (!existsSync(root)) return failed('sysfs_missing')
  const chips = readdirSync(root).filter((name) => name.startsWith('gpiochip') && readText(name, 'label') === chip)
  const [found] = chips
  if (found === undefined) return failed('chip_missing')
  if (chips.length > 1) return failed('chip_ambiguous')
  if (line >= Number(readText(found, 'ngpio'))) return failed('line_missing')
  return done(Number(readText(found, 'base')) + line)
}

export const isExported = (number: number): boolean => existsSync(lineFolder(number))

/** Fails with `gpio_forbidden` also while udev still gives the files to our group; the next try finds them. */
export const exportLine = (number: number, files: readonly string[]): Result<undefined> =>
  attempt(() => {
    if (!isExported(number)) writeFileSync(join(root, 'export'), `${number}`)
    for (const file of files) accessSync(join(lineFolder(number), file), constants.R_OK | constants.W_OK)
    return undefined
  })

/**
 * What to write into `direction` so that the line becomes an output at rest without a moment at the other level. These words are
 * levels of the wire, whatever `active_low` says: `low`, and `out` as well, energise a relay that is active low.
 */
export const restDirection = ({ active }: OutputLine): 'low' | 'high' => (active === 'low' ? 'high' : 'low')

export const directionFile = (number: number): string => join(lineFolder(number), 'direction')

export const restLine = (number: number, wire: OutputLine): Result<undefined> =>
  attempt(() => void writeFileSync(directionFile(number), restDirection(wire)))
