// Stop, close and light barrier of a gate motor, behind the door's state machine and its opening impulse as the door itself has them: what
// may close a gate, and what ends it. fast-check prints the seed of a storm that fails.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MonotonicMs, modes } from '../../config/words.ts'
import { type DoorInput, type DoorLimits, initialDoor } from '../../drivers/door/door-state.ts'
import { createDrive, type MotorNews } from '../../drivers/door/drive.ts'
import { stepDoor } from '../../drivers/door/machine.ts'
import type { DoorEvent } from '../../drivers/protocol.ts'
import { cardSide, checksOf, head } from '../config/gate-file.ts'

const limits: DoorLimits = { pulseMs: 1000, pulseLimitMs: 10_000, heldAfterMs: 20_000 }
const plan = { impulseMs: 500, travelMs: 15_000, obstacleAfterSeconds: 60 }
const HOUR_MS = 3_600_000

const playGate = (wires: { stop?: boolean; close?: boolean } = { stop: true, close: true }) => {
  const drive = createDrive({ ...plan, ...wires })
  let state = initialDoor
  let deadline: number | undefined
  let relay = false
  let now = { stop: false, close: false }
  let closedBy: string | undefined
  let wishesClose = 0
  const told: DoorEvent[] = []
  const levels = { fire: false, exitButton: false, guardButton: false, contact: 'none' as const, obstacle: false }
  const give = (input: DoorInput, at: number, news: MotorNews = {}) => {
    const before = now
    const step = stepDoor(limits, state, input, at as MonotonicMs)
    state = step.state
    const wish = drive.turn(step, at as MonotonicMs, news)
    relay = wish.relay ?? relay
    now = { stop: wish.stop, close: wish.close }
    deadline = wish.deadline
    told.push(...wish.tell)
    if (now.close && relay) throw new Error(`an opening and a closing contact at ${at}`)
    if (now.close && levels.obstacle) throw new Error(`a closing contact at ${at} while somebody stands there`)
    if (now.close && state.fire) throw new Error(`a closing contact at ${at} while there is fire`)
    if (now.close && !before.close) {
      wishesClose++
      if (news.order?.what !== 'close') throw new Error(`the gate closed by itself at ${at}`)
    }
    if (deadline !== undefined && deadline <= at) throw new Error('a deadline lies ahead')
    closedBy = now.close ? (closedBy ?? news.order?.ref) : undefined
    return now
  }
  const pass = (until: number) => {
    while (deadline !== undefined && deadline <= until) give({ kind: 'tick' }, deadline)
  }
  const set = (change: Partial<typeof levels>, at: number) => {
    pass(at)
    Object.assign(levels, change)
    return give({ kind: 'levels', levels: { ...levels } }, at, { obstacle: levels.obstacle })
  }
  return {
    set,
    give: (input: DoorInput, at: number) => {
      pass(at)
      return give(input, at)
    },
    order: (what: 'stop' | 'close', at: number, ref = `${what} ${at}`, ageMs = 0) => {
      pass(at)
      return give({ kind: 'main_heard' }, at, { order: { what, ref, issuedAt: (at - ageMs) as MonotonicMs } })
    },
    open: (at: number) => {
      pass(at)
      give({ kind: 'open', ref: `open ${at}`, pulseMs: 1000, issuedAt: at as MonotonicMs }, at)
      return relay
    },
    at: (at: number) => {
      pass(at)
      return { ...now, relay }
    },
    closings: () => wishesClose,
    told: () => told.map(({ what, because }) => (because === undefined ? what : `${what} ${because}`)),
  }
}
const standing = (wires?: { stop?: boolean; close?: boolean }) => {
  const gate = playGate(wires)
  gate.set({}, 0)
  return gate
}

describe('a gate motor that can be closed', () => {
  test('is closed by an order, with one impulse, and by nothing else in an hour', () => {
    const gate = standing()
    gate.open(1000)
    expect(gate.at(HOUR_MS)).toEqual({ stop: false, close: false, relay: false })
    expect(gate.order('close', HOUR_MS)).toEqual({ stop: false, close: true })
    expect(gate.at(HOUR_MS + 499).close).toBe(true)
    expect(gate.at(HOUR_MS + 500).close).toBe(false)
    expect(gate.at(2 * HOUR_MS).close).toBe(false)
    expect([gate.closings(), gate.told()]).toEqual([1, ['motor_close']])
  })

  test.each([
    ['something stands in the light barrier', 'obstacle', { obstacle: true }],
    ['the exit button is down', 'door_released', { exitButton: true }],
    ['there is fire', 'door_released', { fire: true }],
  ] as const)('is not closed while %s', (_, because, levels) => {
    const gate = standing()
    gate.set(levels, 100)
    expect(gate.order('close', 200).close).toBe(false)
    expect(gate.told()).toEqual([`refused ${because}`])
  })

  test('is not closed before its light barrier was read, on its way open, or while it is closing', () => {
    const unread = playGate()
    expect(unread.order('close', 10).close).toBe(false)
    const gate = standing()
    gate.open(1000)
    gate.order('close', 15_999)
    gate.order('close', 16_000)
    gate.order('close', 17_000)
    expect([unread.told(), gate.told()]).toEqual([
      ['refused obstacle'],
      ['refused gate_travels', 'motor_close', 'refused gate_travels'],
    ])
  })

  test('lets go at once when somebody steps into the barrier, and is stopped, also after the impulse was over', () => {
    for (const at of [30_100, 31_000]) {
      const gate = standing()
      gate.order('close', 30_000)
      expect(gate.set({ obstacle: true }, at)).toEqual({ stop: true, close: false })
      expect(gate.at(at + 499).stop).toBe(true)
      expect(gate.at(at + 500).stop).toBe(false)
      expect(gate.told()).toEqual(['motor_close', 'close_cut obstacle'])
      gate.set({ obstacle: false }, at + 1000)
      expect(gate.at(HOUR_MS).close).toBe(false)
    }
  })

  test('opens at once for whoever comes while it closes, and a stop keeps nobody waiting', () => {
    const gate = standing()
    gate.order('close', 30_000)
    expect(gate.open(30_100)).toBe(true)
    expect(gate.at(30_100)).toEqual({ stop: false, close: false, relay: true })
    expect(gate.told()).toEqual(['motor_close', 'close_cut door_released'])
    const stopped = standing()
    stopped.order('stop', 1000)
    expect(stopped.open(1100)).toBe(true)
    expect(stopped.at(1100).stop).toBe(false)
  })

  test('stopped on its way open it opens again for the next press, within its travel (P8)', () => {
    const gate = standing()
    gate.open(1000)
    expect(gate.at(1400).relay).toBe(true)
    expect(gate.order('stop', 1450)).toEqual({ stop: true, close: false })
    expect(gate.at(1451).relay).toBe(false)
    gate.set({ exitButton: true }, 4000)
    expect(gate.at(4000)).toEqual({ stop: false, close: false, relay: true })
  })

  test('is stopped neither in a fire nor while the guard holds it', () => {
    const gate = standing()
    gate.set({ fire: true }, 100)
    gate.order('stop', 200)
    expect(gate.at(200)).toEqual({ stop: false, close: false, relay: true })
    expect(gate.told()).toEqual(['refused door_released'])
  })

  test('says when something stands in the barrier for long, and when it is over; it opens all the while (P8)', () => {
    const gate = standing()
    gate.set({ obstacle: true }, 1000)
    gate.at(60_999)
    expect(gate.told()).toEqual([])
    gate.at(61_000)
    expect(gate.told()).toEqual(['obstacle_long'])
    expect(gate.open(70_000)).toBe(true)
    gate.set({ obstacle: false }, 80_000)
    expect(gate.told()).toEqual(['obstacle_long', 'obstacle_over'])
  })

  test('obeys no order that waited, comes from the future, is no number, or has no wire', () => {
    const gate = standing()
    gate.order('close', 30_000, 'old', 2001)
    gate.order('close', 30_100, 'ahead', -1)
    gate.order('close', 30_200, 'none', Number.NaN)
    const bare = standing({})
    bare.order('close', 100)
    bare.order('stop', 200)
    expect(gate.told()).toEqual(['refused order_stale', 'refused order_from_future', 'refused order_from_future'])
    expect(bare.told()).toEqual(['refused not_wired', 'refused not_wired'])
  })
})

const gust = fc.record({
  wait: fc.oneof(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 25_000 })),
  does: fc.constantFrom(
    'close',
    'close',
    'close',
    'stop',
    'open',
    'press',
    'fire',
    'quiet',
    'obstacle',
    'clear',
    'guard',
    'mode',
  ),
  mode: fc.constantFrom(...modes),
})

test('in any storm nothing closes without an order, nor on anybody, nor against an opening', () => {
  let closings = 0
  fc.assert(
    fc.property(fc.array(gust, { maxLength: 60 }), (storm) => {
      const gate = standing()
      let at = 1000
      for (const { wait, does, mode } of storm) {
        at += wait
        if (does === 'close' || does === 'stop') gate.order(does, at)
        else if (does === 'open') gate.open(at)
        else if (does === 'mode') gate.give({ kind: 'mode', mode }, at)
        else if (does === 'obstacle' || does === 'clear') gate.set({ obstacle: does === 'obstacle' }, at)
        else if (does === 'fire') gate.set({ fire: true }, at)
        else if (does === 'quiet') gate.set({ fire: false, exitButton: false, guardButton: false }, at)
        else gate.set(does === 'press' ? { exitButton: true } : { guardButton: true }, at)
      }
      closings += gate.closings()
    }),
    { numRuns: 2000 },
  )
  // The storms do close it: what they did not find could have been there.
  expect(closings).toBeGreaterThan(300)
})

describe('check', () => {
  const problems = (motor: string, more = 'driver: simulated, exitButton: true') =>
    checksOf(`${head}door: { ${more}, pulseMs: 1000, motor: { travelMs: 9000, ${motor} } }\n${cardSide}`)

  test('refuses a closing wire without a light barrier, and warns of one without a stop', () => {
    expect(problems('close: true, stop: true')).toContain('error door.motor.close close_without_obstacle')
    expect(problems('close: true, obstacle: true')).toContain('warning door.motor.close close_without_stop')
    expect(problems('close: true, obstacle: true, stop: true').join()).not.toMatch(/close_without|obstacle_without/)
  })

  test('warns of a light barrier that keeps nothing from closing, and of a long hold-off that no contact ends', () => {
    expect(problems('obstacle: true')).toContain('warning door.motor.obstacle obstacle_without_close')
    expect(problems('holdOffSeconds: 70')).toContain('warning door.motor.holdOffSeconds hold_off_long')
    expect(problems('holdOffSeconds: 69')).not.toContain('warning door.motor.holdOffSeconds hold_off_long')
  })

  test('refuses to move a motor by a driver that may leave a contact closed, and one pin twice', () => {
    const real = (driver: string) =>
      `driver: ${driver}, chip: pinctrl-rp1, relay: { line: 17, active: high }, exitButton: { line: 22, active: high }`
    const wires =
      'stop: { line: 18, active: high }, close: { line: 17, active: high }, obstacle: { line: 21, active: high }'
    expect(problems(wires, real('onoff')).join()).toMatch(/stop motor_needs_gpiochip.*close motor_needs_gpiochip/)
    expect(problems(wires, real('gpiochip'))).toContain('error door.motor.close.line line_twice')
  })
})
