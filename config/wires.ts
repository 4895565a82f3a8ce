// Every wire of a configuration on a line of a chip: the door's, the signal's, the alarm's, the call's, each with its place in the file; judged
// chip by chip, for one pin twice is one pin twice whoever asks for it. Pure. Called by cross-checks.ts, and for the door's own by whoever must keep off them.

import { checkPins, type Wire } from './checks-pins.ts'
import { listSides } from './mounted.ts'
import type { Problem } from './problems.ts'
import type { Config, InputLine, OutputLine } from './settings.ts'

type OnChip = { readonly chip: string; readonly wires: readonly Wire[] }

const output = (at: string, wire: OutputLine | undefined, role: 'relay' | 'output' = 'output'): readonly Wire[] =>
  wire ? [{ at, role, wire }] : []
const input = (at: string, wire: InputLine | undefined): readonly Wire[] => (wire ? [{ at, role: 'input', wire }] : [])

const doorWires = ({ door }: Pick<Config, 'door'>): readonly OnChip[] => {
  if (door.driver === 'simulated') return []
  const inputs = (['exitButton', 'guardButton', 'contact', 'fire'] as const).flatMap((name) =>
    input(`door.${name}`, door[name]),
  )
  const { stop, close, obstacle } = door.motor ?? {}
  const motor = [
    // What moves a gate at boot is as bad as what opens it.
    ...output('door.motor.stop', stop, 'relay'),
    ...output('door.motor.close', close, 'relay'),
    ...input('door.motor.obstacle', obstacle),
  ]
  return [{ chip: door.chip, wires: [...output('door.relay', door.relay, 'relay'), ...inputs, ...motor] }]
}

const signalWires = (config: Config): readonly OnChip[] =>
  listSides(config).flatMap(({ side, settings: { signal } }) => {
    if (signal?.driver !== 'gpiochip') return []
    const names = ['green', 'red', 'amber', 'buzzer'] as const
    return [{ chip: signal.chip, wires: names.flatMap((name) => output(`sides.${side}.signal.${name}`, signal[name])) }]
  })

const alarmWires = ({ alarm }: Config): readonly OnChip[] => {
  if (alarm?.driver !== 'gpiochip') return []
  const { chip, lamp, buzzer, help, acknowledge } = alarm
  const lit = [...output('alarm.lamp', lamp), ...output('alarm.buzzer', buzzer)]
  const outputs = [...lit, ...output('alarm.help', help)]
  return [{ chip, wires: [...outputs, ...input('alarm.acknowledge', acknowledge)] }]
}

const callWires = ({ call }: Config): readonly OnChip[] => {
  if (call?.driver !== 'gpiochip') return []
  const { chip, button, lamp, sounder, answer } = call
  const lit = [...output('call.lamp', lamp), ...output('call.sounder', sounder)]
  return [{ chip, wires: [...lit, ...input('call.button', button), ...input('call.answer', answer)] }]
}

/** The door's lines by name or offset, its relay's first; undefined where it has none. */
export const doorLinesOf = ({ door }: Pick<Config, 'door'>) =>
  door.driver === 'simulated'
    ? undefined
    : { chip: door.chip, lines: doorWires({ door }).flatMap(({ wires }) => wires.map(({ wire }) => wire.line)) }

/** The door's first: whoever comes second is told that the pin is taken. */
export const checkWires = (config: Config): readonly Problem[] => {
  const all = [...doorWires(config), ...signalWires(config), ...alarmWires(config), ...callWires(config)]
  return [...new Set(all.map(({ chip }) => chip))].flatMap((chip) =>
    checkPins(
      chip,
      all.flatMap((one) => (one.chip === chip ? one.wires : [])),
    ),
  )
}
