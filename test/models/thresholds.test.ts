import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Pack, packNamed, packs } from '../../models/packs.ts'
import { chooseThreshold, deriveClaimThreshold, deriveThreshold, rateFor } from '../../models/thresholds.ts'

const pack = fc.constantFrom(...packs)
const templates = fc.integer({ min: 0, max: 200_000 })
const targetFpir = fc.double({ min: 1e-6, max: 0.5, noNaN: true })

describe('choosing a threshold', () => {
  test('never goes below the floor of the pack nor its margin below 0.05', () => {
    fc.assert(
      fc.property(pack, templates, targetFpir, (each, count, target) => {
        const chosen = chooseThreshold({ pack: each, templates: count, targetFpir: target })
        expect(chosen.threshold).toBeGreaterThanOrEqual(each.thresholds.floor)
        expect(chosen.threshold).toBeLessThanOrEqual(1)
        expect(chosen.margin).toBeGreaterThanOrEqual(0.05)
      }),
    )
  })

  test('asks for more when more templates are compared', () => {
    fc.assert(
      fc.property(pack, templates, templates, targetFpir, (each, one, other, target) => {
        const [few, many] = [Math.min(one, other), Math.max(one, other)].map((count) =>
          chooseThreshold({ pack: each, templates: count, targetFpir: target }),
        )
        expect(many?.threshold).toBeGreaterThanOrEqual(few?.threshold ?? 2)
      }),
    )
  })

  test('goes down when a larger share of strangers may match', () => {
    fc.assert(
      fc.property(pack, templates, targetFpir, targetFpir, (each, count, one, other) => {
        const [strict, lax] = [Math.min(one, other), Math.max(one, other)].map((target) =>
          chooseThreshold({ pack: each, templates: count, targetFpir: target }),
        )
        expect(strict?.threshold).toBeGreaterThanOrEqual(lax?.threshold ?? 2)
      }),
    )
  })

  test('is raised by what the site adds, and expects as few strangers as before', () => {
    const raisedBy = fc.double({ min: 0, max: 0.1, noNaN: true })
    fc.assert(
      fc.property(pack, fc.integer({ min: 0, max: 5000 }), raisedBy, (each, count, by) => {
        const wish = { pack: each, templates: count, targetFpir: 0.01 }
        const [plain, raised] = [deriveThreshold(wish), deriveThreshold({ ...wish, raisedBy: by })]
        expect(raised.threshold).toBeGreaterThanOrEqual(plain.threshold)
        expect(raised.fpir ?? 0).toBeLessThanOrEqual(0.01 + 1e-9)
        if (raised.fnir && plain.fnir?.group === raised.fnir.group)
          expect(raised.fnir.value).toBeGreaterThanOrEqual(plain.fnir.value)
      }),
    )
  })

  test('follows the group whose members are taken for each other most easily', () => {
    fc.assert(
      fc.property(pack, templates, targetFpir, (each, count, target) => {
        const wish = { templates: count, targetFpir: target }
        const alone = each.measured.map((curve) => chooseThreshold({ ...wish, pack: { ...each, measured: [curve] } }))
        const { threshold } = chooseThreshold({ ...wish, pack: each })
        expect(threshold).toBe(Math.max(each.thresholds.floor, ...alone.map((one) => one.threshold)))
      }),
    )
  })

  test('of a pack that nobody has measured says that it is a guess', () => {
    for (const each of packs.filter(({ measured }) => measured.length === 0)) {
      const chosen = chooseThreshold({ pack: each, templates: 1, targetFpir: 0.5 })
      expect(chosen).toEqual({ threshold: each.thresholds.floor, margin: each.thresholds.margin, extrapolated: true })
    }
  })

  test('lets no more strangers match than the target, by the curve that it came from', () => {
    fc.assert(
      fc.property(pack, templates, targetFpir, (each, count, target) => {
        const { threshold, fpir } = deriveThreshold({ pack: each, templates: count, targetFpir: target })
        // No cosine is higher than 1: what is asked beyond it cannot be given, and the figure says so.
        if (threshold < 1) expect(fpir ?? 0).toBeLessThanOrEqual(target * (1 + 1e-6))
      }),
    )
  })

  test('splits the allowed rate over the templates, and counts a presentation dearer than one picture', () => {
    const rate = rateFor(500, 0.01)
    const single = 1 - (1 - 0.01) ** (1 / 500)
    expect(single / rate).toBeGreaterThan(2.5)
    expect(single / rate).toBeLessThan(4)
    expect(rateFor(1000, 0.01) / rate).toBeCloseTo(0.5, 2)
  })
})

/** Measured from 0.2 to 0.9, as no real set is. */
const drawn: Pack = {
  ...packNamed('recommended'),
  measured: [
    {
      group: 'drawn',
      from: 'a ruler',
      genuinePairs: 1500,
      impostorPairs: 1e12,
      points: Array.from({ length: 15 }, (_, n) => ({
        threshold: 0.2 + n / 20,
        fmr: 10 ** -(1 + n * 0.7),
        fnmr: 0.002 * 1.5 ** n,
      })),
    },
  ],
}

describe('what it costs the residents', () => {
  test('grows with the threshold, and stands between its bounds', () => {
    fc.assert(
      fc.property(templates, templates, (one, other) => {
        const [few, many] = [Math.min(one, other), Math.max(one, other)].map(
          (count) => deriveThreshold({ pack: drawn, templates: count, targetFpir: 0.01 }).fnir,
        )
        if (!few || !many) throw new Error('it is measured up to there')
        expect(many.value).toBeGreaterThanOrEqual(few.value)
        for (const { low, value, high } of [few, many]) {
          expect(low).toBeLessThanOrEqual(value)
          expect(high).toBeGreaterThanOrEqual(value)
        }
      }),
    )
  })

  test('is said to be unknown for a group that was not measured so far up', () => {
    const [curve] = drawn.measured
    if (!curve) throw new Error('one curve')
    const short = { ...curve, group: 'short', points: curve.points.slice(0, 4) }
    const wish = { pack: { ...drawn, measured: [curve, short] }, templates: 900, targetFpir: 0.01 }
    expect(deriveThreshold(wish).fnir).toMatchObject({ group: 'drawn', unknownFor: ['short'] })
    expect(deriveThreshold({ ...wish, pack: { ...drawn, measured: [short] } })).not.toHaveProperty('fnir')
  })

  test('is not claimed of a pack that nobody has measured', () => {
    for (const each of packs.filter(({ measured }) => measured.length === 0)) {
      const basis = deriveThreshold({ pack: each, templates: 100, targetFpir: 0.01 })
      expect(basis).toMatchObject({ decidedBy: 'floor', extrapolated: true })
      expect(basis).not.toHaveProperty('fnir')
      expect(basis).not.toHaveProperty('fpir')
    }
  })
})

describe('behind a card or code', () => {
  test('a face needs less than among everybody, once there are a few, and goes on by the wanted rate', () => {
    const recommended = packNamed('recommended')
    const among = deriveThreshold({ pack: recommended, templates: 300, targetFpir: 0.01 })
    const behind = deriveClaimThreshold({ pack: recommended, targetFmr: 0.001 })
    expect(behind.threshold).toBeLessThan(among.threshold)
    const rate = fc.double({ min: 1e-5, max: 1e-2, noNaN: true })
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        const [strict, lax] = [Math.min(one, other), Math.max(one, other)].map((targetFmr) =>
          deriveClaimThreshold({ pack: recommended, targetFmr }),
        )
        expect(strict?.threshold).toBeGreaterThanOrEqual(lax?.threshold ?? 2)
      }),
    )
  })
})
