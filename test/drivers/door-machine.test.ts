// The door's state machine, one rule a test. No clock: every instant is written down.

import { describe, expect, test } from 'vitest'
import type { Mode, MonotonicMs } from '../../config/words.ts'
import type { Levels } from '../../drivers/door/contract.ts'
import {
  type DoorInput,
  type DoorLimits,
  type DoorMessage,
  describeDoor,
  initialDoor,
} from '../../drivers/door/door-state.ts'
import { MAIN_SILENCE_MS, stepDoor, UNLOCK_GRACE_MS } from '../../drivers/door/machine.ts'
import { ORDER_LIMIT_MS } from '../../drivers/door/order.ts'

const limits: DoorLimits = { pulseMs: 3000, pulseLimitMs: 10_000, heldAfterMs: 20_000 }

/** A door from its start at 0, played by hand. `told` is what the last input made it say. */
const playDoor = (contact: Levels['contact'] = 'none') => {
  let state = initialDoor
  let levels: Levels = { fire: false, exitButton: false, contact }
  let told: readonly DoorMessage[] = []
  let deadline: MonotonicMs | undefined
  const give = (input: DoorInput, at: number) => {
    const step = stepDoor(limits, state, input, at as MonotonicMs)
    state = step.state
    told = step.tell
    deadline = step.deadline
    return state.relay
  }
  const set = (change: Partial<Levels>, at: number) => {
    levels = { ...levels, ...change }
    return give({ kind: 'levels', levels }, at)
  }
  set({}, 0)
  return {
    set,
    press: (at: number) => set({ exitButton: true }, at),
    release: (at: number) => set({ exitButton: false }, at),
    open: (at: number, ref = 'g1', pulseMs = 3000, issuedAt = at) =>
      give({ kind: 'open', ref, pulseMs, issuedAt: issuedAt as MonotonicMs }, at),
    mode: (mode: Mode, at: number) => give({ kind: 'mode', mode }, at),
    hear: (at: number) => give({ kind: 'main_heard' }, at),
    loseMain: (at: number) => give({ kind: 'main_lost' }, at),
    tick: (at: number) => give({ kind: 'tick' }, at),
    /** `what`, `what:because` or `fault:code`, in the order told. */
    told: () =>
      told.map((message) => {
        if (message.type === 'fault') return `fault:${message.code}`
        return message.because === undefined ? message.what : `${message.what}:${message.because}`
      }),
    ref: () => told.map((message) => (message.type === 'door' ? message.ref : undefined)),
    deadline: () => deadline,
    stands: () => describeDoor(state, 0 as MonotonicMs),
  }
}

describe('an order', () => {
  test('energises for its pulse and not a millisecond longer', () => {
    const door = playDoor()
    expect(door.open(1000)).toBe(true)
    expect(door.deadline()).toBe(4000)
    expect(door.tick(3999)).toBe(true)
    expect(door.tick(4000)).toBe(false)
    expect(door.deadline()).toBeUndefined()
  })

  test('is answered with its own ref when the relay goes on and when it goes off', () => {
    const door = playDoor()
    door.open(1000, 'g7')
    expect([door.told(), door.ref()]).toEqual([['relay_on'], ['g7']])
    door.tick(4000)
    expect([door.told(), door.ref()]).toEqual([['relay_off'], ['g7']])
  })

  test('while another runs is answered and lets the later end count', () => {
    const door = playDoor()
    door.open(1000, 'long', 8000)
    door.open(2000, 'short', 500)
    expect([door.told(), door.ref()]).toEqual([['relay_on:renewed'], ['short']])
    expect(door.tick(8999)).toBe(true)
    expect(door.tick(9000)).toBe(false)
  })

  test('puts the relay at rest at the first chance when its timer is late', () => {
    const door = playDoor()
    door.open(1000)
    expect(door.hear(60_000)).toBe(false)
  })

  test.each([
    ['of the last moment allowed', 5000 - ORDER_LIMIT_MS, true, ['relay_on']],
    ['older than its limit', 5000 - ORDER_LIMIT_MS - 0.001, false, ['refused:order_stale']],
    ['from the future', 5000.001, false, ['refused:order_from_future']],
    ['without an instant', Number.NaN, false, ['refused:order_from_future']],
  ])('%s is judged by its age', (_, issuedAt, relay, told) => {
    const door = playDoor()
    expect(door.open(5000, 'g1', 3000, issuedAt)).toBe(relay)
    expect([door.told(), door.ref()]).toEqual([told, ['g1']])
  })

  test.each([
    0,
    -1,
    limits.pulseLimitMs + 0.001,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ])('for a pulse of %d ms is refused', (pulseMs) => {
    const door = playDoor()
    expect(door.open(5000, 'g1', pulseMs)).toBe(false)
    expect(door.told()).toEqual(['refused:pulse_out_of_range'])
  })

  test('refused does not shorten the pulse that runs', () => {
    const door = playDoor()
    door.open(1000)
    door.open(2000, 'bad', -1)
    expect(door.tick(3999)).toBe(true)
  })
})

describe('the exit button', () => {
  test('opens in the same step, and tells why', () => {
    const door = playDoor()
    expect(door.press(1000)).toBe(true)
    expect(door.told()).toEqual(['exit_button', 'relay_on:exit_button'])
  })

  test('keeps the door released until one pulse after it was let go', () => {
    const door = playDoor()
    door.press(1000)
    door.release(5000)
    expect(door.tick(7999)).toBe(true)
    expect(door.tick(8000)).toBe(false)
  })

  test('held down energises to the limit, then is stuck', () => {
    const door = playDoor()
    door.press(1000)
    expect(door.tick(10_999)).toBe(true)
    expect(door.tick(11_000)).toBe(false)
    expect(door.told()).toEqual(['fault:button_stuck', 'relay_off'])
    expect(door.tick(99_000)).toBe(false)
    expect(door.told()).toEqual([])
  })

  test('let go just before the limit opens no longer than the limit', () => {
    const door = playDoor()
    door.press(1000)
    door.release(10_900)
    expect(door.tick(11_000)).toBe(false)
  })

  test('that was stuck opens again at the next press', () => {
    const door = playDoor()
    door.press(1000)
    door.tick(11_000)
    expect(door.release(20_000)).toBe(false)
    expect(door.press(20_001)).toBe(true)
  })

  test('that is stuck keeps nobody else out', () => {
    const door = playDoor()
    door.press(1000)
    door.tick(11_000)
    expect(door.open(20_000)).toBe(true)
    expect(door.tick(23_000)).toBe(false)
  })

  test('already down at the start is a press', () => {
    const door = playDoor()
    const down = stepDoor(
      limits,
      initialDoor,
      { kind: 'levels', levels: { fire: false, exitButton: true, contact: 'none' } },
      5 as MonotonicMs,
    )
    expect(down.relay).toBe(true)
    expect(door.tick(6)).toBe(false)
  })

  test.each(['controlled', 'lockdown', 'open', 'evacuation'] as const)('opens in mode %s', (mode) => {
    const door = playDoor()
    door.mode(mode, 1000)
    expect(door.press(1500)).toBe(true)
    expect(door.tick(4000)).toBe(true)
  })
})

describe('fire', () => {
  test('releases for as long as it lasts, beyond every limit and without main', () => {
    const door = playDoor()
    expect(door.set({ fire: true }, 1000)).toBe(true)
    expect(door.told()).toEqual(['fire_on', 'relay_on:fire'])
    door.loseMain(2000)
    expect(door.tick(9_000_000)).toBe(true)
    expect(door.set({ fire: false }, 9_000_001)).toBe(false)
    expect(door.told()).toEqual(['fire_off', 'relay_off'])
  })

  test('is obeyed at the start, before anything else was heard', () => {
    const levels: Levels = { fire: true, exitButton: false, contact: 'closed' }
    expect(stepDoor(limits, initialDoor, { kind: 'levels', levels }, 3 as MonotonicMs).relay).toBe(true)
  })

  test('is not ended by lockdown, by the end of a pulse or by a stuck button', () => {
    const door = playDoor()
    door.press(1000)
    door.set({ fire: true }, 1500)
    expect(door.mode('lockdown', 2000)).toBe(true)
    expect(door.open(3000)).toBe(true)
    expect(door.tick(11_000)).toBe(true)
  })

  test('that ends leaves a running pulse running', () => {
    const door = playDoor()
    door.set({ fire: true }, 1000)
    door.open(2000)
    expect(door.set({ fire: false }, 3000)).toBe(true)
    expect(door.tick(5000)).toBe(false)
  })
})

describe('a held-open mode', () => {
  test.each([
    ['open', 'relay_on:open_mode'],
    ['evacuation', 'relay_on:evacuation'],
  ] as const)('%s holds while main is heard', (mode, told) => {
    const door = playDoor()
    expect(door.mode(mode, 1000)).toBe(true)
    expect(door.told()).toEqual([told])
    for (let at = 2000; at <= 60_000; at += 1000) expect(door.hear(at)).toBe(true)
  })

  test('is dropped when main has been silent for its limit', () => {
    const door = playDoor()
    door.mode('open', 1000)
    door.hear(2000)
    expect(door.deadline()).toBe(2000 + MAIN_SILENCE_MS)
    expect(door.tick(1999 + MAIN_SILENCE_MS)).toBe(true)
    expect(door.tick(2000 + MAIN_SILENCE_MS)).toBe(false)
    expect(door.told()).toEqual(['mode_dropped:open', 'relay_off'])
  })

  test('that was dropped does not come back by a ping', () => {
    const door = playDoor()
    door.mode('open', 1000)
    expect(door.hear(1000 + MAIN_SILENCE_MS)).toBe(false)
    expect(door.hear(5000)).toBe(false)
    expect(door.mode('open', 6000)).toBe(true)
  })

  test('is not carried over to the next connection by pings alone', () => {
    const door = playDoor()
    door.mode('open', 1000)
    door.loseMain(1500)
    expect(door.hear(2000)).toBe(true)
    expect(door.hear(1000 + MAIN_SILENCE_MS)).toBe(false)
  })

  test('said again on the next connection goes on without a gap', () => {
    const door = playDoor()
    door.mode('open', 1000)
    door.loseMain(1500)
    expect(door.mode('open', 2000)).toBe(true)
    expect(door.hear(3500)).toBe(true)
    expect(door.hear(5000)).toBe(true)
  })

  test('ends at once with the order to do so', () => {
    const door = playDoor()
    door.mode('open', 1000)
    expect(door.mode('lockdown', 1200)).toBe(false)
  })

  test('that is dropped leaves a running pulse running', () => {
    const door = playDoor()
    door.mode('open', 1000)
    door.open(2500, 'g1', 5000)
    expect(door.tick(2500 + MAIN_SILENCE_MS)).toBe(true)
    expect(door.told()).toEqual(['mode_dropped:open'])
    expect(door.tick(7500)).toBe(false)
  })
})

describe('the contact', () => {
  test('that opens under an order tells which', () => {
    const door = playDoor('closed')
    door.open(1000, 'g3')
    door.set({ contact: 'open' }, 2000)
    expect([door.told(), door.ref()]).toEqual([['opened'], ['g3']])
    door.set({ contact: 'closed' }, 3000)
    expect(door.told()).toEqual(['closed'])
  })

  test('names no order when another cause holds the door long after it', () => {
    const door = playDoor('closed')
    door.open(1000, 'g3')
    door.set({ fire: true }, 2000)
    door.set({ contact: 'open' }, 60_000)
    expect([door.told(), door.ref()]).toEqual([['opened'], [undefined]])
  })

  test.each([
    ['in the grace after the relay', 4000 + UNLOCK_GRACE_MS, ['opened']],
    ['after the grace', 4001 + UNLOCK_GRACE_MS, ['opened', 'forced']],
  ])('that opens %s', (_, at, told) => {
    const door = playDoor('closed')
    door.open(1000)
    door.tick(4000)
    door.set({ contact: 'open' }, at)
    expect(door.told()).toEqual(told)
  })

  test('that opens in the same look as the button goes down is not forced', () => {
    const door = playDoor('closed')
    door.set({ exitButton: true, contact: 'open' }, 1000)
    expect(door.told()).toEqual(['exit_button', 'relay_on:exit_button', 'opened'])
  })

  test('found open at the start is not forced', () => {
    expect(playDoor('open').told()).toEqual(['opened:at_start'])
  })

  test('open to the limit after the pulse is allowed, a millisecond longer is held', () => {
    const door = playDoor('closed')
    door.open(1000)
    door.set({ contact: 'open' }, 2000)
    door.tick(4000)
    expect(door.deadline()).toBe(24_001)
    for (const at of [23_999, 24_000]) {
      door.tick(at)
      expect(door.told()).toEqual([])
    }
    door.tick(24_001)
    expect(door.told()).toEqual(['held'])
    door.tick(25_000)
    expect(door.told()).toEqual([])
  })

  test('of a forced door counts its time from the opening', () => {
    const door = playDoor('closed')
    door.set({ contact: 'open' }, 5000)
    door.tick(25_000)
    expect(door.told()).toEqual([])
    door.tick(25_001)
    expect(door.told()).toEqual(['held'])
  })

  test('is given its time anew by another order', () => {
    const door = playDoor('closed')
    door.open(1000)
    door.set({ contact: 'open' }, 2000)
    door.tick(4000)
    door.open(20_000)
    door.tick(23_000)
    door.tick(43_000)
    expect(door.told()).toEqual([])
    door.tick(43_001)
    expect(door.told()).toEqual(['held'])
  })

  test('that closes at last ends held', () => {
    const door = playDoor('closed')
    door.set({ contact: 'open' }, 1000)
    door.tick(21_001)
    door.set({ contact: 'closed' }, 30_000)
    expect(door.told()).toEqual(['closed', 'held_over'])
  })

  test('is not held while fire keeps the door released', () => {
    const door = playDoor('closed')
    door.set({ fire: true }, 1000)
    door.set({ contact: 'open' }, 2000)
    door.tick(500_000)
    expect(door.told()).toEqual([])
  })

  test.each<readonly [string, (door: ReturnType<typeof playDoor>) => void, object]>([
    ['forced', (door) => door.set({ contact: 'open' }, 1000), { contact: 'open', forced: true, held: false }],
    [
      'forced and held',
      (door) => {
        door.set({ contact: 'open' }, 1000)
        door.tick(21_001)
      },
      { forced: true, held: true },
    ],
    [
      'forced and closed again',
      (door) => {
        door.set({ contact: 'open' }, 1000)
        door.set({ contact: 'closed' }, 2000)
      },
      { contact: 'closed', forced: false, held: false },
    ],
    [
      'opened by an order',
      (door) => {
        door.open(1000)
        door.set({ contact: 'open' }, 1100)
      },
      { contact: 'open', forced: false, relay: true },
    ],
    ['released by fire', (door) => door.set({ fire: true }, 1000), { fire: true, relay: true, contact: 'closed' }],
    ['held open by a mode', (door) => door.mode('evacuation', 1000), { mode: 'evacuation', relay: true }],
  ])('that stands %s is described so', (_, play, expected) => {
    const door = playDoor('closed')
    play(door)
    expect(door.stands()).toMatchObject(expected)
  })

  test('that is not wired is never held or forced', () => {
    const door = playDoor('none')
    door.open(1000)
    door.tick(4000)
    expect(door.told()).toEqual(['relay_off'])
    door.tick(90_000)
    expect(door.told()).toEqual([])
    expect(door.deadline()).toBeUndefined()
  })
})
