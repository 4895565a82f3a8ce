// The living door: carries the state machine's steps to the hardware and its events to main, reads the levels, and keeps the one
// deadline timer. Decides nothing itself. The relay is written before anything is told; a write that fails is tried again at
// every look until it is done. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { DeviceState, ToPart } from '../protocol.ts'
import type { DoorHardware } from './contract.ts'
import { type DoorInput, type DoorLimits, describeDoor, initialDoor } from './door-state.ts'
import { createDrive, type MotorNews, type MotorPlan } from './drive.ts'
import { stepDoor } from './machine.ts'
import { createOutputs } from './written.ts'

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

/** Every order of main's is a sign of its life. */
const takeOrder = (message: ToPart, turn: (input: DoorInput, news?: MotorNews) => void): void => {
  if (message.type === 'open') turn({ ...message, kind: 'open', issuedAt: message.issuedAt as MonotonicMs })
  else if (message.type === 'mode') turn({ kind: 'mode', mode: message.mode })
  else if (message.type === 'guard') turn({ ...message, kind: 'guard', issuedAt: message.issuedAt as MonotonicMs })
  else if (message.type === 'motor')
    turn({ kind: 'main_heard' }, { order: { ...message, issuedAt: message.issuedAt as MonotonicMs } })
}

/** `motor`: the relay is the opening input of a gate that moves by itself. */
export type DoorPlan = DoorLimits & { readonly motor?: MotorPlan }

export const createDoor = (limits: DoorPlan, sides: readonly Side[], hardware: DoorHardware, port: Port): Door => {
  const faults = createFaults(port)
  const outputs = createOutputs(hardware, port, faults)
  let state = initialDoor
  const drive = createDrive(limits.motor)
  let lookAt = port.clock.monotonic()
  let timer: NodeJS.Timeout | undefined
  let life: 'new' | 'running' | 'ended' = 'new'

  const turn = (input: DoorInput, news: MotorNews = {}) => {
    if (life !== 'running') return
    const at = port.clock.monotonic()
    const step = stepDoor(limits, state, input, at)
    state = step.state
    const wish = drive.turn(step, at, news)
    outputs.obey(wish, step.tell)
    arm(wish.deadline, at)
  }
  const arm = (deadline: MonotonicMs | undefined, at: MonotonicMs) => {
    clearTimeout(timer)
    timer = setTimeout(look, Math.max(1, Math.ceil(Math.min(deadline ?? lookAt, lookAt) - at)))
  }
  const look = () => {
    lookAt = (port.clock.monotonic() + LOOK_MS) as MonotonicMs
    const read = hardware.readInputs()
    faults.lines(read.kind === 'done' ? read.value.fault : read.kind === 'fault' ? read.code : 'lines_busy')
    if (read.kind === 'done') turn({ kind: 'levels', levels: read.value }, { obstacle: read.value.obstacle })
    // A light barrier that cannot be read counts as interrupted.
    else turn({ kind: 'tick' }, { obstacle: true })
    outputs.retry()
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
    const at = port.clock.monotonic()
    outputs.rest(state.relay ? [{ type: 'door', what: 'relay_off', at, because: 'stopped' }] : undefined)
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
    receive: (message) => takeOrder(message, turn),
    meetMain: () => {
      turn({ kind: 'main_heard' })
      // A relay that does not obey is energised, whatever the machine wants.
      const standing = describeDoor(state, port.clock.monotonic())
      const obstructed = drive.isObstructed() ? { obstructed: true } : {}
      port.tell({ ...standing, ...obstructed, relay: state.relay || outputs.isEnergised() })
    },
    loseMain: () => turn({ kind: 'main_lost' }),
    isEnergised: outputs.isEnergised,
    isLooking: () => life === 'running' && port.clock.monotonic() < lookAt + LOOK_LATE_LIMIT_MS,
  }
}

/** The door's ways to fail, each told once when it begins; several may name the same line. */
const createFaults = (port: Port) => {
  let relay: string | undefined
  let lines: string | undefined
  let motor: string | undefined
  const tellNew = (code: string | undefined) => {
    if (code !== undefined && ![relay, lines, motor].includes(code)) port.tell({ type: 'fault', device: 'door', code })
  }
  return {
    relay: (code: string | undefined) => {
      tellNew(code)
      relay = code
    },
    motor: (code: string | undefined) => {
      tellNew(code)
      motor = code
    },
    lines: (code: string | undefined) => {
      tellNew(code)
      lines = code
    },
    state: (): Pick<DeviceState, 'state' | 'because'> => {
      const because = relay ?? motor ?? lines
      return because === undefined ? { state: 'up' } : { state: 'down', because }
    },
  }
}
