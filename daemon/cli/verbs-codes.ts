// The commands about codes and about who leaves a room, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import type { Verb } from './verbs.ts'

const row = (name: string, words: readonly string[], en: string, zh: string, options: Verb['options'] = {}): Verb => ({
  name,
  words,
  options,
  where: 'daemon',
  en,
  zh,
})

export const codeVerbs: readonly Verb[] = [
  row(
    'pin duress',
    ['RESIDENT'],
    'Sets a second code beside his own, read from the input: it opens all the same and calls for help without a sign. --end: none any more.',
    '在原密码之外设置胁迫密码（从输入读取）：照常开门，同时无声报警。--end：取消。',
    { end: { type: 'flag' } },
  ),
]
