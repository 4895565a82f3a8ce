// The door's lines through the package onoff and the kernel's old sysfs files (`driver: onoff`), for kernels without the character
// device. DANGER: sysfs owns nothing. A killed process leaves the relay as it was, energised or not, until somebody else puts it
// at rest: guard.ts at once, else the lock unit (rest.sh, by the note left for it), else the next start, before it does anything else
// to the line. And any program with the right to write may move it: lines.ts looks and puts it back. Opened by part.ts.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Gpio } from 'onoff'
import type { InputLine, OutputLine } from '../../config/settings.ts'
import { type Clock, done, failed, type Result } from '../../config/words.ts'
import { log } from '../log.ts'
import { createDebounce } from './debounce.ts'
import { startGuard } from './guard.ts'
import type { Input, LineDriver, Relay } from './lines.ts'
import { createPace } from './pace.ts'
import { attempt, directionFile, exportLine, findNumber, restDirection, restLine } from './sysfs.ts'

type MakeGpio = typeof Gpio

const closeGpio = (gpio: Gpio): void => {
  // What fails here is gone already.
  attempt(() => gpio.unexport())
}

const readGpio = (gpio: Gpio): Result<boolean> => attempt(() => gpio.readSync() === 1)

/** onoff says nothing when it cannot set up a line that was exported before, as ours always is: so it is asked. */
const isAsWished = (gpio: Gpio, direction: 'in' | 'out', { active }: OutputLine | InputLine): boolean => {
  const set = attempt(() => gpio.direction() === direction && gpio.activeLow() === (active === 'low'))
  return set.ok && set.value
}

/** For rest.sh, when this process and its guard are dead. */
const leaveNote = (file: string, word: string, line: string): void => {
  try {
    writeFileSync(file, `${process.pid} ${word} ${line}\n`, { mode: 0o600 })
  } catch {
    // The lock unit then takes as long as Node takes to start.
    log('warning', 'rest_note_failed')
  }
}

const openRelay = (make: MakeGpio, chip: string, wire: OutputLine, note: string): Result<Relay> => {
  const number = findNumber(chip, wire.line)
  if (!number.ok) return number
  const exported = exportLine(number.value, ['direction', 'value', 'active_low'])
  if (!exported.ok) return exported
  const rested = restLine(number.value, wire)
  if (!rested.ok) return rested
  const made = attempt(() => new make(number.value, restDirection(wire), 'none', { activeLow: wire.active === 'low' }))
  if (!made.ok) return made
  const gpio = made.value
  leaveNote(note, restDirection(wire), directionFile(number.value))
  const guard = startGuard(restDirection(wire), directionFile(number.value))
  const line: Relay = {
    read: () => readGpio(gpio),
    write: (on) => attempt(() => void gpio.writeSync(on ? 1 : 0)),
    close: () => {
      guard.stop()
      closeGpio(gpio)
    },
  }
  if (isAsWished(gpio, 'out', wire)) return done(line)
  line.close()
  return failed('line_refused')
}

const watchInput = (gpio: Gpio, { debounceMs }: InputLine, wake: () => void, clock: Clock): Input => {
  const debounce = createDebounce(debounceMs)
  const paced = createPace(wake)
  let counts: NodeJS.Timeout | undefined
  const lookWhenItCounts = () => {
    clearTimeout(counts)
    counts = setTimeout(
      () => {
        counts = undefined
        wake()
      },
      // A timer may be up to a millisecond early, and the level would not count yet.
      debounceMs + 1,
    )
  }
  gpio.watch(() => {
    debounce.move(clock.monotonic())
    if (debounceMs > 0) lookWhenItCounts()
    else paced()
  })
  return {
    read: () => {
      const level = readGpio(gpio)
      if (!level.ok) return level
      const counted = debounce.count(level.value, clock.monotonic())
      // For sysfs a look takes an edge that was on its way: it will not be told.
      if (debounce.isMoving() && counts === undefined) lookWhenItCounts()
      return done(counted)
    },
    close: () => {
      clearTimeout(counts)
      closeGpio(gpio)
    },
  }
}

const openInput = (make: MakeGpio, chip: string, wire: InputLine, wake: () => void, clock: Clock): Result<Input> => {
  const number = findNumber(chip, wire.line)
  if (!number.ok) return number
  // A line without interrupts has no `edge`; onoff would look for it for half a minute.
  const exported = exportLine(number.value, ['direction', 'value', 'active_low', 'edge'])
  if (!exported.ok) return exported
  const made = attempt(() => new make(number.value, 'in', 'both', { activeLow: wire.active === 'low' }))
  if (!made.ok) return made
  if (isAsWished(made.value, 'in', wire)) return done(watchInput(made.value, wire, wake, clock))
  closeGpio(made.value)
  return failed('line_refused')
}

/** onoff is an optional package and its add-on is compiled at set-up: either may be missing. */
const loadOnoff = async (): Promise<MakeGpio | undefined> => {
  try {
    return (await import('onoff')).Gpio
  } catch {
    log('fault', 'onoff_missing')
    return undefined
  }
}

export const createOnoff = async (chip: string, runtimeDirectory: string, clock: Clock): Promise<LineDriver> => {
  const make = await loadOnoff()
  const note = join(runtimeDirectory, 'door.rest')
  return {
    // A killed process would leave a closing contact closed: `check` refuses such a wire here, and so does this.
    openOutput: (name, wire) =>
      name !== 'relay' ? failed('line_refused') : make ? openRelay(make, chip, wire, note) : failed('onoff_missing'),
    openInput: (_, wire, wake) => (make ? openInput(make, chip, wire, wake, clock) : failed('onoff_missing')),
    close: () => Promise.resolve(),
  }
}
