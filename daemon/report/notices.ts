// The pages that stand at a gate and lie in the office: the sign and the rules of processing (PIPL 17), from the configuration. On each of
// them face is one way among equals: what it takes to decline stands as large as what it takes to agree. They claim no keypad and no way
// that is not mounted. Called by the command line.

import { hashNotice, listNotice, spellCost, spellGate } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import { type Block, type Document, head, points, say } from './document.ts'

type Write = (config: Config, language: Language) => Document
const choose = <T>(language: Language, en: T, zh: T): T => (language === 'en' ? en : zh)

/** In groups of four, as it is compared by eye with the one on a receipt. */
export const spellKey = (fingerprint: string): string => fingerprint.match(/.{1,4}/g)?.join(' ') ?? fingerprint

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `fingerprint`: of the key with which this gate signs receipts. */
export const writeSign = (config: Config, fingerprint: string, language: Language): Document => {
  const { gate, operator, retention } = config
  const { all, others, offered, keypads } = spellGate(config, language)
  const cost = spellCost(config, language)
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  const contact = t(
    `Operator: ${operator.name}; ${operator.contact}. Maintenance: ${operator.maintainer}.`,
    `运营者：${operator.name}。${operator.contact}。维护者：${operator.maintainer}。`,
  )
  const key = [
    head(t('Key of this gate, which its receipts bear', '本门公钥指纹（本门回执均写有此值）')),
    say(spellKey(fingerprint)),
  ]
  if (!offered)
    return {
      language,
      title: t(`Gate “${gate}”: no faces are looked at`, `“${gate}”门：不处理人脸`),
      blocks: [say(t(`Ways: ${all}.`, `通行方式：${all}。`), 'answer'), say(contact), ...key],
    }
  return {
    language,
    title: t(
      `Gate “${gate}”: a camera recognises faces here. It is your choice.`,
      `“${gate}”门：此处使用人脸识别，是否刷脸由您选择`,
    ),
    blocks: [
      say(
        t(
          `Nobody needs a face here. ${capital(others)}: at the same hours, ${cost}.`,
          `不必刷脸。${others}。时间相同，${cost}。`,
        ),
        'answer',
      ),
      points([
        t(
          'A camera looks at faces in the marked zone, only to open it for residents who agreed. No picture is kept; everybody else is only counted, by the hour.',
          '摄像头只处理标示区域内的人脸，仅用于为已同意的住户开门。不保存图像；未同意者不被识别，只计每小时的次数。',
        ),
        keypads === ''
          ? t('Changed your mind? Tell the office. It ends at once.', '改变主意：到运营者处办理，立即生效。')
          : t(
              'Changed your mind? At the keypad: your number * your code * (or your card, where there is a reader), then 9# twice. Or at the office. It ends at once.',
              '改变主意：在键盘上输入“编号*密码*”（有读卡器处也可刷卡），再按两次 9#；或到运营者处办理。立即生效。',
            ),
        t(`All ways: ${all}.`, `全部通行方式：${all}。`),
        t(
          `Kept of a face: numbers, until withdrawn, at most ${retention.templateMonths} months. All rules, also large or read aloud: at the office.`,
          `人脸特征保存至本人撤回为止，最长 ${retention.templateMonths} 个月。完整规则见运营者处，备有大字版，也可朗读。`,
        ),
      ]),
      say(contact),
      ...key,
    ],
  }
}

const keyRights = (keypads: string, language: Language): Block => {
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  return {
    kind: 'table',
    caption: t(`At the keypad. First: ${keypads}. Then:`, `在键盘上先做此步：${keypads}，然后：`),
    head: [t('Keys', '按键'), t('What happens', '作用')],
    rows: [
      ['9# 9#', t('your consent to face ends and the numbers are deleted', '撤回人脸同意，特征立即删除')],
      ['7#', t('the gate says what it holds of you', '播报本门保存了您的哪些凭证')],
      ['1#', t('a consent that you signed becomes valid', '确认您已签署的同意书')],
    ],
    aloud: t(
      [
        'Nine and the hash key, then nine and the hash key once more: your consent to face ends and the numbers are deleted.',
        'Seven and the hash key: the gate says what it holds of you.',
        'One and the hash key: a consent that you signed becomes valid.',
      ],
      [
        '按九和井号键，再按一次九和井号键：撤回人脸同意，特征立即删除。',
        '按七和井号键：播报本门保存了您的哪些凭证。',
        '按一和井号键：确认您已签署的同意书。',
      ],
    ),
  }
}

const rights = (config: Config, language: Language): readonly Block[] => {
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  const { keypads, offered } = spellGate(config, language)
  return [
    head(t('How to use your rights', '如何行使权利')),
    ...(keypads === '' || !offered ? [] : [keyRights(keypads, language)]),
    points([
      t(
        'At the office: see, copy, correct, delete, and why you were not let in. Answered within 15 days.',
        '到运营者处：查阅、复制、更正、删除，以及查询未放行的原因。15 日内答复。',
      ),
      t('Another way in, or a complaint: answered within 10 days.', '要求其他通行方式或投诉：10 日内答复。'),
      t(
        'Near relatives of a resident who has died may ask at the office to see, copy, correct or delete what is held of him. Answered within 15 days.',
        '住户去世的，其近亲属可到运营者处提出查阅、复制、更正、删除。15 日内答复。',
      ),
      t(
        'Not content with the answer? Complain to the authority for the protection of personal information, or go to court. Neither needs the operator’s leave.',
        '对答复不满意：可向履行个人信息保护职责的部门投诉、举报，也可向法院起诉，无须运营者同意。',
      ),
      t(
        'Said no? Nobody may ask you again, and no list that a guard sees says so.',
        '拒绝后任何人不得再询问，保安所见的名单中也不显示。',
      ),
      t(
        'Each consent, refusal, withdrawal and erasure gives you a signed receipt. Keep it: it proves what was done.',
        '同意、拒绝、撤回、删除均出具签名回执。请保存，可作凭证。',
      ),
    ]),
  ]
}

export const writeRules: Write = (config, language) => {
  const [title = '', , ...lines] = listNotice(config, language)
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  return {
    language,
    title,
    blocks: [
      ...lines.map((line) => say(line, 'led')),
      ...rights(config, language),
      say(
        t(
          `Check value of this notice, which each consent to it names: ${hashNotice(config)}`,
          `本告知书的校验值（每份同意书均写有此值）：${hashNotice(config)}`,
        ),
      ),
    ],
  }
}
