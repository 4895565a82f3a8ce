// What goes by the clock: households that leave, hours in which the door stands open, a clock that is set. Started and stopped together by
// daemon.ts; each decides for itself.

import { keepClockSteps } from './clock-steps.ts'
import { keepDoorHours } from './door-hours.ts'
import { keepMoveOuts } from './move-outs.ts'

type Times = Parameters<typeof keepMoveOuts>[0] & Parameters<typeof keepDoorHours>[0]

export const keepTimes = (deps: Times) => {
  const kept = [keepMoveOuts(deps), keepDoorHours(deps), keepClockSteps(deps)]
  return {
    stop: (): void => {
      for (const one of kept) one.stop()
    },
  }
}
