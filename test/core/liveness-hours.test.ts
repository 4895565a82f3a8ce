// Which liveness holds at which hour, in the gate's zone and with a clock that may be wrong.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LivenessPolicy, WallMs } from '../../config/words.ts'
import { livenessAt, strictestLiveness } from '../../daemon/liveness-hours.ts'

const timeZone = 'Asia/Shanghai'
const wallAt = (local: string): WallMs => Date.parse(`${local}+08:00`) as WallMs
const at = (local: string, clockTrusted = true) => ({ wall: wallAt(local), clockTrusted, timeZone })

/** A challenge by night, from Friday to Sunday. */
const nights = {
  liveness: 'passive',
  livenessTimes: [{ liveness: 'challenge', days: '5-7', from: '22:00', to: '06:00' }],
} as const

describe('hours with another liveness', () => {
  test.each([
    ['2026-11-27T21:59', 'passive', 'before they begin'],
    ['2026-11-27T22:00', 'challenge', 'on Friday night'],
    ['2026-11-28T05:59', 'challenge', 'until the morning after'],
    ['2026-11-28T06:00', 'passive', 'when they are over'],
    ['2026-11-30T05:59', 'challenge', 'in the night to Monday'],
    ['2026-11-30T22:00', 'passive', 'on Monday night, which is none of them'],
  ])('at %s: %s, %s', (local, policy) => {
    expect(livenessAt(nights, at(local))).toBe(policy)
  })

  test('the first that fits holds, also where it asks for less', () => {
    const always = { days: '1-7', from: '00:00', to: '00:00' }
    const both = {
      liveness: 'challenge',
      livenessTimes: [
        { liveness: 'off', ...always },
        { liveness: 'passive', ...always },
      ],
    } as const
    expect(livenessAt(both, at('2026-11-27T12:00'))).toBe('off')
  })

  test('while the clock is not trusted the strictest of all holds', () => {
    expect(livenessAt(nights, at('2026-11-27T12:00', false))).toBe('challenge')
    expect(livenessAt({ liveness: 'off' }, at('2026-11-27T12:00', false))).toBe('off')
  })

  test('no hour and no clock gives more than the strictest, and days go round the week', () => {
    const policy = fc.constantFrom<LivenessPolicy>('off', 'passive', 'challenge')
    const time = fc.nat(1439).map((m) => new Date(m * 60_000).toISOString().slice(11, 16))
    const day = fc.integer({ min: 1, max: 7 })
    const hours = fc.record({
      liveness: policy,
      days: fc.tuple(day, day).map(([from, to]) => `${from}-${to}`),
      ...{ from: time, to: time },
    })
    const rank = ['off', 'passive', 'challenge']
    fc.assert(
      fc.property(
        policy,
        fc.array(hours),
        fc.nat(14 * 86_400_000),
        fc.boolean(),
        (liveness, livenessTimes, ms, trusted) => {
          const wish = { liveness, livenessTimes }
          const moment = { wall: (wallAt('2026-11-23T00:00') + ms) as WallMs, clockTrusted: trusted, timeZone }
          const found = livenessAt(wish, moment)
          expect(rank.indexOf(found)).toBeLessThanOrEqual(rank.indexOf(strictestLiveness(wish)))
          expect([liveness, ...livenessTimes.map((one) => one.liveness)]).toContain(found)
        },
      ),
    )
  })
})
