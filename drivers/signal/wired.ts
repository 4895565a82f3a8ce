// Lamps, buzzers and the acknowledge button on lines of a GPIO chip. Each line is kept by itself: a lamp that is absent, busy or lost is
// tried again and takes no other along. A line that is the door's is never taken, and let go as soon as it is said to be. The lines go
// dark when this process ends, however it ends. Opened by part.ts.

import type { AlarmSettings, CallSettings, InputLine, OutputLine, SignalSettings } from '../../config/settings.ts'
import { type Clock, failed, type Result, type Side } from '../../config/words.ts'
import { type Kept, keepLine } from '../gpio/kept-line.ts'
import { flagsOf, type KernelLine, type LineWish, lineFlags, requestLine } from '../gpio/kernel.ts'
import { type AlarmOutputs, type CallOutputs, type Colour, colours, type SideOutputs } from './contract.ts'
import type { Spared } from './spared.ts'

type WiredSide = Extract<SignalSettings, { readonly driver: 'gpiochip' }>
type WiredCall = Extract<CallSettings, { readonly driver: 'gpiochip' }>
type WiredAlarm = Extract<AlarmSettings, { readonly driver: 'gpiochip' }>
export type Place = { readonly spared: Spared; readonly clock: Clock }
type Output = {
  readonly set: (on: boolean) => void
  readonly check: () => string | undefined
  readonly close: () => void
}

/** A line of a chip, but none of the door's. */
const keepOwnLine = (
  name: string,
  wish: Omit<LineWish, 'consumer'>,
  { spared, clock }: Place,
): Kept<KernelLine> & { readonly check: () => void } => {
  let under = spared.text()
  const open = () => {
    under = spared.text()
    return requestLine({ ...wish, consumer: `evengate-${name}`, spared: spared.on(wish.chip) })
  }
  const kept = keepLine<KernelLine>(name, open, clock)
  return {
    ...kept,
    /** Under another word of the door it must be asked for anew. */
    check: () => {
      if (spared.text() !== under) kept.use((): Result<undefined> => failed('line_of_door'))
    },
  }
}

const openOutput = (chip: string, name: string, wire: OutputLine, place: Place): Output => {
  const flags = lineFlags.output | flagsOf(wire)
  const kept = keepOwnLine(name, { chip, line: wire.line, flags, debounceMs: 0 }, place)
  let wanted = false
  const write = () => {
    const written = kept.use((line) => line.write(wanted))
    return written.ok ? undefined : written.code
  }
  let because = write()
  return {
    set: (on) => {
      if (on === wanted) return
      wanted = on
      because = write()
    },
    // Written again: a line that was lost comes back dark.
    check: () => {
      kept.check()
      because = write()
      return because
    },
    close: kept.close,
  }
}

/** A line that cannot be read is not pressed. */
const openButton = (chip: string, name: string, wire: InputLine, place: Place) => {
  const { line, debounceMs } = wire
  const kept = keepOwnLine(name, { chip, line, flags: lineFlags.input | flagsOf(wire), debounceMs }, place)
  const read = () => kept.use((one) => one.read())
  return {
    isPressed: () => {
      const found = read()
      return found.ok && found.value
    },
    check: () => {
      kept.check()
      const found = read()
      return found.ok ? undefined : found.code
    },
    close: kept.close,
  }
}

const firstCode = (outputs: readonly Pick<Output, 'check'>[]): string | undefined =>
  outputs.map(({ check }) => check()).find((code) => code !== undefined)

export const openWiredSide = (side: Side, settings: WiredSide, place: Place): SideOutputs => {
  const wire = (name: Colour | 'buzzer'): readonly Output[] => {
    const found = settings[name]
    return found ? [openOutput(settings.chip, `${side}-${name}`, found, place)] : []
  }
  const lamps = new Map(colours.map((colour) => [colour, wire(colour)] as const))
  const all = [...lamps.values()].flat()
  const buzzer = wire('buzzer')
  return {
    set: ({ lights, hz }) => {
      // A colour without a lamp of its own is shown by those there are: the rhythm says it.
      const wanted = new Set(lights.flatMap((colour) => (lamps.get(colour)?.length ? (lamps.get(colour) ?? []) : all)))
      for (const lamp of all) lamp.set(wanted.has(lamp))
      for (const one of buzzer) one.set(hz > 0)
    },
    check: () => firstCode([...all, ...buzzer]),
    close: () => {
      for (const one of [...all, ...buzzer]) one.close()
    },
  }
}

export const openWiredAlarm = ({ chip, lamp, buzzer, help, acknowledge }: WiredAlarm, place: Place): AlarmOutputs => {
  const lamps = lamp ? [openOutput(chip, 'alarm-lamp', lamp, place)] : []
  const buzzers = buzzer ? [openOutput(chip, 'alarm-buzzer', buzzer, place)] : []
  const helps = help ? [openOutput(chip, 'alarm-help', help, place)] : []
  const button = openButton(chip, 'acknowledge', acknowledge, place)
  return {
    set: (on) => {
      for (const one of lamps) one.set(on.lamp)
      for (const one of buzzers) one.set(on.buzzer)
      for (const one of helps) one.set(on.help)
    },
    isPressed: button.isPressed,
    check: () => firstCode([...lamps, ...buzzers, ...helps, button]),
    close: () => {
      for (const one of [...lamps, ...buzzers, ...helps]) one.close()
      button.close()
    },
  }
}

export const openWiredCall = ({ chip, button, lamp, sounder, answer }: WiredCall, place: Place): CallOutputs => {
  const lamps = [openOutput(chip, 'call-lamp', lamp, place)]
  const sounders = sounder ? [openOutput(chip, 'call-sounder', sounder, place)] : []
  const call = openButton(chip, 'call', button, place)
  const answers = answer ? [openButton(chip, 'call-answer', answer, place)] : []
  const all = [...lamps, ...sounders, call, ...answers]
  return {
    set: (on) => {
      for (const one of lamps) one.set(on.lamp)
      for (const one of sounders) one.set(on.sounder)
    },
    readButtons: () => ({ call: call.isPressed(), answer: answers.some((one) => one.isPressed()) }),
    check: () => firstCode(all),
    close: () => {
      for (const one of all) one.close()
    },
  }
}
