// One side of the gate as a device: takes signs, clicks and the relay's state, and drives the outputs as the side's state machine says,
// now and at every change that is due. Knows no wire (wired.ts, simulated.ts) and no speaker (sound.ts), which only asks it what is
// to be heard. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { ToPart } from '../protocol.ts'
import type { Look, SideOutputs } from './contract.ts'
import { initialSide, lookAt, type SideState, takeClick, takeHeld, takeSign, takeUnlocked } from './side.ts'

/** A sign or click older than this waited somewhere; whoever it was for has gone. */
const ORDER_LIMIT_MS = 1000
/** Lost lines are looked after this often. */
const CHECK_EVERY_MS = 1000

export type SidePlayer = {
  readonly device: Device
  readonly side: Side
  readonly receive: (message: ToPart) => void
  /** May lie ahead. */
  readonly lookAt: (at: MonotonicMs) => Look
}

/** `onSound`: there is something to be heard from now on. */
export const createSidePlayer = (side: Side, outputs: SideOutputs, port: Port, onSound: () => void): SidePlayer => {
  const { clock } = port
  let state: SideState = initialSide
  let timer: NodeJS.Timeout | undefined
  let check: NodeJS.Timeout | undefined
  let because: string | undefined

  const turn = () => {
    clearTimeout(timer)
    const at = clock.monotonic()
    const look = lookAt(state, at)
    outputs.set(look)
    if (look.hz > 0 || look.sentence) onSound()
    if (look.nextAt !== undefined) timer = setTimeout(turn, Math.max(1, Math.ceil(look.nextAt - at)))
  }
  const change = (next: SideState) => {
    state = next
    turn()
  }
  const takeOrder = (message: ToPart, now: MonotonicMs) => {
    if (message.type === 'unlocked') return change(takeUnlocked(state, message.unlocked, now))
    if (!('side' in message) || message.side !== side || !('at' in message)) return
    if (now - message.at > ORDER_LIMIT_MS) return
    if (message.type === 'click') change(takeClick(state, now))
    else if (message.type === 'sign') change(takeSign(state, message.sign, now))
    else if (message.type === 'held') change(takeHeld(state, message.held, now))
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
    side,
    receive: (message) => takeOrder(message, clock.monotonic()),
    lookAt: (at) => lookAt(state, at),
  }
}
