// The call button by itself: what is lit and heard in the guard's room at any instant, and what a press and an answer do.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import { ANSWERED_MS, callAt, createCall, SOUND_MS } from '../../drivers/signal/call.ts'
import type { Sign } from '../../drivers/signal/contract.ts'
import { waitUntil } from './play-main.ts'

const at = (ms: number) => ms as MonotonicMs

describe('in the guard’s room', () => {
  test('nothing is lit or heard while nobody calls', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(callAt({ kind: 'rests' }, at(ms))).toEqual({ lamp: false, sounder: false })
      }),
    )
  })

  test('a call blinks until it is answered, and sounds for a minute after each press', () => {
    const rings = (ms: number, pressedAt = 0) =>
      callAt({ kind: 'rings', since: at(0), pressedAt: at(pressedAt) }, at(ms))
    expect([rings(0).lamp, rings(500).lamp, rings(1000).lamp]).toEqual([true, false, true])
    expect([rings(0), rings(150), rings(300), rings(450)].map(({ sounder }) => sounder)).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect([rings(57_000).sounder, rings(SOUND_MS).sounder, rings(SOUND_MS, SOUND_MS).sounder]).toEqual([
      true,
      false,
      true,
    ])
    expect(rings(3_600_000).lamp).toBe(true)
  })

  test('an answered one is silent, and its lamp stands for a moment', () => {
    const answered = (ms: number) => callAt({ kind: 'answered', at: at(0) }, at(ms))
    expect(answered(0)).toEqual({ lamp: true, sounder: false })
    expect(answered(ANSWERED_MS - 1).lamp).toBe(true)
    expect(answered(ANSWERED_MS).lamp).toBe(false)
  })
})

const open = (down = false) => {
  const said: FromPart[] = []
  const shown: Sign[] = []
  const pressed = { call: down, answer: false }
  let looks = 0
  const now = { lamp: false, sounder: false }
  const outputs = {
    set: (on: typeof now) => void Object.assign(now, on),
    readButtons: () => {
      looks++
      return { ...pressed }
    },
    check: () => undefined,
    close: () => undefined,
  }
  const port = { tell: (message: FromPart) => void said.push(message), clock: systemClock, runtimeDirectory: '' }
  const call = createCall('entry', outputs, port, (sign) => void shown.push(sign))
  call.device.start()
  const looked = async () => {
    const from = looks
    await waitUntil('a look', () => looks > from)
  }
  return {
    ...call,
    said: () => said.map((one) => (one.type === 'call' ? one.what : one.type)),
    shown,
    now,
    press: async (button: 'call' | 'answer') => {
      pressed[button] = true
      await looked()
      pressed[button] = false
      await looked()
    },
    [Symbol.asyncDispose]: () => call.device.stop(),
  }
}

describe('the call button', () => {
  test('calls once however often it is pressed, and says so at the gate each time; the answer ends it', async () => {
    await using call = open()
    for (let n = 0; n < 3; n++) await call.press('call')
    await call.press('answer')
    expect(call.said()).toEqual(['requested', 'answered'])
    expect(call.shown).toEqual(['calling', 'calling', 'calling', 'answered'])
    expect(call.now).toEqual({ lamp: true, sounder: false })
    await call.press('call')
    expect(call.said()).toEqual(['requested', 'answered', 'requested'])
  })

  test('that is down at the start is no call, and an answer to nobody is none', async () => {
    await using call = open(true)
    await call.press('answer')
    expect([call.said(), call.shown]).toEqual([[], []])
  })

  test('is answered by main’s order, unless that is late, and says to a new main what stands', async () => {
    await using call = open()
    call.meetMain()
    await call.press('call')
    call.receive({ type: 'call_answer', at: systemClock.monotonic() - 3000 })
    call.meetMain()
    call.receive({ type: 'call_answer', at: systemClock.monotonic() })
    call.meetMain()
    expect(call.said()).toEqual(['rests', 'requested', 'rings', 'rests'])
    expect(call.shown).toEqual(['calling', 'answered'])
  })

  test('started anew while somebody waits, it rings again by main’s word', async () => {
    await using call = open()
    call.receive({ type: 'call_ring' })
    await waitUntil('the lamp', () => call.now.lamp)
    await call.press('answer')
    expect(call.said()).toEqual(['answered'])
  })
})
