// The desk as a page on a terminal: who stands there, what to do, what happened last, the keys. Shows what it is given. Called by desk.ts.

import type { Language } from '../../config/words.ts'
import { wordCode } from '../wording.ts'
import { pick } from './context.ts'
import { type Desk, nameOf, type Order } from './desk-steps.ts'

const COMING_SHOWN = 3

const keys: Readonly<Record<Order, readonly [key: string, en: string, zh: string]>> = {
  next: ['Enter', 'not here, call again later', '不在场，稍后再叫'],
  undo: ['u', 'take the last card back', '撤销上一张卡'],
  letter: ['l', 'a code in a sealed letter', '密码信'],
  code: ['c', 'the resident types a code', '住户自设密码'],
  keypad: ['k', 'the resident types it at the gate’s keypad', '住户在门口键盘自设密码'],
  form: ['f', 'a consent form to face, if the resident asks for one', '人脸同意表单（住户主动要求时）'],
  pause: ['p', 'pause, go on', '暂停、继续'],
  end: ['e', 'end; the next time goes on here', '结束；下次从此处继续'],
}

const showKeys = (language: Language): readonly string[] =>
  Object.values(keys).map(([key, en, zh]) => `  ${key.padEnd(6)} ${pick(language, en, zh)}`)

const showTask = ({ queue: [person], paused, hint }: Desk, language: Language): readonly string[] => {
  if (!person) return [pick(language, 'Everybody has a card or a code.', '所有住户均已有卡或密码。')]
  // Not before the gate waits for it: a card that is tapped too early is a stranger's.
  const now = wordCode(
    paused ? 'desk_paused' : hint === 'tap_new_card' ? 'desk_tap' : (hint ?? 'desk_moment'),
    language,
  )
  return [
    pick(language, `Room ${person.room}    ${person.name}`, `房号 ${person.room}    ${person.name}`),
    '',
    `>>> ${now}`,
  ]
}

export const showDesk = (desk: Desk, gate: string, language: Language): readonly string[] => {
  const { queue, given, left, note } = desk
  const coming = queue.slice(1, 1 + COMING_SHOWN).map(nameOf)
  const about = note?.about === undefined ? '' : `  ${note.about}`
  return [
    pick(
      language,
      `evengate desk  ${gate}    given ${given.length}, waiting ${left}`,
      `evengate 发卡台  ${gate}    已发 ${given.length}，待办 ${left}`,
    ),
    '',
    ...showTask(desk, language),
    '',
    note ? `${wordCode(note.code, language)}${about}` : '',
    coming.length > 0 ? `${pick(language, 'then: ', '接着：')}${coming.join('  ·  ')}` : '',
    '',
    ...showKeys(language),
  ]
}
