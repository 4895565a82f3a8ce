// A staff card that holds the door: the door's own state machine, by the instants at which it counts. As the guard's button, with main to answer
// for it.

import { describe, expect, test } from 'vitest'
import type { Mode, MonotonicMs } from '../../config/words.ts'
import { type DoorInput, type DoorLimits, initialDoor } from '../../drivers/door/door-state.ts'
import { GUARD_REMIND_MS } from '../../drivers/door/guard-button.ts'
import { MAIN_SILENCE_MS, stepDoor } from '../../drivers/door/machine.ts'

const limits: DoorLimits = { pulseMs: 3000, pulseLimitMs: 10_000, heldAfterMs: 20_000 }

const playDoor = () => {
  let state = initialDoor
  let deadline: number | undefined
  const told: string[] = []
  const give = (input: DoorInput, at: number): boolean => {
    const step = stepDoor(limits, state, input, at as MonotonicMs)
    state = step.state
    deadline = step.deadline
    for (const one of step.tell)
      if (one.type === 'door') told.push(one.because === undefined ? one.what : `${one.what} ${one.because}`)
    return state.relay
  }
  /** With main's sign of life each second, unless it is silent. */
  const pass = (from: number, until: number, isSilent = false) => {
    for (let second = from; second <= until; second += 1000) {
      while (deadline !== undefined && deadline <= second) give({ kind: 'tick' }, deadline)
      if (!isSilent) give({ kind: 'main_heard' }, second)
    }
    while (deadline !== undefined && deadline <= until) give({ kind: 'tick' }, deadline)
    return state.relay
  }
  return {
    told,
    give,
    pass,
    mode: (mode: Mode, at: number) => give({ kind: 'mode', mode }, at),
    order: (what: 'hold' | 'release', at: number, ageMs = 0) =>
      give({ kind: 'guard', what, ref: `${what} ${at}`, issuedAt: (at - ageMs) as MonotonicMs }, at),
    button: (guardButton: boolean, at: number) =>
      give({ kind: 'levels', levels: { fire: false, exitButton: false, contact: 'none', guardButton } }, at),
  }
}
const ready = () => {
  const door = playDoor()
  door.button(false, 0)
  door.mode('controlled', 0)
  return door
}

describe('a staff card that holds the door', () => {
  test('holds it for hours while main answers, reminds once after a quarter of an hour, and lets it go by order', () => {
    const door = ready()
    expect(door.order('hold', 1000)).toBe(true)
    expect(door.pass(2000, 1000 + GUARD_REMIND_MS - 1000)).toBe(true)
    expect(door.told).not.toContain('guard_hold_long')
    expect(door.pass(1000 + GUARD_REMIND_MS, 3 * 3_600_000)).toBe(true)
    expect(door.order('release', 3 * 3_600_000 + 1)).toBe(false)
    expect(door.told).toEqual(['guard_hold', 'relay_on guard_hold', 'guard_hold_long', 'guard_hold_over', 'relay_off'])
  })

  test('is dropped when main falls silent, at its limit and not before (P7)', () => {
    const door = ready()
    door.order('hold', 1000)
    expect(door.pass(1000, 1000 + MAIN_SILENCE_MS - 1, true)).toBe(true)
    expect(door.pass(1000, 1000 + MAIN_SILENCE_MS, true)).toBe(false)
    expect(door.told.slice(2)).toEqual(['guard_hold_over main_silent', 'relay_off'])
  })

  test('is ended by the wired button, which opens nothing by that press, and by a lockdown', () => {
    const door = ready()
    door.order('hold', 1000)
    expect(door.button(true, 1500)).toBe(false)
    door.button(false, 1600)
    door.order('hold', 1700)
    expect(door.mode('lockdown', 1800)).toBe(false)
    expect(door.told.filter((one) => one.startsWith('guard'))).toEqual([
      ...['guard_hold', 'guard_hold_over', 'guard_hold', 'guard_hold_over lockdown'],
    ])
  })

  test('does not begin late, twice, in a lockdown, or before main has said its mode; what nobody holds is not let go', () => {
    const fresh = playDoor()
    expect(fresh.order('hold', 10)).toBe(false)
    const door = ready()
    door.order('hold', 3000, 2001)
    door.order('release', 3001)
    door.mode('lockdown', 3002)
    door.order('hold', 3003)
    door.mode('controlled', 3004)
    door.order('hold', 3005)
    door.order('hold', 3006)
    const refused = (all: readonly string[]) => all.filter((one) => one.startsWith('refused'))
    expect([refused(fresh.told), refused(door.told)]).toEqual([
      ['refused hold_not_allowed'],
      ['refused order_stale', 'refused not_held', 'refused hold_not_allowed', 'refused held_already'],
    ])
  })

  test('does not outlive a holding by the button that came after it', () => {
    const door = ready()
    door.order('hold', 1000)
    door.button(true, 1100)
    door.button(false, 1200)
    door.button(true, 1300)
    expect(door.pass(1400, 6400)).toBe(true)
    door.button(false, 6500)
    // The button's own holding needs no main.
    expect(door.pass(6600, 60_000, true)).toBe(true)
  })
})
