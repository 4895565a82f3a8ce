// Lamps, buzzers and the acknowledge button on lines of a GPIO chip. Each line is kept by itself: a lamp that is absent, busy or lost is
// tried again and takes no other along. The lines go dark when this process ends, however it ends. Opened by part.ts.

import type { AlarmSettings, OutputLine, SignalSettings } from '../../config/settings.ts'
import type { Clock, Side } from '../../config/words.ts'
import { keepLine } from '../gpio/kept-line.ts'
import { flagsOf, type KernelLine, lineFlags, requestLine } from '../gpio/kernel.ts'
import { type AlarmOutputs, type Colour, colours, type SideOutputs } from './contract.ts'

type WiredSide = Extract<SignalSettings, { readonly driver: 'gpiochip' }>
type WiredAlarm = Extract<AlarmSettings, { readonly driver: 'gpiochip' }>
type Output = {
  readonly set: (on: boolean) => void
  readonly check: () => string | undefined
  readonly close: () => void
}

const openOutput = (chip: string, name: string, wire: OutputLine, clock: Clock): Output => {
  const flags = lineFlags.output | flagsOf(wire)
  const open = () => requestLine({ chip, line: wire.line, consumer: `evengate-${name}`, flags, debounceMs: 0 })
  const kept = keepLine<KernelLine>(name, open, clock)
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
      because = write()
      return because
    },
    close: kept.close,
  }
}

const firstCode = (outputs: readonly Output[]): string | undefined =>
  outputs.map(({ check }) => check()).find((code) => code !== undefined)

export const openWiredSide = (side: Side, settings: WiredSide, clock: Clock): SideOutputs => {
  const wire = (name: Colour | 'buzzer'): readonly Output[] => {
    const found = settings[name]
    return found ? [openOutput(settings.chip, `${side}-${name}`, found, clock)] : []
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

export const openWiredAlarm = ({ chip, lamp, buzzer, acknowledge }: WiredAlarm, clock: Clock): AlarmOutputs => {
  const lamps = lamp ? [openOutput(chip, 'alarm-lamp', lamp, clock)] : []
  const buzzers = buzzer ? [openOutput(chip, 'alarm-buzzer', buzzer, clock)] : []
  const { line, debounceMs } = acknowledge
  const flags = lineFlags.input | flagsOf(acknowledge)
  const open = () => requestLine({ chip, line, consumer: 'evengate-acknowledge', flags, debounceMs })
  const button = keepLine<KernelLine>('acknowledge', open, clock)
  const readButton = () => button.use((one) => one.read())
  return {
    set: (on) => {
      for (const one of lamps) one.set(on.lamp)
      for (const one of buzzers) one.set(on.buzzer)
    },
    isPressed: () => {
      const read = readButton()
      return read.ok && read.value
    },
    check: () => {
      const read = readButton()
      return firstCode([...lamps, ...buzzers]) ?? (read.ok ? undefined : read.code)
    },
    close: () => {
      for (const one of [...lamps, ...buzzers]) one.close()
      button.close()
    },
  }
}
