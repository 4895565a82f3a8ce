// Comparing people with people, against oracles that look at every pair and every split; on vectors drawn by a rule, so that every
// machine sees the same people.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateSamples, keepPoints, refusedOf } from '../../models/evaluate.ts'
import { createChance } from '../../models/evaluate-bounds.ts'
import { demandLead, drawSplits, identifyAt, lookAt, type OpenSetPlan } from '../../models/evaluate-open-set.ts'
import { comparePairs, leaveOut, resampleMisses, type Sample } from '../../models/evaluate-pairs.ts'
import { cosineOf } from './pictures.ts'

/** People about a direction of their own; `spread`: how far their pictures lie from it. */
const drawSamples = (counts: readonly number[], spread: number, seed: number): Sample[] => {
  const chance = createChance(seed)
  const draw = (): number[] => Array.from({ length: 8 }, () => chance() + chance() + chance() - 1.5)
  const toUnit = (values: readonly number[]): Float32Array => {
    const length = Math.hypot(...values)
    return Float32Array.from(values, (value) => value / length)
  }
  return counts.flatMap((count, person) => {
    const own = draw()
    return Array.from({ length: count }, () => {
      const off = draw()
      return { person, vector: toUnit(own.map((value, i) => value + spread * (off[i] ?? 0))) }
    })
  })
}

const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 12 })
const world = fc.record({ counts, spread: fc.double({ min: 0, max: 2, noNaN: true }), seed: fc.integer() })

const pairsOf = (samples: readonly Sample[]) =>
  samples.flatMap((a, i) =>
    samples.slice(i + 1).map((b) => ({ a, b, score: Math.fround(cosineOf(a.vector, b.vector)) })),
  )

describe('comparing pairs', () => {
  test('takes each pair once, a person’s own apart from strangers’', () => {
    fc.assert(
      fc.property(world, (given) => {
        const samples = drawSamples(given.counts, given.spread, given.seed)
        const { genuine, impostor, pictures, genuineOf } = comparePairs(samples, given.counts.length)
        const pairs = pairsOf(samples)
        const own = pairs.filter(({ a, b }) => a.person === b.person).sort((a, b) => a.score - b.score)
        const strange = pairs.filter(({ a, b }) => a.person !== b.person)
        expect([...pictures]).toEqual(given.counts)
        expect(genuine).toHaveLength(own.length)
        for (const [i, { score }] of own.entries()) expect(genuine[i]).toBeCloseTo(score, 5)
        expect([...genuineOf].sort()).toEqual(own.map(({ a }) => a.person).sort())
        const sorted = strange.map(({ score }) => score).sort((a, b) => a - b)
        expect(impostor).toHaveLength(sorted.length)
        for (const [i, score] of sorted.entries()) expect(impostor[i]).toBeCloseTo(score, 5)
      }),
    )
  })

  test('a person left out is tried at the threshold of all others', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(0.3, 0.1, 0.05), (given, rate) => {
        const samples = drawSamples(given.counts, given.spread, given.seed)
        const compared = comparePairs(samples, given.counts.length)
        const found = leaveOut(compared, rate)
        const strange = pairsOf(samples).filter(({ a, b }) => a.person !== b.person)
        let [matches, tried] = [0, 0]
        for (const person of given.counts.keys()) {
          const isHis = ({ a, b }: (typeof strange)[number]): boolean => a.person === person || b.person === person
          const others = strange.filter((pair) => !isHis(pair)).sort((a, b) => b.score - a.score)
          const allowed = Math.floor(others.length * rate + 1e-9)
          if (allowed < 1) {
            expect(found).toBeUndefined()
            return
          }
          const refused = others[allowed]?.score ?? Number.NEGATIVE_INFINITY
          const his = strange.filter(isHis)
          matches += his.filter(({ score }) => score > refused).length
          tried += his.length
        }
        expect(found?.fmr).toBeCloseTo(matches / tried, 6)
      }),
    )
  })

  test('people who are drawn again give the rate itself on the average, and the same row for the same seed', () => {
    const samples = drawSamples(new Array<number>(40).fill(4), 1, 3)
    const compared = comparePairs(samples, 40)
    const drawn = resampleMisses(compared, 0.05, { rounds: 400, seed: 5 })
    const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length
    const evaluated = evaluateSamples({ samples, people: 40, detectionFailures: 0, margin: 0.05 })
    const found = evaluated.missedAtFmr['1e-1']
    expect(found.known && found.low <= found.rate && found.rate <= found.high).toBe(true)
    const strange = pairsOf(samples)
      .filter(({ a, b }) => a.person !== b.person)
      .sort((a, b) => b.score - a.score)
    const refused = strange[Math.floor(strange.length * 0.05)]?.score ?? 1
    const own = pairsOf(samples).filter(({ a, b }) => a.person === b.person)
    expect(mean).toBeCloseTo(own.filter(({ score }) => score <= refused).length / own.length, 1)
    expect(resampleMisses(compared, 0.05, { rounds: 400, seed: 5 })).toEqual(drawn)
  })
})

describe('the open set', () => {
  const plan: OpenSetPlan = { templates: 2, splits: 3, seed: 11 }

  test('enrols only people with a picture left to be known by, and leaves one in three a stranger', () => {
    fc.assert(
      fc.property(world, (given) => {
        const samples = drawSamples(given.counts, given.spread, given.seed)
        const present = given.counts.filter((count) => count > 0).length
        for (const { enrolled, residents, strangers } of drawSplits(samples, given.counts.length, plan)) {
          expect(enrolled).toBeLessThanOrEqual((present * 2) / 3)
          expect(residents.length + strangers.length + enrolled * plan.templates).toBe(samples.length)
          const [known, unknown] = [
            new Set(residents.map(({ person }) => person)),
            new Set(strangers.map(({ person }) => person)),
          ]
          expect(known.size).toBe(enrolled)
          expect([...known].filter((person) => unknown.has(person))).toEqual([])
          for (const person of known) expect(given.counts[person]).toBeGreaterThan(plan.templates)
        }
      }),
    )
  })

  test('keeps false alarms within the rate, and one step lower would not', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(0.5, 0.2, 0.1), (given, rate) => {
        const samples = drawSamples(given.counts, given.spread, given.seed)
        for (const split of drawSplits(samples, given.counts.length, plan)) {
          const found = identifyAt(split, rate)
          const allowed = Math.floor(split.strangers.length * rate + 1e-9)
          if (!found) {
            expect(allowed).toBe(0)
            return
          }
          const alarms = (threshold: number): number => split.strangers.filter(({ score }) => score >= threshold).length
          expect(alarms(found.threshold)).toBe(found.falseAlarms)
          expect(found.falseAlarms).toBeLessThanOrEqual(allowed)
          if (found.threshold > -1) expect(alarms(found.threshold - 1e-4 - 1e-9)).toBeGreaterThan(allowed)
          const missed = split.residents.filter(({ score }) => score < found.threshold).length
          expect(found.fnir).toBeCloseTo(missed / split.residents.length, 12)
        }
      }),
    )
  })

  test('puts first whoever has the best template, and measures the lead to the best of anybody else', () => {
    fc.assert(
      fc.property(world, (given) => {
        const [probe, ...gallery] = drawSamples(given.counts, given.spread, given.seed)
        if (!probe || gallery.length === 0) return
        const best = new Map<number, number>()
        for (const { person, vector } of gallery)
          best.set(person, Math.max(best.get(person) ?? -2, cosineOf(probe.vector, vector)))
        const [first, second] = [...best].sort((a, b) => b[1] - a[1])
        const found = lookAt(probe, gallery)
        expect(found.who).toBe(first?.[0])
        expect(found.score).toBeCloseTo(first?.[1] ?? 0, 5)
        if (second) expect(found.lead).toBeCloseTo((first?.[1] ?? 0) - second[1], 5)
        else expect(found.lead).toBe(Number.POSITIVE_INFINITY)
      }),
    )
  })

  test('with a margin counts for nobody who does not lead by it, residents and strangers alike', () => {
    fc.assert(
      fc.property(world, (given) => {
        const samples = drawSamples(given.counts, given.spread, given.seed)
        const without = drawSplits(samples, given.counts.length, plan)
        for (const [i, split] of demandLead(without, 0.2).entries()) {
          for (const side of ['residents', 'strangers'] as const)
            for (const [j, { score }] of split[side].entries()) {
              const before = without[i]?.[side][j]
              const kept = (before?.lead ?? 0) >= 0.2 ? before?.score : Number.NEGATIVE_INFINITY
              expect(score).toBe(kept)
            }
        }
      }),
    )
  })

  test('of two people alike, whoever comes second is not recognised, whatever his score', () => {
    const turned = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle))
    const samples: Sample[] = [
      ...[0, 0.01, 0.02].map((angle) => ({ person: 0, vector: turned(angle) })),
      ...[0.01, 0.02, 0.015].map((angle) => ({ person: 1, vector: turned(angle) })),
      { person: 2, vector: turned(2) },
    ]
    const [split] = demandLead(drawSplits(samples, 3, plan), 0.5)
    expect(split?.residents.every(({ score }) => score === Number.NEGATIVE_INFINITY)).toBe(true)
  })
})

describe('all figures of a group', () => {
  test('say what so few people cannot say, and are otherwise the same for the same people', () => {
    const alone = evaluateSamples({ samples: drawSamples([4], 1, 1), people: 1, detectionFailures: 0, margin: 0 })
    expect(alone.equalError).toBeUndefined()
    expect(alone.pairs).toEqual({ genuine: 6, impostor: 0 })
    expect(Object.values(alone.missedAtFmr).every(({ known }) => !known)).toBe(true)
    expect(Object.values(alone.missedAtFpir).every(({ known }) => !known)).toBe(true)
    expect(Object.values(alone.leftOut).every(({ known }) => !known)).toBe(true)
    const nobody = evaluateSamples({ samples: [], people: 2, detectionFailures: 7, margin: 0 })
    expect([nobody.pictures, nobody.detectionFailures, refusedOf(0, nobody)]).toEqual([7, 7, 1])
    const evaluation = {
      samples: drawSamples(new Array<number>(30).fill(4), 0.8, 9),
      people: 30,
      detectionFailures: 1,
      margin: 0.05,
    }
    expect(evaluateSamples(evaluation)).toEqual(evaluateSamples(evaluation))
  })

  test('find everybody where people lie far apart, within what so many people can prove', () => {
    // Eight dimensions hold few people far apart: one axis each.
    const samples = Array.from({ length: 8 }, (_, person) =>
      [0, 0.01, 0.02, 0.03].map((off) => {
        const vector = new Float32Array(8)
        vector[person] = Math.cos(off)
        vector[(person + 1) % 8] = Math.sin(off)
        return { person, vector }
      }),
    ).flat()
    const figures = evaluateSamples({ samples, people: 8, detectionFailures: 0, margin: 0.05 })
    expect(figures.equalError?.rate).toBe(0)
    const found = figures.missedAtFmr['1e-2']
    expect(found).toMatchObject({ known: true, rate: 0, low: 0 })
    expect(found.known && found.high).toBeCloseTo(1 - 0.025 ** (1 / 8), 6)
  })

  test('keep of the curve only points that rest on three false matches and more, the last two far apart', () => {
    const figures = evaluateSamples({
      samples: drawSamples(new Array<number>(40).fill(4), 1, 2),
      people: 40,
      detectionFailures: 0,
      margin: 0,
    })
    const kept = keepPoints(figures)
    expect(kept.length).toBeGreaterThan(2)
    for (const { fmr } of kept) expect(Math.round(fmr * figures.pairs.impostor)).toBeGreaterThanOrEqual(3)
    expect(kept.every(({ fmr }) => fmr <= 0.1)).toBe(true)
    expect((kept.at(-2)?.fmr ?? 0) / (kept.at(-1)?.fmr ?? 1)).toBeGreaterThanOrEqual(10)
  })
})
