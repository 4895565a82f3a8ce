// Answers about consents, receipts and requests as text for people. A receipt is printed as it was signed, so that the output is the
// file to keep. Called by show.ts.

import type { Language } from '../../config/words.ts'
import type { ListedRequest } from '../commands/requests.ts'
import type { ConsentState, EndingConsent, RequestLine } from '../store/proof-reads.ts'
import type { RequestKind } from '../store/requests.ts'
import { pick } from './context.ts'
import { showInstant } from './show-event.ts'

const states: Readonly<Record<ConsentState, readonly [en: string, zh: string]>> = {
  none: ['no consent', '没有同意书'],
  asked: ['asked, not answered', '已询问，未答复'],
  asserted: ['written down, not confirmed by the resident: enrols nobody', '已登记，本人未确认：不能录入人脸'],
  given: ['given', '已同意'],
  refused: ['refused: do not ask', '已拒绝：请勿再询问'],
  stale: ['given to another notice or model: face is paused', '告知或模型已变更：人脸暂停'],
  withdrawn: ['withdrawn: do not ask', '已撤回：请勿再询问'],
  expired: ['expired', '已到期'],
}

export const showState = (state: ConsentState, language: Language): string => {
  const [en, zh] = states[state]
  return pick(language, en, zh)
}

const kinds: Readonly<Record<RequestKind, readonly [en: string, zh: string]>> = {
  access: ['access', '查阅'],
  copy: ['copy', '复制'],
  correction: ['correction', '更正'],
  deletion: ['deletion', '删除'],
  another_way: ['another way in', '其他通行方式'],
  near_relatives: ['near relatives', '近亲属'],
  complaint: ['complaint', '投诉'],
}

const spellCost = (fen: number): string => (fen / 100).toFixed(2)

/** `overdue` is for whoever answers for it. */
export const showRequest = (line: RequestLine & { readonly overdue?: boolean }, language: Language): string => {
  const [en, zh] = kinds[line.kind]
  const ended =
    line.closedAt === null
      ? pick(language, line.overdue ? 'OVERDUE' : 'open', line.overdue ? '已逾期' : '未结')
      : [
          showInstant(line.closedAt),
          line.outcome === 'given' ? pick(language, 'given', '已办理') : pick(language, 'refused', '已拒绝'),
          pick(language, `cost ${spellCost(line.costFen ?? 0)}`, `费用 ${spellCost(line.costFen ?? 0)} 元`),
          line.because ?? '',
        ].join('  ')
  const due = pick(language, 'due', '期限')
  return `${line.number}  ${pick(language, en, zh)}  ${line.residentId ?? '-'}  ${showInstant(line.askedAt)}  ${due} ${showInstant(line.dueAt)}  ${ended}`
}

type Ids = Readonly<Record<string, string>>

export const showsOfProof = {
  'consent ask': (_: unknown, language: Language) => pick(language, 'recorded', '已登记'),
  'consent ending': (lines: readonly EndingConsent[], language: Language) =>
    lines.length === 0
      ? pick(language, 'none', '暂无')
      : lines.map(({ residentId, room, expiresAt }) => `${showInstant(expiresAt)}  ${room}  ${residentId}`).join('\n'),
  'consent refuse': ({ receipt }: Ids, language: Language) =>
    pick(
      language,
      `refused; nobody asks again. Receipt: evengate receipt show ${receipt}`,
      `已拒绝，不再询问。回执：evengate receipt show ${receipt}`,
    ),
  'receipt show': ({ receipt }: Ids) => (receipt ?? '').trimEnd(),
  'key show': ({ fingerprint, publicKey }: Ids) => `${publicKey}fingerprint: ${fingerprint}`,
  'log head': ({ code }: Ids) => String(code),
  'request add': ({ request, dueAt }: Ids, language: Language) =>
    pick(
      language,
      `request ${request}, due ${showInstant(Number(dueAt))}`,
      `请求 ${request}，期限 ${showInstant(Number(dueAt))}`,
    ),
  'request list': (lines: readonly ListedRequest[], language: Language) =>
    lines.length === 0 ? pick(language, 'none', '暂无') : lines.map((line) => showRequest(line, language)).join('\n'),
  'request close': ({ request }: Ids, language: Language) => pick(language, `closed: ${request}`, `已结：${request}`),
} as const
