// The commands by which a compound is given its cards, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import type { Verb } from './verbs.ts'
import { as, out } from './verbs-pages.ts'

export const deskVerbs: readonly Verb[] = [
  {
    name: 'import',
    words: ['FILE'],
    options: { preview: { type: 'flag' }, yes: { type: 'flag' } },
    where: 'here',
    en: 'Rooms, residents and card numbers from a CSV list: shows what it holds and every error with its line. --yes: then asks for three of the cards, and writes all or nothing.',
    zh: '从 CSV 名单导入房号、住户和卡号：显示内容及每行的错误。--yes：再要求刷其中三张卡，然后全部写入或全不写入。',
  },
  {
    name: 'desk',
    words: [],
    options: {
      from: { type: 'text', value: 'ROOM', most: 40 },
      pages: { type: 'text', value: 'FOLDER', most: 4096 },
      keypad: { type: 'text', value: 'ID', most: 64 },
    },
    where: 'here',
    en: 'A guided page for giving out cards: next resident, tap, next. Goes on where it was. --pages: where letters and forms go. --keypad: at which of several keypads residents type their codes.',
    zh: '发卡引导页：下一位住户、刷卡、再下一位；中断后可继续。--pages：信件和表单的存放目录。--keypad：有多个键盘时，住户在哪个键盘设密码。',
  },
  {
    name: 'desk letter',
    words: ['RESIDENT'],
    options: { as, out },
    where: 'here',
    en: 'Gives a resident a code by lot, on a page to be sealed: the code stands there and nowhere else.',
    zh: '随机生成住户密码，打印后密封交付：密码只在此页出现一次。',
  },
]
