// The threshold's basis as people read it: one line, in both languages, with what is not known said to be so.

import { describe, expect, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import { showBasis } from '../../daemon/cli/show-basis.ts'
import { showCalibration } from '../../daemon/cli/show-calibration.ts'

const fnir = { value: 0.0592, low: 0.0017, high: 0.319, extrapolated: false, group: 'east-asian', unknownFor: [] }
const basis = {
  ...{ threshold: 0.5452, templates: 150, targetFpir: 0.01, decidedBy: 'east-asian', raisedBy: 0, fpir: 0.01 },
  extrapolated: true,
  fnir,
}

describe('the basis of a threshold', () => {
  test('says target, templates, one stranger in how many, who is turned away and how well that is known', () => {
    expect(showBasis(basis, 'en')).toBe(
      'threshold 0.545 for 150 templates at a target of 1 % (east-asian): one stranger in 100 EXTRAPOLATED: beyond what was measured; about 5.9 % of residents turned away (0.17 %–32 %, from east-asian)',
    )
    expect(showBasis(basis, 'zh-CN')).toMatch(
      /^阈值 0\.545：150 个模板.*约 100 名陌生人误认一名.*外推值.*本人被拒约 5\.9 %/,
    )
  })

  test('says for whom nothing is known, and where nobody has measured anything', () => {
    expect(showBasis({ ...basis, fnir: { ...fnir, unknownFor: ['lfw'] } }, 'en')).toContain('unknown for lfw')
    const { fnir: _, fpir: __, ...unmeasured } = basis
    const line = showBasis(unmeasured, 'en')
    expect(line).toContain('strangers never measured')
    expect(line).toContain('residents turned away: not measured')
  })

  test('says what the site has added, and only then', () => {
    expect(showBasis({ ...basis, raisedBy: 0.031 }, 'en')).toContain('raised by 0.031 on site')
    expect(showBasis(basis, 'en')).not.toContain('on site')
  })
})

describe('a calibration', () => {
  const answer = {
    ...{ model: 'recommended-1', at: 0 as WallMs, people: 2, peoplePairs: 1, pairs: 9, leastRate: 1, raisedBy: 0 },
    points: [],
    bound: 0,
    lookAlikes: [{ credentials: ['c_a', 'c_b'], residents: ['r_a', 'r_b'] }] as const,
  }
  test('of few people claims nothing, and lists look-alikes by id', () => {
    const text = showCalibration(answer, 'en')
    expect(text).toContain('1 pairs of people: nothing below 100 % can be claimed')
    expect(text).toContain('the threshold stays')
    expect(text).toContain('r_a ~ r_b  (c_a ~ c_b)')
    expect(text).not.toContain('left out')
  })

  test('says how many it leaves out because they are searched among nobody', () => {
    expect(showCalibration({ ...answer, bound: 2 }, 'en')).toContain(
      'left out: 2 faces that open only with their own card',
    )
    expect(showCalibration({ ...answer, bound: 2 }, 'zh-CN')).toContain('未参与比较：2 个')
  })
})
