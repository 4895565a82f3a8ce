// The command for another operator, as a row of the table of commands. Does nothing itself. Read by verbs.ts.

import type { Verb } from './verbs.ts'

export const handoverVerbs: readonly Verb[] = [
  {
    name: 'handover',
    words: [],
    options: { to: { type: 'text', value: 'NAME', most: 200, required: true } },
    where: 'daemon',
    en: 'Another operator takes over: rooms, cards, codes and rights stay, every former face is erased with a receipt. NAME as in operator.name.',
    zh: '更换运营者：房号、卡、密码和权限不变，原有人脸逐一删除并出具回执。NAME 须与 operator.name 一致。',
  },
]
