// The guard's own commands, as rows of the table of commands, and how their answers read. Does nothing itself. Read by verbs.ts and
// show.ts.

import type { Language } from '../../config/words.ts'
import { pick } from './context.ts'
import type { Verb } from './verbs.ts'

export const guardVerbs: readonly Verb[] = [
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
  'card lost': ({ room, ended }: { readonly room: string; readonly ended: readonly string[] }, language: Language) =>
    pick(language, `ended in ${room}: ${ended.join(', ')}`, `${room} 已挂失：${ended.join('、')}`),
}
