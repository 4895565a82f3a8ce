// The commands about visitors' passes, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import { sides } from '../../config/words.ts'
import { PASS_USES_LIMIT } from '../core/pass.ts'
import type { OptionSpec, Verb } from './verbs.ts'
import { out } from './verbs-pages.ts'

const text = (value: string, most: number): OptionSpec => ({ type: 'text', value, most })

export const passVerbs: readonly Verb[] = [
  {
    name: 'pass issue',
    words: ['RESIDENT'],
    where: 'daemon',
    en: 'A pass for a visitor of this resident, as a code and a QR, each shown this once. --until noon: the next. --hours: from the first use on. --days: 1 is Monday, or dates. --out: .html to print, .svg or .png to send.',
    zh: '为该住户的访客签发通行证（密码和二维码，仅显示一次）。--until noon：至下一个中午。--hours：自首次使用起。--days：1 为星期一，或日期。--out：.html 打印页，.svg 或 .png 图片。',
    options: {
      from: text('YYYY-MM-DDTHH:MM', 16),
      until: text('YYYY-MM-DDTHH:MM', 16),
      uses: { type: 'whole', value: 'N', least: 1, most: PASS_USES_LIMIT },
      days: text('DAY,…', 400),
      hours: { type: 'whole', value: 'HOURS', least: 1, most: 8784 },
      side: { type: 'choice', options: sides },
      as: { type: 'choice', options: ['page', 'large'] },
      out,
    },
  },
  {
    name: 'pass list',
    words: [],
    where: 'daemon',
    en: 'Passes that may still be used; --all: also those that are over.',
    zh: '仍可使用的通行证；--all：含已失效的。',
    options: { all: { type: 'flag' } },
  },
  {
    name: 'pass revoke',
    words: ['PASS'],
    where: 'daemon',
    en: 'Ends a pass.',
    zh: '撤销通行证。',
    options: {},
  },
]
