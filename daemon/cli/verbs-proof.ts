// The commands about consents asked and refused, receipts and requests, as rows of the table of commands. Does nothing itself. Read by
// verbs.ts.

import { requestKinds } from '../store/requests.ts'
import { row } from './verb-row.ts'
import type { OptionSpec, Verb } from './verbs.ts'
import { as, out } from './verbs-pages.ts'

const text = (value: string, most: number): OptionSpec => ({ type: 'text', value, most })

export const proofVerbs: readonly Verb[] = [
  row(
    'consent ask',
    ['RESIDENT'],
    'Before anybody is asked for his face: refused after a no and within 48 hours. --by resident: he asks himself.',
    '询问人脸之前登记：拒绝之后及 48 小时内不得询问。--by resident：本人主动提出。',
    { by: { type: 'choice', options: ['office', 'resident'] } },
  ),
  row(
    'consent ending',
    [],
    'Consents that run out within so many days (30), for a reminder by the office; nobody is reminded at the gate.',
    '将在指定天数内（默认 30 天）到期的同意，供物业提醒；门口不提醒任何人。',
    { days: { type: 'whole', value: 'DAYS', least: 1, most: 366 } },
  ),
  row(
    'consent refuse',
    ['RESIDENT'],
    'Records a no, with a receipt; nobody asks again.',
    '登记拒绝并出具回执；不再询问。',
  ),
  row('log head', [], 'The record’s head as a short code for the notice board.', '链首短码，供公告栏张贴。', {
    month: text('YYYY-MM', 7),
  }),
  row(
    'receipt show',
    ['NUMBER'],
    'A signed receipt, to print and to keep. --as: with a page around it that says what it means.',
    '已签署的回执，供打印留存。--as：附说明的页面。',
    { as, out },
  ),
  row('key show', [], 'The gate’s public key and its fingerprint, as on the sign.', '本门公钥及其指纹（与告示一致）。'),
  row(
    'request add',
    ['KIND'],
    `Enters a request into the register, with its due date. KIND: ${requestKinds.join(', ')}.`,
    `登记请求及其期限。KIND：${requestKinds.join('、')}。`,
    { resident: text('RESIDENT', 40), asked: { type: 'date', value: 'YYYY-MM-DD' } },
  ),
  row(
    'request list',
    [],
    'Open requests and when they are due; --all: closed ones too.',
    '未结请求及期限；--all 含已结。',
    {
      all: { type: 'flag' },
    },
  ),
  row(
    'request close',
    ['NUMBER'],
    'How a request ended and what it cost the resident; a refusal says why.',
    '登记办理结果及住户承担的费用；拒绝须说明理由。',
    {
      outcome: { type: 'choice', options: ['given', 'refused'], required: true },
      cost: text('YUAN', 10),
      because: text('TEXT', 200),
    },
  ),
]
