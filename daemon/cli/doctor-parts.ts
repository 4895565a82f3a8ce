// The small main behind `doctor --watch`: starts the parts of a configuration as the gate would, in a folder of its own, and hears
// them. Opens no store, decides nothing, records nothing; the door is the door, with its exit button and fire input. Leaves nothing
// behind. Called by doctor-watch.ts.

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Config } from '../../config/settings.ts'
import { type Clock, done, failed, type Result } from '../../config/words.ts'
import type { DeviceState } from '../../drivers/protocol.ts'
import { planParts } from '../part-plan.ts'
import type { PartEvents, PartSpec } from '../part-slot.ts'
import { keepAccepted, runtimeFolderOf } from '../runtime-folder.ts'
import { ownSockets } from '../sockets.ts'
import { startSupervisor } from '../supervisor.ts'
import { beginSights, type Sights, takeSight } from './doctor-sights.ts'
import { openLookFolder } from './look-folder.ts'

const LOOK_EVERY_MS = 1000
/** A part that is not asked again tells nothing more. */
const LOOK_FOR_MS = 3000
/** A door that outlives a killed watcher lets go of the lines soon, not after the half minute that it gives a gate. */
const DOOR_LINGERS_MS = 5000
const KEY_BYTES = 32
/** Names the order in what the door says of it. */
export const TEST_PULSE = 'doctor'

export type WatchedParts = {
  readonly sights: () => Sights
  readonly devices: () => readonly DeviceState[]
  /** False: the door part is not there. */
  readonly isDoorUp: () => boolean
  readonly pulse: () => boolean
  readonly stop: () => Promise<void>
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Whatever else goes wrong (no leave, a full backlog), somebody may live there.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    )
  })

/** A gate, or its door alone, that runs with this configuration has the devices. */
export const isGateRunning = async (config: Config): Promise<boolean> => {
  const folder = runtimeFolderOf(config)
  // A door that has a unit of its own has its own folder beside main's (systemd/units), and never stops with main.
  const places = [
    join(folder, 'control.sock'),
    join(folder, 'door.lock.sock'),
    join(`${folder}-door`, 'door.lock.sock'),
  ]
  return (await Promise.all(places.map(answers))).includes(true)
}

const planWatched = (config: Config, folder: string, acceptedFile: string, quiet: boolean): readonly PartSpec[] => {
  const templateKeyFile = join(folder, 'template.key')
  // Of use for nothing: no template is here to open.
  writeFileSync(templateKeyFile, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600 })
  return planParts(config, acceptedFile, 'none', templateKeyFile)
    .filter(({ part }) => part === 'door' || part === 'card' || part === 'keypad' || part === 'face')
    .map((spec) => ({
      ...spec,
      ...(quiet ? { quiet } : {}),
      env: { ...spec.env, EVENGATE_LINGER_MS: String(DOOR_LINGERS_MS) },
    }))
}

/** `quiet`: the parts' log lines are dropped. */
export const watchParts = async (config: Config, clock: Clock, quiet: boolean): Promise<Result<WatchedParts>> => {
  if (await isGateRunning(config)) return failed('parts_in_use')
  const { folder, remove } = openLookFolder()
  const accepted = keepAccepted(folder, config)
  if (!accepted.ok) return accepted

  let sights = beginSights(config)
  const specs = planWatched(config, folder, accepted.value, quiet)
  const events: PartEvents = {
    onMessage: (_, message) => {
      sights = takeSight(sights, message, clock.monotonic())
    },
    onPart: (part, state) => {
      // A door that starts anew tells again what does not rest.
      if (part === 'door' && state === 'down') sights = { ...sights, door: beginSights(config).door }
      if (state === 'up') look()
    },
  }
  const supervisor = startSupervisor(specs, { runtimeDirectory: folder, clock, sockets: ownSockets, events })
  const look = () => {
    for (const part of ['keypad', 'face'] as const) supervisor.send(part, { type: 'look', forMs: LOOK_FOR_MS })
  }
  const looking = setInterval(look, LOOK_EVERY_MS)

  return done({
    sights: () => sights,
    devices: supervisor.devices,
    isDoorUp: () => supervisor.isUp('door'),
    pulse: () => {
      const { pulseMs } = config.door
      return supervisor.send('door', { type: 'open', ref: TEST_PULSE, pulseMs, issuedAt: clock.monotonic() })
    },
    stop: async () => {
      clearInterval(looking)
      await supervisor.stop()
      remove()
    },
  })
}
