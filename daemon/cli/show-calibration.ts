// The answer of `models calibrate` as text: how many faces, what may be claimed of so few, what it does to the threshold, and who are
// look-alikes, by id. Called by show.ts.

import { writeShare } from '../../config/checks-face.ts'
import type { Language } from '../../config/words.ts'
import type { CalibrateAnswer } from '../commands/calibrate.ts'
import { pick } from './context.ts'
import { showBasis } from './show-basis.ts'

const showEvidence = ({ peoplePairs, leastRate, points }: CalibrateAnswer, language: Language): string => {
  const limit =
    peoplePairs === 0
      ? pick(language, 'nothing can be claimed', '无法得出任何结论')
      : pick(
          language,
          `${peoplePairs} pairs of people: nothing below ${writeShare(leastRate)} can be claimed`,
          `${peoplePairs} 对住户：低于 ${writeShare(leastRate)} 的比例无从断言`,
        )
  const last = points.at(-1)
  if (last === undefined) return limit
  return `${limit}${pick(
    language,
    `; counted up to ${last.threshold}, where ${last.pairs} pairs of templates lie above`,
    `；统计至 ${last.threshold}，其上有 ${last.pairs} 对模板`,
  )}`
}

export const showCalibration = (answer: CalibrateAnswer, language: Language): string => {
  const { model, people, pairs, raisedBy, lookAlikes, basis, bound } = answer
  const left = pick(
    language,
    `left out: ${bound} faces that open only with their own card and are searched among nobody`,
    `未参与比较：${bound} 个只能凭本人卡打开、不参与搜索的人脸`,
  )
  const effect =
    raisedBy > 0
      ? pick(language, `the threshold is raised by ${raisedBy}`, `阈值上调 ${raisedBy}`)
      : pick(language, 'the threshold stays', '阈值不变')
  const alike =
    lookAlikes.length === 0
      ? [pick(language, 'no look-alikes', '无相貌相近者')]
      : [
          pick(language, 'look-alikes, whose face alone does not open:', '相貌相近者，仅凭人脸不开门：'),
          ...lookAlikes.map(({ residents, credentials }) => `  ${residents.join(' ~ ')}  (${credentials.join(' ~ ')})`),
        ]
  return [
    pick(
      language,
      `${model}: ${people} people, ${pairs} pairs of templates; ${effect}`,
      `${model}：${people} 人，${pairs} 对模板；${effect}`,
    ),
    showEvidence(answer, language),
    ...(basis ? [showBasis(basis, language)] : []),
    ...(bound > 0 ? [left] : []),
    ...alike,
  ].join('\n')
}
