// The threshold's basis in words: the target, for how many templates, one stranger in how many, how many residents are turned away and
// how well that is known. Text only. Used by `status`, `check`, `doctor`, `models list` and `models calibrate`.

import { writeShare } from '../../config/checks-face.ts'
import type { Language } from '../../config/words.ts'
import type { ThresholdBasis } from '../../drivers/protocol-risk.ts'
import { strangersPerMatch } from '../../models/thresholds.ts'
import { pick } from './context.ts'

type Misses = Omit<NonNullable<ThresholdBasis['fnir']>, 'unknownFor'> & { readonly unknownFor: readonly string[] }
/** As the part tells it, or as it was derived here. */
export type ShownBasis = Omit<ThresholdBasis, 'fnir'> & { readonly fnir?: Misses | undefined }

const showMisses = (fnir: ShownBasis['fnir'], language: Language): string => {
  if (fnir === undefined)
    return pick(language, 'residents turned away: not measured so far up', '本人被拒：该阈值未经测量')
  const { value, low, high, group, extrapolated, unknownFor } = fnir
  const beyond = extrapolated ? pick(language, ', beyond what was measured', '，超出实测范围') : ''
  const names = unknownFor.join(', ')
  const others = names === '' ? '' : pick(language, `; unknown for ${names}`, `；${names} 未知`)
  const range = `${writeShare(low)}–${writeShare(high)}`
  return pick(
    language,
    `about ${writeShare(value)} of residents turned away (${range}, from ${group}${beyond}${others})`,
    `本人被拒约 ${writeShare(value)}（${range}，据 ${group} 推算${beyond}${others}）`,
  )
}

/** One line; no person and no score of one is in it. */
export const showBasis = (basis: ShownBasis, language: Language): string => {
  const { threshold, templates, targetFpir, fpir, decidedBy, raisedBy, extrapolated, fnir } = basis
  const strangers =
    fpir === undefined
      ? pick(language, 'strangers never measured', '陌生人误认未经测量')
      : pick(language, `one stranger in ${strangersPerMatch(fpir)}`, `约 ${strangersPerMatch(fpir)} 名陌生人误认一名`)
  const by = raisedBy > 0 ? pick(language, `, raised by ${raisedBy} on site`, `，现场校准上调 ${raisedBy}`) : ''
  const far = extrapolated ? pick(language, ' EXTRAPOLATED: beyond what was measured', ' 外推值：超出实测范围') : ''
  const head = pick(
    language,
    `threshold ${threshold.toFixed(3)} for ${templates} templates at a target of ${writeShare(targetFpir)} (${decidedBy}${by})`,
    `阈值 ${threshold.toFixed(3)}：${templates} 个模板，目标 ${writeShare(targetFpir)}（${decidedBy}${by}）`,
  )
  return `${head}: ${strangers}${far}; ${showMisses(fnir, language)}`
}
