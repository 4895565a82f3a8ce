// The guard's wired button, a pure state machine of its own: a press opens once; five seconds hold the door open until the next press,
// for an ambulance or a removal van. Must never need main: the door tells it later. Called by machine.ts at every step.
//
// A button already down at the start counts for nothing until it is released: nobody can tell a finger from a shorted wire, and a
// gate must not stand open after every power cut. For the same reason a button down for half a minute ends what it held.

import type { MonotonicMs } from '../../config/words.ts'

/** A press this long is meant to hold. */
export const GUARD_HOLD_PRESS_MS = 5000
/** Held open longer than this somebody is reminded; the door stays as it is, for a van may take longer. */
export const GUARD_REMIND_MS = 15 * 60_000
/** No finger stays down longer: the wire is shorted or the button taped. More than the press that holds. */
export const GUARD_STUCK_MS = 30_000

/** `spent`: it has done what it does (ended a holding, began one), or it was down at the start. */
type Press = { readonly since: MonotonicMs; readonly spent: boolean; readonly stuck: boolean }

export type GuardState = {
  /** The button was never read. */
  readonly isNew: boolean
  readonly press: Press | undefined
  /** The end of one opening. */
  readonly until: MonotonicMs | undefined
  readonly heldSince: MonotonicMs | undefined
  readonly reminded: boolean
  /** A staff card holds it, for which main answers (guard-order.ts). */
  readonly byMain: boolean
}

export const initialGuard: GuardState = Object.freeze({
  isNew: true,
  press: undefined,
  until: undefined,
  heldSince: undefined,
  reminded: false,
  byMain: false,
})

export type GuardTold = 'guard_open' | 'guard_hold' | 'guard_hold_long' | 'guard_hold_over' | 'guard_stuck'
type Limits = { readonly pulseMs: number; readonly pulseLimitMs: number }
type GuardStep = { readonly state: GuardState; readonly told: readonly GuardTold[] }

const later = (ms: number, at: MonotonicMs): MonotonicMs => (at + ms) as MonotonicMs

/** What was due before this moment, however late we are called. */
const passTime = (state: GuardState, at: MonotonicMs): GuardStep => {
  const told: GuardTold[] = []
  let { press, heldSince, reminded, until } = state
  if (press && !press.spent && at >= later(GUARD_HOLD_PRESS_MS, press.since)) {
    press = { ...press, spent: true }
    heldSince = at
    reminded = false
    told.push('guard_hold')
  }
  if (press && !press.stuck && at >= later(GUARD_STUCK_MS, press.since)) {
    press = { ...press, spent: true, stuck: true }
    told.push('guard_stuck')
    if (heldSince !== undefined) told.push('guard_hold_over')
    heldSince = undefined
    until = undefined
  }
  if (heldSince !== undefined && !reminded && at >= later(GUARD_REMIND_MS, heldSince)) {
    reminded = true
    told.push('guard_hold_long')
  }
  const byMain = state.byMain && heldSince !== undefined
  return { state: { ...state, press, heldSince, reminded, until, byMain }, told }
}

const takeLevel = (state: GuardState, down: boolean, at: MonotonicMs, limits: Limits): GuardStep => {
  const { press, heldSince, isNew } = state
  if (down === (press !== undefined)) return { state: { ...state, isNew: false }, told: [] }
  if (!down) return { state: { ...state, isNew: false, press: undefined }, told: [] }
  if (isNew) return { state: { ...state, isNew: false, press: { since: at, spent: true, stuck: false } }, told: [] }
  if (heldSince !== undefined) {
    const ended = {
      press: { since: at, spent: true, stuck: false },
      ...{ heldSince: undefined, until: undefined, byMain: false },
    }
    return { state: { ...state, ...ended }, told: ['guard_hold_over'] }
  }
  const until = later(limits.pulseMs, at)
  return { state: { ...state, press: { since: at, spent: false, stuck: false }, until }, told: ['guard_open'] }
}

/** `down` is absent where the levels were not read now. */
export const stepGuard = (state: GuardState, down: boolean | undefined, at: MonotonicMs, limits: Limits): GuardStep => {
  const passed = passTime(state, at)
  if (down === undefined) return passed
  const taken = takeLevel(passed.state, down, at, limits)
  return { state: taken.state, told: [...passed.told, ...taken.told] }
}

/** One opening lasts its pulse, and while the finger stays down until it holds, but never beyond the limit of a pulse. */
export const findGuardCause = (
  { press, until, heldSince }: GuardState,
  at: MonotonicMs,
  { pulseLimitMs }: Limits,
): 'guard_open' | 'guard_hold' | undefined => {
  if (heldSince !== undefined) return 'guard_hold'
  if (until !== undefined && at < until) return 'guard_open'
  return press && !press.spent && at < later(pulseLimitMs, press.since) ? 'guard_open' : undefined
}

/** When something is due by time alone; those past are the caller's to drop. */
export const guardMoments = (
  { press, until, heldSince, reminded }: GuardState,
  { pulseLimitMs }: Limits,
): readonly (MonotonicMs | undefined)[] => [
  until,
  press && !press.spent ? later(GUARD_HOLD_PRESS_MS, press.since) : undefined,
  press && !press.spent ? later(pulseLimitMs, press.since) : undefined,
  press && !press.stuck ? later(GUARD_STUCK_MS, press.since) : undefined,
  heldSince !== undefined && !reminded ? later(GUARD_REMIND_MS, heldSince) : undefined,
]
