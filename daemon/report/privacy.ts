// What the gate did with what it holds of people, in a period: how much is kept, who looked and changed what, what ended and how it was
// proved. From counts and from the record; names nobody, and says of a small number only that it is small. Pure.

import { spellDays } from '../../config/notice.ts'
import type { Language } from '../../config/words.ts'
import { type Block, type Document, head, points, say, saySample } from './document.ts'

/** One event of the record, as far as this report needs it. */
export type Noted = { readonly kind: string; readonly role?: string }

/** Fewer than this of something that somebody decided about himself are not told apart: a neighbour could guess who. */
export const FEW = 5

/** A number that is small, or none at all, is not told, neither on the page nor in its figures. */
export type Counted = number | { readonly fewerThan: number }
export const maskFew = (count: number): Counted => (count < FEW ? { fewerThan: FEW } : count)

export type PrivacyReport = {
  readonly gate: string
  readonly from: string
  readonly to: string
  readonly sample?: true
  /** On the day on which it is made, whatever the period. */
  readonly held: Readonly<Record<'residents' | 'card' | 'pin' | 'face', number>> & {
    /** Of the faces: those that open only with a key on their owner's card. */
    readonly bound: Counted
  }
  readonly kept: { readonly templateMonths: number; readonly namedEventsDays: number; readonly consentDays: number }
  /** By kind of event and role; `daemon`: the gate itself. `all`, `fewerThan`: of nobody's role (maskMinds). */
  readonly done: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly requests: { readonly open: number; readonly overdue: number }
  readonly assessment: 'none' | 'stale' | 'current'
}

/** What people decided, how it ended, and each look at somebody's file: the kinds of event that this report counts. */
export const privacyKinds = [
  ...['consent_confirmed', 'consent_refused', 'consent_withdrawn', 'consents_expired', 'consent_handed_over'],
  ...['templates_added', 'templates_erased', 'resident_erased', 'resident_removed', 'resident_read'],
  ...['retention_purged', 'backup_made', 'faces_stopped', 'request_added', 'request_closed'],
] as const
type PrivacyKind = (typeof privacyKinds)[number]
export const isPrivacyKind = (kind: string): kind is PrivacyKind => privacyKinds.some((one) => one === kind)

export const countNoted = (noted: Iterable<Noted>): PrivacyReport['done'] => {
  const counted: Record<string, Record<string, number>> = {}
  for (const { kind, role = 'daemon' } of noted) {
    if (!isPrivacyKind(kind)) continue
    const of = counted[kind] ?? {}
    counted[kind] = { ...of, [role]: (of[role] ?? 0) + 1 }
  }
  return counted
}

/** These say something of one person's mind. */
const ownMind: readonly PrivacyKind[] = ['consent_refused', 'consent_withdrawn']
const sumOf = (by: Readonly<Record<string, number>> | undefined): number =>
  Object.values(by ?? {}).reduce((sum, one) => sum + one, 0)

/** As it may leave the gate: of what somebody decided about himself neither who wrote it down nor a number that is small; none is small. */
export const maskMinds = (counted: PrivacyReport['done']): PrivacyReport['done'] => ({
  ...counted,
  ...Object.fromEntries(
    ownMind.map((kind) => {
      const sum = sumOf(counted[kind])
      return [kind, sum < FEW ? { fewerThan: FEW } : { all: sum }]
    }),
  ),
})

const words: Readonly<Record<PrivacyKind, readonly [en: string, zh: string]>> = {
  consent_confirmed: ['consents given and confirmed by the person', '本人确认的同意'],
  consent_refused: ['refusals', '拒绝'],
  consent_withdrawn: ['withdrawals', '撤回'],
  consents_expired: ['times at which consents ran out', '同意到期处理次数'],
  consent_handed_over: ['consents ended by a change of operator', '因更换运营者结束的同意'],
  templates_added: ['faces enrolled', '录入人脸'],
  templates_erased: ['times at which deleted faces were proved gone', '证明删除完成的次数'],
  resident_erased: ['people erased with a receipt', '应要求彻底删除的人数'],
  resident_removed: ['people removed', '移除的人数'],
  resident_read: ['looks at one person’s whole file', '查看某人全部信息的次数'],
  retention_purged: ['clean-ups of what is kept too long', '到期清理次数'],
  backup_made: ['backups, without faces', '备份次数（不含人脸）'],
  faces_stopped: ['stops of all faces', '停用全部人脸的次数'],
  request_added: ['requests received', '收到的请求'],
  request_closed: ['requests answered', '已办结的请求'],
}

const showNumber = (by: Readonly<Record<string, number>>, zh: boolean): string =>
  'fewerThan' in by ? (zh ? `少于 ${by['fewerThan']}` : `fewer than ${by['fewerThan']}`) : String(sumOf(by))

/** Who did something, by the role of the socket. */
export const roleNames: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  daemon: ['the gate itself', '门禁自身'],
  office: ['the office', '物业'],
  guard: ['a guard', '保安'],
  technician: ['a technician', '技术员'],
  auditor: ['an auditor', '审计'],
  root: ['the administrator', '管理员'],
  resident: ['the person himself', '本人'],
}

const tableOf = ({ done }: PrivacyReport, zh: boolean): Block => ({
  kind: 'table',
  caption: zh ? '本期发生的处理' : 'What happened in this period',
  head: zh ? ['事项', '次数', '由谁'] : ['What', 'Times', 'By whom'],
  rows: privacyKinds.map((kind) => {
    const by = done[kind] ?? {}
    const isMasked = ownMind.includes(kind)
    const named = Object.keys(by)
      .toSorted()
      .map((role) => roleNames[role]?.[zh ? 1 : 0] ?? role)
    const who = isMasked ? (zh ? '不列出' : 'not told') : named.join(zh ? '、' : ', ') || '–'
    return [words[kind][zh ? 1 : 0], showNumber(by, zh), who]
  }),
})

const assessed = {
  none: ['none was signed yet', '尚未签署'],
  stale: ['signed, and out of date since: “report impact” says why', '已签署，但已过期，原因见“report impact”'],
  current: ['signed, and it fits the gate as it runs', '已签署，与运行中的门禁一致'],
} as const

const boundOf = (bound: Counted): readonly [en: string, zh: string] =>
  typeof bound === 'number'
    ? [String(bound), `${bound} 人`]
    : [`fewer than ${bound.fewerThan}`, `不足 ${bound.fewerThan} 人`]

export const writePrivacy = (report: PrivacyReport, language: Language): Document => {
  const zh = language === 'zh-CN'
  const { held, kept, requests } = report
  const t = (en: string, chinese: string) => (zh ? chinese : en)
  return {
    language,
    title: t(
      `What the gate “${report.gate}” holds of people, and what was done with it`,
      `“${report.gate}”门保存了什么、如何处理`,
    ),
    blocks: [
      ...(report.sample ? [saySample(language)] : []),
      say(t(`${report.from} to ${report.to}.`, `${report.from} 至 ${report.to}。`)),
      say(
        t(
          `No picture is kept. ${held.face} of ${held.residents} residents chose face; ${held.card} cards and ${held.pin} codes open the same doors.`,
          `不保存图像。${held.residents} 名住户中 ${held.face} 人选择了人脸；另有 ${held.card} 张卡、${held.pin} 个密码可开同样的门。`,
        ),
        'answer',
      ),
      say(
        t(
          `Of these faces ${boundOf(held.bound)[0]} open only with a key that lies on the resident’s own card: the gate cannot open them, and compares them with nobody, without it.`,
          `其中${boundOf(held.bound)[1]}的人脸只能用住户本人卡内的密钥打开：没有该卡，门禁无法打开，也不与任何人比对。`,
        ),
      ),
      tableOf(report, zh),
      head(t('How long it is kept', '保存期限')),
      points([
        t(
          `A face: until it is withdrawn, at most ${kept.templateMonths} months.`,
          `人脸：至撤回为止，最长 ${kept.templateMonths} 个月。`,
        ),
        t(
          `Who passed: ${spellDays(kept.namedEventsDays, language)}; after that only that somebody did.`,
          `通行人员：${spellDays(kept.namedEventsDays, language)}；之后只留有人通行的事实。`,
        ),
        t(
          `An ended consent, as evidence: ${spellDays(kept.consentDays, language)}.`,
          `已结束的同意书（凭据）：${spellDays(kept.consentDays, language)}。`,
        ),
      ]),
      head(t('What is still to be done', '待办')),
      points([
        t(
          `Requests open: ${requests.open}, of which overdue: ${requests.overdue}.`,
          `未结请求：${requests.open} 件，其中逾期 ${requests.overdue} 件。`,
        ),
        t(`Assessment of impact: ${assessed[report.assessment][0]}.`, `影响评估：${assessed[report.assessment][1]}。`),
      ]),
      say(
        t(
          `Refusals and withdrawals: fewer than ${FEW} are not counted out, and nobody is told who wrote them down. A neighbour could guess whose they are.`,
          `拒绝或撤回少于 ${FEW} 次时不列出具体数目，也不列出由谁登记，以免被猜出是谁。`,
        ),
      ),
    ],
  }
}
