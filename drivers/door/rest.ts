// Puts the relay's line at rest and ends: for the lock unit, after a door's process has died. With gpiochip the kernel has let go
// of the line already, with onoff the dead process may have left it energised. Leaves a living door alone. Must not need the
// package onoff, nor anything else that takes time: the gate stands open meanwhile. Started through rest.sh, which does not wait for
// Node.
//
//   rest.ts --config FILE   EVENGATE_RUNTIME   folder of the door's lock
//   exit codes              0 at rest · 1 refused, or the line cannot be moved · 2 wrong use · 3 a door lives

import { join } from 'node:path'
import type { RealDoor } from '../../config/settings.ts'
import { done, type Result } from '../../config/words.ts'
import { log } from '../log.ts'
import { takeLock } from './lock.ts'
import { readConfig, refuse } from './settings.ts'
import { findNumber, isExported, restLine } from './sysfs.ts'

const restSysfs = ({ chip, relay }: RealDoor): Result<undefined> => {
  const number = findNumber(chip, relay.line)
  if (!number.ok) return number
  // Not exported: nobody has driven it since the machine started. It stays exported, so that it stays driven.
  return isExported(number.value) ? restLine(number.value, relay) : done(undefined)
}

const restGpiochip = async ({ chip, relay }: RealDoor): Promise<Result<undefined>> => {
  const { createGpiochip } = await import('./gpiochip.ts')
  const line = createGpiochip(chip).openOutput('relay', relay)
  if (!line.ok) return line
  line.value.close()
  return done(undefined)
}

const isDoorAlive = async (): Promise<boolean> => {
  const runtimeDirectory = process.env['EVENGATE_RUNTIME'] ?? refuse(2, 'rest: EVENGATE_RUNTIME is not set')
  try {
    return !(await takeLock(join(runtimeDirectory, 'door.lock.sock')))
  } catch {
    // No folder, or one that cannot be written: no reason to leave a gate open. A living door would put its relay back.
    log('warning', 'lock_unreadable')
    return false
  }
}

const { door } = readConfig()
if (door.driver !== 'simulated') {
  if (await isDoorAlive()) refuse(3, 'rest: a door process lives and answers for its relay; nothing was touched')
  const rested = door.driver === 'onoff' ? restSysfs(door) : await restGpiochip(door)
  if (!rested.ok) refuse(1, `rest: the relay is NOT known to be at rest: ${rested.code} ${rested.detail ?? ''}`.trim())
  log('notice', 'relay_at_rest')
}
process.exit(0)
