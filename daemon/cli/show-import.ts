// What an import says to the office: what a list holds, what is wrong with it by line, how far it is. Names of the first rows are shown, so that a
// column in the wrong place is seen; a card's number never is. Called by the command `import`.

import type { Language } from '../../config/words.ts'
import type { Roster, RosterFlaw, RosterRow } from '../roster/read.ts'
import { wordCode } from '../wording.ts'
import { type Context, pick } from './context.ts'

export type Summary = Pick<Roster, 'encoding' | 'forms' | 'leftOut' | 'joined'> & {
  readonly rooms: number
  readonly newRooms: number
  readonly residents: number
  readonly cards: number
  readonly first: readonly RosterRow[]
}

/** More are of the same kind, or the list is another one. */
const FLAWS_SHOWN = 200

const columns: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  room: ['room', '房号'],
  name: ['name', '姓名'],
  card: ['card', '卡号'],
  born: ['date of birth', '出生日期'],
  schedule: ['schedule', '时间表'],
}

const showFlaw = ({ line, code, about }: RosterFlaw, language: Language): string => {
  const named = about === undefined ? undefined : columns[about]
  const where = named ? pick(language, named[0], named[1]) : about
  const sees =
    where === undefined ? '' : ` (${/^\d+$/.test(where) ? pick(language, `line ${where}`, `第 ${where} 行`) : where})`
  return `${pick(language, `line ${line}`, `第 ${line} 行`)}: ${wordCode(code, language)}${sees}`
}

export const showFlaws = (flaws: readonly RosterFlaw[], language: Language): string => {
  const shown = flaws.slice(0, FLAWS_SHOWN).map((flaw) => showFlaw(flaw, language))
  const more = flaws.length - shown.length
  return [
    ...shown,
    ...(more > 0 ? [pick(language, `and ${more} more`, `另有 ${more} 处`)] : []),
    wordCode('list_flawed', language),
  ].join('\n')
}

const showRow = ({ line, room, name, cards }: RosterRow, language: Language): string =>
  pick(
    language,
    `  line ${line}: room ${room}, ${name ?? 'nobody'}, cards: ${cards.length}`,
    `  第 ${line} 行：房号 ${room}，${name ?? '无住户'}，卡 ${cards.length} 张`,
  )

export const showList = (summary: Summary, when: 'preview' | 'writing', language: Language): string => {
  const { encoding, forms, leftOut, joined, rooms, newRooms, residents, cards, first } = summary
  const say = (en: string, zh: string) => pick(language, en, zh)
  return [
    say(
      `${rooms} rooms (${newRooms} new), ${residents} residents, ${cards} cards; ${encoding}`,
      `房号 ${rooms} 个（新增 ${newRooms}），住户 ${residents} 人，卡 ${cards} 张；编码 ${encoding}`,
    ),
    ...(joined > 0 ? [say(`${joined} lines give somebody another card`, `${joined} 行为同一住户的其他卡`)] : []),
    ...(leftOut.length > 0 ? [say(`not read: ${leftOut.join(', ')}`, `未读取的列：${leftOut.join('、')}`)] : []),
    ...(cards > 0 ? [say(`card numbers may be: ${forms.join(', ')}`, `卡号可能的格式：${forms.join('、')}`)] : []),
    ...(when === 'preview'
      ? [
          ...first.map((row) => showRow(row, language)),
          say(
            'Nothing was written. Have three of the cards at hand and run it again with --yes.',
            '尚未写入任何内容。请准备其中三张卡，加 --yes 再次运行。',
          ),
        ]
      : []),
  ].join('\n')
}

/** Hints, and how many rows have moved; on a terminal in one line that counts. */
export const sayTold = (told: unknown, { json, language }: Pick<Context, 'json' | 'language'>): void => {
  if (json || typeof told !== 'object' || told === null) return
  const { stderr } = process
  if ('hint' in told && typeof told.hint === 'string') {
    const count = 'seen' in told && 'of' in told ? ` (${String(told.seen)}/${String(told.of)})` : ''
    stderr.write(`${wordCode(told.hint, language)}${count}\n`)
  } else if ('moved' in told && 'of' in told) {
    const isLast = told.moved === told.of
    if (stderr.isTTY || isLast)
      stderr.write(`${stderr.isTTY ? '\r' : ''}${String(told.moved)} / ${String(told.of)}${isLast ? '\n' : ''}`)
  }
}
