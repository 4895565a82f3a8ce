// The assessment of impact (PIPL 55 and 56, the face measures' article 9) as a page: where the signed one stands and what has changed
// since, the gate in figures, the four contents with the operator's own words beside what the configuration says, and the signature. What
// nobody wrote is said to be not written. Decides nothing. Called by the command line.

import { spellGate } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import type { ImpactPart, ImpactText } from '../store/assessment.ts'
import type { Caller } from '../store/protocol.ts'
import { type Change, hashAssessed } from './assessed.ts'
import { spellMinute } from './deadlines.ts'
import { type Block, type Document, head, points, say, saySample } from './document.ts'
import { showModel } from './impact-model.ts'
import { listSections } from './impact-wording.ts'
import { roleNames } from './privacy.ts'

export type SignedImpact = {
  readonly at: number
  readonly by?: Caller
  /** Empty: none. Undefined: it was recorded by a program that did not keep on what it rested, and no longer fits. */
  readonly changes: readonly Change[] | undefined
  /** The first instant at which the gate ran otherwise; absent: it does not yet, or nothing says so. */
  readonly since?: number
}

/** What the running gate says; absent where none runs. */
export type ImpactStanding = {
  readonly signed?: SignedImpact
  readonly texts: readonly ImpactText[]
  readonly faces: number
  readonly residents: number
  readonly model: string
  readonly sample?: true
}

type Words = (en: string, zh: string) => string
const wordsOf =
  (language: Language): Words =>
  (en, zh) =>
    language === 'en' ? en : zh

/** More is another gate; the rest is counted. */
const CHANGES_SHOWN = 40

const spellCaller = (by: Caller | undefined, t: Words): string => {
  if (by === undefined) return t('by whom is not recorded', '登记者未记录')
  const [en, zh] = roleNames[by.role] ?? [by.role, by.role]
  return t(`by ${en}, user ${by.caller.replace(/^uid:/, '')}`, `由${zh}，用户 ${by.caller.replace(/^uid:/, '')}`)
}

export const isOutOfDate = ({ changes }: SignedImpact): boolean => changes === undefined || changes.length > 0

const answer = ({ signed }: ImpactStanding, zone: string, t: Words): string => {
  if (signed === undefined)
    return t(
      'NOT YET ASSESSED: no signed assessment is on record. The law wants one before faces are used.',
      '尚未评估：没有已签署评估的登记。法律要求在使用人脸之前完成。',
    )
  const when = spellMinute(signed.at, zone)
  const recorded = t(
    `Signed, and recorded on ${when} (${spellCaller(signed.by, t)}).`,
    `已签署，登记于 ${when}（${spellCaller(signed.by, t)}）。`,
  )
  if (!isOutOfDate(signed))
    return t(`${recorded} Nothing on which it rests has changed since.`, `${recorded}此后其所依据的内容没有变化。`)
  const since =
    signed.since === undefined
      ? t('OUT OF DATE.', '已过期。')
      : t(`OUT OF DATE since ${spellMinute(signed.since, zone)}.`, `已过期，自 ${spellMinute(signed.since, zone)} 起。`)
  return t(
    `${since} ${recorded} Assess anew: complete this page, sign it, then “evengate report impact --record”.`,
    `${since}${recorded}须重新评估：补充本页并签署，再运行“evengate report impact --record”。`,
  )
}

const partNames: Readonly<Record<ImpactPart, readonly [en: string, zh: string]>> = {
  purpose: ['whether the purpose is lawful', '目的是否合法'],
  necessity: ['why face is necessary, or offered, here', '为何需要或提供人脸'],
  effects: ['the effect on people’s rights', '对个人权益的影响'],
  risks: ['the risks that remain', '仍存在的风险'],
  measures: ['the protective measures', '保护措施'],
}

const showChange = ({ kind, name, before, after }: Change, t: Words): readonly [string, string, string] => {
  const none = t('not set', '未设')
  const short = (hash: string) => hash.slice(0, 8)
  const isPart = (one: string): one is ImpactPart => Object.hasOwn(partNames, one)
  const written = (hash: string) => (hash === '' ? t('not written', '未填写') : t('written', '已填写'))
  switch (kind) {
    case 'operator':
      return [t(`Operator (${name})`, `运营者（${name}）`), before || none, after || none]
    case 'setting':
      return [t(`Setting ${name}`, `设置 ${name}`), before || none, after || none]
    case 'notice':
      return [
        t('The notice that residents read', '住户所阅告知书'),
        t(`check value ${short(before)}…`, `校验值 ${short(before)}…`),
        t(`${short(after)}…: its text is another`, `${short(after)}…：内容已变`),
      ]
    case 'model':
      return [t('The model that recognises faces', '人脸识别模型'), before, after]
    case 'faces':
      return [t('How many residents use face', '使用人脸的人数'), before, after]
    case 'text': {
      const [en, zh] = isPart(name) ? partNames[name] : [name, name]
      const now = before !== '' && after !== '' ? t('rewritten', '已改写') : written(after)
      return [t(`The operator’s words on ${en}`, `运营者说明：${zh}`), written(before), now]
    }
  }
}

const showChanges = ({ signed }: ImpactStanding, t: Words): readonly Block[] => {
  if (signed === undefined || !isOutOfDate(signed)) return []
  const { changes } = signed
  if (changes === undefined)
    return [
      say(
        t(
          'What has changed is not known: the gate did not yet keep on what an assessment rests when this one was recorded.',
          '变更内容不详：登记该评估时，门禁尚未保存评估所依据的内容。',
        ),
      ),
    ]
  const more = changes.length - CHANGES_SHOWN
  return [
    {
      kind: 'table',
      caption: t('Why it is out of date: changed since it was signed', '为何过期：签署之后的变更'),
      head: [t('What', '事项'), t('Then', '当时'), t('Now', '现在')],
      rows: changes.slice(0, CHANGES_SHOWN).map((change) => showChange(change, t)),
    },
    ...(more > 0 ? [say(t(`And ${more} more.`, `另有 ${more} 项。`))] : []),
  ]
}

const showFigures = ({ faces, residents, model }: ImpactStanding, t: Words): Block => ({
  kind: 'table',
  caption: t('This gate today', '本门现状'),
  head: [t('What', '事项'), t('Number', '数目')],
  rows: [
    [t('residents who may pass', '可通行的住户'), String(residents)],
    [t('of whom use face', '其中使用人脸的'), String(faces)],
    [t('model that recognises faces', '人脸识别模型'), model],
  ],
})

/** Who wrote it, and what must be known before it is believed; of words that are not this operator's, none. */
const noteOf = (text: ImpactText, { operator, timeZone }: Config, t: Words): { words: string; note: string } => {
  const { author, at, by, body, proven } = text
  const when = spellMinute(at, timeZone)
  const who = t(
    `${author}, ${when} (recorded ${spellCaller(by, t)})`,
    `${author}，${when}（${spellCaller(by, t)}登记）`,
  )
  if (text.operator !== operator.name)
    return {
      words: '',
      note: t(
        `Not written. What stands in the record was written for another operator, ${text.operator}: ${who}.`,
        `未填写。记录中的内容为另一运营者“${text.operator}”所写：${who}。`,
      ),
    }
  if (body.trim() === '')
    return {
      words: '',
      note: t(`Not written. What stood here was withdrawn: ${who}.`, `未填写。原有内容已撤下：${who}。`),
    }
  const altered = t(
    ' THE RECORD DOES NOT NAME THESE WORDS: they were altered in the store.',
    '记录中的校验值与此文字不符：数据库内容曾被改动。',
  )
  return { words: body, note: `${t(`Written by ${who}.`, `填写人：${who}。`)}${proven ? '' : altered}` }
}

const showOwn = (part: ImpactPart, standing: ImpactStanding | undefined, config: Config, t: Words): Block => {
  const [en, zh] = partNames[part]
  const label = t(`The operator’s own words on ${en}`, `运营者自述：${zh}`)
  if (standing === undefined)
    return { kind: 'own', label, words: '', note: t('Unknown: the gate does not run.', '不详：门禁未运行。') }
  const found = standing.texts.find((text) => text.part === part)
  if (found === undefined) return { kind: 'own', label, words: '', note: t('Not written.', '未填写。') }
  return { kind: 'own', label, ...noteOf(found, config, t) }
}

const signature = (t: Words): readonly Block[] => [
  head(t('5. Conclusion and signature', '五、结论与签署')),
  {
    kind: 'blanks',
    label: t('To fill in', '请填写'),
    names: [
      t('Whom it was discussed with', '与谁讨论过'),
      t('Conclusion: may face be offered here?', '结论：能否在此提供人脸'),
      t('Date', '日期'),
      t('Name and signature', '姓名、签名'),
    ],
  },
]

/** A gate that no camera watches has nothing to assess; a page about one would be an invention. */
const writeFaceless = (gate: string, language: Language): Document => {
  const t = wordsOf(language)
  return {
    language,
    title: t(`The gate “${gate}” looks at no faces`, `“${gate}”门不处理人脸`),
    blocks: [say(t('There is no impact of faces to assess.', '没有需要评估的人脸识别影响。'), 'answer')],
  }
}

/** `standing` undefined: no gate runs with this configuration, so nothing is known of what was signed or written. */
export const writeImpact = (config: Config, standing: ImpactStanding | undefined, language: Language): Document => {
  const t = wordsOf(language)
  const { gate, timeZone } = config
  if (!spellGate(config, language).offered) return writeFaceless(gate, language)
  const top =
    standing === undefined
      ? [
          say(
            t(
              'The gate does not run: whether an assessment was signed is not known here.',
              '门禁未运行：无从得知是否已有签署的评估。',
            ),
            'answer',
          ),
        ]
      : [say(answer(standing, timeZone, t), 'answer'), ...showChanges(standing, t), showFigures(standing, t)]
  return {
    language,
    title: t(
      `What faces at the gate “${gate}” mean for people: the assessment of impact`,
      `“${gate}”门人脸识别：个人信息保护影响评估`,
    ),
    blocks: [
      ...(standing?.sample ? [saySample(language)] : []),
      say(
        t(
          'The law asks four things before a camera may recognise faces. What stands as a list the program took from this gate’s settings; what stands beside a bar the operator wrote.',
          '法律要求使用人脸识别前评估以下四项。列表内容由程序依据本门设置生成；竖线旁的内容由运营者填写。',
        ),
      ),
      ...top,
      ...listSections(config, language).flatMap((section) => [
        head(section.head),
        points(section.points),
        ...(standing && section.parts.includes('effects') ? showModel(config, standing.model, language) : []),
        ...section.parts.map((part) => showOwn(part, standing, config, t)),
      ]),
      ...signature(t),
      say(
        t(
          `Check value of the settings it was made from: ${hashAssessed(config)}. Keep it three years; make it anew when they change.`,
          `所依据设置的校验值：${hashAssessed(config)}。保存三年；设置变更后须重做。`,
        ),
      ),
    ],
  }
}
