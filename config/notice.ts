// The notice a resident reads before a consent to face, made from the configuration, and its hash. Whatever it says is part of what
// was agreed to: operator, ways, purpose, method, necessity, impact, retention, rights (PIPL 17, 30). It claims no way that is not
// mounted. A changed notice makes every earlier consent stale. Printed by `notice`; its hash stands in every consent.

import { createHash } from 'node:crypto'
import { listSides, type Mounted, offers } from './mounted.ts'
import type { Config } from './settings.ts'
import { type Language, languages, type Path, paths, type Side } from './words.ts'

type Words = {
  readonly sides: Readonly<Record<Side, string>>
  readonly paths: Readonly<Record<Path, string>>
  readonly comma: string
  readonly or: string
  readonly between: string
  readonly together: (one: string, other: string) => string
  readonly atHours: (single: string, pairs: string) => string
  readonly ways: (side: string, ways: string) => string
  readonly card: string
  readonly typed: string
  readonly exitButton: string
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    sides: { entry: 'entry', exit: 'exit' },
    paths: { card: 'card', keypad: 'code', face: 'face' },
    comma: ', ',
    or: ' or ',
    between: '; ',
    together: (one, other) => `${one} and ${other} together`,
    atHours: (single, pairs) => `${single} (at certain hours ${pairs})`,
    ways: (side, ways) => `${ways} (${side})`,
    card: 'tap your card',
    typed: 'type your number * your code *',
    exitButton: 'out, for everybody: the exit button',
  },
  'zh-CN': {
    sides: { entry: '入口', exit: '出口' },
    paths: { card: '刷卡', keypad: '密码', face: '人脸' },
    comma: '、',
    or: '或',
    between: '；',
    together: (one, other) => `${one}加${other}`,
    atHours: (single, pairs) => `${single}（部分时段须${pairs}）`,
    ways: (side, ways) => `${side}：${ways}`,
    card: '刷卡',
    typed: '输入“编号*密码*”',
    exitButton: '外出人人可按出门按钮',
  },
}

/** Whole years as years: nobody counts 1095 days. */
export const spellDays = (days: number, language: Language): string => {
  const years = days / 365
  if (Number.isInteger(years) && years > 0)
    return language === 'en' ? `${years} year${years === 1 ? '' : 's'}` : `${years} 年`
  return language === 'en' ? `${days} day${days === 1 ? '' : 's'}` : `${days} 天`
}

/** What the ways without a face cost whoever takes them; a gate that asks for money says how much. */
export const spellCost = ({ otherWay }: Config, language: Language): string => {
  const { firstCardPrice, replacementCardPrice, currency } = otherWay
  if (firstCardPrice === 0 && replacementCardPrice === 0) return language === 'en' ? 'at no cost' : '不收费用'
  const [first, next] = [firstCardPrice, replacementCardPrice].map((price) => `${price} ${currency}`)
  return language === 'en' ? `a first card costs ${first}, the next ${next}` : `首张卡 ${first}，补卡 ${next}`
}

/** card, code or face. */
const spellOr = (names: readonly string[], language: Language): string => {
  const { comma, or } = words[language]
  return [...(names.length > 1 ? [names.slice(0, -1).join(comma)] : []), ...names.slice(-1)].join(or)
}

/** The ways of one side: each path, or each pair where two factors are asked for, or both where hours say which. */
const spellWays = ({ side, settings }: Mounted, allowed: (path: Path) => boolean, language: Language): string => {
  const { sides, paths: names, together, atHours, ways } = words[language]
  const { twoFactor = [], twoFactorDuring } = settings
  const single = paths.filter((path) => offers(settings, path) && allowed(path)).map((path) => names[path])
  const pairs = twoFactor
    .filter((pair) => pair.every(allowed))
    .map(([one, other]) => together(names[one], names[other]))
  if (twoFactor.length === 0) return ways(sides[side], spellOr(single, language))
  if (twoFactorDuring === undefined) return ways(sides[side], spellOr(pairs, language))
  return ways(sides[side], atHours(spellOr(single, language), spellOr(pairs, language)))
}

/** What one does at each keypad before a menu's keys; empty without a keypad. */
const spellKeypads = (mounted: readonly Mounted[], language: Language): string => {
  const { sides, or, between, ways, card, typed } = words[language]
  return mounted
    .filter(({ settings }) => offers(settings, 'keypad'))
    .map(({ side, settings }) => ways(sides[side], offers(settings, 'card') ? `${card}${or}${typed}` : typed))
    .join(between)
}

/** The ways of this gate in words, by the configuration: all, and without face those of the sides that offer it. */
export const spellGate = (config: Config, language: Language) => {
  const mounted = listSides(config)
  const withFace = mounted.filter(({ settings }) => offers(settings, 'face'))
  const { between, sides, exitButton } = words[language]
  const button = config.door.exitButton ? [exitButton] : []
  return {
    offered: withFace.length > 0,
    cameras: withFace.map(({ side }) => sides[side]).join(between),
    all: [...mounted.map((one) => spellWays(one, () => true, language)), ...button].join(between),
    others: withFace.map((one) => spellWays(one, (path) => path !== 'face', language)).join(between),
    keypads: spellKeypads(mounted, language),
  }
}

const writeEnglish = (config: Config): readonly string[] => {
  const { gate, operator, retention } = config
  const { offered, cameras, all, others, keypads } = spellGate(config, 'en')
  const head = [
    `Operator: ${operator.name}. Contact: ${operator.contact}. Maintenance: ${operator.maintainer}.`,
    `Ways through this gate: ${all}.`,
  ]
  if (!offered) return [`The gate “${gate}” looks at no faces`, '', ...head]
  const atGate = keypads === '' ? '' : `, or yourself at the keypad: ${keypads}, then 9# twice`
  const confirmed =
    keypads === '' ? '' : ' It counts once you have confirmed it at the keypad, in the same way, with 1#.'
  return [
    `Face at the gate “${gate}”: your choice`,
    '',
    ...head,
    'Purpose: to open this gate for you, and nothing else.',
    `Is it necessary? No. You need not agree. Without your face you pass by: ${others}; at the same hours, ${spellCost(config, 'en')}, before and after.`,
    `How: a camera (${cameras}) looks at a face that stands in the marked zone. Numbers computed from it, sensitive personal information, are compared inside the gate with those of residents who agreed. No picture is kept. The numbers are stored encrypted in the gate and never leave it.`,
    'What it means for you: your face cannot be replaced if its numbers are ever stolen. The gate may fail to know you: then take another way. It may, rarely, take somebody else for you. It decides by itself; the operator tells you why you were not let in.',
    'What is recorded of each passage or try, by whichever way: time, side, way, answer and your resident’s id. No name, no picture.',
    `How long: the numbers until you withdraw, at most ${retention.templateMonths} months; what is recorded of a passage ${spellDays(retention.namedEventsDays, 'en')}, then only its time remains; the consent itself ${spellDays(retention.consentDays, 'en')} after its end, as evidence.`,
    `Your rights: you may withdraw at any time at the operator’s office${atGate}. It takes effect at once and costs nothing. You may see, copy, correct and delete what is kept of you, and complain, at the contact above.`,
    `Your consent is a separate form; under fourteen a guardian gives it.${confirmed}`,
  ]
}

const writeChinese = (config: Config): readonly string[] => {
  const { gate, operator, retention } = config
  const { offered, cameras, all, others, keypads } = spellGate(config, 'zh-CN')
  const head = [
    `运营者：${operator.name}。联系方式：${operator.contact}。维护者：${operator.maintainer}。`,
    `本门的通行方式：${all}。`,
  ]
  if (!offered) return [`“${gate}”门不处理人脸`, '', ...head]
  const atGate = keypads === '' ? '' : `，也可自己在键盘上撤回（${keypads}，再按两次 9#）`
  const confirmed = keypads === '' ? '' : '您在键盘上以同样方式按 1# 确认后，同意才生效。'
  return [
    `“${gate}”门的人脸识别：由您选择`,
    '',
    ...head,
    '目的：仅用于为您打开此门。',
    `是否必要：否。您可以不同意。不用人脸，您的通行方式是：${others}；时间相同，${spellCost(config, 'zh-CN')}，同意前后均如此。`,
    `方式：摄像头（${cameras}）只处理站在标示区域内的人脸，由其计算出的特征属于敏感个人信息，仅在门内与已同意住户的特征比对。不保存任何图像。特征加密存放在门内，绝不外传。`,
    '对您的影响：特征一旦被窃，人脸无法更换。可能认不出您，届时请用其他方式；也可能极少数情况下把他人误认为您。是否放行由程序自动判断；未放行的原因可向运营者查询。',
    '每次通行或尝试（不论何种方式）记录：时间、出入口、方式、结果和您的住户编号。不记姓名，不存图像。',
    `保存期限：特征保存到您撤回同意为止，最长 ${retention.templateMonths} 个月；通行记录 ${spellDays(retention.namedEventsDays, 'zh-CN')}，之后只留时间；同意书自结束起 ${spellDays(retention.consentDays, 'zh-CN')}，作为凭据。`,
    `您的权利：可随时到运营者处撤回同意${atGate}，立即生效，不收费用。可按上述联系方式查阅、复制、更正、删除您的信息，也可投诉。`,
    `同意须单独书面作出；不满十四周岁的由监护人作出。${confirmed}`,
  ]
}

/** The title, an empty line, then one thing a line. */
export const listNotice = (config: Config, language: Language): readonly string[] =>
  language === 'en' ? writeEnglish(config) : writeChinese(config)

export const writeNotice = (config: Config, language: Language): string =>
  `${listNotice(config, language).join('\n')}\n`

/** One hash over both languages: whichever was read, the same thing was agreed to. */
export const hashNotice = (config: Config): string =>
  createHash('sha256')
    .update(languages.map((language) => writeNotice(config, language)).join('\0'))
    .digest('hex')
