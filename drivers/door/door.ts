// The living door: carries the state machine's steps to the hardware and its events to main, reads the levels, and keeps the one
// deadline timer. Decides nothing itself. The relay is written before anything is told; a write that fails is tried again at
// every look until it is done. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { DeviceState, DoorEvent, ToPart } from '../protocol.ts'
import type { DoorHardware } from './contract.ts'
import {
  type DoorInput,
  type DoorLimits,
  type DoorMessage,
  type DoorStep,
  describeDoor,
  initialDoor,
  stepDoor,
} from './machine.ts'
import { initialMotor, type MotorLimits, stepMotor } from './motor.ts'

/** The levels are read at least this often, whether an edge woke us or not: edges get lost. */
const LOOK_MS = 250
/** A look that is later than this is missing: the inputs are not read. */
const LOOK_LATE_LIMIT_MS = 1000

export type Door = {
  /** One a configured side, all the same door. */
  readonly devices: readonly Device[]
  readonly receive: (message: ToPart) => void
  /** A main that has just come: it is told what stands. */
  readonly meetMain: () => void
  readonly loseMain: () => void
  readonly isEnergised: () => boolean
  /** The levels are being read: what the watchdog lives on while main is away. */
  readonly isLooking: () => boolean
}

/** Relay events kept while the relay does not obey: the orders of one pulse. */
const UNTOLD_LIMIT = 16

/** What is to be told once the relay stands as the machine wants it. */
const isAboutRelay = (message: DoorMessage): message is DoorEvent =>
  message.type === 'door' && (message.what === 'relay_on' || message.what === 'relay_off')

/** Writes the relay and tells of it only when it is true. */
const createRelay = (hardware: DoorHardware, port: Port, onFault: (code: string | undefined) => void) => {
  let wanted = false
  let untold: readonly DoorMessage[] = []
  let written = true

  const write = () => {
    const outcome = hardware.setRelay(wanted)
    written = outcome.kind === 'done'
    onFault(outcome.kind === 'done' ? undefined : outcome.kind === 'fault' ? outcome.code : 'relay_busy')
  }
  const tell = (messages: readonly DoorMessage[]) => {
    const at = port.clock.monotonic()
    // The instant of a relay event is that of the write, not of the wish.
    for (const message of messages) port.tell(isAboutRelay(message) ? { ...message, at } : message)
  }
  return {
    set: (on: boolean | undefined, messages: readonly DoorMessage[]) => {
      if (on !== undefined) {
        wanted = on
        untold = []
        write()
      }
      if (written) return tell(messages)
      tell(messages.filter((message) => !isAboutRelay(message)))
      untold = [...untold, ...messages.filter(isAboutRelay)].slice(-UNTOLD_LIMIT)
    },
    retry: () => {
      if (written) return
      write()
      if (!written) return
      tell(untold)
      untold = []
    },
    isEnergised: () => wanted || !written,
  }
}

type Drive = Pick<DoorStep, 'relay' | 'deadline'>

/** What the relay is to do: as the machine says, or by impulses. */
const createDrive = (limits: MotorLimits | undefined): ((step: DoorStep, at: MonotonicMs) => Drive) => {
  if (!limits) return (step) => step
  let motor = initialMotor
  return (step, at) => {
    const drive = stepMotor(limits, motor, step, at)
    motor = drive.state
    return drive
  }
}

/** `motor`: the relay is the opening input of a gate that moves by itself. */
export type DoorPlan = DoorLimits & { readonly motor?: MotorLimits }

export const createDoor = (limits: DoorPlan, sides: readonly Side[], hardware: DoorHardware, port: Port): Door => {
  const faults = createFaults(port)
  const relay = createRelay(hardware, port, faults.relay)
  let state = initialDoor
  const driveRelay = createDrive(limits.motor)
  let lookAt = port.clock.monotonic()
  let timer: NodeJS.Timeout | undefined
  let life: 'new' | 'running' | 'ended' = 'new'

  const turn = (input: DoorInput) => {
    if (life !== 'running') return
    const at = port.clock.monotonic()
    const step = stepDoor(limits, state, input, at)
    state = step.state
    const drive = driveRelay(step, at)
    relay.set(drive.relay, step.tell)
    arm(drive.deadline, at)
  }
  const arm = (deadline: MonotonicMs | undefined, at: MonotonicMs) => {
    clearTimeout(timer)
    timer = setTimeout(look, Math.max(1, Math.ceil(Math.min(deadline ?? lookAt, lookAt) - at)))
  }
  const look = () => {
    lookAt = (port.clock.monotonic() + LOOK_MS) as MonotonicMs
    const read = hardware.readInputs()
    faults.lines(read.kind === 'done' ? read.value.fault : read.kind === 'fault' ? read.code : 'lines_busy')
    turn(read.kind === 'done' ? { kind: 'levels', levels: read.value } : { kind: 'tick' })
    relay.retry()
  }
  const start = () => {
    if (life !== 'new') return
    life = 'running'
    hardware.onEdge(look)
    look()
  }
  const stop = async () => {
    if (life === 'ended') return
    life = 'ended'
    clearTimeout(timer)
    if (state.relay)
      relay.set(false, [{ type: 'door', what: 'relay_off', at: port.clock.monotonic(), because: 'stopped' }])
    await hardware.close()
  }
  // main asks for the state at every ping, and for nothing else: so this is also how the door hears it.
  const device = (side: Side): Device => ({
    id: 'door',
    side,
    start,
    stop,
    state: () => {
      turn({ kind: 'main_heard' })
      return { device: 'door', side, ...faults.state() }
    },
  })

  return {
    devices: sides.map(device),
    receive: (message) => {
      if (message.type === 'open') turn({ ...message, kind: 'open', issuedAt: message.issuedAt as MonotonicMs })
      else if (message.type === 'mode') turn({ kind: 'mode', mode: message.mode })
    },
    meetMain: () => {
      turn({ kind: 'main_heard' })
      // A relay that does not obey is energised, whatever the machine wants.
      port.tell({ ...describeDoor(state, port.clock.monotonic()), relay: state.relay || relay.isEnergised() })
    },
    loseMain: () => turn({ kind: 'main_lost' }),
    isEnergised: relay.isEnergised,
    isLooking: () => life === 'running' && port.clock.monotonic() < lookAt + LOOK_LATE_LIMIT_MS,
  }
}

/** The door's two ways to fail, each told once when it begins; both may name the same line. */
const createFaults = (port: Port) => {
  let relay: string | undefined
  let lines: string | undefined
  const tellNew = (code: string | undefined) => {
    if (code !== undefined && code !== relay && code !== lines) port.tell({ type: 'fault', device: 'door', code })
  }
  return {
    relay: (code: string | undefined) => {
      tellNew(code)
      relay = code
    },
    lines: (code: string | undefined) => {
      tellNew(code)
      lines = code
    },
    state: (): Pick<DeviceState, 'state' | 'because'> => {
      const because = relay ?? lines
      return because === undefined ? { state: 'up' } : { state: 'down', because }
    },
  }
}
