// The sheet on which somebody says yes or no to face: numbered, one page, from the configuration. Ways and answers are boxes of one size
// and one weight; a no takes no more than a yes. Asks for what the store wants of a consent (0002, 0004), and for nothing else. Called by
// the command line.

import { listSides, offers } from '../../config/mounted.ts'
import { hashNotice, spellCost, spellGate } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import { type Language, type Path, paths } from '../../config/words.ts'
import { type Block, type Document, head, say } from './document.ts'

const ways: Readonly<Record<Path, Readonly<Record<Language, string>>>> = {
  card: { en: 'Card', 'zh-CN': '刷卡' },
  keypad: { en: 'Code', 'zh-CN': '密码' },
  face: { en: 'Face', 'zh-CN': '人脸' },
}

/** Where no camera looks at faces there is nothing to consent to. */
export const hasForm = (config: Config): boolean => spellGate(config, 'en').offered

const chooseWays = (config: Config, language: Language): readonly Block[] => {
  const en = language === 'en'
  const mounted = paths.filter((path) => listSides(config).some(({ settings }) => offers(settings, path)))
  const { others } = spellGate(config, language)
  const cost = spellCost(config, language)
  return [
    say(
      en
        ? `Tick what you want. Each is as good as the other: same hours, same door, ${cost}. Nobody may urge you.`
        : `请勾选。各方式同等：同样的门、同样的时间，${cost}。任何人不得劝诱。`,
    ),
    { kind: 'choices', label: en ? 'Ways in' : '通行方式', items: mounted.map((path) => ways[path][language]) },
    say(
      en
        ? `Without face I pass by: ${others}. Face only ever comes beside these, and counts only with a yes below: in doubt it is a no.`
        : `不用人脸时，我的通行方式：${others}。人脸只能在此之外增加，且须在下方选择同意；有疑问即视为不同意。`,
    ),
  ]
}

const answer = (config: Config, language: Language): readonly Block[] => {
  const en = language === 'en'
  const { templateMonths } = config.retention
  const { keypads } = spellGate(config, language)
  const confirm = en
    ? `A yes counts only once I have confirmed it myself at the gate, within 10 minutes: ${keypads}, then 1#.`
    : `同意须由本人在 10 分钟内到门口确认方才生效：${keypads}，再按 1#。`
  return [
    head(en ? 'My face' : '关于人脸'),
    say(
      en
        ? `I have read the notice whose check value stands below. Numbers computed from my face, sensitive personal information, may be used to open this gate for me, and for nothing else, for at most ${templateMonths} months. I may withdraw at any time, at no cost.`
        : `我已阅读下述校验值所对应的告知书。由我的人脸计算出的特征属于敏感个人信息，可用于、且仅用于为我打开此门，最长 ${templateMonths} 个月。我可随时撤回，不收费用。`,
    ),
    {
      kind: 'choices',
      label: en ? 'My answer' : '我的决定',
      items: en ? ['Yes, I agree', 'No, I do not'] : ['我同意', '不同意'],
    },
    ...chooseBound(config, language),
    ...(keypads === '' ? [] : [say(confirm)]),
    say(en ? 'After a no nobody may ask me again.' : '拒绝后任何人不得再询问。'),
  ]
}

/** Where a face may follow the card that can open it: a choice within the yes, and the stronger form costs nothing. */
const chooseBound = (config: Config, language: Language): readonly Block[] => {
  const en = language === 'en'
  const isOffered = listSides(config).some(
    ({ settings: { twoFactor = [], card = [] } }) =>
      twoFactor.some((pair) => pair.includes('card') && pair.includes('face')) &&
      card.some(({ driver }) => driver === 'pcsc'),
  )
  if (!isOffered) return []
  return [
    {
      kind: 'choices',
      label: en ? 'If yes, my face is compared' : '如同意，我的人脸',
      items: en
        ? ['with those of all residents who agreed', 'only after my own card, by a key that lies on it alone']
        : ['与所有已同意住户的人脸比对', '只在刷我本人的卡之后比对，密钥只存于该卡'],
    },
  ]
}

const signatures = (language: Language): readonly Block[] => {
  const en = language === 'en'
  return [
    {
      kind: 'blanks',
      label: en ? 'To fill in' : '请填写',
      names: en
        ? ['Name', 'Room', 'Language in which I read the notice', 'Date', 'Signature']
        : ['姓名', '房号', '所阅告知书的语言', '日期', '签名'],
    },
    head(en ? 'Only for whoever is under 14, or has a guardian' : '仅限未满十四周岁或有监护人者'),
    {
      kind: 'blanks',
      label: en ? 'The guardian fills in' : '监护人填写',
      names: en
        ? ['Guardian’s name', 'Guardian’s date of birth', 'Guardian’s signature']
        : ['监护人姓名', '监护人出生日期', '监护人签名'],
    },
    {
      kind: 'blanks',
      label: en ? 'The operator fills in' : '运营者填写',
      names: [en ? 'Present for the operator' : '运营者在场人员'],
    },
  ]
}

/** `number`: of this sheet; the consent names it. */
export const writeForm = (config: Config, number: string, language: Language): Document => {
  const { gate, operator } = config
  const en = language === 'en'
  const hash = hashNotice(config)
  return {
    language,
    title: en ? `How I go through the gate “${gate}”` : `我如何通过“${gate}”门`,
    blocks: [
      say(
        en
          ? `Form ${number}. Operator: ${operator.name}. ${operator.contact}.`
          : `表单编号 ${number}。运营者：${operator.name}。${operator.contact}。`,
      ),
      ...chooseWays(config, language),
      ...answer(config, language),
      ...signatures(language),
      say(en ? `Check value of the notice: ${hash}` : `告知书校验值：${hash}`),
    ],
  }
}
