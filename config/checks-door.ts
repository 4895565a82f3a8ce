// Whether the door's settings go together: pulse, lines, pulls, clock. Pure. Called by cross-checks.ts.

import { checkPins, type Wire } from './checks-pins.ts'
import { type Problem, problem } from './problems.ts'
import type { Config, RealDoor } from './settings.ts'

const checkPulse = ({ door: { pulseMs, pulseLimitMs } }: Config): readonly Problem[] =>
  pulseLimitMs < pulseMs ? [problem('error', 'pulse_limit_short', 'door.pulseLimitMs', { pulseMs, pulseLimitMs })] : []

const listWires = (door: RealDoor): readonly Wire[] => {
  const inputs = (['exitButton', 'contact', 'fire'] as const).flatMap((name): readonly Wire[] => {
    const wire = door[name]
    return wire ? [{ at: `door.${name}`, role: 'input', wire }] : []
  })
  return [{ at: 'door.relay', role: 'relay', wire: door.relay }, ...inputs]
}

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
  return [...checkPulse(config), ...checkPins(door.chip, wires), ...checkBias(door, wires), ...trusting]
}
