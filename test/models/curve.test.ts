// Reading a measured curve: between its points, beyond them, and where it says nothing.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fmrAt, fnmrAt, thresholdAt } from '../../models/curve.ts'
import { type Curve, packs } from '../../models/packs.ts'

/** One false match in ten at 0.2, a tenth of that every tenth of score on. */
const straight = (points: number, impostorPairs = 1e9): Curve => ({
  group: 'drawn',
  from: 'a ruler',
  genuinePairs: 1000,
  impostorPairs,
  points: Array.from({ length: points }, (_, n) => ({
    threshold: 0.2 + n / 10,
    fmr: 10 ** -(1 + n),
    fnmr: n === 0 ? null : n / 10,
  })),
})

describe('a curve', () => {
  test('between two points is a straight line on the logarithm of the rate', () => {
    expect(thresholdAt(straight(4), 10 ** -2.5)).toEqual({ value: expect.closeTo(0.35, 9), extrapolated: false })
    expect(fmrAt(straight(4), 0.35)).toEqual({ value: expect.closeTo(10 ** -2.5, 9), extrapolated: false })
  })

  test('gives every measured point back that rests on enough', () => {
    for (const curve of packs.flatMap(({ measured }) => measured)) {
      for (const { threshold, fmr, fnmr } of curve.points.filter(
        ({ fmr: rate }) => Math.round(rate * curve.impostorPairs) >= 3,
      )) {
        expect(thresholdAt(curve, fmr).value).toBeCloseTo(threshold, 9)
        expect(fmrAt(curve, threshold).value / fmr).toBeCloseTo(1, 6)
        const told = curve.points.filter((point) => point.fnmr !== null)
        if (fnmr !== null && told.length >= 2) expect(fnmrAt(curve, threshold)?.value).toBeCloseTo(fnmr, 5)
      }
    }
  })

  test('says beyond its last point that it is a guess, and goes on', () => {
    expect(thresholdAt(straight(4), 1e-6)).toEqual({ value: expect.closeTo(0.7, 9), extrapolated: true })
    expect(fmrAt(straight(4), 0.7)).toEqual({ value: expect.closeTo(1e-6, 12), extrapolated: true })
    expect(fnmrAt(straight(4), 0.51)?.extrapolated).toBe(true)
  })

  test('is not followed where it rests on fewer than three false matches', () => {
    const chance = straight(4, 2e3)
    const lying: Curve = { ...chance, points: [...chance.points.slice(0, 3), { threshold: 0.9, fmr: 1e-4, fnmr: 0.3 }] }
    expect(thresholdAt(lying, 1e-4)).toEqual({ value: expect.closeTo(0.5, 9), extrapolated: true })
  })

  test('is the inverse of itself and never turns back', () => {
    const rate = fc.double({ min: 1e-9, max: 0.05, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(...packs.flatMap(({ measured }) => measured)), rate, rate, (curve, one, other) => {
        expect(fmrAt(curve, thresholdAt(curve, one).value).value / one).toBeCloseTo(1, 3)
        const [strict, lax] = [Math.min(one, other), Math.max(one, other)]
        expect(thresholdAt(curve, strict).value).toBeGreaterThanOrEqual(thresholdAt(curve, lax).value)
      }),
    )
  })

  test('tells nothing of misses far beyond its last point', () => {
    expect(fnmrAt(straight(4), 0.7)).toBeUndefined()
  })

  test('tells nothing of misses that were measured at one point only', () => {
    const [first, second, ...rest] = straight(4).points
    if (!first || !second) throw new Error('four points')
    const bare = { ...straight(4), points: [first, second, ...rest.map((point) => ({ ...point, fnmr: null }))] }
    expect(fnmrAt(bare, 0.4)).toBeUndefined()
  })
})
