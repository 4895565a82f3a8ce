// A gate motor behind the door's state machine: one impulse for whoever wants to pass, none while the gate travels, and never the relay
// on without the machine's own reason (P7, P8). fast-check prints the seed of a storm that fails.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Mode, type MonotonicMs, modes } from '../../config/words.ts'
import type { Levels } from '../../drivers/door/contract.ts'
import { type DoorInput, type DoorLimits, initialDoor } from '../../drivers/door/door-state.ts'
import { stepDoor } from '../../drivers/door/machine.ts'
import { initialMotor, LEAVES_CLOSED_MS, stepMotor } from '../../drivers/door/motor.ts'
import { cardSide, checksOf, head } from '../config/gate-file.ts'

const limits: DoorLimits = { pulseMs: 3000, pulseLimitMs: 10_000, heldAfterMs: 20_000 }
const motorLimits = { impulseMs: 500, travelMs: 15_000 }

const playGate = (contact: Levels['contact'] = 'none') => {
  let state = initialDoor
  let motor = initialMotor
  let deadline: number | undefined
  let levels: Levels = { fire: false, exitButton: false, contact }
  const rises: number[] = []
  const give = (input: DoorInput, at: number) => {
    const step = stepDoor(limits, state, input, at as MonotonicMs)
    state = step.state
    const before = motor.relay
    const drive = stepMotor(motorLimits, motor, step, at as MonotonicMs)
    motor = drive.state
    deadline = drive.deadline
    if (motor.relay && !before) rises.push(at)
    if (motor.relay && !state.relay) throw new Error('the relay is on and the machine does not want it')
    if (deadline !== undefined && deadline <= at) throw new Error('a deadline lies ahead')
    return motor.relay
  }
  const pass = (until: number) => {
    while (deadline !== undefined && deadline <= until) give({ kind: 'tick' }, deadline)
  }
  const set = (change: Partial<Levels>, at: number) => {
    pass(at)
    levels = { ...levels, ...change }
    return give({ kind: 'levels', levels }, at)
  }
  set({}, 0)
  return {
    set,
    open: (at: number, ref = 'g1') => {
      pass(at)
      return give({ kind: 'open', ref, pulseMs: 3000, issuedAt: at as MonotonicMs }, at)
    },
    mode: (mode: Mode, at: number) => {
      pass(at)
      return give({ kind: 'mode', mode }, at)
    },
    relay: (at: number) => {
      pass(at)
      return motor.relay
    },
    rises: () => rises,
    holdsOpen: () => state.fire || state.mode === 'open' || state.mode === 'evacuation',
  }
}

describe('a gate with a motor', () => {
  test('gets one impulse of its length for an opening, shorter than the opening', () => {
    const gate = playGate()
    expect(gate.open(1000)).toBe(true)
    expect(gate.relay(1499)).toBe(true)
    expect(gate.relay(1500)).toBe(false)
    expect(gate.relay(4000)).toBe(false)
  })

  test('gets no second impulse while it travels, whoever asks: the same card twice does not stop it', () => {
    const gate = playGate()
    gate.open(1000)
    gate.open(2000, 'the same card')
    gate.open(9000, 'another')
    gate.set({ exitButton: true }, 12_000)
    gate.set({ exitButton: false }, 12_200)
    gate.relay(15_999)
    expect(gate.rises()).toEqual([1000])
    gate.open(16_000)
    expect(gate.rises()).toEqual([1000, 16_000])
  })

  test('that its contact calls closed is not travelling: an exit press opens it (P8)', () => {
    const gate = playGate('closed')
    gate.open(1000)
    gate.set({ contact: 'open' }, 2000)
    gate.set({ contact: 'closed' }, 6000)
    expect(gate.set({ exitButton: true }, 6500)).toBe(true)
    expect(gate.rises()).toEqual([1000, 6500])
  })

  test('has the contact kept closed by fire, also in the middle of its travel, and for as long as it lasts', () => {
    const gate = playGate()
    gate.open(1000)
    expect(gate.set({ fire: true }, 5000)).toBe(true)
    expect(gate.relay(500_000)).toBe(true)
    expect(gate.set({ fire: false }, 500_000)).toBe(false)
  })
})

const gust = fc.record({
  wait: fc.oneof(fc.integer({ min: 1, max: 2500 }), fc.integer({ min: 1, max: 25_000 })),
  does: fc.constantFrom('open', 'open', 'press', 'release', 'fire', 'quiet', 'contact open', 'contact closed', 'mode'),
  mode: fc.constantFrom(...modes),
})

test('in any storm no impulse comes while the gate travels, and a press that finds it at rest opens at once', () => {
  let impulses = 0
  fc.assert(
    fc.property(fc.array(gust, { maxLength: 60 }), (storm) => {
      const gate = playGate('closed')
      let at = 1000
      let contact: 'open' | 'closed' = 'closed'
      let isDown = false
      let wasHeld = false
      let lastAsk = Number.NEGATIVE_INFINITY
      const mayAsk = () =>
        at >= lastAsk + motorLimits.travelMs || (contact === 'closed' && at >= lastAsk + LEAVES_CLOSED_MS)
      for (const { wait, does, mode } of storm) {
        at += wait
        gate.relay(at)
        wasHeld = gate.holdsOpen()
        const before = gate.rises().length
        const fresh = mayAsk()
        const asks = does === 'open' || (does === 'press' && !isDown)
        let isOn = false
        if (does === 'open') isOn = gate.open(at)
        else if (does === 'mode') gate.mode(mode, at)
        else if (does === 'press' || does === 'release') isOn = gate.set({ exitButton: does === 'press' }, at)
        else if (does === 'fire' || does === 'quiet') gate.set({ fire: does === 'fire' }, at)
        else gate.set({ contact: does === 'contact open' ? 'open' : 'closed' }, at)
        if (does === 'press' || does === 'release') isDown = does === 'press'
        if (does === 'contact open') contact = 'open'
        if (does === 'contact closed') contact = 'closed'
        const rose = gate.rises().length > before
        if (asks && fresh && !isOn) throw new Error(`${does} at ${at} finds the gate at rest and does nothing`)
        if (asks && !fresh && rose && !wasHeld) throw new Error(`a second impulse at ${at}`)
        if (rose) impulses++
        if (rose || (asks && fresh)) lastAsk = at
      }
    }),
    { numRuns: 1500 },
  )
  expect(impulses).toBeGreaterThan(1000)
})

test('an impulse longer than the opening is refused by check', () => {
  const gateOf = (impulseMs: number) =>
    `${head}door: { driver: simulated, pulseMs: 1000, exitButton: true, motor: { impulseMs: ${impulseMs}, travelMs: 9000 } }\n${cardSide}`
  expect(checksOf(gateOf(1001))).toContain('error door.motor.impulseMs impulse_long')
  expect(checksOf(gateOf(1000))).not.toContain('error door.motor.impulseMs impulse_long')
})
