// One side of the gate as a device: takes signs, clicks and the relay's state, and drives the outputs as the side's state machine says,
// now and at every change that is due. Knows no wire (wired.ts, simulated.ts) and no speaker (sound.ts), which only asks it what is
// to be heard. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { ToPart } from '../protocol.ts'
import type { Look, SideOutputs } from './contract.ts'
import { initialSide, lookAt, type SideState, takeClick, takeHeld, takeNumber, takeSign, takeUnlocked } from './side.ts'

/** A sign or click older than this waited somewhere; whoever it was for has gone. */
const ORDER_LIMIT_MS = 1000
/** Lost lines are looked after this often. */
const CHECK_EVERY_MS = 1000

export type SidePlayer = {
  readonly device: Device
  readonly receive: (message: ToPart) => void
  /** What is to be heard at an instant that may lie ahead. */
  readonly hearAt: (at: MonotonicMs) => Look
}

/** The one speaker, as a side sees it. */
export type Listener = {
  /** The first instant whose samples are not written yet: what changes now is heard from then on, all of it. */
  readonly heardFrom: () => MonotonicMs
  /** There is something to be heard. */
  readonly wake: () => void
}

export const createSidePlayer = (side: Side, outputs: SideOutputs, port: Port, listener: Listener): SidePlayer => {
  const { clock } = port
  let state: SideState = initialSide
  let heard: SideState = initialSide
  let timer: NodeJS.Timeout | undefined
  let check: NodeJS.Timeout | undefined
  let because: string | undefined

  const turn = () => {
    clearTimeout(timer)
    const at = clock.monotonic()
    const look = lookAt(state, at)
    outputs.set(look)
    if (look.hz > 0 || look.sentence) listener.wake()
    if (look.nextAt !== undefined) timer = setTimeout(turn, Math.max(1, Math.ceil(look.nextAt - at)))
  }
  const change = (step: (before: SideState, at: MonotonicMs) => SideState) => {
    state = step(state, clock.monotonic())
    heard = step(heard, listener.heardFrom())
    turn()
  }
  const takeOrder = (message: ToPart, now: MonotonicMs) => {
    if (message.type === 'unlocked') return change((before, at) => takeUnlocked(before, message.unlocked, at))
    if (!('side' in message) || message.side !== side || !('at' in message)) return
    if (now - message.at > ORDER_LIMIT_MS) return
    if (message.type === 'click') change(takeClick)
    else if (message.type === 'sign') change((before, at) => takeSign(before, message.sign, at))
    else if (message.type === 'number') change((before, at) => takeNumber(before, message.number, at))
    else if (message.type === 'held') change((before, at) => takeHeld(before, message.held, at))
  }

  const device: Device = {
    id: `signal-${side}`,
    side,
    start: () => {
      because = outputs.check()
      check = setInterval(() => {
        because = outputs.check()
      }, CHECK_EVERY_MS)
    },
    stop: async () => {
      clearTimeout(timer)
      clearInterval(check)
      outputs.set({ lights: [], hz: 0 })
      outputs.close()
    },
    state: () => ({
      device: device.id,
      side,
      ...(because === undefined ? { state: 'up' } : { state: 'down', because }),
    }),
  }
  return {
    device,
    receive: (message) => takeOrder(message, clock.monotonic()),
    hearAt: (at) => lookAt(heard, at),
  }
}
