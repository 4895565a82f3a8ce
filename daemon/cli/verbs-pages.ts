// The commands that write pages for people, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import { looks } from '../report/document.ts'
import { IMPACT_AUTHOR_CHARACTERS, impactParts } from '../store/assessment.ts'
import type { OptionSpec, Verb } from './verbs.ts'

const period = {
  from: { type: 'date', value: 'YYYY-MM-DD' },
  to: { type: 'date', value: 'YYYY-MM-DD' },
} as const
export const as: OptionSpec = { type: 'choice', options: looks }
/** Where the page goes: a new file. */
export const out: OptionSpec = { type: 'text', value: 'FILE', most: 4096 }
const page = (
  name: string,
  en: string,
  zh: string,
  options: Verb['options'] = {},
  where: Verb['where'] = 'here',
): Verb => ({
  name,
  words: [],
  options: { as, out, ...options },
  where,
  en,
  zh,
})

export const pageVerbs: readonly Verb[] = [
  page(
    'notice sign',
    'The sign for the gate, with the fingerprint of its key; asks the running gate.',
    '门口告示，含本门公钥指纹；需门禁正在运行。',
  ),
  page('notice rules', 'The rules of processing, to hang out and to read aloud.', '人脸信息处理规则，供公示和朗读。'),
  page(
    'notice form',
    'A consent form on which yes and no weigh the same, with a number by the running gate. --number: one of your own book instead.',
    '同意表单，同意与不同意同等呈现，编号由运行中的门禁给出。--number：改用自编号码。',
    { number: { type: 'text', value: 'NUMBER', most: 64 } },
    'daemon',
  ),
  page(
    'report privacy',
    'What is held of people and what was done with it, from the record; names nobody. --sample: a simulated month.',
    '保存了哪些信息、如何处理，依据记录生成，不含姓名。--sample：模拟的一个月。',
    { ...period, sample: { type: 'flag' } },
    'daemon',
  ),
  page(
    'report incident',
    'What must be said when what is held of people may have got out: kinds, people at most, measures, whom to tell by when. --noticed: when it was noticed, by the gate’s zone. --sample: a simulated month.',
    '个人信息可能泄露时须报告的内容：种类、最多人数、措施、报告对象和期限。--noticed：发现时间（按门禁时区）。--sample：模拟的一个月。',
    {
      ...period,
      noticed: { type: 'text', value: 'YYYY-MM-DDTHH:MM', most: 16 },
      sample: { type: 'flag' },
    },
  ),
  {
    name: 'report evidence',
    words: ['FOLDER'],
    options: { ...period, resident: { type: 'text', value: 'RESIDENT', most: 40 }, sample: { type: 'flag' } },
    where: 'here',
    en: 'A new folder for a court or an inspection, to begin at index.en.html: pages, figures, register, key and head of the record; --resident: one person’s file and receipts instead. --sample: a simulated month.',
    zh: '为法院或检查新建一个目录，从 index.zh-CN.html 看起：页面、数据、登记簿、公钥和链首；--resident：改为某一住户本人的信息和回执。--sample：模拟的一个月。',
  },
  page(
    'report impact',
    'The assessment of impact of this configuration, what of it has changed since the last was signed, and the operator’s own words. --write PART --text FILE --by NAME: keeps such words. --record: it was signed. --sample: a simulated gate.',
    '按本配置生成的影响评估、上次签署后的变更和运营者自述。--write 部分 --text 文件 --by 姓名：保存自述。--record：登记已签署。--sample：模拟的门。',
    {
      record: { type: 'flag' },
      write: { type: 'choice', options: impactParts },
      text: { type: 'text', value: 'FILE', most: 4096 },
      by: { type: 'text', value: 'NAME', most: IMPACT_AUTHOR_CHARACTERS },
      sample: { type: 'flag' },
    },
    'daemon',
  ),
]
