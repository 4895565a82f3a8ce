// The guard's wired button through the door's state machine: one opening a press, five seconds hold, the next press lets go (P7). The
// storm is played against a second account that keeps every press in a list. fast-check prints the seed of a storm that fails.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { type DoorInput, type DoorLimits, describeDoor, initialDoor } from '../../drivers/door/door-state.ts'
import { GUARD_HOLD_PRESS_MS, GUARD_REMIND_MS, GUARD_STUCK_MS } from '../../drivers/door/guard-button.ts'
import { stepDoor } from '../../drivers/door/machine.ts'

const limits: DoorLimits = { pulseMs: 3000, pulseLimitMs: 10_000, heldAfterMs: 20_000 }

/** A door with a guard's button, read once at 0. Deadlines are kept, up to `lateMs` late. */
const playDoor = (isDownAtStart = false, lateMs = 0) => {
  let state = initialDoor
  let deadline: number | undefined
  let told: string[] = []
  let guardButton = isDownAtStart
  let exitButton = false
  let fire = false
  const give = (input: DoorInput, at: number) => {
    const step = stepDoor(limits, state, input, at as MonotonicMs)
    state = step.state
    deadline = step.deadline
    told.push(...step.tell.map((one) => (one.type === 'fault' ? one.code : one.what)))
  }
  const pass = (until: number) => {
    while (deadline !== undefined && deadline + lateMs <= until) give({ kind: 'tick' }, deadline + lateMs)
  }
  const set = (change: { guard?: boolean; exit?: boolean; fire?: boolean }, at: number) => {
    pass(at)
    guardButton = change.guard ?? guardButton
    exitButton = change.exit ?? exitButton
    fire = change.fire ?? fire
    give({ kind: 'levels', levels: { fire, exitButton, guardButton, contact: 'none' } }, at)
  }
  set({}, 0)
  return {
    set,
    give,
    /** As the relay stands at this moment. */
    relay: (at: number) => {
      pass(at)
      give({ kind: 'tick' }, at)
      return state.relay
    },
    told: () => {
      const said = told
      told = []
      return said
    },
    guard: (at: number) => describeDoor(state, at as MonotonicMs).guard,
    deadline: () => deadline,
  }
}

describe('a short press of the guard', () => {
  test('opens once, for one pulse, and says so without main', () => {
    const door = playDoor()
    door.set({ guard: true }, 1000)
    door.set({ guard: false }, 1200)
    expect(door.relay(3999)).toBe(true)
    expect(door.relay(4000)).toBe(false)
    expect(door.told()).toEqual(['guard_open', 'relay_on', 'relay_off'])
    expect(door.deadline()).toBeUndefined()
  })

  test('opens under lockdown as well: it is the guard who decides', () => {
    const door = playDoor()
    door.give({ kind: 'mode', mode: 'lockdown' }, 10)
    door.set({ guard: true }, 1000)
    expect(door.relay(1000)).toBe(true)
  })
})

describe('five seconds of the guard', () => {
  const hold = (lateMs = 0) => {
    const door = playDoor(false, lateMs)
    door.set({ guard: true }, 1000)
    door.set({ guard: false }, 1000 + GUARD_HOLD_PRESS_MS + 500)
    return door
  }

  test('hold the door open, without a moment at rest, and also while main is silent', () => {
    const door = hold()
    door.give({ kind: 'main_lost' }, 7000)
    expect(door.relay(600_000)).toBe(true)
    expect(door.told()).toEqual(['guard_open', 'relay_on', 'guard_hold'])
    expect(door.guard(600_000)).toBe('holds')
  })

  test('end with the next press, which opens nothing', () => {
    const door = hold()
    door.set({ guard: true }, 60_000)
    expect(door.relay(60_000)).toBe(false)
    door.set({ guard: false }, 60_200)
    expect(door.relay(70_000)).toBe(false)
    expect(door.told().slice(-2)).toEqual(['guard_hold_over', 'relay_off'])
    expect(door.guard(70_000)).toBe('rests')
  })

  test('are told of once after a quarter of an hour, and the door stays open', () => {
    const door = hold()
    door.told()
    const due = 1000 + GUARD_HOLD_PRESS_MS + GUARD_REMIND_MS
    door.relay(due - 1)
    expect(door.told()).toEqual([])
    expect(door.relay(due)).toBe(true)
    expect(door.relay(due + GUARD_REMIND_MS)).toBe(true)
    expect(door.told()).toEqual(['guard_hold_long'])
    expect(door.guard(due)).toBe('holds_long')
  })

  test('leave the exit button and fire what they are', () => {
    const door = hold()
    door.set({ fire: true }, 50_000)
    door.set({ guard: true }, 60_000)
    expect(door.relay(60_000)).toBe(true)
    door.set({ guard: false, fire: false }, 61_000)
    expect(door.relay(61_000)).toBe(false)
    door.set({ exit: true }, 62_000)
    expect(door.relay(62_000)).toBe(true)
  })
})

describe('a button that is shorted', () => {
  test('and down at the start opens nothing until it was released', () => {
    const door = playDoor(true)
    expect(door.relay(20_000)).toBe(false)
    expect(door.relay(GUARD_STUCK_MS)).toBe(false)
    expect(door.told()).toEqual(['guard_button_stuck'])
    door.set({ guard: false }, 40_000)
    door.set({ guard: true }, 41_000)
    expect(door.relay(41_000)).toBe(true)
  })

  test('while the door runs holds it open for half a minute and no longer', () => {
    const door = playDoor()
    door.set({ guard: true }, 1000)
    expect(door.relay(1000 + GUARD_STUCK_MS - 1)).toBe(true)
    expect(door.relay(1000 + GUARD_STUCK_MS)).toBe(false)
    expect(door.relay(3_600_000)).toBe(false)
    expect(door.told()).toContain('guard_button_stuck')
  })
})

/** Written anew from the rules: which presses there were, and what follows from them at an instant. */
const isOpenBy = (presses: readonly { from: number; until: number }[], at: number): boolean => {
  let held = false
  let open = false
  for (const { from, until } of presses) {
    if (from > at) break
    const letsGo: boolean = held
    const end = Math.min(until, at)
    held = !letsGo && end >= from + GUARD_HOLD_PRESS_MS && end < from + GUARD_STUCK_MS
    const isDown = at < until && at < from + GUARD_HOLD_PRESS_MS
    open = !letsGo && (at < from + limits.pulseMs || isDown)
  }
  return open || held
}

test('in any storm of presses the relay is on when a press says so, and only then', () => {
  const gap = fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 45_000 }))
  const presses = fc.array(fc.record({ wait: gap, down: gap, look: fc.nat(60_000) }), { maxLength: 25 })
  let looked = 0
  let on = 0
  fc.assert(
    fc.property(presses, (storm) => {
      const door = playDoor()
      const past: { from: number; until: number }[] = []
      let at = 0
      for (const { wait, down, look } of storm) {
        const press = { from: at + wait, until: at + wait + down }
        past.push(press)
        door.set({ guard: true }, press.from)
        const during = press.from + (look % down)
        const isOn = door.relay(during)
        looked++
        if (isOn) on++
        if (isOn !== isOpenBy(past, during)) throw new Error(`at ${during} the relay is ${isOn}`)
        door.set({ guard: false }, press.until)
        at = press.until
        if (door.relay(at) !== isOpenBy(past, at)) throw new Error(`at ${at} after a release`)
      }
    }),
    { numRuns: 1500 },
  )
  // A door that never opens keeps many rules too.
  expect(on / looked).toBeGreaterThan(0.2)
  expect(on / looked).toBeLessThan(0.9)
})

test('whatever the guard pressed, a fresh press of the exit button opens in its own step (P8)', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 30 }), (waits) => {
      const door = playDoor(false, 300)
      let at = 1000
      for (const [n, wait] of waits.entries()) {
        door.set({ guard: n % 2 === 0 }, at)
        at += wait
      }
      door.set({ exit: true }, at)
      expect(door.relay(at)).toBe(true)
    }),
    { numRuns: 300 },
  )
})
