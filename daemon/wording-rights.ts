// The lines for rights that can never apply. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const rightLines: Readonly<Record<string, Line>> = {
  right_ended: [
    'The right has ended; end it by `evengate right revoke`, or grant another.',
    '权限已到期；请用 `evengate right revoke` 撤销，或重新授予。',
  ],
  right_schedule_gone: [
    'The right names a schedule that is not in the configuration and opens at no time; write the schedule, or grant another right.',
    '权限引用的时间表不在配置中，任何时候都不开放；请补上时间表，或重新授予权限。',
  ],
  right_never_opens: [
    'The right’s hours never come while it lasts: its days lie outside its dates, or in a year that calendar does not know.',
    '权限有效期内没有开放的时段：日期不符，或 calendar 中没有该年份。',
  ],
  right_path_absent: [
    'He holds nothing that the entry has a reader, keypad or camera for; give him a credential of another kind.',
    '其凭证在入口没有对应的读卡器、键盘或摄像头；请另发其他凭证。',
  ],
  right_pair_unheld: [
    'Two proofs are asked for and he holds none of the pairs; give him the other.',
    '需要两种凭证，而其持有的不足以组成任何一对；请补发另一种。',
  ],
  right_denied: ['At the next hours of the right he would be denied', '在该权限的下一时段仍会被拒绝'],
  pair_nobody: [
    'Nobody holds a pair of proofs that is asked for there; give out cards and codes first.',
    '无人持有此处要求的任何一对凭证；请先发卡、设码。',
  ],
  group_nobody: [
    'The schedule waits for the first of a group of which there is nobody; `evengate resident change --group`.',
    '时间表等待某类人员先到，但没有此类人员；请用 `evengate resident change --group`。',
  ],
  first_person_nobody: [
    'The schedule waits for the first of a group of which nobody can come first: each waits himself, or holds no card or code.',
    '时间表等待某类人员先到，但此类人员都无法先进入：各自也在等待，或没有卡和密码。',
  ],
  rights_not_looked_at: ['rights were not looked at', '未检查权限'],
  rights_cut: ['more than are listed; in all', '未全部列出；共计'],
}
