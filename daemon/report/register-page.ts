// The register of requests as a page: what people asked of the operator, until when it was due, how it ended and what it cost them. For
// whoever inspects the gate, so that it names nobody and quotes no reason, which may name somebody. Pure. Called by the evidence folder.

import type { Language } from '../../config/words.ts'
import type { RequestKind } from '../store/requests.ts'
import { spellMinute } from './deadlines.ts'
import { type Document, say, saySample } from './document.ts'

/** One request, of nobody. */
export type RegisterLine = {
  readonly kind: RequestKind
  readonly askedAt: number
  readonly dueAt: number
  readonly closedAt: number | null
  readonly outcome: 'given' | 'refused' | null
  readonly costFen: number | null
}

export const kindNames: Readonly<Record<RequestKind, readonly [en: string, zh: string]>> = {
  access: ['to see what is held', '查阅'],
  copy: ['a copy', '复制'],
  correction: ['a correction', '更正'],
  deletion: ['a deletion', '删除'],
  another_way: ['another way in', '其他通行方式'],
  near_relatives: ['near relatives of a resident who has died', '近亲属'],
  complaint: ['a complaint', '投诉'],
}

const spellEnd = ({ closedAt, outcome, dueAt }: RegisterLine, at: number, zone: string, zh: boolean): string => {
  const isLate = (closedAt ?? at) > dueAt
  const late = isLate ? (zh ? '，逾期' : ', LATE') : ''
  if (closedAt === null) return `${zh ? '未结' : 'open'}${late}`
  const how = outcome === 'given' ? (zh ? '已办理' : 'given') : zh ? '已拒绝，附理由' : 'refused, with a reason'
  return `${how} ${spellMinute(closedAt, zone).slice(0, 10)}${late}`
}

/** `at`: when the page is made. */
export const writeRegister = (
  lines: readonly RegisterLine[],
  {
    at,
    timeZone,
    gate,
    sample,
  }: { readonly at: number; readonly timeZone: string; readonly gate: string; readonly sample?: true },
  language: Language,
): Document => {
  const zh = language === 'zh-CN'
  const n = zh ? 1 : 0
  const day = (instant: number) => spellMinute(instant, timeZone).slice(0, 10)
  return {
    language,
    title: zh ? `“${gate}”门的请求登记簿` : `What people asked of the operator of the gate “${gate}”`,
    blocks: [
      ...(sample ? [saySample(language)] : []),
      say(
        zh
          ? '要求其他通行方式和投诉须在 10 日内答复，其余 15 日内。本页不写姓名，也不写拒绝理由（理由在登记簿中）。'
          : 'Another way in and a complaint are to be answered within 10 days, everything else within 15. Nobody is named here, and no reason of a refusal is quoted: the register holds it.',
      ),
      lines.length === 0
        ? say(zh ? '本期没有请求。' : 'Nothing was asked in this period.', 'answer')
        : {
            kind: 'table',
            caption: zh ? '请求' : 'Requests',
            head: zh
              ? ['事项', '提出', '期限', '结果', '住户承担费用']
              : ['What', 'Asked', 'Due', 'How it ended', 'Cost to the resident'],
            rows: lines.map((line) => [
              kindNames[line.kind][n],
              day(line.askedAt),
              day(line.dueAt),
              spellEnd(line, at, timeZone, zh),
              line.costFen === null ? '–' : (line.costFen / 100).toFixed(2),
            ]),
          },
    ],
  }
}
