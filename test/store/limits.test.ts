// P12: wrong codes slow the credential they claim: ten a day, then one every fifteen minutes.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { countWrong, freeTries, isLockedOut, slowTryMs, type Tries, tryWindowMs } from '../../daemon/core/limits.ts'

const at = (value: number): MonotonicMs => value as MonotonicMs
const tryTimes = (times: number, now = at(1000), boot = 'b'): Tries | undefined => {
  let tries: Tries | undefined
  for (let count = 0; count < times; count += 1) tries = countWrong(tries, now, boot)
  return tries
}

test('nine wrong codes lock nobody out and the tenth does', () => {
  expect(isLockedOut(tryTimes(freeTries - 1), at(1000), 'b')).toBe(false)
  expect(isLockedOut(tryTimes(freeTries), at(1000), 'b')).toBe(true)
})

test('the lockout ends fifteen minutes after the last wrong code, to the millisecond', () => {
  const tries = tryTimes(freeTries)
  expect(isLockedOut(tries, at(1000 + slowTryMs - 1), 'b')).toBe(true)
  expect(isLockedOut(tries, at(1000 + slowTryMs), 'b')).toBe(false)
})

test('after the first lockout every wrong code locks again', () => {
  const again = countWrong(tryTimes(freeTries), at(1000 + slowTryMs), 'b')
  expect(isLockedOut(again, at(1000 + slowTryMs + 1), 'b')).toBe(true)
})

test('a day after each of them a wrong code at full speed is forgotten, and not before', () => {
  const tries = countWrong(tryTimes(freeTries - 1), at(5000), 'b')
  expect(isLockedOut(tries, at(5000 + slowTryMs - 1), 'b')).toBe(true)
  // The nine of the first second are over, the one of the fifth is not.
  const next = countWrong(tries, at(1000 + tryWindowMs), 'b')
  expect(next.freeAt).toEqual([5000, 1000 + tryWindowMs])
  expect(countWrong(next, at(5000 + 2 * tryWindowMs), 'b')).toMatchObject({
    wrong: 1,
    freeAt: [5000 + 2 * tryWindowMs],
  })
})

test('whoever keeps his tries for the end of one day has none at the beginning of the next', () => {
  let tries = countWrong(undefined, at(0), 'b')
  for (let count = 1; count < freeTries; count += 1) tries = countWrong(tries, at(tryWindowMs - 60_000), 'b')
  const next = countWrong(tries, at(tryWindowMs), 'b')
  expect(isLockedOut(next, at(tryWindowMs), 'b')).toBe(true)
})

test('a reboot frees nobody: the fifteen minutes count from the boot', () => {
  const tries = tryTimes(freeTries, at(90_000_000))
  expect(isLockedOut(tries, at(5000), 'after')).toBe(true)
  expect(isLockedOut(tries, at(slowTryMs), 'after')).toBe(false)
  expect(countWrong(tries, at(slowTryMs), 'after')).toMatchObject({
    ...{ wrong: freeTries + 1, boot: 'after', lastAt: slowTryMs },
    freeAt: Array.from({ length: freeTries }, () => 0),
  })
})

test('no timing of tries, with reboots, gets more tries judged in any 24 hours than ten and one every fifteen minutes', () => {
  // Now and then almost a day of patience, and bursts of none.
  const pauses = fc.oneof(
    fc.nat(2 * slowTryMs),
    fc.constant(0),
    fc.integer({ min: tryWindowMs - slowTryMs, max: tryWindowMs }),
  )
  const steps = fc.array(fc.tuple(pauses, fc.integer({ min: 0, max: 19 })), {
    minLength: 50,
    maxLength: 400,
  })
  fc.assert(
    fc.property(steps, (pauses) => {
      let tries: Tries | undefined
      let [real, booted, boot] = [0, 0, 0]
      const judged: number[] = []
      for (const [pause, reboot] of pauses) {
        real += pause
        if (reboot === 0) [booted, boot] = [real, boot + 1]
        const now = at(real - booted)
        if (isLockedOut(tries, now, `${boot}`)) continue
        judged.push(real)
        tries = countWrong(tries, now, `${boot}`)
      }
      for (const start of judged) {
        const inDay = judged.filter((when) => when >= start && when < start + tryWindowMs)
        expect(inDay.length).toBeLessThanOrEqual(freeTries + tryWindowMs / slowTryMs)
      }
    }),
  )
})
