// The words of an evaluation, in both languages, apart from its figures. Used by the terminal's text and by the report page.

import type { Language } from '../../config/words.ts'

const lines = {
  title: ['How well faces are told apart', '人脸识别效果测量'],
  pack: ['models', '模型'],
  pipeline: ['settings', '处理设置'],
  pictures: ['pictures', '图片'],
  identities: ['people', '人数'],
  failures: ['no face found', '未检出人脸'],
  unreadable: ['unreadable', '无法读取'],
  ownPairs: ['pairs of one person', '同人配对'],
  strangerPairs: ['pairs of strangers', '异人配对'],
  equal: ['equal error rate', '等错误率'],
  pictureMs: ['ms a picture', '每张毫秒'],
  rates: ['Two pictures compared', '两图比对'],
  fmr: ['strangers match', '异人误认'],
  fnmr: ['own do not', '本人未认出'],
  openSet: ['One look among people with three templates each', '每人三模板，单次识别'],
  fpir: ['strangers taken for somebody', '陌生人被误认'],
  fnir: ['not recognised', '本人未认出'],
  fnirMargin: ['with the margin', '含领先要求'],
  threshold: ['threshold', '阈值'],
  bounds: ['95 % bounds', '95 % 区间'],
  restsOn: ['rests on', '依据'],
  leftOut: ['Threshold derived without each person in turn, tried on him', '逐人留出后推导阈值并在其上检验'],
  found: ['strangers matched', '实际误认'],
  within: ['within twice the rate', '在两倍以内'],
  beyond: ['more than twice the rate', '超过两倍'],
  unknown: ['unknown: too few people', '未知：人数太少'],
  tooFew: ['too few to say', '数量太少，无法判断'],
  gat: ['GA/T 1093-2023', 'GA/T 1093-2023'],
  identification: ['identification: refused at 1 % strangers let in', '辨认：误识 1 % 时的拒识'],
  verification: ['verification: refused at 0.1 % strangers let in', '确认：误识 0.1 % 时的拒识'],
  seconds: ['time, detect to vector', '时间，检测至特征'],
  most: ['at most', '上限'],
  met: ['met', '符合'],
  missed: ['missed', '不符合'],
  undecided: ['undecided: the limit lies within the bounds', '未定：上限在区间之内'],
  groups: ['By group', '分组'],
  allGroups: ['all; strangers of other groups are easier', '全部；不同组的陌生人更易区分'],
  leftOutFolders: ['folders beside the groups, left out', '与分组并列而未计入的目录'],
  method: [
    'People are the unit of every bound, never pairs: people are drawn again with all their pictures, 1000 times, and the threshold is found anew each time; where fewer than ten people err, the exact bounds of Clopper and Pearson on as many people are taken where they are wider (with nobody erring, the rule of three). The open set is the median of 20 random choices of templates.',
    '所有区间以人为单位而非配对：按人重抽样 1000 次，每次重新推导阈值；出错者不足十人时，取按人数计的 Clopper-Pearson 精确区间中较宽者（无人出错时即三倍法则）。开集结果为 20 次随机选模板的中位数。',
  ],
  caution: [
    'Pictures are not frames of a gate. What this says of the people in the pictures, it does not say of the residents of a compound: calibrate on site.',
    '图片不是门前的画面。此结果只说明图片中的人，不说明小区住户：请在现场校准。',
  ],
  axisX: ['strangers match (FMR)', '异人误认率（FMR）'],
  axisY: ['own do not (FNMR)', '本人未认出率（FNMR）'],
} as const satisfies Readonly<Record<string, readonly [en: string, zh: string]>>

export type Words = { readonly [Name in keyof typeof lines]: string }

export const wordsIn = (language: Language): Words =>
  Object.fromEntries(Object.entries(lines).map(([name, [en, zh]]) => [name, language === 'en' ? en : zh])) as Words
