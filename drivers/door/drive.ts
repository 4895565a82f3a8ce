// What the wires are given: for a lock the machine's relay as it is; for a gate motor an opening impulse (motor.ts), and stop and close
// (closing.ts) where they are wired. Pure but for the two states that it keeps. Must never want a closing and an opening contact at once.
// Built by door.ts and asked at every turn.

import type { MonotonicMs } from '../../config/words.ts'
import type { DoorEvent } from '../protocol.ts'
import { initialClosing, type MotorOrder, stepClosing } from './closing.ts'
import type { DoorStep } from './door-state.ts'
import { initialMotor, isHeldOpen, isTravelling, type MotorLimits, stepMotor } from './motor.ts'

const SECOND_MS = 1000

/** `door.motor` as it is configured: a wire, or that the simulated door has one. */
export type MotorPlan = MotorLimits & {
  readonly obstacleAfterSeconds: number
  readonly stop?: object | boolean
  readonly close?: object | boolean
}

export type MotorNews = { readonly obstacle?: boolean | undefined; readonly order?: MotorOrder }

export type Wish = {
  /** Absent: the relay stays as it is. */
  readonly relay: boolean | undefined
  readonly stop: boolean
  readonly close: boolean
  readonly tell: readonly DoorEvent[]
  readonly deadline: MonotonicMs | undefined
}

export type Drive = {
  readonly turn: (step: DoorStep, at: MonotonicMs, news: MotorNews) => Wish
  /** Something has stood in the light barrier for long. */
  readonly isObstructed: () => boolean
}

const createLockDrive = (): Drive => ({
  turn: (step, at, { order }) => ({
    relay: step.relay,
    ...{ stop: false, close: false },
    tell: order ? [{ type: 'door', what: 'refused', at, ref: order.ref, because: 'not_wired' }] : [],
    deadline: step.deadline,
  }),
  isObstructed: () => false,
})

const soonest = (...moments: readonly (MonotonicMs | undefined)[]): MonotonicMs | undefined => {
  const known = moments.filter((one) => one !== undefined)
  return known.length === 0 ? undefined : (Math.min(...known) as MonotonicMs)
}

export const createDrive = (plan: MotorPlan | undefined): Drive => {
  if (!plan) return createLockDrive()
  const { stop = false, close = false, impulseMs, travelMs, obstacleAfterSeconds } = plan
  const obstacleAfterMs = obstacleAfterSeconds * SECOND_MS
  const limits = { impulseMs, travelMs, obstacleAfterMs, hasStop: stop !== false, hasClose: close !== false }
  let motor = initialMotor
  let closing = initialClosing
  return {
    turn: (step, at, { obstacle, order }) => {
      const { contact } = step.state
      const wasOn = motor.relay
      const opened = stepMotor(plan, motor, step, at)
      const opening = isTravelling(plan, opened.state.impulseAt, contact, at)
      const about = { released: step.state.relay, heldOpen: isHeldOpen(step.state), opening, contact }
      const turned = stepClosing(limits, closing, { ...about, obstacle, order }, at)
      closing = turned.state
      // Whoever comes next finds a gate that stands.
      motor = turned.halts ? initialMotor : opened.state
      return {
        relay: motor.relay === wasOn ? undefined : motor.relay,
        stop: turned.stop,
        close: turned.close,
        tell: turned.tell,
        deadline: soonest(opened.deadline, turned.deadline),
      }
    },
    isObstructed: () => closing.isLong,
  }
}
