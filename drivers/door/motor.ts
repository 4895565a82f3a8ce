// A gate motor behind the relay: its OPEN input gets one impulse, and no second one while the gate travels. Pure: what the machine
// wants and the time in, the relay out. Must never energise when the machine does not want it, so that every limit of the machine
// holds here too. Called by drive.ts after every step of the machine.
//
// It opens and never closes (closing.ts does, where it is wired and for whoever orders it): closing by a timer, safety edges and the force
// limit are the motor's own. Wire the input that only opens, never one that goes through open, stop, close in turn.
// Whatever holds the door open (fire, a mode, the guard) keeps the contact closed, which keeps such a gate open.

import type { MonotonicMs } from '../../config/words.ts'
import type { DoorState, DoorStep } from './door-state.ts'

export type MotorLimits = {
  /** Length of one impulse. */
  readonly impulseMs: number
  /** From the impulse until the gate stands open; meanwhile it is opening for everybody. */
  readonly travelMs: number
}

/** A gate whose contact still says closed this long after the impulse has not moved, or has closed again: it is not travelling. */
export const LEAVES_CLOSED_MS = 2000

export type MotorState = { readonly impulseAt: MonotonicMs | undefined; readonly relay: boolean }

export const initialMotor: MotorState = Object.freeze({ impulseAt: undefined, relay: false })

export type MotorStep = {
  readonly state: MotorState
  /** Absent: the relay stays as it is. */
  readonly relay: boolean | undefined
  readonly deadline: MonotonicMs | undefined
}

const later = (ms: number, at: MonotonicMs): MonotonicMs => (at + ms) as MonotonicMs

export const isHeldOpen = ({ fire, mode, guard }: DoorState): boolean =>
  fire || mode === 'open' || mode === 'evacuation' || guard.heldSince !== undefined

/** Somebody new wants to pass: also while the door is released for somebody else, whose gate may be closing by now. */
const isAsked = ({ tell }: DoorStep): boolean =>
  tell.some(
    (one) =>
      one.type === 'door' && (one.what === 'relay_on' || one.what === 'exit_button' || one.what === 'guard_open'),
  )

export const isTravelling = (
  { travelMs }: MotorLimits,
  impulseAt: MonotonicMs | undefined,
  contact: DoorState['contact'],
  at: MonotonicMs,
): boolean =>
  impulseAt !== undefined &&
  at < later(travelMs, impulseAt) &&
  (contact !== 'closed' || at < later(LEAVES_CLOSED_MS, impulseAt))

export const stepMotor = (limits: MotorLimits, state: MotorState, step: DoorStep, at: MonotonicMs): MotorStep => {
  const { impulseAt } = state
  const begins = isAsked(step) && !isTravelling(limits, impulseAt, step.state.contact, at)
  const from = begins ? at : impulseAt
  const until = from === undefined ? undefined : later(limits.impulseMs, from)
  // One that was cut short is over: what comes within its length would be a second one.
  const inImpulse = until !== undefined && at < until && (begins || state.relay)
  const relay = step.state.relay && (isHeldOpen(step.state) || inImpulse)
  const due = relay && inImpulse ? until : undefined
  const deadlines = [step.deadline, due].filter((one): one is MonotonicMs => one !== undefined)
  return {
    // Whatever closed the contact, fire included: for the motor it was an impulse.
    state: { impulseAt: relay && !state.relay ? at : from, relay },
    relay: relay === state.relay ? undefined : relay,
    deadline: deadlines.length === 0 ? undefined : (Math.min(...deadlines) as MonotonicMs),
  }
}
