// The lines for what the guard does at night. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const guardLines: Readonly<Record<string, Line>> = {
  room_without_card: ['Nobody of this room has a card that is valid.', '该房无有效的卡。'],
  cards_several: [
    'This room has several cards: name one with --card, or end them all with --all; codes go on.',
    '该房有多张卡：用 --card 指定一张，或用 --all 全部挂失；密码不受影响。',
  ],
  card_not_of_room: ['No valid card of this room has this number.', '该房没有此编号的有效卡。'],
}
