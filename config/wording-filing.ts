// What is said about the number of persons whose faces are kept. Both languages. Read by wording.ts alone.

import type { Text } from './wording-file.ts'

export const filingWording = {
  filing_due: {
    en: 'Planned here and kept elsewhere are {persons} persons; from {limit} on the law wants it filed within 30 working days, with the impact assessment.',
    'zh-CN': '本门计划人数与他处合计 {persons} 人；达 {limit} 人须在 30 个工作日内备案，并附影响评估。',
  },
} as const satisfies Record<string, Text>
