// The door's own state machine: from orders, levels and time to the relay and the door's events. Pure: no clock, no line, no
// socket; the same inputs give the same relay. Must never need main, a database or a network for the exit button or for fire.
// Called by door.ts with every input and at every deadline; a late call does at once what was due.
//
// The relay is energised (the door released) for as long as one of these holds, and for nothing else:
//   fire        the input's level. Beats everything, waits for nothing, is not ended by any limit or mode.
//   order       `open` from main, for its pulse. While another runs, the later end counts.
//   exit button from the press until one pulse after its release, in every mode. One press energises no longer than
//               pulseLimitMs: a button that is wedged or taped down must not hold a street door open all night. After that the
//               held button is `button_stuck` and does nothing until it is released; the next press opens again at once.
//               A button already down at the start counts as a press: somebody waits there while we restart.
//   guard       his wired button: one opening a press, or held until he presses again (guard-button.ts).
//   held open   mode `open` or `evacuation`, while main is heard on the connection on which it said so.
// `lockdown` is main's to decide: here it ends a held-open mode and refuses nobody.
//
// because of relay_on   exit_button · guard_open · guard_hold · fire · open_mode · evacuation · renewed (an order while energised); none: a first order
//            refused    order_stale · order_from_future · pulse_out_of_range
//            opened     at_start (found open, no opening was seen)

import type { Mode, MonotonicMs } from '../../config/words.ts'
import type { DoorEvent } from '../protocol.ts'
import type { Levels } from './contract.ts'
import type { DoorInput, DoorLimits, DoorMessage, DoorState, DoorStep } from './door-state.ts'
import { findGuardCause, guardMoments, stepGuard } from './guard-button.ts'
import { endOrdered, takeGuardOrder } from './guard-order.ts'
import { findStale } from './order.ts'

/** As the protocol has it; shorter ones can vanish in the fractions of the clock, and be told without having been. */
const PULSE_LEAST_MS = 1
/** main pings every second; two missed and it no longer answers for a door that stands open. */
export const MAIN_SILENCE_MS = 2000
/** A door pushed as the relay falls opens a moment later, and its contact is debounced (up to 400 ms). */
export const UNLOCK_GRACE_MS = 500

type Turn = {
  readonly limits: DoorLimits
  readonly at: MonotonicMs
  readonly next: { -readonly [Key in keyof DoorState]: DoorState[Key] }
  readonly tell: DoorMessage[]
}

/** `at` never steps back from call to call. */
export const stepDoor = (limits: DoorLimits, state: DoorState, input: DoorInput, at: MonotonicMs): DoorStep => {
  const turn: Turn = { limits, at, next: { ...state }, tell: [] }
  // What ended before this input ended, however late we are called: a ping does not revive a mode that was silent too long.
  dropSilentMode(turn)
  dropSilentGuard(turn)
  findStuckButton(turn)
  const order = takeInput(turn, input)
  takeGuard(turn, input.kind === 'levels' ? input.levels.guardButton : undefined)
  driveRelay(turn, order)
  // After the relay: who presses and pushes in one moment has not forced the door.
  if (input.kind === 'levels') takeContact(turn, input.levels.contact)
  findHeld(turn)
  const relay = turn.next.relay === state.relay ? undefined : turn.next.relay
  return { state: turn.next, relay, tell: turn.tell, deadline: findDeadline(turn) }
}

// Instants are compared with sums, never differences with lengths: with fractions, (a + b) - a may fall short of b, and the call at
// a deadline would find nothing due and no deadline ahead.
const later = (ms: number, at: MonotonicMs): MonotonicMs => (at + ms) as MonotonicMs
const latest = (a: MonotonicMs | undefined, b: MonotonicMs): MonotonicMs => (a !== undefined && a > b ? a : b)

const say = (turn: Turn, what: DoorEvent['what'], more: { ref?: string | undefined; because?: string } = {}): void => {
  const { ref, because } = more
  turn.tell.push({ type: 'door', what, at: turn.at, ...(ref !== undefined && { ref }), ...(because && { because }) })
}

const holdsOpen = (mode: Mode): boolean => mode === 'open' || mode === 'evacuation'

const dropSilentMode = ({ next, at, tell }: Turn): void => {
  if (!holdsOpen(next.mode) || next.heardAt === undefined || at < later(MAIN_SILENCE_MS, next.heardAt)) return
  tell.push({ type: 'door', what: 'mode_dropped', at, because: next.mode })
  next.mode = 'controlled'
}

const findStuckButton = ({ next, at, limits, tell }: Turn): void => {
  const { press } = next
  if (!press || press.stuck || at < later(limits.pulseLimitMs, press.since)) return
  next.press = { since: press.since, stuck: true }
  tell.push({ type: 'fault', device: 'door', code: 'button_stuck' })
}

/** True when the input is an order that was accepted. */
const takeInput = (turn: Turn, input: DoorInput): boolean => {
  const { next, at } = turn
  switch (input.kind) {
    case 'levels':
      takeFire(turn, input.levels.fire)
      takeButton(turn, input.levels.exitButton)
      return false
    case 'open':
      hearMain(turn)
      return takeOrder(turn, input)
    case 'guard':
      hearMain(turn)
      takeGuardWord(turn, input)
      return false
    case 'mode':
      if (input.mode === 'lockdown') endGuard(turn, 'lockdown')
      next.mode = input.mode
      next.modeSaidHere = true
      next.heardAt = at
      return false
    case 'main_heard':
      hearMain(turn)
      return false
    case 'main_lost':
      next.modeSaidHere = false
      return false
    case 'tick':
      return false
  }
}

const hearMain = ({ next, at }: Turn): void => {
  if (next.modeSaidHere) next.heardAt = at
}

const takeFire = (turn: Turn, fire: boolean): void => {
  if (fire === turn.next.fire) return
  turn.next.fire = fire
  say(turn, fire ? 'fire_on' : 'fire_off')
}

const endOfExit = ({ at, limits }: Turn, pressedAt: MonotonicMs): MonotonicMs =>
  Math.min(at + limits.pulseMs, pressedAt + limits.pulseLimitMs) as MonotonicMs

const takeButton = (turn: Turn, down: boolean): void => {
  const { next, at } = turn
  const { press } = next
  if (down && !press) {
    next.press = { since: at, stuck: false }
    next.exitUntil = latest(next.exitUntil, endOfExit(turn, at))
    say(turn, 'exit_button')
  } else if (!down && press) {
    next.exitUntil = latest(next.exitUntil, endOfExit(turn, press.since))
    next.press = undefined
  }
}

/** A staff card holds the door as a mode does: while main answers for it, and in no lockdown. */
const endGuard = (turn: Turn, because: string): void => {
  if (!turn.next.guard.byMain) return
  turn.next.guard = endOrdered(turn.next.guard)
  say(turn, 'guard_hold_over', { because })
}
const isSilent = ({ next, at }: Turn): boolean =>
  next.heardAt !== undefined && at >= later(MAIN_SILENCE_MS, next.heardAt)
const dropSilentGuard = (turn: Turn): void => {
  if (isSilent(turn)) endGuard(turn, 'main_silent')
}
const takeGuardWord = (turn: Turn, order: Extract<DoorInput, { kind: 'guard' }>): void => {
  const { next, at } = turn
  const mayHold = next.modeSaidHere && next.mode !== 'lockdown'
  const taken = takeGuardOrder(next.guard, order, mayHold, at)
  if ('because' in taken) {
    say(turn, 'refused', { ref: order.ref, because: taken.because })
    return
  }
  next.guard = taken.state
  say(turn, order.what === 'hold' ? 'guard_hold' : 'guard_hold_over', { ref: order.ref })
}

const takeGuard = (turn: Turn, down: boolean | undefined): void => {
  const { state, told } = stepGuard(turn.next.guard, down, turn.at, turn.limits)
  turn.next.guard = state
  for (const what of told)
    if (what === 'guard_stuck') turn.tell.push({ type: 'fault', device: 'door', code: 'guard_button_stuck' })
    else say(turn, what)
}

type Order = Extract<DoorInput, { kind: 'open' }>

/** Written so that a number that is not one is refused as well. */
const refuseOrder = ({ limits, at }: Turn, { pulseMs, issuedAt }: Order): string | undefined => {
  const stale = findStale(issuedAt, at)
  if (stale) return stale
  if (!(pulseMs >= PULSE_LEAST_MS && pulseMs <= limits.pulseLimitMs)) return 'pulse_out_of_range'
  return undefined
}

const takeOrder = (turn: Turn, order: Order): boolean => {
  const because = refuseOrder(turn, order)
  if (because) {
    say(turn, 'refused', { ref: order.ref, because })
    return false
  }
  turn.next.order = { ref: order.ref, until: latest(turn.next.order?.until, later(order.pulseMs, turn.at)) }
  return true
}

const modeCauses: Partial<Readonly<Record<Mode, string>>> = { open: 'open_mode', evacuation: 'evacuation' }

/** The reason to energise now, the strongest first; undefined: none, the relay rests. */
const findCause = ({ next, at, limits }: Turn) => {
  if (next.fire) return 'fire'
  if (next.order && at < next.order.until) return 'order'
  if (next.press && !next.press.stuck) return 'exit_button'
  if (next.exitUntil !== undefined && at < next.exitUntil) return 'exit_button'
  return findGuardCause(next.guard, at, limits) ?? modeCauses[next.mode]
}

/** The order that an opening of the door follows from. */
const findRef = ({ next, at }: Turn): string | undefined =>
  next.order && at < next.order.until + UNLOCK_GRACE_MS ? next.order.ref : undefined

const driveRelay = (turn: Turn, ordered: boolean): void => {
  const { next, at } = turn
  const cause = findCause(turn)
  const wasOn = next.relay
  next.relay = cause !== undefined
  if (ordered) say(turn, 'relay_on', { ref: next.order?.ref, ...(wasOn && { because: 'renewed' }) })
  else if (cause && !wasOn) say(turn, 'relay_on', { because: cause })
  if (wasOn && !cause) {
    next.relayOffAt = at
    say(turn, 'relay_off', { ref: findRef(turn) })
  }
}

const isUnlocked = ({ next, at }: Turn): boolean =>
  next.relay || (next.relayOffAt !== undefined && at - next.relayOffAt <= UNLOCK_GRACE_MS)

const takeContact = (turn: Turn, contact: Levels['contact']): void => {
  const { next, at } = turn
  const before = next.contact
  if (contact === before) return
  next.contact = contact
  if (contact === 'open') {
    const ref = findRef(turn)
    const forced = before === 'closed' && !isUnlocked(turn)
    next.opening = { since: at, ref, held: false, forced }
    say(turn, 'opened', before === 'unread' ? { because: 'at_start' } : { ref })
    if (forced) say(turn, 'forced')
  } else if (next.opening) {
    say(turn, 'closed')
    if (next.opening.held) say(turn, 'held_over')
    next.opening = undefined
  }
}

/** The last moment at which the open door was still allowed to be open. */
const heldLimit = ({ next, limits }: Turn): MonotonicMs | undefined =>
  next.opening && !next.opening.held && !next.relay
    ? later(limits.heldAfterMs, latest(next.relayOffAt, next.opening.since))
    : undefined

const findHeld = (turn: Turn): void => {
  const limit = heldLimit(turn)
  const { opening } = turn.next
  if (limit === undefined || !opening || turn.at <= limit) return
  turn.next.opening = { ...opening, held: true }
  say(turn, 'held', { ref: opening.ref })
}

const findDeadline = (turn: Turn): MonotonicMs | undefined => {
  const { next, at, limits } = turn
  const held = heldLimit(turn)
  const moments = [
    next.order?.until,
    next.exitUntil,
    ...guardMoments(next.guard, limits),
    next.press && !next.press.stuck ? later(limits.pulseLimitMs, next.press.since) : undefined,
    (holdsOpen(next.mode) || next.guard.byMain) && next.heardAt !== undefined
      ? later(MAIN_SILENCE_MS, next.heardAt)
      : undefined,
    // Held is *longer* than the limit: the first millisecond after it.
    held === undefined ? undefined : later(1, held),
  ]
  const ahead = moments.filter((moment): moment is MonotonicMs => moment !== undefined && moment > at)
  return ahead.length === 0 ? undefined : (Math.min(...ahead) as MonotonicMs)
}
