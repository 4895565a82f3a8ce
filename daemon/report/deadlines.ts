// When the law wants an incident told, counted from the minute in which it was noticed, and what of it is over. A law that names no hours
// gets none here. Pure: the time is an argument. Called by the incident page.

import type { Language, WallMs } from '../../config/words.ts'
import type { Block } from './document.ts'

/** GDPR 33 (1): to the authority, where feasible within 72 hours after having become aware of it. */
const GDPR_AUTHORITY_HOURS = 72

/** When it was noticed, and when the page is made. */
export type Noticed = { readonly at: WallMs; readonly now: WallMs }

type Deadline = {
  readonly to: readonly [en: string, zh: string]
  readonly law: readonly [en: string, zh: string]
  /** Absent: at once. */
  readonly hours?: number
}

const deadlines: readonly Deadline[] = [
  {
    to: ['The authority for personal information of the place', '所在地履行个人信息保护职责的部门'],
    law: ['PIPL 57', '个人信息保护法第五十七条'],
  },
  {
    to: [
      'The people concerned. Not needed where the measures make harm impossible, unless the authority asks for it',
      '受影响的个人（措施已能有效避免危害的可不通知，主管部门要求通知的除外）',
    ],
    law: ['PIPL 57', '个人信息保护法第五十七条'],
  },
  {
    to: ['The supervisory authority, where the GDPR applies', '适用 GDPR 时：其监管机构'],
    law: ['GDPR 33', 'GDPR 第 33 条'],
    hours: GDPR_AUTHORITY_HOURS,
  },
  {
    to: ['The people concerned, where the GDPR applies and the risk is high', '适用 GDPR 且风险高时：受影响的个人'],
    law: ['GDPR 34', 'GDPR 第 34 条'],
  },
]

/** A minute of the gate's own clock, with its zone: the page is read elsewhere. */
export const spellMinute = (at: number, timeZone: string): string =>
  `${new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)} (${timeZone})`

/** Whether it was told is not known here: what is over must have been told by then. */
const spellDue = (hours: number | undefined, noticed: Noticed | undefined, timeZone: string, zh: boolean): string => {
  if (hours === undefined) return zh ? '立即' : 'at once'
  if (noticed === undefined) return zh ? `发现后 ${hours} 小时内` : `within ${hours} hours of noticing`
  const due = noticed.at + hours * 3_600_000
  const minute = spellMinute(due, timeZone)
  if (noticed.now <= due) return zh ? `${minute} 前` : `by ${minute}`
  return zh
    ? `已过期限：${minute}。如尚未报告，立即报告并说明迟延原因`
    : `OVER since ${minute}: if not told yet, tell now and say why late`
}

export const tableOfDeadlines = (noticed: Noticed | undefined, timeZone: string, language: Language): Block => {
  const zh = language === 'zh-CN'
  const n = zh ? 1 : 0
  return {
    kind: 'table',
    caption: zh ? '法定期限' : 'What the law asks',
    head: zh ? ['向谁', '期限', '依据'] : ['To whom', 'When', 'Source'],
    rows: deadlines.map(({ to, law, hours }) => [to[n], spellDue(hours, noticed, timeZone, zh), law[n]]),
  }
}
