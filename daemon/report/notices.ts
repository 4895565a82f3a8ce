// The pages that stand at a gate and lie in the office: the sign, the rules of processing (PIPL 17), the consent form. All from the running
// configuration. On each of them face is one way among equals: what it takes to decline stands as large as what it takes to agree.
// Called by the command line.

import { hashNotice, listNotice, spellGate } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import { type Block, type Document, head, points, say } from './document.ts'

type Write = (config: Config, language: Language) => Document
const choose = <T>(language: Language, en: T, zh: T): T => (language === 'en' ? en : zh)

/** `fingerprint`: of the key with which this gate signs receipts. */
export const writeSign = (config: Config, fingerprint: string, language: Language): Document => {
  const { gate, operator } = config
  const { all, others, offered } = spellGate(config, language)
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  const contact = t(
    `Operator: ${operator.name}. ${operator.contact}. Maintenance: ${operator.maintainer}.`,
    `运营者：${operator.name}。${operator.contact}。维护者：${operator.maintainer}。`,
  )
  const key = [
    head(t('Key of this gate', '本门公钥指纹')),
    say(fingerprint),
    say(t('Receipts of this gate are signed with it.', '本门出具的回执均以此密钥签署。')),
  ]
  if (!offered)
    return {
      language,
      title: t(`Gate “${gate}”: no faces are looked at`, `“${gate}”门：不处理人脸`),
      blocks: [say(t(`Ways: ${all}.`, `通行方式：${all}。`), 'answer'), say(contact), ...key],
    }
  return {
    language,
    title: t(`Gate “${gate}”: face is your choice`, `“${gate}”门：是否刷脸由您选择`),
    blocks: [
      say(t(`Without a face: ${others}. Same hours, no cost.`, `不用人脸：${others}。时间相同，不收费用。`), 'answer'),
      points([
        t(
          'A camera looks at faces in the marked zone, only to open this gate for residents who agreed. No picture is kept.',
          '摄像头只处理标示区域内的人脸，仅用于为已同意的住户开门。不保存图像。',
        ),
        t(
          'Whoever did not agree is not recognised, and only counted, by the hour.',
          '未同意者不被识别，只计每小时的次数。',
        ),
        t(
          'Agreed and changed your mind? Tap your card, then 9# twice at the keypad, or ask the office. It takes effect at once.',
          '同意后改变主意：刷卡后在键盘按两次 9#，或到运营者处办理，立即生效。',
        ),
        t(`All ways: ${all}.`, `全部通行方式：${all}。`),
      ]),
      say(contact),
      ...key,
    ],
  }
}

const rights = (language: Language): readonly Block[] => {
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  return [
    head(t('How to use your rights', '如何行使权利')),
    {
      kind: 'table',
      caption: t('At the keypad, after your card or your number and code', '在键盘上（先刷卡，或输入编号和密码）'),
      head: [t('Keys', '按键'), t('What happens', '作用')],
      rows: [
        ['9# 9#', t('your consent to face ends and the numbers are deleted', '撤回人脸同意，特征立即删除')],
        ['7#', t('the gate says what it holds of you', '播报本门保存了您的哪些凭证')],
        ['1#', t('a consent that you signed becomes valid', '确认您已签署的同意书')],
      ],
    },
    points([
      t(
        'At the office: see, copy, correct, delete, and why you were not let in. Answered within 15 days.',
        '到运营者处：查阅、复制、更正、删除，以及查询未放行的原因。15 日内答复。',
      ),
      t(
        'Another way in, or a complaint: answered within 10 days, at no cost.',
        '要求其他通行方式或投诉：10 日内答复，不收费用。',
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
      ...lines.map((line) => say(line)),
      ...rights(language),
      say(t(`Hash of this notice: ${hashNotice(config)}`, `本告知书的校验值：${hashNotice(config)}`)),
    ],
  }
}

/** `number`: of this sheet; the consent names it. A configuration without a face has no form. */
export const writeForm = (config: Config, number: string, language: Language): Document => {
  const { gate, operator, retention } = config
  const { others } = spellGate(config, language)
  const t = <T>(en: T, zh: T): T => choose(language, en, zh)
  return {
    language,
    title: t(`How I go through the gate “${gate}”`, `我如何通过“${gate}”门`),
    blocks: [
      say(t(`Form ${number}. Operator: ${operator.name}.`, `表单编号 ${number}。运营者：${operator.name}。`)),
      say(
        t(
          'Tick what you want. Each is as good as the other: same hours, same door, no cost. Nobody may urge you.',
          '请勾选。各方式同等：同样的门、同样的时间、均不收费。任何人不得劝诱。',
        ),
      ),
      {
        kind: 'choices',
        label: t('Ways in', '通行方式'),
        items: t(['Card', 'Code', 'Face, besides card or code'], ['刷卡', '密码', '人脸（另有卡或密码）']),
      },
      say(t(`Without face I pass by: ${others}.`, `不用人脸时，我的通行方式：${others}。`)),
      head(t('My face', '关于人脸')),
      say(
        t(
          `I have read the notice named below. Numbers computed from my face may be used to open this gate for me, and for nothing else, for at most ${retention.templateMonths} months. I may withdraw at any time, here or at the keypad.`,
          `我已阅读下述告知书。由我的人脸计算出的特征可用于、且仅用于为我打开此门，最长 ${retention.templateMonths} 个月。我可随时在此处或键盘上撤回。`,
        ),
      ),
      {
        kind: 'choices',
        label: t('My answer', '我的决定'),
        items: t(['Yes, I agree', 'No, I do not agree'], ['同意', '不同意']),
      },
      say(
        t(
          'A yes counts once I have confirmed it at the gate within 10 minutes: my card or code, then 1#. After a no nobody may ask me again.',
          '同意须由本人在 10 分钟内到门口确认：刷卡或输入编号和密码，再按 1#。拒绝后任何人不得再询问。',
        ),
      ),
      {
        kind: 'blanks',
        names: t(
          [
            'Name',
            'Room',
            'Language read',
            'Date',
            'Signature',
            'Guardian (under 14, or of an adult), signature',
            'Present for the operator',
          ],
          ['姓名', '房号', '阅读语言', '日期', '签名', '监护人（未满十四周岁或成年被监护人）签名', '运营者在场人员'],
        ),
      },
      say(t(`Hash of the notice: ${hashNotice(config)}`, `告知书校验值：${hashNotice(config)}`)),
    ],
  }
}
