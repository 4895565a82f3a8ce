// Whether the door's settings go together: pulse, lines, pulls, clock. Pure. Called by cross-checks.ts.

import { type Problem, problem } from './problems.ts'
import type { Config, InputLine, OutputLine, RealDoor } from './settings.ts'

const checkPulse = ({ door: { pulseMs, pulseLimitMs } }: Config): readonly Problem[] =>
  pulseLimitMs < pulseMs ? [problem('error', 'pulse_limit_short', 'door.pulseLimitMs', { pulseMs, pulseLimitMs })] : []

type Wire = { readonly at: string; readonly wire: OutputLine | InputLine }

const listWires = (door: RealDoor): readonly Wire[] =>
  (['relay', 'exitButton', 'contact', 'fire'] as const).flatMap((name) => {
    const wire = door[name]
    return wire ? [{ at: `door.${name}`, wire }] : []
  })

/** The Pi's kernels name offset 17 `GPIO17`; both are one pin. */
const nameLine = (line: string | number): string => (typeof line === 'number' ? `GPIO${line}` : line)

const checkLines = (wires: readonly Wire[]): readonly Problem[] =>
  wires.flatMap(({ at, wire: { line } }, index) => {
    const twin = wires.slice(0, index).find((earlier) => nameLine(earlier.wire.line) === nameLine(line))
    return twin ? [problem('error', 'line_twice', `${at}.line`, { line, first: twin.at })] : []
  })

const checkBias = (door: RealDoor, wires: readonly Wire[]): readonly Problem[] => {
  const low = door.relay.active === 'low' && door.relay.bias === undefined
  const relay = low ? [problem('warning', 'relay_low_without_bias', 'door.relay')] : []
  if (door.driver !== 'onoff') return relay
  const impossible = wires
    .filter(({ wire }) => wire.bias === 'pull-up' || wire.bias === 'pull-down')
    .map(({ at }) => problem('error', 'bias_not_possible', `${at}.bias`))
  return [...relay, ...impossible, problem('warning', 'onoff_keeps_relay', 'door.driver')]
}

export const checkDoor = (config: Config): readonly Problem[] => {
  const { door, clock } = config
  if (door.driver === 'simulated') return checkPulse(config)
  const wires = listWires(door)
  const trusting = clock.trust === 'always' ? [problem('warning', 'clock_always_trusted', 'clock.trust')] : []
  return [...checkPulse(config), ...checkLines(wires), ...checkBias(door, wires), ...trusting]
}
