// A door on real lines, whatever driver opens them: each line is opened by itself and kept (../gpio/kept-line.ts), so that a missing
// contact takes no exit button along. Knows no chip and no kernel: that is gpiochip.ts and onoff.ts.
// Must never assume the relay's level: what is wanted is written, read back, and compared again at every look. Opened by part.ts.

import type { InputLine, OutputLine, RealDoor } from '../../config/settings.ts'
import { type Clock, done, failed, type Result } from '../../config/words.ts'
import type { Outcome } from '../contracts.ts'
import { type Kept, keepLine, type Line } from '../gpio/kept-line.ts'
import type { DoorHardware, Levels } from './contract.ts'

export const inputNames = ['fire', 'exitButton', 'contact', 'guardButton', 'obstacle'] as const
export type InputName = (typeof inputNames)[number]
const motorNames = ['stop', 'close'] as const
export type OutputName = 'relay' | (typeof motorNames)[number]

const inputWire = (door: RealDoor, name: InputName): InputLine | undefined =>
  name === 'obstacle' ? door.motor?.obstacle : door[name]

export type Input = Line
export type Relay = Input & { readonly write: (on: boolean) => Result<undefined> }

/** Opens the lines of one door. A failure's detail says who holds a busy line. */
export type LineDriver = {
  /** At rest from the first moment. */
  readonly openOutput: (name: OutputName, wire: OutputLine) => Result<Relay>
  /** `wake` says only "read again", also for nothing. */
  readonly openInput: (name: InputName, wire: InputLine, wake: () => void) => Result<Input>
  /** After every line was closed. */
  readonly close: () => Promise<void>
}

const createRelay = (kept: Kept<Relay>) => {
  let wanted = false
  const settle = (relay: Relay): Result<undefined> => {
    const written = relay.write(wanted)
    if (!written.ok) return written
    const read = relay.read()
    if (!read.ok) return read
    return read.value === wanted ? done(undefined) : failed('relay_stuck')
  }
  /** A line that was lost comes back at rest, and sysfs lets any program write: both are put right here. */
  const check = (relay: Relay): Result<undefined> => {
    const read = relay.read()
    if (!read.ok) return read
    return read.value === wanted ? done(undefined) : settle(relay)
  }
  return {
    check: () => kept.use(check),
    set: (on: boolean) => {
      wanted = on
      return kept.use(settle)
    },
  }
}

const openOutput = (driver: LineDriver, name: OutputName, wire: OutputLine, clock: Clock) => {
  const kept = keepLine(name, () => driver.openOutput(name, wire), clock)
  return { ...createRelay(kept), close: kept.close }
}

const createInput = (name: InputName, open: () => Result<Input>, clock: Clock) => {
  const kept = keepLine(name, open, clock)
  let active: boolean | undefined
  return {
    name,
    read: () => {
      const read = kept.use((input) => input.read())
      if (read.ok) active = read.value
      return { active, code: read.ok ? undefined : read.code }
    },
    close: kept.close,
  }
}

const outcomeOf = (result: Result<undefined>): Outcome<undefined> =>
  result.ok ? { kind: 'done', value: undefined } : { kind: 'fault', code: result.code }

/** The relay's line is requested at rest before this returns, if it is there at all. */
export const openLines = (door: RealDoor, driver: LineDriver, clock: Clock): DoorHardware => {
  let wake: (() => void) | undefined
  const open = (name: OutputName, wire: OutputLine) => openOutput(driver, name, wire, clock)
  const relay = open('relay', door.relay)
  relay.check()
  const motor = new Map(
    motorNames.flatMap((name) => {
      const wire = door.motor?.[name]
      return wire ? [[name, open(name, wire)] as const] : []
    }),
  )
  const outputs = [relay, ...motor.values()]
  const inputs = inputNames.flatMap((name) => {
    const wire = inputWire(door, name)
    return wire ? [createInput(name, () => driver.openInput(name, wire, () => wake?.()), clock)] : []
  })

  const contactOf = (active: boolean | undefined) => (active === undefined ? 'none' : active ? 'open' : 'closed')
  const readInputs = (): Outcome<Levels> => {
    const checked = outputs.map(({ check }) => check()).find(({ ok }) => !ok)
    const reads = inputs.map(({ name, read }) => ({ name, ...read() }))
    const levelOf = (wanted: InputName) => reads.find(({ name }) => name === wanted)?.active
    const barrier = reads.find(({ name }) => name === 'obstacle')
    const fault = checked && !checked.ok ? checked.code : reads.find(({ code }) => code !== undefined)?.code
    const levels = {
      fire: levelOf('fire') ?? false,
      exitButton: levelOf('exitButton') ?? false,
      contact: contactOf(levelOf('contact')),
      ...(door.guardButton && { guardButton: levelOf('guardButton') ?? false }),
      // What was read last is no answer here: somebody may stand there since.
      ...(barrier && { obstacle: barrier.code !== undefined || barrier.active !== false }),
    } as const
    return { kind: 'done', value: fault === undefined ? levels : { ...levels, fault } }
  }
  // From now on edges wake, though nobody has read yet.
  readInputs()
  return {
    readInputs,
    onEdge: (called) => {
      wake = called
    },
    setRelay: (on) => outcomeOf(relay.set(on)),
    setMotor: (name, on) => outcomeOf(motor.get(name)?.set(on) ?? (on ? failed('line_closed') : done(undefined))),
    close: async () => {
      for (const output of outputs) {
        output.set(false)
        output.close()
      }
      for (const input of inputs) input.close()
      await driver.close()
    },
  }
}
