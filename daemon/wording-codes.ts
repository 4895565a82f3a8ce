// The lines for codes and for households that leave. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const codeLines: Readonly<Record<string, Line>> = {
  code_repeats: [
    'A piece repeated or mirrored is soon guessed; choose another code.',
    '重复或对称的数字容易被猜到；请另选密码。',
  ],
  code_few_digits: ['A code has at least three different digits.', '密码至少含三个不同的数字。'],
  code_is_number: [
    'The number that is typed first must not stand in the code; choose another.',
    '密码中不得含有号码本身；请另选。',
  ],
  code_date: [
    'A date is soon guessed, a birthday first of all; choose another code.',
    '日期（尤其是生日）容易被猜到；请另选密码。',
  ],
  code_common: [
    'This code is among the first that a stranger tries; choose another.',
    '此密码是陌生人最先尝试的密码之一；请另选。',
  ],
  code_is_other: ['The code and the one for duress must differ; choose another.', '密码与胁迫密码不得相同；请另选。'],
  code_not_held: [
    'The resident holds no code that is valid; `evengate pin set` first.',
    '住户没有有效的密码；请先运行 `evengate pin set`。',
  ],
  code_changed: ['The code was changed in the same moment; try again.', '密码刚刚被更改；请重试。'],
  code_ends_before: [
    'This day is over; a code is valid to the end of a day to come.',
    '该日期已过；密码须有效至将来某日结束。',
  ],
  household_stays: [
    'Nobody leaves this room; `evengate household list` shows who does.',
    '该房号没有待迁出的住户；用 `evengate household list` 查看。',
  ],
  household_ended: ['This household has ended; nothing begins in it any more.', '该户已迁出，不能再登记。'],
  household_holds: ['Somebody of this household still holds something.', '该户仍有人持有凭证。'],
  move_out_past: [
    'This time is over; write the minute that is now, or a later one.',
    '该时间已过；请填写当前或以后的时间。',
  ],
  move_out_far: ['A move-out lies at most a year ahead.', '迁出时间最多为一年之后。'],
  relatives_request_missing: [
    'No open request of near relatives has this number; `evengate request list`.',
    '没有此编号的未结近亲属请求；用 `evengate request list` 查看。',
  ],
  relatives_request_other: ['This request is about somebody else.', '该请求涉及他人。'],
  request_without_death: [
    'A request of near relatives goes with --because death.',
    '近亲属请求须与 --because death 一起使用。',
  ],
  duress: [
    'DURESS: somebody forces a resident to open. The gate shows nothing. Send help; do not ask at the gate.',
    '胁迫报警：有住户被迫开门。门前无任何提示。请派人支援，勿在门前询问。',
  ],
}
