// Which column of a list is what, by the words at its head, in Chinese and English. A column of any other head is left out, and named to whoever
// imports: the gate takes no telephone numbers and no identity-card numbers. Pure. Called by the reader of lists.

import { done, failed, type Result } from '../../config/words.ts'

const kinds = ['room', 'name', 'card', 'born', 'schedule'] as const
export type ColumnKind = (typeof kinds)[number]

/** As they come when case, spaces and marks are gone; `card` may bear a number. */
const words: Readonly<Record<ColumnKind, readonly string[]>> = {
  room: [
    ...['房号', '房间', '房间号', '室号', '门牌', '门牌号', '户号', '单元房号', '住址'],
    ...['room', 'flat', 'unit', 'apartment', 'household', 'roomno', 'roomnumber', 'flatno'],
  ],
  name: [
    ...['姓名', '住户', '住户姓名', '业主', '业主姓名', '名字', '持卡人'],
    ...['name', 'resident', 'fullname', 'residentname', 'holder', 'cardholder'],
  ],
  card: [
    ...['卡号', '门禁卡', '门禁卡号', '卡片号', '卡', 'ic卡号', 'id卡号'],
    ...['card', 'cards', 'cardno', 'cardnumber', 'cardid', 'uid', 'cardnum'],
  ],
  born: [...['出生日期', '出生', '生日', '出生年月日'], ...['born', 'birthday', 'dateofbirth', 'birthdate', 'dob']],
  schedule: [...['时间表', '时段', '通行时段', '时间段'], ...['schedule', 'times', 'hours']],
}

const plain = (head: string): string =>
  head
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-.:()*"'/]/g, '')

const kindOf = (head: string): ColumnKind | undefined => {
  const word = plain(head)
  const named = kinds.find((kind) => words[kind].includes(word))
  if (named) return named
  return words.card.includes(word.replace(/\d{1,2}$/, '')) ? 'card' : undefined
}

/** The places of the columns in a line. */
export type Columns = {
  readonly room: number
  readonly cards: readonly number[]
  readonly more: Readonly<Partial<Record<'name' | 'born' | 'schedule', number>>>
  readonly count: number
  /** Heads of what is not read. */
  readonly leftOut: readonly string[]
}

const HEAD_SHOWN_CHARACTERS = 40

/** `list_heads_missing`: this is no line of heads. */
export const readColumns = (heads: readonly string[]): Result<Columns> => {
  const found = heads.map(kindOf)
  const placesOf = (kind: ColumnKind) => found.flatMap((one, place) => (one === kind ? [place] : []))
  const twice = kinds.find((kind) => kind !== 'card' && placesOf(kind).length > 1)
  const [room] = placesOf('room')
  if (room === undefined) return failed('list_heads_missing')
  if (twice) return failed('list_heads_twice', twice)
  const more = Object.fromEntries(
    (['name', 'born', 'schedule'] as const).flatMap((kind) => placesOf(kind).map((place) => [kind, place])),
  )
  const leftOut = heads
    .filter((head, place) => found[place] === undefined && head.trim() !== '')
    .map((head) => head.replaceAll(/\p{C}/gu, '').slice(0, HEAD_SHOWN_CHARACTERS))
  return done({ room, cards: placesOf('card'), more, count: heads.length, leftOut })
}
