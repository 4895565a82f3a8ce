// The commands about cards with keys, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import { row } from './verb-row.ts'
import type { OptionSpec, Verb } from './verbs.ts'

const reader: OptionSpec = { type: 'text', value: 'READER', most: 32 }

export const cardVerbs: readonly Verb[] = [
  row(
    'card issue',
    ['RESIDENT'],
    'Writes a key of its own into a blank DESFire or NTAG 424 at the reader with use: desk, or renews it; interrupted, run it again. --sdm: an NTAG 424 mirrors a counted message instead, which is weaker.',
    '在 use: desk 的读卡器上为空白 DESFire 或 NTAG 424 写入专属密钥，或更新密钥；中断后重新运行即可。--sdm：让 NTAG 424 改为发送带计数的消息（较弱）。',
    { reader, sdm: { type: 'flag' } },
  ),
  row(
    'card report',
    [],
    'Cards that can be copied, or have a key of an older generation: how many, and which.',
    '可被复制的卡和使用旧密钥的卡：数量及清单。',
  ),
  row(
    'key rotate',
    ['KEY'],
    'KEY is site-card: a new generation of the cards’ key. Cards of the one before go on opening, and are renewed by `card issue`.',
    'KEY 为 site-card：生成新一代卡片密钥。上一代的卡继续有效，并用 `card issue` 更新。',
    { 'drop-older': { type: 'flag' } },
  ),
]
