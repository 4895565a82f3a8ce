// Keys that are held down, and keys that nobody can press any more.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createKeyWatch } from '../../drivers/keypad/key-watch.ts'

const at = (ms: number) => ms as MonotonicMs
const DAY_MS = 86_400_000
const all = [...'0123456789*#']

/** The same key every `everyMs`, for so long; the instant of the last press. */
const hold = (watch: ReturnType<typeof createKeyWatch>, forMs: number, everyMs = 100) => {
  let now = 0
  for (; now <= forMs; now += everyMs) watch.press('5', at(now))
  return now - everyMs
}

describe('a key that is held down', () => {
  test('stands after five seconds, until it is let go', () => {
    const watch = createKeyWatch(at(0))
    const last = hold(watch, 5000)
    expect(watch.isHeld(at(last + 1))).toBe(true)
    expect(watch.isHeld(at(last + 999))).toBe(true)
    expect(watch.isHeld(at(last + 1000))).toBe(false)
  })

  test('is none before, nor when another key comes between, nor a digit typed by a finger', () => {
    const early = createKeyWatch(at(0))
    expect(early.isHeld(at(hold(early, 4900)))).toBe(false)
    const mixed = createKeyWatch(at(0))
    const last = hold(mixed, 6000)
    mixed.press('6', at(last + 50))
    expect(mixed.isHeld(at(last + 51))).toBe(false)
    const finger = createKeyWatch(at(0))
    expect(finger.isHeld(at(hold(finger, 20_000, 500)))).toBe(false)
  })
})

/** So many presses over so many days, each key in turn but those left out; what was told. */
const press = (days: number, presses: number, without: string) => {
  const watch = createKeyWatch(at(0))
  const keys = all.filter((key) => !without.includes(key))
  const told: (string | undefined)[] = []
  for (let n = 1; n <= presses; n++)
    told.push(watch.press(keys[n % keys.length] ?? '0', at((n * days * DAY_MS) / presses)))
  return told.filter((one) => one !== undefined)
}

describe('a key that is not seen', () => {
  test('is told once a week has passed and its neighbours were pressed a thousand times', () => {
    expect(press(7, 1000, '7')).toEqual(['key_unseen'])
    expect(press(6.9, 1000, '7')).toEqual([])
    expect(press(7, 999, '7')).toEqual([])
  })

  test('is told again hourly, not with every press', () => {
    // The eighth day has 24 hours, and 125 presses in each.
    expect(press(8, 24_000, '7').length).toBe(25)
  })

  test('is none where every key is used, whatever the order', () => {
    const presses = fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 3000 })
    fc.assert(
      fc.property(presses, (keys) => {
        const watch = createKeyWatch(at(0))
        // A day a round: every key once and then whatever comes.
        const told = [...keys, ...keys].flatMap((key, n) =>
          [key, ...all].map((one) => watch.press(one, at(n * DAY_MS))),
        )
        return told.every((one) => one === undefined)
      }),
      { numRuns: 20 },
    )
  })
})
