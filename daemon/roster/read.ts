// A list of residents as CSV, read whole or refused with everything that is wrong, each with its line. A refusal names line and column, never
// what stands there. Writes nothing, asks nobody: whether a room, a person or a card is known is the gate's to say. Pure. Called by `import`.

import { CsvError, parse } from 'csv-parse/sync'
import { done, failed, type Result } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import {
  type CardForm,
  findCommonForms,
  findLikeliestForm,
  flawOfNumber,
  readCardNumber,
  trimNumber,
} from './card-number.ts'
import { type Columns, readColumns } from './columns.ts'
import { decodeRoster, type Encoding } from './decode.ts'
import { CARDS_LIMIT, NAME_CHARACTERS, ROOM_CHARACTERS, ROWS_LIMIT, SCHEDULE_CHARACTERS } from './limits.ts'

/** Titles that a spreadsheet has above its heads. */
const HEAD_WITHIN_LINES = 5
const RECORD_LIMIT_CHARACTERS = 20_000

/** A person, or a room in which nobody is named. `line`: the first that names him. */
export type RosterRow = {
  readonly line: number
  readonly room: string
  readonly name?: string
  readonly born?: string
  readonly schedule?: string
  /** Numbers without the marks around them. */
  readonly cards: readonly string[]
}
/** `about`: a column, or another line. */
export type RosterFlaw = { readonly line: number; readonly code: string; readonly about?: string }
export type Roster = {
  readonly rows: readonly RosterRow[]
  /** By line. With any of them nothing is written. */
  readonly flaws: readonly RosterFlaw[]
  readonly encoding: Encoding
  /** Heads of columns that are not read. */
  readonly leftOut: readonly string[]
  /** Those that every card number can be read in. */
  readonly forms: readonly CardForm[]
  /** Lines that give a person of an earlier line another card. */
  readonly joined: number
}

type Line = { readonly line: number; readonly cells: readonly string[] }
type Told = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

/** The one that stands most often in the lines where the heads may be: what Excel writes depends on the country. */
const findDelimiter = (text: string): string => {
  const start = text.split(/\r\n|\n|\r/, HEAD_WITHIN_LINES).join('\n')
  const count = (mark: string) => start.split(mark).length
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}

/** The reader of CSV counts no empty cells: ten megabytes of commas would be one record, and a gigabyte of memory. */
const findLongLine = (text: string): number | undefined => {
  let [line, start] = [1, 0]
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]
    const isEnd = mark === '\n' || (mark === '\r' && text[at + 1] !== '\n')
    if (at - start >= RECORD_LIMIT_CHARACTERS && !isEnd) return line
    if (!isEnd) continue
    line += 1
    start = at + 1
  }
  return undefined
}

const splitLines = (text: string): Result<readonly Line[]> => {
  const long = findLongLine(text)
  if (long !== undefined) return failed('list_line_too_long', String(long))
  try {
    const told = parse(text, {
      delimiter: findDelimiter(text),
      info: true,
      // Hand-made lists have ="0123" and “the "old" wing” without quotes around them.
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: RECORD_LIMIT_CHARACTERS,
      to: ROWS_LIMIT + HEAD_WITHIN_LINES + 1,
    }) as unknown as readonly Told[]
    return done(told.map(({ record, info }) => ({ line: info.lines - countBreaks(record), cells: record })))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines } = error as { readonly lines?: unknown }
    const at = typeof lines === 'number' ? String(lines) : ''
    return failed(error.code === 'CSV_MAX_RECORD_SIZE' ? 'list_line_too_long' : 'list_quotes', at)
  }
}

/** A quoted cell may go over several lines; a line is named by where it begins. */
const countBreaks = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)

type Headed = { readonly columns: Columns; readonly lines: readonly Line[] }

const findHeads = (lines: readonly Line[]): Result<Headed> => {
  for (const [n, { cells }] of lines.slice(0, HEAD_WITHIN_LINES).entries()) {
    const columns = readColumns(cells)
    if (columns.ok) return done({ columns: columns.value, lines: lines.slice(n + 1) })
    if (columns.code !== 'list_heads_missing') return columns
  }
  return failed('list_heads_missing')
}

/** 2010/3/5, 2010-3-5, 2010.3.5, 2010年3月5日 and 20100305 as 2010-03-05; 2010111 may be two days and is none. */
const readDay = (cell: string): string | undefined => {
  const parts = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))$/.exec(cell)
  if (!parts) return undefined
  const [, year, month = parts[4], day = parts[5]] = parts
  const spelt = [year, month?.padStart(2, '0'), day?.padStart(2, '0')].join('-')
  return isDay(spelt) ? spelt : undefined
}

/** What a spreadsheet would calculate: a name that begins so is none, and would work in the next list that is made of these. */
const isFormula = (cell: string): boolean => /^[=+@-]/.test(cell)

/** ="0123" is how a spreadsheet is told to leave a text alone. */
const trimCell = (cell: string): string =>
  cell
    .trim()
    .replace(/^="([^"]*)"$/, '$1')
    .trim()

const flawOfCell = (cell: string, most: number): string | undefined => {
  if (/\p{C}/u.test(cell)) return 'cell_unprintable'
  if (isFormula(cell)) return 'cell_formula'
  return [...cell].length > most ? 'cell_too_long' : undefined
}

type Read = { readonly row?: RosterRow; readonly flaws: readonly RosterFlaw[] }

const readLine = ({ line, cells }: Line, columns: Columns): Read => {
  const flaws: RosterFlaw[] = []
  const refuse = (code: string, about?: string) =>
    void flaws.push(about === undefined ? { line, code } : { line, code, about })
  if (cells.slice(columns.count).some((cell) => cell.trim() !== '')) refuse('cells_too_many')
  const take = (place: number | undefined, about: string, most: number): string => {
    const cell = trimCell(place === undefined ? '' : (cells[place] ?? ''))
    const flaw = flawOfCell(cell, most)
    if (flaw !== undefined) refuse(flaw, about)
    return cell
  }
  const room = take(columns.room, 'room', ROOM_CHARACTERS)
  const name = take(columns.more.name, 'name', NAME_CHARACTERS)
  const birth = take(columns.more.born, 'born', NAME_CHARACTERS)
  const schedule = take(columns.more.schedule, 'schedule', SCHEDULE_CHARACTERS)
  const numbers = columns.cards.map((place) => take(place, 'card', NAME_CHARACTERS)).filter((cell) => cell !== '')
  if (room === '') refuse('room_missing')
  if (name === '' && (numbers.length > 0 || birth !== '')) refuse('name_missing')
  if (numbers.length > CARDS_LIMIT) refuse('cards_too_many')
  for (const number of numbers) {
    const flaw = flawOfNumber(number)
    if (flaw !== undefined) refuse(flaw)
  }
  const born = birth === '' ? undefined : readDay(birth)
  if (birth !== '' && born === undefined) refuse('date_unknown', 'born')
  if (flaws.length > 0) return { flaws }
  const more = { ...(name ? { name } : {}), ...(born ? { born } : {}), ...(schedule ? { schedule } : {}) }
  return { row: { line, room, ...more, cards: numbers.map(trimNumber) }, flaws }
}

type Joining = {
  readonly rows: Map<string, RosterRow>
  readonly holders: Map<string, number>
  readonly flaws: RosterFlaw[]
  joined: number
}

/** A card has one holder. A person whom several lines name has the cards of all of them. */
const join = (into: Joining, row: RosterRow): void => {
  const key = JSON.stringify([row.room, row.name ?? ''])
  const known = into.rows.get(key)
  const isRepeat = known !== undefined && row.cards.length === 0
  if (isRepeat) into.flaws.push({ line: row.line, code: 'line_repeats', about: String(known.line) })
  for (const card of row.cards) {
    const holder = into.holders.get(card)
    if (holder === undefined) into.holders.set(card, row.line)
    else into.flaws.push({ line: row.line, code: 'card_twice', about: String(holder) })
  }
  if (known === undefined) into.rows.set(key, row)
  else if (!isRepeat) {
    const differs = known.born !== row.born || known.schedule !== row.schedule
    if (differs) into.flaws.push({ line: row.line, code: 'line_differs', about: String(known.line) })
    const cards = [...known.cards, ...row.cards]
    if (cards.length > CARDS_LIMIT) into.flaws.push({ line: row.line, code: 'cards_too_many' })
    into.rows.set(key, { ...known, cards })
    into.joined += 1
  }
}

/** A list is in one form: the lines whose numbers do not fit the likeliest one. */
const findMisfits = (rows: readonly RosterRow[], form: CardForm): readonly RosterFlaw[] =>
  rows
    .filter(({ cards }) => cards.some((card) => !readCardNumber(card, form)))
    .map(({ line }) => ({ line, code: 'card_number_other', about: form }))

export const readRoster = (bytes: Uint8Array): Result<Roster> => {
  const decoded = decodeRoster(bytes)
  if (!decoded.ok) return decoded
  const split = splitLines(decoded.value.text)
  if (!split.ok) return split
  const headed = findHeads(split.value)
  if (!headed.ok) return headed
  const { columns, lines } = headed.value
  if (lines.length > ROWS_LIMIT) return failed('list_too_long', String(ROWS_LIMIT))
  const into: Joining = { rows: new Map(), holders: new Map(), flaws: [], joined: 0 }
  for (const line of lines) {
    const { row, flaws } = readLine(line, columns)
    into.flaws.push(...flaws)
    if (row) join(into, row)
  }
  const rows = [...into.rows.values()]
  if (rows.length === 0 && into.flaws.length === 0) return failed('list_empty')
  const numbers = rows.flatMap(({ cards }) => cards)
  const forms = findCommonForms(numbers)
  const misfits = numbers.length > 0 && forms.length === 0 ? findMisfits(rows, findLikeliestForm(numbers)) : []
  const flaws = [...into.flaws, ...misfits].toSorted((a, b) => a.line - b.line)
  const { encoding } = decoded.value
  return done({ rows, flaws, encoding, leftOut: columns.leftOut, forms, joined: into.joined })
}
