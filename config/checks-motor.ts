// Whether the wires of a gate motor go together: nothing closes without a light barrier, nor on a driver that may leave a contact closed.
// Pure. Called by checks-door.ts.

import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

const isWired = (wire: object | boolean | undefined): boolean => wire !== undefined && wire !== false

export const checkMotor = ({ door }: Pick<Config, 'door'>): readonly Problem[] => {
  const { motor, pulseMs, driver } = door
  if (!motor) return []
  const at = 'door.motor'
  const [stop, close, obstacle] = [motor.stop, motor.close, motor.obstacle].map(isWired)
  const moves = (['stop', 'close'] as const).filter((name) => isWired(motor[name]))
  return [
    ...(motor.impulseMs > pulseMs
      ? [problem('error', 'impulse_long', `${at}.impulseMs`, { impulseMs: motor.impulseMs, pulseMs })]
      : []),
    // A killed process leaves such a line as it was: a closing contact would stay closed.
    ...(driver === 'onoff' ? moves.map((name) => problem('error', 'motor_needs_gpiochip', `${at}.${name}`)) : []),
    ...(close && !obstacle ? [problem('error', 'close_without_obstacle', `${at}.close`)] : []),
    ...(close && !stop ? [problem('warning', 'close_without_stop', `${at}.close`)] : []),
    ...(obstacle && !close ? [problem('warning', 'obstacle_without_close', `${at}.obstacle`)] : []),
    ...(motor.holdOffSeconds * 1000 > motor.travelMs + HOLD_OFF_BEYOND_MS && !isWired(door.contact)
      ? [problem('warning', 'hold_off_long', `${at}.holdOffSeconds`, { travelMs: motor.travelMs })]
      : []),
  ]
}

/** A gate without a contact does not say that it has closed: whoever comes back later than this should not find himself held off. */
const HOLD_OFF_BEYOND_MS = 60_000
