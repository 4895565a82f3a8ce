// What is said about cards and their readers. Both languages, one line each, what is wrong and what to do. Read by wording.ts alone.

import type { Text } from './wording-file.ts'

export const cardsWording = {
  identifier_at_night: {
    en: 'At night (such as at {time}) a card’s number alone opens the {side} side, and a number is copied in a second. When the cards prove a key (`evengate card report` counts those that do not), write sides.{side}.cardProof: authenticated, or cardProofTimes from "22:00" to "06:00".',
    'zh-CN':
      '夜间（例如 {time}）仅凭卡号即可打开 {side} 侧，而卡号一秒即可复制。待卡片能验证密钥后（`evengate card report` 统计尚不能者），请写 sides.{side}.cardProof: authenticated，或用 cardProofTimes 规定 "22:00" 至 "06:00"。',
  },
  cards_apart_nothing: {
    en: 'There is no second reader to compare with; add it, or remove this.',
    'zh-CN': '没有可比较的另一台读卡器；请添加，或删除此项。',
  },
  desk_cannot_issue: {
    en: 'This reader gives numbers only and cannot write a key into a card; `evengate card issue` needs a reader behind pcscd at the desk.',
    'zh-CN': '此读卡器只给出卡号，不能向卡中写入密钥；`evengate card issue` 需要一台 pcscd 读卡器放在办公桌上。',
  },
  card_device_twice: {
    en: 'This serial device is already read at {first}; two readers need two lines.',
    'zh-CN': '该串口设备已用于 {first}；两台设备需要两个串口。',
  },
} as const satisfies Record<string, Text>
