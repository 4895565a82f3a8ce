// A resident's code in a letter: how it is typed, how it is changed, and that nobody else has it. The page is the only place where the code stands.
// Makes no code and keeps none. Called by the command line.

import type { Language } from '../../config/words.ts'
import { type Document, head, points, say } from './document.ts'

export type CodeLetter = {
  readonly room: string
  readonly name: string
  readonly number: string
  readonly code: string
}

/** In groups, as it is read and typed without a slip. */
const spell = (code: string): string => code.match(/.{1,4}/g)?.join(' ') ?? code

export const writeCodeLetter = ({ room, name, number, code }: CodeLetter, language: Language): Document => {
  const en = language === 'en'
  return {
    language,
    title: en ? `Your code for the gate` : `您的门禁密码`,
    blocks: [
      say(en ? `For ${name}, room ${room}. To be opened by you alone.` : `${room} ${name} 亲启。`),
      {
        kind: 'table',
        caption: en ? 'Number and code' : '号码和密码',
        head: [en ? 'What' : '项目', en ? 'Digits' : '数字'],
        rows: [
          [en ? 'Number' : '号码', number],
          [en ? 'Code' : '密码', spell(code)],
        ],
      },
      say(
        en
          ? `At the keypad type ${number} * ${code} # and the door opens. It is worth as much as a card or a face: at every hour.`
          : `在键盘上输入 ${number} * ${code} #，门即打开。其效力与卡、人脸相同，任何时间均可使用。`,
        'answer',
      ),
      head(en ? 'What to know' : '须知'),
      points(
        en
          ? [
              'The code was drawn by lot and stands on this page alone. The office has not kept it and cannot look it up.',
              `Change it at the keypad when you like: ${number} * ${code} * and then 5 # NEW # NEW #, six to twelve digits.`,
              'If this letter reached you open, or you lose it, ask the office for another: this code then ends.',
              'Wrong tries of others slow only this number; a card always works.',
            ]
          : [
              '密码由系统随机生成，只印在本页。物业没有留存，也无法查询。',
              `您可随时在键盘上更改：${number} * ${code} * 之后按 5 # 新密码 # 新密码 #，6 至 12 位数字。`,
              '如收到时信封已拆，或信件遗失，请到物业另领：此密码随即失效。',
              '他人输错只会使此号码变慢；卡始终可用。',
            ],
      ),
    ],
  }
}
