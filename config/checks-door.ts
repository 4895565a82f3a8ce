// Whether the door's settings go together: pulse, pulls, clock. Its pins are judged with all others (wires.ts). Pure. Called by cross-checks.ts.

import { checkMotor } from './checks-motor.ts'
import { type Problem, problem } from './problems.ts'
import type { Config, RealDoor } from './settings.ts'

const checkPulse = ({ door: { pulseMs, pulseLimitMs } }: Config): readonly Problem[] =>
  pulseLimitMs < pulseMs ? [problem('error', 'pulse_limit_short', 'door.pulseLimitMs', { pulseMs, pulseLimitMs })] : []

const checkBias = (door: RealDoor): readonly Problem[] => {
  const low = door.relay.active === 'low' && door.relay.bias === undefined
  const relay = low ? [problem('warning', 'relay_low_without_bias', 'door.relay')] : []
  if (door.driver !== 'onoff') return relay
  const impossible = (['relay', 'exitButton', 'guardButton', 'contact', 'fire'] as const)
    .filter((name) => door[name]?.bias === 'pull-up' || door[name]?.bias === 'pull-down')
    .map((name) => problem('error', 'bias_not_possible', `door.${name}.bias`))
  return [...relay, ...impossible, problem('warning', 'onoff_keeps_relay', 'door.driver')]
}

export const checkDoor = (config: Config): readonly Problem[] => {
  const { door, clock } = config
  if (door.driver === 'simulated') return [...checkPulse(config), ...checkMotor(config)]
  const trusting = clock.trust === 'always' ? [problem('warning', 'clock_always_trusted', 'clock.trust')] : []
  return [...checkPulse(config), ...checkMotor(config), ...checkBias(door), ...trusting]
}
