// P12 at the keypad, as a rule: what a wrong code costs, who waits, and that nobody waits for long.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import {
  freeWrong,
  hold,
  isTried,
  listWaiting,
  nextCodeAt,
  noteTyped,
  noteWrong,
  PAUSE_LIMIT_MS,
  type Pace,
  pauseMs,
  quietPace,
  wrongWindowMs,
} from '../../daemon/core/keypad-pace.ts'

const at = (ms: number) => ms as MonotonicMs
const wrongAt = (...instants: readonly number[]): Pace =>
  instants.reduce<Pace>((pace, ms) => noteWrong(pace, '12042', at(ms)), quietPace)
const times = (count: number): Pace => wrongAt(...Array.from({ length: count }, () => 1000))

describe('a keypad', () => {
  test.each([
    [0, 0],
    [freeWrong - 1, 0],
    [freeWrong, 1000],
    [freeWrong + 1, 2000],
    [freeWrong + 2, 4000],
    [freeWrong + 3, 8000],
    [freeWrong + 4, PAUSE_LIMIT_MS],
    [freeWrong + 70, PAUSE_LIMIT_MS],
  ])('after %d wrong codes within ten minutes pauses for %d ms', (count, ms) => {
    expect(pauseMs(times(count), at(1000))).toBe(ms)
  })

  test('takes a code at once when the pause after the last wrong one is over, and forgets each after ten minutes', () => {
    const pace = wrongAt(1000, 1000, 1000, 1000, 1000, 5000)
    expect(nextCodeAt(pace, at(5001))).toBe(7000)
    expect(pauseMs(pace, at(1000 + wrongWindowMs - 1))).toBe(2000)
    expect(pauseMs(pace, at(1000 + wrongWindowMs))).toBe(0)
  })
})

describe('whoever waits', () => {
  const code = (number: string, typedAt: number) => ({ number, typedAt: at(typedAt) })

  test('gives way to whoever types after him, and to nobody who typed before', () => {
    const first = hold({}, code('11', 100), quietPace, at(100))
    const second = hold(first, code('22', 200), quietPace, at(200))
    expect(listWaiting(second)).toEqual([code('22', 200)])
    expect(listWaiting(hold(second, code('11', 100), quietPace, at(300)))).toEqual([code('22', 200)])
  })

  test('comes before a number at which somebody guesses there, and is not put out by it', () => {
    const pace = noteWrong(quietPace, '99', at(50))
    expect(isTried(pace, '99', at(60))).toBe(true)
    const honest = hold({}, code('11', 100), pace, at(100))
    const both = hold(honest, code('99', 200), pace, at(200))
    expect(listWaiting(both)).toEqual([code('11', 100), code('99', 200)])
  })

  test('may type his code twice; a number that is typed on and on while others wait is somebody’s who guesses', () => {
    const twice = noteTyped(noteTyped(quietPace, '11', at(10)), '11', at(20))
    expect(isTried(twice, '11', at(30))).toBe(false)
    expect(isTried(noteTyped(twice, '11', at(30)), '11', at(30))).toBe(true)
    expect(isTried(noteTyped(twice, '11', at(30)), '11', at(10 + wrongWindowMs))).toBe(false)
  })
})

test('no series of wrong codes makes a pause longer than nine seconds, and no more are kept than count', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60_000), { maxLength: 300 }), (gaps) => {
      let [pace, now]: [Pace, number] = [quietPace, 0]
      for (const gap of gaps) {
        now += gap
        pace = noteTyped(noteWrong(pace, String(now % 7), at(now)), '1', at(now))
        expect(nextCodeAt(pace, at(now)) - now).toBeLessThanOrEqual(PAUSE_LIMIT_MS)
        expect(pace.wrong.length).toBeLessThanOrEqual(80)
        expect(pace.typed.length).toBeLessThanOrEqual(512)
      }
    }),
  )
})
