// Stop and close of a gate motor, and its light barrier: a pure state machine of its own. Closes only when main orders it for somebody who
// said so, by one impulse and never a second by itself; never while anything is in the light barrier or it cannot be read, while the door
// is released for whatever reason, or while the gate travels; and lets go at once when any of these comes. Opening is never its business:
// a barrier that is blocked or broken keeps nobody in (P8) or out. Called by drive.ts after every step of the machine.
//
// It is no safety device: photocells and force limits of the motor's own board stay where they are, and act without any program.
//
// because of refused    not_wired · order_stale · order_from_future · obstacle · door_released · gate_travels · gate_closed
//            close_cut  obstacle · door_released

import type { MonotonicMs } from '../../config/words.ts'
import type { DoorEvent } from '../protocol.ts'
import { findStale } from './order.ts'

export type ClosingLimits = {
  readonly impulseMs: number
  readonly travelMs: number
  /** Something in the light barrier for longer than this is told. */
  readonly obstacleAfterMs: number
  readonly hasStop: boolean
  readonly hasClose: boolean
}

export type MotorOrder = { readonly what: 'stop' | 'close'; readonly ref: string; readonly issuedAt: MonotonicMs }

export type ClosingInput = {
  /** The light barrier is interrupted, or cannot be read. Absent: not read now. */
  readonly obstacle?: boolean | undefined
  readonly order?: MotorOrder | undefined
  /** The machine wants the door released. */
  readonly released: boolean
  /** Fire, a mode or the guard: the opening contact stays closed. */
  readonly heldOpen: boolean
  /** The gate is on its way open. */
  readonly opening: boolean
  readonly contact: 'open' | 'closed' | 'none' | 'unread'
}

export type ClosingState = {
  /** The light barrier was read. */
  readonly isRead: boolean
  readonly obstacleSince: MonotonicMs | undefined
  readonly isLong: boolean
  /** Ends of the impulses, and of the way that a closing one began. */
  readonly closeUntil: MonotonicMs | undefined
  readonly closingUntil: MonotonicMs | undefined
  readonly stopUntil: MonotonicMs | undefined
}

export const initialClosing: ClosingState = Object.freeze({
  isRead: false,
  obstacleSince: undefined,
  isLong: false,
  closeUntil: undefined,
  closingUntil: undefined,
  stopUntil: undefined,
})

export type ClosingStep = {
  readonly state: ClosingState
  readonly stop: boolean
  readonly close: boolean
  /** The gate was stopped: it stands somewhere and travels no more. */
  readonly halts: boolean
  readonly tell: readonly DoorEvent[]
  readonly deadline: MonotonicMs | undefined
}

type Turn = {
  readonly limits: ClosingLimits
  readonly input: ClosingInput
  readonly at: MonotonicMs
  readonly next: { -readonly [Key in keyof ClosingState]: ClosingState[Key] }
  readonly tell: DoorEvent[]
}

const later = (ms: number, at: MonotonicMs): MonotonicMs => (at + ms) as MonotonicMs
const isBefore = (at: MonotonicMs, end: MonotonicMs | undefined): boolean => end !== undefined && at < end

const say = ({ tell, at }: Turn, what: DoorEvent['what'], more: { ref?: string; because?: string } = {}): void => {
  tell.push({ type: 'door', what, at, ...more })
}

const takeObstacle = (turn: Turn): void => {
  const { next, input, limits, at } = turn
  if (input.obstacle !== undefined) {
    next.isRead = true
    if (!input.obstacle && next.isLong) say(turn, 'obstacle_over')
    if (!input.obstacle) next.isLong = false
    next.obstacleSince = input.obstacle ? (next.obstacleSince ?? at) : undefined
  }
  if (next.obstacleSince === undefined || next.isLong || at < later(limits.obstacleAfterMs, next.obstacleSince)) return
  next.isLong = true
  say(turn, 'obstacle_long')
}

/** What ends a closing on its way; stopped by wire where there is one and nobody is let in instead. */
const cutClosing = (turn: Turn): void => {
  const { next, input, limits, at } = turn
  if (!isBefore(at, next.closingUntil)) return
  const because = input.released ? 'door_released' : next.obstacleSince === undefined ? undefined : 'obstacle'
  if (because === undefined) return
  next.closeUntil = undefined
  next.closingUntil = undefined
  if (!input.released && limits.hasStop) next.stopUntil = later(limits.impulseMs, at)
  say(turn, 'close_cut', { because })
}

const refuseClose = ({ limits, next, input, at }: Turn): string | undefined => {
  if (!limits.hasClose) return 'not_wired'
  if (!next.isRead || next.obstacleSince !== undefined) return 'obstacle'
  if (input.released) return 'door_released'
  if (input.opening || isBefore(at, next.closingUntil)) return 'gate_travels'
  return input.contact === 'closed' ? 'gate_closed' : undefined
}

const refuseStop = ({ limits, input }: Turn): string | undefined => {
  if (!limits.hasStop) return 'not_wired'
  // Whoever flees is not stopped, nor the van for which the guard holds the gate.
  return input.heldOpen ? 'door_released' : undefined
}

/** True: the gate is stopped. */
const takeOrder = (turn: Turn, order: MotorOrder): boolean => {
  const { next, limits, at } = turn
  const because = findStale(order.issuedAt, at) ?? (order.what === 'close' ? refuseClose(turn) : refuseStop(turn))
  if (because !== undefined) {
    say(turn, 'refused', { ref: order.ref, because })
    return false
  }
  const until = later(limits.impulseMs, at)
  if (order.what === 'close') {
    next.stopUntil = undefined
    next.closeUntil = until
    next.closingUntil = later(limits.travelMs, at)
    say(turn, 'motor_close', { ref: order.ref })
    return false
  }
  next.stopUntil = until
  next.closeUntil = undefined
  next.closingUntil = undefined
  say(turn, 'motor_stop', { ref: order.ref })
  return true
}

export const stepClosing = (
  limits: ClosingLimits,
  state: ClosingState,
  input: ClosingInput,
  at: MonotonicMs,
): ClosingStep => {
  const turn: Turn = { limits, input, at, next: { ...state }, tell: [] }
  const { next } = turn
  takeObstacle(turn)
  cutClosing(turn)
  const halts = input.order !== undefined && takeOrder(turn, input.order)
  // A stop that still lasts keeps nobody waiting who came after it.
  if (input.released && !halts && input.order === undefined) next.stopUntil = undefined
  const long =
    next.obstacleSince === undefined || next.isLong ? undefined : later(limits.obstacleAfterMs, next.obstacleSince)
  const ahead = [next.closeUntil, next.stopUntil, long].filter((one) => one !== undefined && one > at)
  return {
    state: next,
    stop: isBefore(at, next.stopUntil),
    close: isBefore(at, next.closeUntil),
    halts,
    tell: turn.tell,
    deadline: ahead.length === 0 ? undefined : (Math.min(...ahead.filter((one) => one !== undefined)) as MonotonicMs),
  }
}
