// What is seen and heard at one side, at any instant: signs with their ranks, clicks, ticks.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { type Held, type Sign, signs } from '../../drivers/signal/contract.ts'
import { describeHeld, describeNumber, type Pattern, patterns, type Track } from '../../drivers/signal/patterns.ts'
import {
  CLICK_MS,
  initialSide,
  lookAt,
  SENTENCE_LIMIT_MS,
  type SideState,
  TICK_EVERY_MS,
  TICK_LIMIT_MS,
  takeClick,
  takeHeld,
  takeNumber,
  takeSign,
  takeUnlocked,
  WAIT_LIMIT_MS,
} from '../../drivers/signal/side.ts'
import { PERIOD_MS } from '../../drivers/signal/synth.ts'

const at = (ms: number) => ms as MonotonicMs
const show = (sign: Sign, ms = 0, state: SideState = initialSide) => takeSign(state, sign, at(ms))
const lights = (state: SideState, ms: number) => lookAt(state, at(ms)).lights
const hz = (state: SideState, ms: number) => lookAt(state, at(ms)).hz

/** On and off alone, as a lamp of one colour or a buzzer of one pitch shows it. */
const rhythmOf = (track: Track<unknown>): string =>
  track
    .filter(([, ms]) => ms > 0)
    .map(([value, ms]) => `${value === null ? '-' : '+'}${ms}`)
    .join(' ')
const isOnSomewhere = (track: Track<unknown>) => track.some(([value, ms]) => value !== null && ms > 0)

const held: fc.Arbitrary<Held> = fc.record({ cards: fc.nat(50), codes: fc.nat(50), face: fc.boolean() })

describe('nothing is said by sound alone, by light alone, by colour alone or by pitch alone', () => {
  const all = Object.entries(patterns)

  test.each(all)('%s has light and sound', (_, { light, sound }) => {
    expect(isOnSomewhere(light) && isOnSomewhere(sound)).toBe(true)
  })

  test.each([
    ['light', ({ light }: Pattern) => rhythmOf(light)],
    ['sound', ({ sound }: Pattern) => rhythmOf(sound)],
  ] as const)('no two signs have the same rhythm of %s', (_, read) => {
    expect(new Set(all.map(([, pattern]) => read(pattern))).size).toBe(signs.length)
  })

  test('what is held has light with each tone', () => {
    fc.assert(
      fc.property(held, (one) => {
        const { light, sound } = describeHeld(one)
        expect(rhythmOf(light)).toBe(rhythmOf(sound))
        expect(isOnSomewhere(light)).toBe(true)
      }),
    )
  })
})

test('every duration is one that the speaker can play', () => {
  for (const { sound } of Object.values(patterns)) for (const [, ms] of sound) expect(ms % PERIOD_MS).toBe(0)
})

test('granted is green with two rising tones, denied red with one long low one', () => {
  const tonesOf = (sign: Sign) => patterns[sign].sound.flatMap(([tone, ms]) => (tone === null ? [] : [{ tone, ms }]))
  const [first, second, ...more] = tonesOf('granted')
  expect(more).toEqual([])
  expect(second?.tone).toBeGreaterThan(first?.tone ?? Number.POSITIVE_INFINITY)
  const [low, ...others] = tonesOf('denied')
  expect(others).toEqual([])
  expect(low?.ms).toBeGreaterThan(500)
  expect(low?.tone).toBeLessThan(first?.tone ?? 0)
  expect(lights(show('granted'), 10)).toEqual(['green'])
  expect(lights(show('denied'), 10)).toEqual(['red'])
  expect(lights(show('use_card_or_code'), 10)).toEqual(['amber'])
})

describe('a sign meets another', () => {
  test('an answer is shown at once, whatever runs', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...signs),
        fc.constantFrom<Sign>('granted', 'denied'),
        fc.nat(3000),
        (before, now, ms) => {
          const state = show(now, ms, show(before))
          expect(lights(state, ms)).toEqual([now === 'granted' ? 'green' : 'red'])
          expect(hz(state, ms)).toBeGreaterThan(0)
        },
      ),
    )
  })

  test('a hint waits for the end of an answer', () => {
    const state = show('use_card_or_code', 100, show('granted'))
    expect(lights(state, 1999)).toEqual(['green'])
    expect(lights(state, 2001)).toEqual(['amber'])
  })

  test('a hint that waited too long is not shown', () => {
    const long = takeHeld(initialSide, { cards: 9, codes: 9, face: true }, at(0))
    const state = show('come_closer', 10, long)
    const end = describeHeld({ cards: 9, codes: 9, face: true }).light.reduce((sum, [, ms]) => sum + ms, 0)
    expect(end).toBeGreaterThan(WAIT_LIMIT_MS)
    expect(lights(state, end + 1)).toEqual([])
  })

  test('what is told again while it is shown does not begin anew', () => {
    const state = show('use_card_or_code', 700, show('use_card_or_code'))
    expect(lights(state, 701)).toEqual([])
    expect(lights(state, 1001)).toEqual(['amber'])
  })

  test('a second resident in a row is answered anew', () => {
    const state = show('granted', 1000, show('granted'))
    expect(hz(state, 1001)).toBe(hz(show('granted'), 1))
    expect(lights(state, 2500)).toEqual(['green'])
  })
})

describe('clicks', () => {
  test('each sounds at its instant, whatever else is heard', () => {
    fc.assert(
      fc.property(fc.constantFrom(...signs), fc.nat(4000), (sign, ms) => {
        const before = show(sign)
        const state = takeClick(before, at(ms))
        expect(hz(state, ms)).toBe(2000)
        expect(hz(state, ms + CLICK_MS)).toBe(hz(before, ms + CLICK_MS))
      }),
    )
  })

  test('each is seen where nothing else is lit', () => {
    expect(lights(takeClick(initialSide, at(5)), 6)).toEqual(['amber'])
  })
})

describe('while unlocked', () => {
  const unlocked = takeUnlocked(initialSide, true, at(0))

  test('it ticks from the first beat on, with a gap in the green light', () => {
    expect(hz(unlocked, 0)).toBe(0)
    expect(lights(unlocked, 0)).toEqual(['green'])
    for (const turn of [1, 2, 40]) {
      expect(hz(unlocked, turn * TICK_EVERY_MS)).toBe(1000)
      expect(lights(unlocked, turn * TICK_EVERY_MS)).toEqual([])
      expect(hz(unlocked, (turn + 0.5) * TICK_EVERY_MS)).toBe(0)
    }
  })

  test('it is green without a sound after the longest pulse', () => {
    expect(hz(unlocked, TICK_LIMIT_MS - TICK_EVERY_MS)).toBe(1000)
    expect(hz(unlocked, TICK_LIMIT_MS)).toBe(0)
    expect(lookAt(unlocked, at(TICK_LIMIT_MS * 9))).toEqual({ lights: ['green'], hz: 0 })
  })

  test('told again, it keeps its step', () => {
    expect(hz(takeUnlocked(unlocked, true, at(1230)), 1500)).toBe(1000)
  })

  test('locked, it is dark and silent', () => {
    expect(lookAt(takeUnlocked(unlocked, false, at(600)), at(1000))).toEqual({ lights: [], hz: 0 })
  })
})

test('the sentence follows the tones and goes on after the light, until another sign', () => {
  const state = show('granted')
  expect(lookAt(state, at(319)).sentence).toBeUndefined()
  expect(lookAt(state, at(320)).sentence).toEqual({ name: 'granted', since: 320 })
  expect(lookAt(state, at(4000)).sentence).toEqual({ name: 'granted', since: 320 })
  expect(lookAt(show('denied', 400, state), at(401)).sentence).toBeUndefined()
  expect(lookAt(state, at(320 + SENTENCE_LIMIT_MS)).sentence).toBeUndefined()
})

const order = fc.oneof(
  fc.constantFrom(...signs).map((sign) => (state: SideState, ms: number) => show(sign, ms, state)),
  held.map((one) => (state: SideState, ms: number) => takeHeld(state, one, at(ms))),
  fc.constant((state: SideState, ms: number) => takeClick(state, at(ms))),
  fc.boolean().map((one) => (state: SideState, ms: number) => takeUnlocked(state, one, at(ms))),
)
const story = fc.array(fc.tuple(order, fc.nat(3000)), { maxLength: 12 })
const play = (orders: readonly (readonly [(state: SideState, ms: number) => SideState, number])[]) => {
  let state = initialSide
  let now = 0
  for (const [act, ms] of orders) {
    now += ms
    state = act(state, now)
  }
  return { state, now }
}

test('whatever was told, a locked side is dark and silent in the end, and nothing more is due', () => {
  fc.assert(
    fc.property(story, (orders) => {
      const { state, now } = play(orders)
      expect(lookAt(takeUnlocked(state, false, at(now)), at(now + 60_000))).toEqual({ lights: [], hz: 0 })
    }),
  )
})

test('between now and the next change nothing changes', () => {
  fc.assert(
    fc.property(story, fc.nat(8000), fc.double({ min: 0, max: 0.999, noNaN: true }), (orders, later, share) => {
      const { state, now } = play(orders)
      const from = now + later
      const { nextAt, ...look } = lookAt(state, at(from))
      const between = from + share * ((nextAt ?? from + 100_000) - from)
      const { nextAt: _, ...then } = lookAt(state, at(between))
      expect(then).toEqual(look)
      expect(nextAt === undefined || nextAt > from).toBe(true)
    }),
  )
})

describe('a number', () => {
  /** Counted as somebody counts who hears nothing: a dark pause of more than half a second parts the digits. */
  const count = (number: number): string => {
    const groups: string[] = []
    let beats = ''
    for (const [colour, ms] of describeNumber(number).pattern.light) {
      if (colour !== null) beats += ms > 500 ? '-' : '.'
      else if (ms > 500 && beats !== '') {
        groups.push(beats)
        beats = ''
      }
    }
    return [...groups, beats].map((group) => (group === '-' ? 0 : group.length)).join('')
  }

  test('is counted by light and by tone alone, and each digit is said before its beats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (number) => {
        expect(count(number)).toBe(String(number))
        const { pattern, spoken } = describeNumber(number)
        expect(pattern.sound.map(([, ms]) => ms)).toEqual(pattern.light.map(([, ms]) => ms))
        expect(spoken.map(([name]) => name.slice(-1)).join('')).toBe(String(number))
        const state = takeNumber(initialSide, number, at(0))
        for (const [name, afterMs] of spoken)
          expect(lookAt(state, at(afterMs))).toMatchObject({ hz: 0, lights: [], sentence: { name, since: afterMs } })
      }),
    )
  })

  test('waits for the sign that it follows', () => {
    const state = takeNumber(show('done'), 7, at(1))
    expect(lights(state, 1)).toEqual(['green'])
    expect(lookAt(state, at(800)).sentence?.name).toBe('digit_7')
  })
})
