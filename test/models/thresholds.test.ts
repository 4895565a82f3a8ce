import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packs } from '../../models/packs.ts'
import { chooseThreshold, rateFor } from '../../models/thresholds.ts'

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

  test('gives the measured points of a curve back and says where it goes beyond them', () => {
    for (const each of packs) {
      for (const curve of each.measured) {
        const alone = { ...each, measured: [curve] }
        for (const { threshold, fmr } of curve.points) {
          const chosen = chooseThreshold({ pack: alone, templates: 1, targetFpir: fmr })
          expect(chosen.threshold).toBeCloseTo(Math.max(each.thresholds.floor, threshold), 9)
          if (fmr !== curve.points.at(-1)?.fmr) expect(chosen.extrapolated).toBe(false)
        }
      }
      expect(chooseThreshold({ pack: each, templates: 100_000, targetFpir: 0.001 }).extrapolated).toBe(true)
    }
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

  test('splits the allowed rate over the templates', () => {
    expect(1 - (1 - rateFor(500, 0.01)) ** 500).toBeCloseTo(0.01, 9)
  })
})
