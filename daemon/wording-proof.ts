// The lines for what is refused about receipts, requests and what was asked. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const proofLines: Readonly<Record<string, Line>> = {
  // asked and refused
  consent_refused: [
    'The resident has said no; nobody asks again until he asks himself: `evengate consent ask RESIDENT --by resident`.',
    '住户已表示拒绝；除非本人主动提出，不得再询问：`evengate consent ask RESIDENT --by resident`。',
  ],
  asked_lately: ['He was asked within the last 48 hours; leave him in peace.', '48 小时内已询问过；请勿打扰。'],
  guardian_minor: ['A guardian is an adult: at least 18 years old.', '监护人须年满十八周岁。'],
  gate_unknown: ['The store knows no gate of this name.', '数据库中没有此门。'],
  confirmation_late: [
    'The resident’s own act came more than 10 minutes after the form: record the consent anew.',
    '本人确认距登记已超过 10 分钟：请重新登记同意书。',
  ],
  // receipts
  receipt_unknown: [
    'No receipt has this number; it is the one that the gate told the resident.',
    '没有此编号的回执；编号由门前告知住户。',
  ],
  receipt_malformed: ['This is no receipt of a gate, or not the whole of it.', '这不是门禁回执，或内容不完整。'],
  receipt_key_other: [
    'Another key signed this receipt: it is another gate’s, or the gate’s key was replaced. Compare the fingerprint with the sign.',
    '此回执由另一密钥签署：属于另一道门，或本门密钥已更换。请与告示上的指纹核对。',
  ],
  receipt_altered: ['The receipt was altered after it was signed.', '回执在签署后被改动。'],
  receipt_unreadable: ['This file cannot be read.', '无法读取该文件。'],
  log_rewritten: [
    'The record is not the one of that day: it was rewritten after it was witnessed. Keep the receipt or code, and the disk as it is.',
    '记录已非当日的记录：在留证之后被改写。请保留回执或代码，并保持磁盘原状。',
  ],
  head_malformed: ['This is no code of a head; look for a slip of the pen.', '代码无效；请检查是否抄错。'],
  head_missing: ['The record has no event up to then.', '截至该时间没有任何记录。'],
  month_malformed: ['A month is written YYYY-MM.', '月份格式为 YYYY-MM。'],
  month_not_over: ['This month is not over; its head is not the last one.', '该月尚未结束；链首未定。'],
  // requests
  request_unknown: [
    'No request has this number; `evengate request list --all`.',
    '没有此编号的请求；请看 `evengate request list --all`。',
  ],
  request_kind_unknown: [
    'One of access, copy, correction, deletion, another_way, near_relatives, complaint.',
    '可选 access、copy、correction、deletion、another_way、near_relatives、complaint。',
  ],
  request_closed: ['This request is closed already.', '该请求已结。'],
  request_dates: [
    'A request was made by now and within the last year; look at --asked and at the clock.',
    '请求日期须在今天之前一年以内；请检查 --asked 和时钟。',
  ],
  request_unreasoned: [
    'Whoever refuses a request says why: add --because TEXT.',
    '拒绝请求须说明理由：请加 --because。',
  ],
  cost_malformed: ['A cost is written as 12.50.', '费用格式如 12.50。'],
  number_not_event: ['A number of digits, as the gate told it.', '请输入数字编号。'],
}
