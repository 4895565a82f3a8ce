// Whether the door's settings go together: pulse, pulls, clock. Its pins are judged with all others (wires.ts). Pure. Called by cross-checks.ts.

import { checkMotor } from './checks-motor.ts'
import { listSides, listWays } from './mounted.ts'
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

/** A reader on a serial line gives a number once and never says that the card has left. */
const checkStaffHold = (config: Config): readonly Problem[] => {
  if (!config.door.staffHold) return []
  const readers = listSides(config).flatMap(({ settings }) => listWays(settings, 'card'))
  return readers.some(({ driver }) => driver !== 'serial')
    ? []
    : [problem('error', 'staff_hold_without_reader', 'door.staffHold')]
}

export const checkDoor = (config: Config): readonly Problem[] => {
  const { door, clock } = config
  if (door.driver === 'simulated') return [...checkPulse(config), ...checkMotor(config), ...checkStaffHold(config)]
  const trusting = clock.trust === 'always' ? [problem('warning', 'clock_always_trusted', 'clock.trust')] : []
  return [...checkPulse(config), ...checkMotor(config), ...checkStaffHold(config), ...checkBias(door), ...trusting]
}
