// The commands about codes and about who leaves a room, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import { removalReasons } from '../core/removal.ts'
import { row } from './verb-row.ts'
import type { OptionSpec, Verb } from './verbs.ts'

const text = (value: string, most: number): OptionSpec => ({ type: 'text', value, most })

export const codeVerbs: readonly Verb[] = [
  row(
    'household move-out',
    ['ROOM'],
    'At TIME, by the gate’s clock, the cards, codes, faces and passes of this household end together, and its persons are removed, each with a receipt. The room’s name is free for the next household at once. --cancel: it stays.',
    '到 TIME（门禁所在时区），该户的卡、密码、人脸和访客凭证同时失效，人员逐一删除并出具回执。房号立即可供下一户使用。--cancel：取消。',
    { at: text('YYYY-MM-DDTHH:MM', 16), cancel: { type: 'flag' } },
  ),
  row(
    'resident remove',
    ['RESIDENT'],
    'Removes the person and every credential, and nobody else’s. After a death --request names the near relatives’ entry in the register, which is closed with it.',
    '删除该住户及其全部凭证，不影响他人。因死亡删除时，可用 --request 指明近亲属请求的登记编号，并一并办结。',
    { because: { type: 'choice', options: removalReasons }, request: text('NUMBER', 12) },
  ),
  row(
    'pin duress',
    ['RESIDENT'],
    'Sets a second code beside his own, read from the input: it opens all the same and calls for help without a sign. --end: none any more.',
    '在原密码之外设置胁迫密码（从输入读取）：照常开门，同时无声报警。--end：取消。',
    { end: { type: 'flag' } },
  ),
]
