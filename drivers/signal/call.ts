// The call button at the gate as a device: lights a lamp in the guard's room, sounds there for a while, and tells whoever called when he has
// answered, by itself, also while main is away. Tells main each call and each answer, and what stands when main comes. Knows no relay and
// opens nothing. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { ToPart } from '../protocol.ts'
import type { CallOutputs, Sign } from './contract.ts'

/** Short enough for a quick push of the button. */
const LOOK_EVERY_MS = 50
const CHECK_EVERY_MS = 1000
const BLINK_MS = 500
/** Two short ones, in a rhythm that is no alarm's. */
const BEEP_MS = 150
const BEEP_EVERY_MS = 3000
/** After each press; the lamp goes on until somebody answers. */
export const SOUND_MS = 60_000
/** The lamp stands after an answer, so that the guard sees that it was his. */
export const ANSWERED_MS = 5000
/** No finger stays down longer: the wire is shorted or the button jammed, and nobody else can call. */
export const STUCK_MS = 30_000
/** An order that waited while this part was away answers a call that is over. */
const ORDER_LIMIT_MS = 2000

export type CallState =
  | { readonly kind: 'rests' }
  | { readonly kind: 'rings'; readonly since: MonotonicMs; readonly pressedAt: MonotonicMs }
  | { readonly kind: 'answered'; readonly at: MonotonicMs }

/** Lamp and sounder in the guard's room at an instant. Pure. */
export const callAt = (state: CallState, at: MonotonicMs) => {
  if (state.kind === 'rests') return { lamp: false, sounder: false }
  if (state.kind === 'answered') return { lamp: at < state.at + ANSWERED_MS, sounder: false }
  const soundedMs = at - state.pressedAt
  const inBeat = soundedMs % BEEP_EVERY_MS
  return {
    lamp: (at - state.since) % (2 * BLINK_MS) < BLINK_MS,
    sounder: soundedMs < SOUND_MS && (inBeat < BEEP_MS || (inBeat >= 2 * BEEP_MS && inBeat < 3 * BEEP_MS)),
  }
}

/** A button: true once, when it goes down; what was down at the start is no finger's. */
const createPress = () => {
  let downSince: MonotonicMs | undefined
  let isNew = true
  return {
    press: (down: boolean, at: MonotonicMs): boolean => {
      const pressed = down && downSince === undefined && !isNew
      downSince = down ? (downSince ?? at) : undefined
      isNew = false
      return pressed
    },
    isStuck: (at: MonotonicMs): boolean => downSince !== undefined && at - downSince >= STUCK_MS,
  }
}

export type Call = {
  readonly device: Device
  readonly receive: (message: ToPart) => void
  /** A main that has just come. */
  readonly meetMain: () => void
}

/** `show`: to whoever stands at the call button. */
export const createCall = (side: Side, outputs: CallOutputs, port: Port, show: (sign: Sign) => void): Call => {
  const { clock } = port
  let state: CallState = { kind: 'rests' }
  let because: string | undefined
  let timers: readonly NodeJS.Timeout[] = []
  const [button, answer] = [createPress(), createPress()]

  const call = (at: MonotonicMs) => {
    show('calling')
    if (state.kind === 'rings') {
      state = { ...state, pressedAt: at }
      return
    }
    state = { kind: 'rings', since: at, pressedAt: at }
    port.tell({ type: 'call', what: 'requested', at })
  }
  const takeAnswer = (at: MonotonicMs): boolean => {
    if (state.kind !== 'rings') return false
    state = { kind: 'answered', at }
    show('answered')
    return true
  }
  const look = () => {
    const at = clock.monotonic()
    const pressed = outputs.readButtons()
    if (button.press(pressed.call, at)) call(at)
    if (answer.press(pressed.answer, at) && takeAnswer(at)) port.tell({ type: 'call', what: 'answered', at })
    outputs.set(callAt(state, at))
  }
  const check = () => {
    because = outputs.check() ?? (button.isStuck(clock.monotonic()) ? 'call_button_stuck' : undefined)
  }
  const device: Device = {
    id: 'call',
    side,
    start: () => {
      check()
      timers = [setInterval(look, LOOK_EVERY_MS), setInterval(check, CHECK_EVERY_MS)]
      look()
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      outputs.set({ lamp: false, sounder: false })
      outputs.close()
    },
    state: () => ({ device: 'call', side, ...(because === undefined ? { state: 'up' } : { state: 'down', because }) }),
  }
  return {
    device,
    receive: (message) => {
      const at = clock.monotonic()
      if (message.type === 'call_answer' && at - message.at < ORDER_LIMIT_MS) takeAnswer(at)
      // Main knows of a call that this part has forgotten: it was started anew meanwhile.
      else if (message.type === 'call_ring' && state.kind === 'rests')
        state = { kind: 'rings', since: at, pressedAt: at }
    },
    meetMain: () => {
      const rings = state.kind === 'rings'
      port.tell({
        type: 'call',
        what: rings ? 'rings' : 'rests',
        at: state.kind === 'rings' ? state.since : clock.monotonic(),
      })
    },
  }
}
