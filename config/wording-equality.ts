// What is said about settings for the equality of the ways. Both languages, one line each, what is wrong and what to do.
// Read by wording.ts alone.

import type { Text } from './wording-file.ts'

export const equalityWording = {
  guard_not_reached: {
    en: 'Nobody would come: the remedy guard needs inequality.guard (who) and an outlet to call by; add alarm or mqtt.',
    'zh-CN': '不会有人来：补救 guard 需要 inequality.guard（何人）和呼叫途径；请添加 alarm 或 mqtt。',
  },
  hold_open_unguarded: {
    en: 'A door held open day and night with nobody there invites burglars; add inequality.guard or a window inequality.holdOpen.',
    'zh-CN': '无人值守而昼夜敞开会招来盗窃；请添加 inequality.guard，或用 inequality.holdOpen 写明时段。',
  },
  time_malformed: {
    en: 'This is no time of day; write HH:MM from 00:00 to 23:59 in quotes.',
    'zh-CN': '时间格式不对；请写 00:00 到 23:59 的 HH:MM，并加引号。',
  },
  card_not_free: {
    en: 'A card costs the resident {price} {currency} and a face nothing; the other way must be as easy to have (art. 10). Write 0.',
    'zh-CN': '卡要收费 {price} {currency} 而人脸免费；另一种方式须同样方便（第十条）。请写 0。',
  },
} as const satisfies Record<string, Text>
