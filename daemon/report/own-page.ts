// All that a gate holds on one person, as a page for that person (PIPL 45): himself, what he opens with, what he consented to and asked
// for, and each of his passages with why he was not let in (PIPL 24). The same as the file beside it, in words. Pure. Called by the evidence
// folder.

import { spellDays } from '../../config/notice.ts'
import type { Language } from '../../config/words.ts'
import type { OwnFile } from '../commands/own.ts'
import type { ConsentState } from '../store/proof-reads.ts'
import { wordReason } from '../wording.ts'
import { spellMinute } from './deadlines.ts'
import { type Block, type Document, head, points, say } from './document.ts'
import { kindNames } from './register-page.ts'

/** More is a book; the file beside it has all of them. */
const ATTEMPTS_SHOWN = 200

type Said = readonly [en: string, zh: string]
const kinds: Readonly<Record<string, Said>> = {
  card: ['card', '卡'],
  pin: ['code', '密码'],
  face: ['face', '人脸'],
  pass: ['visitor’s pass', '访客凭证'],
  keypad: ['code', '密码'],
}
const ends: Readonly<Record<string, Said>> = {
  office: ['by the office', '物业注销'],
  lost: ['lost', '报失'],
  stolen: ['stolen', '被盗'],
  returned: ['given back', '已交还'],
  replaced: ['replaced by a new one', '已更换'],
  consent_ended: ['its consent ended', '同意终止'],
  withdrawn: ['withdrawn', '已撤回'],
  refused: ['declined', '已拒绝'],
  expired: ['ran out', '已到期'],
  restored: ['ended by the restore of a backup', '因恢复备份终止'],
  handover: ['ended by a change of operator', '因更换运营者终止'],
  moved_out: ['moved out', '已迁出'],
  resident_removed: ['removed', '已移除'],
}

/** Where his consent stands, said to himself. */
const states: Readonly<Record<ConsentState, Said>> = {
  none: ['you gave no consent', '您没有作出同意'],
  asked: ['you were asked and have not answered; you need not', '已询问您，您未答复，也无须答复'],
  asserted: [
    'a form was written down and you have not confirmed it: it counts for nothing',
    '已登记表单，您未确认：不生效',
  ],
  given: ['you agreed, and may withdraw at any time', '您已同意，可随时撤回'],
  refused: ['you declined; nobody may ask you again', '您已拒绝，任何人不得再询问'],
  stale: [
    'you agreed to another notice: your face is paused until you sign anew',
    '您同意的是另一份告知：重新签署前人脸暂停',
  ],
  withdrawn: ['you withdrew your consent; nobody may ask you again', '您已撤回同意，任何人不得再询问'],
  expired: ['your consent ran out', '您的同意已到期'],
}

const groups: Readonly<Record<string, Said>> = {
  household: ['the household', '住户'],
  staff: ['the staff', '工作人员'],
  delivery: ['deliveries', '配送'],
}

/** What every part of the page spells with. */
type Speech = {
  readonly t: (en: string, zh: string) => string
  readonly at: (instant: number | null) => string
  readonly n: 0 | 1
}

const say1 = (words: Readonly<Record<string, Said>>, code: string | null, { n }: Speech): string =>
  code === null ? '–' : (words[code]?.[n] ?? code)

const aboutHimself = ({ resident, rights }: OwnFile, speech: Speech): Block => {
  const { t, at } = speech
  const { name, room, id, born, createdAt, guardianRequired, suspensionReason, suspendedUntil, belongs, openingMs } =
    resident
  const openings = openingMs === null ? t('as for everybody', '与他人相同') : `${openingMs / 1000} s`
  return {
    kind: 'table',
    caption: t('Who you are to this gate', '本门登记的您'),
    head: [t('What', '事项'), t('Kept', '内容')],
    rows: [
      [t('name', '姓名'), name],
      [t('room', '房号'), room],
      [t('number that stands for you in the record', '记录中代表您的编号'), id],
      [t('registered since', '登记于'), at(createdAt)],
      [t('born', '出生日期'), born ?? t('not kept', '未登记')],
      [t('a guardian consents for you', '由监护人同意'), guardianRequired ? t('yes', '是') : t('no', '否')],
      [t('belongs to', '类别'), say1(groups, belongs, speech)],
      [t('the door opens for you', '为您开门的时长'), openings],
      [t('may pass', '可通行'), rights.map(({ gate, scheduleId }) => `${gate} (${scheduleId})`).join(', ') || '–'],
      [
        t('suspended', '是否中止'),
        suspensionReason === null ? t('no', '否') : `${suspensionReason}, ${at(suspendedUntil)}`,
      ],
    ],
  }
}

const whatHeOpensWith = ({ credentials }: OwnFile, speech: Speech): Block => {
  const { t, at } = speech
  if (credentials.length === 0)
    return say(t('You have neither card nor code yet: ask the office for one.', '您尚无卡或密码：请向运营者领取。'))
  return {
    kind: 'table',
    caption: t('What you open the gate with', '您的通行凭证'),
    head: [t('What', '凭证'), t('Since', '起'), t('Ended', '终止')],
    rows: credentials.map(({ kind, number, createdAt, revokedAt, revokedBecause }) => [
      `${say1(kinds, kind, speech)}${number === null ? '' : ` ${number}`}`,
      at(createdAt),
      revokedAt === null ? t('valid', '有效') : `${at(revokedAt)}, ${say1(ends, revokedBecause, speech)}`,
    ]),
  }
}

const whatHeConsentedTo = ({ consents }: OwnFile, speech: Speech): Block => {
  const { t, at } = speech
  if (consents.length === 0) return say(t('There is no consent of yours to face.', '没有您对人脸的同意书。'))
  return {
    kind: 'table',
    caption: t('Your consents to face', '您对人脸的同意书'),
    head: [
      t('Form', '表单'),
      t('Given', '作出'),
      t('Confirmed by you', '本人确认'),
      t('Ended', '终止'),
      t('Present', '在场'),
    ],
    rows: consents.map((one) => [
      `${one.formNumber}${one.guardianName === null ? '' : t(` (guardian: ${one.guardianName})`, `（监护人：${one.guardianName}）`)}`,
      at(one.givenAt),
      one.confirmedAt === null ? t('never: it enrols nobody', '未确认：不能录入人脸') : at(one.confirmedAt),
      one.endedAt === null
        ? t(`runs out ${at(one.expiresAt)}`, `${at(one.expiresAt)} 到期`)
        : `${at(one.endedAt)}, ${say1(ends, one.endedBecause, speech)}`,
      one.witness,
    ]),
  }
}

const whatHeAskedFor = ({ requests }: OwnFile, { t, at, n }: Speech): readonly Block[] =>
  requests.length === 0
    ? []
    : [
        {
          kind: 'table',
          caption: t('What you asked for', '您的请求'),
          head: [t('What', '事项'), t('Asked', '提出'), t('Due', '期限'), t('How it ended', '结果')],
          rows: requests.map(({ kind, askedAt, dueAt, closedAt, outcome, because }) => [
            kindNames[kind][n],
            at(askedAt),
            at(dueAt),
            closedAt === null
              ? t('open', '未结')
              : `${outcome === 'given' ? t('given', '已办理') : t('refused', '已拒绝')} ${at(closedAt)}${because === null ? '' : `: ${because}`}`,
          ]),
        },
      ]

const hisPassages = ({ attempts, kept }: OwnFile, speech: Speech, language: Language): readonly Block[] => {
  const { t, at } = speech
  const days = spellDays(kept.namedEventsDays, language)
  const shown = attempts.slice(0, ATTEMPTS_SHOWN)
  const rows = shown.map(({ wall, side, paths, outcome, reason }) => [
    at(wall),
    side === 'entry' ? t('in', '进') : t('out', '出'),
    paths.map((path) => say1(kinds, path, speech)).join(' + '),
    outcome === 'grant' ? t('opened', '已开门') : t('not opened', '未开门'),
    wordReason(reason, language),
  ])
  return [
    head(t('Your passages, and why you were not let in', '您的通行记录及未放行的原因')),
    say(
      t(
        `Kept for ${days}, then your name is cut off from them for good. A card or face that nobody recognised, and a number typed wrong, name nobody and are not here.`,
        `保存 ${days}，之后永久切断与您的关联。未识别的卡或人脸、输错的号码不对应任何人，不在此列。`,
      ),
    ),
    rows.length === 0
      ? say(t('None.', '无。'))
      : {
          kind: 'table',
          caption: t('Newest first', '由近及远'),
          head: [t('When', '时间'), t('Side', '方向'), t('By', '方式'), t('Answer', '结果'), t('Why', '原因')],
          rows,
        },
    ...(attempts.length > shown.length
      ? [say(t(`The file beside this page has all ${attempts.length}.`, `同目录文件中有全部 ${attempts.length} 条。`))]
      : []),
  ]
}

type OwnPageOptions = { readonly timeZone: string; readonly state: ConsentState; readonly sample?: true }

export const writeOwnPage = (
  file: OwnFile,
  { timeZone, state, sample }: OwnPageOptions,
  language: Language,
): Document => {
  const n = language === 'en' ? 0 : 1
  const t = (en: string, zh: string) => (n === 0 ? en : zh)
  const speech: Speech = {
    t,
    n,
    at: (instant) => (instant === null ? '–' : spellMinute(instant, timeZone).slice(0, 16)),
  }
  const { name, contact } = file.operator
  return {
    language,
    title: t(`What the gate “${file.gate}” holds of you`, `“${file.gate}”门保存的您的信息`),
    blocks: [
      ...(sample
        ? [
            say(
              t('This is a simulated person at a simulated gate. Nobody real.', '这是模拟的门和人，并非真实。'),
              'sample',
            ),
          ]
        : []),
      say(
        t(
          `For you alone. Responsible: ${name}, ${contact}. All times are those of ${timeZone}. Left out is what nobody can read (check values of cards and codes, the encrypted numbers of a face) and whether your face resembles another’s, which would tell of that other person.`,
          `仅供本人。责任者：${name}，${contact}。时间均为 ${timeZone} 时间。未列出的只有：无人能读的内容（卡和密码的校验值、加密的人脸特征），以及您的人脸是否与他人相近（会透露他人信息）。`,
        ),
      ),
      say(t(`Your face: ${states[state][n]}.`, `您的人脸：${states[state][n]}。`), 'answer'),
      aboutHimself(file, speech),
      whatHeOpensWith(file, speech),
      whatHeConsentedTo(file, speech),
      ...whatHeAskedFor(file, speech),
      ...(file.places.length === 0
        ? []
        : [
            say(
              t(
                `Last passed, for the rule against passing a card back: ${file.places.map(({ gate, side }) => `${gate} ${side}`).join(', ')}.`,
                `防折返规则记录的最近一次：${file.places.map(({ gate, side }) => `${gate} ${side}`).join('、')}。`,
              ),
            ),
          ]),
      ...hisPassages(file, speech, language),
      head(t('What you can do', '您可以')),
      points([
        t(
          `See, copy, correct or delete any of it, ask for another way in, or complain: ${contact}.`,
          `查阅、复制、更正、删除，要求其他通行方式，或投诉：${contact}。`,
        ),
        t(
          'The signed receipts beside this page prove what was done, also against whoever runs the gate.',
          '同目录的签名回执可证明办理情况，对运营者同样有效。',
        ),
      ]),
    ],
  }
}
