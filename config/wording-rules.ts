// What is said about schedules, calendar, openings and anti-passback. Both languages, one line each, what is wrong and what to do. Read
// by wording.ts alone.

import type { Text } from './wording-file.ts'

export const rulesWording = {
  schedule_days_malformed: {
    en: 'Days are 1 to 7 (1 is Monday), from-to such as 1-5, workday or restday; change {given}.',
    'zh-CN': '日子写作 1 到 7（1 为星期一）、如 1-5 的范围、workday 或 restday；请修改 {given}。',
  },
  schedule_id_malformed: {
    en: 'A schedule’s name is 1 to 32 characters of a–z, 0–9 and -, and not always; change {given}.',
    'zh-CN': '时间表名称为 1 到 32 个字符，限 a–z、0–9 和 -，不能是 always；请修改 {given}。',
  },
  calendar_day_malformed: {
    en: 'A day is written YYYY-MM-DD; change {given}.',
    'zh-CN': '日期写作 YYYY-MM-DD；请修改 {given}。',
  },
  schedule_twice: { en: 'There are two schedules {id}; rename one.', 'zh-CN': '有两个名为 {id} 的时间表；请改名。' },
  schedule_not_there: {
    en: 'There is no schedule {id}; add it under schedules.',
    'zh-CN': '没有时间表 {id}；请在 schedules 下添加。',
  },
  two_factor_during_nothing: {
    en: 'The {side} side asks for no pairs; add twoFactor there, or remove twoFactorDuring.',
    'zh-CN': '{side} 侧没有成对凭证的要求；请在该侧添加 twoFactor，或删除 twoFactorDuring。',
  },
  calendar_day_wrong: {
    en: '{day} is no day of {year}; correct it.',
    'zh-CN': '{day} 不是 {year} 年的日期；请改正。',
  },
  calendar_day_twice: {
    en: '{day} is both a holiday and a workday; remove one.',
    'zh-CN': '{day} 同时是假日和工作日；请删除其一。',
  },
  passback_without_exit: {
    en: 'Anti-passback needs a reader, keypad or camera at the exit, or nobody is ever seen to leave; add one under sides.exit, or remove passback.',
    'zh-CN': '防反传需要出口侧有读卡器、键盘或摄像头，否则无人被记录外出；请在 sides.exit 下添加，或删除 passback。',
  },
  passback_without_end: {
    en: 'Whoever leaves by the exit button is not seen to leave, and is denied until the office resets him; write passback.forgetAt, passback.forgetAfterMinutes, or kind: soft.',
    'zh-CN':
      '按出门按钮外出者不会被记录，再次进入会被拒绝直到物业复位；请填写 passback.forgetAt 或 passback.forgetAfterMinutes，或写 kind: soft。',
  },
} as const satisfies Record<string, Text>
