// The entry of the door's process, the only one that touches the relay. It waits for nobody: reads its own settings, puts the
// relay at rest, obeys fire and exit button, and only then looks for main. A crash, an end or a signal puts the relay at rest
// first. Started by the supervisor in a checkout, by its own unit when installed.
//
//   part.ts --config FILE     EVENGATE_RUNTIME   folder of the sockets; `door.pid`, `door.lines.json`, the lock lie there too
//                             EVENGATE_CHILD     in a checkout: lives on when main dies, and ends EVENGATE_LINGER_MS (30000)
//                                                later when main has not come back and nothing is energised
//   exit codes                1 settings refused · 2 wrong use · 3 another door holds this folder · 70 a bug

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config, RealDoor } from '../../config/settings.ts'
import { sides, systemClock } from '../../config/words.ts'
import { runPart } from '../harness.ts'
import { log } from '../log.ts'
import type { DoorHardware } from './contract.ts'
import { createDoor, type Door } from './door.ts'
import { type LineDriver, openLines } from './lines.ts'
import { takeLock } from './lock.ts'
import { sayOwnLines } from './own-lines.ts'
import { readConfig, refuse, rereadConfig } from './settings.ts'
import { openSimulatedDoor } from './simulated.ts'

const LINGER_MS = 30_000
/** While something is energised the end is put off and looked at again. */
const LINGER_AGAIN_MS = 1000

/** The real drivers are loaded only where they are used: they bring native code. */
const createDriver = async ({ driver, chip }: RealDoor, runtimeDirectory: string): Promise<LineDriver> => {
  if (driver === 'onoff') return (await import('./onoff.ts')).createOnoff(chip, runtimeDirectory, systemClock)
  return (await import('./gpiochip.ts')).createGpiochip(chip)
}

const openHardware = async (door: Config['door'], runtimeDirectory: string): Promise<DoorHardware> => {
  if (door.driver === 'simulated') return openSimulatedDoor(door, runtimeDirectory, systemClock)
  return openLines(door, await createDriver(door, runtimeDirectory), systemClock)
}

/** Whatever ends this process, short of a kill, comes by here. */
const restAtEnd = (hardware: DoorHardware, pidFile: string): void => {
  const rest = () => void hardware.setRelay(false)
  process.on('uncaughtExceptionMonitor', rest)
  process.on('exit', () => {
    rest()
    rmSync(pidFile, { force: true })
  })
  // A terminal that closes takes main along: nobody is left to linger for.
  process.on('SIGHUP', () => process.exit(0))
  process.stderr.on('error', () => {
    // The terminal or main that read our lines may be gone; the door lives on without them.
  })
}

/** Ends a checkout's door that main has left for good. */
const createLinger = (isEnergised: () => boolean) => {
  const lingerMs = Number(process.env['EVENGATE_LINGER_MS'] ?? LINGER_MS)
  let timer: NodeJS.Timeout | undefined
  const wait = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isEnergised()) return wait(LINGER_AGAIN_MS)
      log('notice', 'door_left_alone')
      process.kill(process.pid, 'SIGTERM')
    }, ms)
  }
  return {
    mainLost: () => {
      if (process.env['EVENGATE_CHILD'] !== undefined) wait(lingerMs)
    },
    mainFound: () => clearTimeout(timer),
  }
}

/** What main knows of the door as well (part-plan.ts). */
const settingsOf = (config: Config) => ({
  door: config.door,
  sides: sides.filter((side) => config.sides[side] !== undefined),
})

const runDoor = async (): Promise<void> => {
  const runtimeDirectory = process.env['EVENGATE_RUNTIME'] ?? refuse(2, 'door: EVENGATE_RUNTIME is not set')
  const config = readConfig()
  if (!(await takeLock(join(runtimeDirectory, 'door.lock.sock'))))
    refuse(3, `door: another door process already serves ${runtimeDirectory}; this one ends and leaves it alone`)
  sayOwnLines(runtimeDirectory, config.door)
  const hardware = await openHardware(config.door, runtimeDirectory)
  const pidFile = join(runtimeDirectory, 'door.pid')
  restAtEnd(hardware, pidFile)
  writeFileSync(pidFile, `${process.pid}\n`)

  let door: Door | undefined
  const linger = createLinger(() => door?.isEnergised() ?? false)
  const own = settingsOf(config)
  runPart(
    'door',
    {
      build: (_, port) => {
        door = createDoor(own.door, own.sides, hardware, port)
        return door.devices
      },
      receive: (message) => door?.receive(message),
      ready: async () => {
        linger.mainFound()
        door?.meetMain()
        return {}
      },
      onMainLost: () => {
        door?.loseMain()
        linger.mainLost()
      },
      isWorking: () => door?.isLooking() ?? false,
    },
    // When main means another door, this one makes room for it, unless it would only come back as it is.
    {
      settings: own,
      reread: () => {
        const found = rereadConfig()
        return found && settingsOf(found)
      },
    },
  )
  linger.mainLost()
}

await runDoor()
