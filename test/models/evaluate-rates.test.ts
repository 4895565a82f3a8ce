// The statistics of an evaluation against oracles that count pair by pair.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  betaBelow,
  boundsOf,
  createChance,
  drawPeople,
  exactBounds,
  percentileBounds,
} from '../../models/evaluate-bounds.ts'
import { countFrom, curveOf, equalErrorOf, shareFrom, stepAbove, thresholdAt } from '../../models/evaluate-rates.ts'

const score = fc.double({ min: -1, max: 1, noNaN: true }).map(Math.fround)
const scores = (least: number) =>
  fc.array(score, { minLength: least, maxLength: 300 }).map((all) => Float32Array.from(all).sort())
const rate = fc.constantFrom(0.5, 0.1, 0.03, 1e-2, 1e-3)

describe('a threshold for a rate', () => {
  test('lets no more strangers match than allowed, and one step lower would, or is below every score', () => {
    fc.assert(
      fc.property(scores(1), rate, (impostor, wanted) => {
        const threshold = thresholdAt(impostor, wanted)
        const allowed = Math.floor(impostor.length * wanted + 1e-9)
        if (threshold === undefined) {
          expect(allowed).toBe(0)
          return
        }
        const matching = (least: number): number => impostor.filter((each) => each >= least).length
        expect(matching(threshold)).toBeLessThanOrEqual(allowed)
        expect(matching(threshold - 1e-4 - 1e-9)).toBeGreaterThan(allowed)
      }),
    )
  })

  test('is not told of so few pairs that one would be more', () => {
    expect(thresholdAt(new Float32Array(999), 1e-3)).toBeUndefined()
    expect(thresholdAt(new Float32Array(1000), 1e-3)).toBe(1e-4)
  })

  test('is a step of four digits above the score', () => {
    fc.assert(
      fc.property(score, (each) => {
        const step = stepAbove(each)
        expect(step).toBeGreaterThan(each)
        expect(step - each).toBeLessThanOrEqual(1e-4 + 1e-12)
        expect(Number(step.toFixed(4))).toBe(step)
      }),
    )
  })
})

test('counts and shares are those of counting one by one', () => {
  fc.assert(
    fc.property(scores(0), score, (sorted, threshold) => {
      const matching = [...sorted].filter((each) => each >= threshold).length
      expect(countFrom(sorted, threshold)).toBe(matching)
      expect(shareFrom(sorted, threshold)).toBe(sorted.length === 0 ? 0 : matching / sorted.length)
    }),
  )
})

describe('the equal error rate', () => {
  test('is where no other threshold brings both errors nearer to each other', () => {
    fc.assert(
      fc.property(scores(1), scores(1), (genuine, impostor) => {
        const equal = equalErrorOf(genuine, impostor)
        if (!equal) throw new Error('absent')
        const errorsAt = (threshold: number): readonly [number, number] => [
          impostor.filter((each) => each >= threshold).length / impostor.length,
          genuine.filter((each) => each < threshold).length / genuine.length,
        ]
        const gapAt = (threshold: number): number => Math.abs(errorsAt(threshold)[0] - errorsAt(threshold)[1])
        const all = [...genuine, ...impostor].flatMap((each) => [Math.floor(each * 1e4) / 1e4, stepAbove(each)])
        expect(gapAt(equal.threshold)).toBeLessThanOrEqual(Math.min(...all.map(gapAt)) + 1e-12)
        const [falseMatch, falseNonMatch] = errorsAt(equal.threshold)
        expect(equal.rate).toBeCloseTo((falseMatch + falseNonMatch) / 2, 12)
      }),
      { numRuns: 60 },
    )
  })

  test('is not told without a pair of each kind', () => {
    expect(equalErrorOf(Float32Array.of(0.5), new Float32Array())).toBeUndefined()
    expect(equalErrorOf(new Float32Array(), Float32Array.of(0.5))).toBeUndefined()
  })
})

test('a curve has rising thresholds, falling false matches, and both rates as counted', () => {
  fc.assert(
    fc.property(scores(1), scores(1), (genuine, impostor) => {
      const points = curveOf(genuine, impostor)
      for (const [i, { threshold, fmr, fnmr }] of points.entries()) {
        const before = points[i - 1]
        if (before) expect([threshold > before.threshold, fmr < before.fmr]).toEqual([true, true])
        expect(fmr).toBe(shareFrom(impostor, threshold))
        expect(fmr).toBeGreaterThan(0)
        expect(fnmr).toBe(1 - shareFrom(genuine, threshold))
      }
    }),
  )
})

describe('exact bounds', () => {
  /** Of so many trials, at most so many cases. */
  const atMost = (cases: number, trials: number, share: number): number => {
    let [term, sum] = [(1 - share) ** trials, 0]
    for (let i = 0; i <= cases; i++) {
      sum += term
      term *= ((trials - i) / (i + 1)) * (share / (1 - share))
    }
    return sum
  }

  test('leave two and a half per cent of the binomial distribution on each side', () => {
    const trials = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(
        trials.chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
        ([cases, n]) => {
          const { low, high } = exactBounds(cases, n)
          if (cases < n) expect(atMost(cases, n, high)).toBeCloseTo(0.025, 8)
          else expect(high).toBe(1)
          if (cases > 0) expect(1 - atMost(cases - 1, n, low)).toBeCloseTo(0.025, 8)
          else expect(low).toBe(0)
        },
      ),
    )
  })

  test('of nobody erring among n people end at 1 minus the n-th root of 0.025', () => {
    for (const n of [1, 3, 15, 150, 10_000]) expect(exactBounds(0, n).high).toBeCloseTo(1 - 0.025 ** (1 / n), 10)
  })

  test('widen with fewer people and hold the share, whole or not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 5000 }), (share, n) => {
        const [few, many] = [exactBounds(share * n, n), exactBounds(share * 2 * n, 2 * n)]
        expect(few.low).toBeLessThanOrEqual(share + 1e-12)
        expect(few.high).toBeGreaterThanOrEqual(share - 1e-12)
        expect(few.low).toBeLessThanOrEqual(many.low + 1e-9)
        expect(few.high).toBeGreaterThanOrEqual(many.high - 1e-9)
      }),
    )
  })

  test('know nothing of nothing', () => {
    expect(exactBounds(0, 0)).toEqual({ low: 0, high: 1 })
  })

  test('stand on a beta distribution that is the integral of its density', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        (a, b, x) => {
          const [steps, density] = [4000, (t: number): number => t ** (a - 1) * (1 - t) ** (b - 1)]
          const integral = (to: number): number => {
            let sum = 0
            for (let i = 0; i < steps; i++) sum += density(((i + 0.5) / steps) * to)
            return (sum * to) / steps
          }
          expect(betaBelow(a, b, x)).toBeCloseTo(integral(x) / integral(1), 5)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('bounds of a rate', () => {
  test('of few people who err are never narrower than the exact ones', () => {
    const resampled = new Array<number>(1000).fill(0)
    const { low, high } = boundsOf({ rate: 0, people: 15, erring: 0, resampled })
    expect([low, high]).toEqual([0, exactBounds(0, 15).high])
  })

  test('of many are what ninety-five of a hundred resampled rates lie in', () => {
    const resampled = Array.from({ length: 1000 }, (_, i) => ((i * 7) % 1000) / 1000)
    expect(boundsOf({ rate: 0.5, people: 500, erring: 100, resampled })).toEqual(percentileBounds(resampled))
    expect(percentileBounds(resampled).low).toBeCloseTo(0.025, 2)
    expect(percentileBounds(resampled).high).toBeCloseTo(0.975, 2)
  })

  test('hold the true rate about as often as they say, when people err alike', () => {
    // 60 people, each of whom errs wholly or not at all; their bounds are drawn 400 times.
    const chance = createChance(7)
    const [people, truth, worlds] = [60, 0.3, 400]
    let held = 0
    for (let world = 0; world < worlds; world++) {
      const errs = Array.from({ length: people }, () => (chance() < truth ? 1 : 0))
      const resampled = Array.from({ length: 300 }, () => {
        const drawn = drawPeople(people, chance)
        return errs.reduce((sum: number, each, i) => sum + each * (drawn[i] ?? 0), 0) / people
      })
      const erring = errs.reduce((sum: number, each) => sum + each, 0)
      const { low, high } = boundsOf({ rate: erring / people, people, erring, resampled })
      if (low <= truth && truth <= high) held++
    }
    expect(held / worlds).toBeGreaterThan(0.9)
    expect(held / worlds).toBeLessThan(0.99)
  })
})

test('people are drawn as often as there are people, the same for the same seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer(), (people, seed) => {
      const drawn = drawPeople(people, createChance(seed))
      expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(people)
      expect(drawPeople(people, createChance(seed))).toEqual(drawn)
    }),
  )
})
