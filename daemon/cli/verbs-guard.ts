// The guard's own commands, as rows of the table of commands, and how their answers read. Does nothing itself. Read by verbs.ts and
// show.ts.

import type { Language } from '../../config/words.ts'
import { pick } from './context.ts'
import { row } from './verb-row.ts'
import type { Verb } from './verbs.ts'

export const guardVerbs: readonly Verb[] = [
  row(
    'motor stop',
    [],
    'Stops a gate motor where it stands; the next opening goes on.',
    '让电机门就地停住；下一次开门照常。',
  ),
  row(
    'call answer',
    [],
    'Tells whoever pressed the call button that he was heard; opens nothing.',
    '应答门前的呼叫：告诉来人已听到；不开门。',
  ),
  row(
    'motor close',
    [],
    'Closes a gate motor by one impulse: only for whoever sees the gate, and never while its light barrier is interrupted.',
    '发一个脉冲关闭电机门：执行者须看得到门；光电被遮挡时绝不关门。',
  ),
  {
    name: 'card lost',
    words: [],
    where: 'daemon',
    en: 'Ends a lost card by its room. Of several: --card names it, or --all ends them all; codes go on.',
    zh: '按房号挂失卡。有多张时：--card 指定，或 --all 全部；密码不受影响。',
    options: {
      room: { type: 'text', value: 'ROOM', most: 40, required: true },
      card: { type: 'text', value: 'CREDENTIAL', most: 40 },
      all: { type: 'flag' },
    },
  },
]

export const showsOfGuard = {
  'motor stop': (_: unknown, language: Language) =>
    pick(language, 'stopped; the next opening goes on', '已停止；下一次开门照常'),
  'motor close': ({ ref }: { readonly ref: string }, language: Language) =>
    pick(
      language,
      `closing, event ${ref}; watch the gate: \`evengate motor stop\``,
      `正在关门，事件 ${ref}；请看着门：\`evengate motor stop\` 可停止`,
    ),
  'call answer': ({ side }: { readonly side: string }, language: Language) =>
    pick(language, `answered; it is said at the ${side}`, `已应答，并在${side === 'exit' ? '出口' : '入口'}提示`),
  'card lost': ({ room, ended }: { readonly room: string; readonly ended: readonly string[] }, language: Language) =>
    pick(language, `ended in ${room}: ${ended.join(', ')}`, `${room} 已挂失：${ended.join('、')}`),
}
