// When main is missing for the people at the gate: by a clock that the test moves.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { MAIN_AWAY_MS, watchMain } from '../../drivers/signal/main-watch.ts'

const open = () => {
  let now = 1000
  const main = watchMain({ monotonic: () => now as MonotonicMs })
  /** A main that lives for so long, heard each second, and then dies. */
  const live = (ms: number) => {
    const until = now + ms
    main.hear()
    while (now + 1000 < until) {
      now += 1000
      main.hear()
    }
    now = until
    main.lose()
  }
  return {
    ...main,
    live,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('it is missing when it never came, from the limit on and not before', () => {
  const main = open()
  main.pass(MAIN_AWAY_MS - 1)
  expect(main.isMissing()).toBe(false)
  main.pass(1)
  expect(main.isMissing()).toBe(true)
})

test('it is missing when it hangs: a connection that stands is no sign of life', () => {
  const main = open()
  main.hear()
  main.pass(MAIN_AWAY_MS)
  expect(main.isMissing()).toBe(true)
  main.hear()
  expect(main.isMissing()).toBe(false)
})

test('restarts of a main that had settled are no alarm, however many', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.integer({ min: 2 * MAIN_AWAY_MS + 2000, max: 200_000 }), fc.integer({ min: 0, max: 29_000 })),
        {
          maxLength: 8,
        },
      ),
      (lives) => {
        const main = open()
        for (const [livedMs, awayMs] of lives) {
          main.live(livedMs)
          main.pass(awayMs)
          expect(main.isMissing()).toBe(false)
        }
      },
    ),
  )
})

test('a main that comes and dies again and again is missing, how short or long each time, until one has settled', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 2 * MAIN_AWAY_MS - 2000 }), fc.integer({ min: 100, max: 29_000 })), {
        minLength: 3,
        maxLength: 8,
      }),
      (lives) => {
        const main = open()
        main.live(300_000)
        let troubledMs = 0
        for (const [n, [livedMs, awayMs]] of lives.entries()) {
          main.live(livedMs)
          main.pass(awayMs)
          troubledMs += livedMs + awayMs
          if (n >= 2 && troubledMs >= MAIN_AWAY_MS + 1000) expect(main.isMissing()).toBe(true)
        }
        main.live(2 * MAIN_AWAY_MS + 2000)
        expect(main.isMissing()).toBe(false)
      },
    ),
  )
})
