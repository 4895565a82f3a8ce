// The lines for rights, modes and anti-passback. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const ruleLines: Readonly<Record<string, Line>> = {
  right_unknown: [
    'No such right; `evengate right list RESIDENT` shows them.',
    '没有此权限；用 `evengate right list RESIDENT` 查看。',
  ],
  right_ends_before: ['The last day lies before the first.', '结束日早于开始日。'],
  time_unknown: [
    'There is no such time; write it YYYY-MM-DDTHH:MM, by the gate’s clock.',
    '没有此时间；格式为 YYYY-MM-DDTHH:MM，按门禁所在时区。',
  ],
  lockdown_not_on: ['There is no lockdown.', '门禁未处于封锁状态。'],
  mode_unknown: [
    'Modes are controlled, open and evacuation; `lockdown on` is a command of its own.',
    '模式为 controlled、open、evacuation；封锁请用 `lockdown on`。',
  ],
  clock_stepped: [
    'The clock was set while the gate ran; `log tail` says by how much. Dates decide by it: see that the time service is right.',
    '运行中时钟被调整，幅度见 `log tail`。日期判断以它为准，请检查时间服务。',
  ],
  holidays_missing: [
    'The holidays of a year are missing: what depends on workdays stays closed in it. Write the year under `calendar`.',
    '缺少某年的节假日：依赖工作日的时段在该年不开放。请在 `calendar` 中填写。',
  ],
}
