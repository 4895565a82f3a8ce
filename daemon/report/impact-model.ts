// Of the models that recognise faces at a gate, for its assessment of impact: from whom they learned and on what terms, how often they are
// expected to be wrong here, and for whom more often than for others. From the manifest and its measured curves alone, so that no figure
// stands here that was not measured. Pure. Called by impact.ts.

import { writeShare } from '../../config/checks-face.ts'
import { listSides, offers, opensByOne } from '../../config/mounted.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import { fmrAt, thresholdAt } from '../../models/curve.ts'
import { type Curve, modelIdOf, type Pack, packs } from '../../models/packs.ts'
import { strangersPerMatch } from '../../models/thresholds.ts'
import { planBasis } from '../risk-check.ts'
import { type Block, say } from './document.ts'

type Words = (en: string, zh: string) => string

/** By the id under which each consent names it. */
export const packOf = (model: string): Pack | undefined => packs.find((pack) => modelIdOf(pack) === model)

const trainedZh: Readonly<Record<string, string>> = {
  'not published': '未公布',
  'not stated by its publisher': '发布者未说明',
  'MS-Celeb-1M, a data set withdrawn by its publisher': 'MS-Celeb-1M（发布者已撤回的数据集）',
}
const groupNames: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  'east-asian': ['East-Asian faces', '东亚人脸'],
  lfw: ['press photographs, mostly of Western men', '新闻照片（多为西方男性）'],
}
const groupName = (group: string, t: Words): string => t(...(groupNames[group] ?? [group, group]))

/** Curves that say on how many people they rest; a first look is no measurement. */
const firmCurves = ({ measured }: Pack): readonly (Curve & { readonly people: number })[] =>
  measured.flatMap((curve) => (curve.people === undefined ? [] : [{ ...curve, people: curve.people }]))

/** Where one stranger in a hundred of the best served is taken for another. */
const COMPARED_AT = 0.01

/** For whom it works worse: false matches of each group where the best served has one in a hundred. */
const compareGroups = (pack: Pack, t: Words): readonly string[] => {
  const curves = firmCurves(pack).toSorted(
    (a, b) => thresholdAt(a, COMPARED_AT).value - thresholdAt(b, COMPARED_AT).value,
  )
  const [best, ...others] = curves
  if (best === undefined) return []
  const threshold = thresholdAt(best, COMPARED_AT).value
  return others.map((curve) => {
    const share = writeShare(fmrAt(curve, threshold).value)
    return t(
      `It works worse for some: where 1 % of pairs of strangers are taken for one person (${groupName(best.group, t)}), it is ${share} of pairs of strangers for ${groupName(curve.group, t)}, measured on ${curve.people} people.`,
      `对部分人群效果较差：当两名陌生人被误认为同一人的比例为 1 % 时（${groupName(best.group, t)}），${groupName(curve.group, t)}的这一比例为 ${share}，实测 ${curve.people} 人。`,
    )
  })
}

const opensByFaceAlone = (config: Config): boolean =>
  listSides(config).some(({ settings }) => offers(settings, 'face') && opensByOne(settings))

/** What is expected at this gate with as many faces as are planned; behind a card or code the search decides nothing. */
const expectHere = (pack: Pack, config: Config, t: Words): readonly string[] => {
  if (!opensByFaceAlone(config)) return []
  const { fpir, fnir } = planBasis(pack, config.face)
  if (fpir === undefined || fnir === undefined)
    return [t('How often they are wrong at this gate is not measured.', '在本门的出错率未经测量。')]
  const range = `${writeShare(fnir.low)}–${writeShare(fnir.high)}`
  const far = fnir.extrapolated ? t(', beyond what was measured', '，超出实测范围') : ''
  return [
    t(
      `With ${config.face.plannedFaces} faces planned, one stranger in ${strangersPerMatch(fpir)} is expected to be taken for somebody, and about ${writeShare(fnir.value)} of a resident’s looks to be turned away (${range}, by ${groupName(fnir.group, t)}${far}).`,
      `按计划登记 ${config.face.plannedFaces} 人，预计约 ${strangersPerMatch(fpir)} 名陌生人中误认一名，本人约 ${writeShare(fnir.value)} 的次数被拒（${range}，据${groupName(fnir.group, t)}${far}）。`,
    ),
  ]
}

export const showModel = (config: Config, model: string, language: Language): readonly Block[] => {
  const t: Words = (en, zh) => (language === 'en' ? en : zh)
  const pack = packOf(model)
  if (pack === undefined) return [say(t(`Nothing is known of the model ${model}.`, `模型 ${model} 的情况不详。`))]
  const measured = [...expectHere(pack, config, t), ...compareGroups(pack, t)]
  return [
    {
      kind: 'table',
      caption: t('The models that recognise faces', '人脸识别模型'),
      head: [t('File', '文件'), t('Terms', '许可'), t('Learned from', '训练来源')],
      rows: pack.files.map(({ name, licence, trainedOn }) => [
        name,
        licence,
        t(trainedOn, trainedZh[trainedOn] ?? trainedOn),
      ]),
    },
    ...(measured.length === 0 ? [t('Nobody has measured them.', '这些模型未经测量。')] : measured).map((line) =>
      say(line),
    ),
  ]
}
