// Lists as offices have them, and as nobody should: read whole, or refused with every line that is wrong.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FILE_LIMIT_BYTES } from '../../daemon/roster/decode.ts'
import { CARDS_LIMIT, NAME_CHARACTERS, ROOM_CHARACTERS, ROWS_LIMIT } from '../../daemon/roster/limits.ts'
import { type Roster, readRoster } from '../../daemon/roster/read.ts'
import { hasWording } from '../../daemon/wording.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const roster = (text: string | Uint8Array): Roster => {
  const read = readRoster(typeof text === 'string' ? bytes(text) : text)
  if (!read.ok) throw new Error(`refused: ${read.code} ${read.detail ?? ''}`)
  return read.value
}
const refusal = (text: string | Uint8Array): string => {
  const read = readRoster(typeof text === 'string' ? bytes(text) : text)
  return read.ok ? 'read' : read.code
}
const flaws = (text: string) => roster(text).flaws.map(({ line, code, about }) => [line, code, about ?? ''])

const zhang = { line: 2, room: '1204', name: '张伟', cards: ['04a1b2c3'] }
const li = { line: 3, room: '1205', name: '李娜', cards: ['04a1b2c4'] }

/** 房号,姓名,卡号 / 1204,张伟,04A1B2C3 / 1205,李娜,04A1B2C4, as a Chinese Excel saves it. */
const gbk = Buffer.concat([
  Buffer.from('b7bfbac52cd0d5c3fb2cbfa8bac50d0a', 'hex'),
  Buffer.from('313230342c', 'hex'),
  Buffer.from('d5c5ceb0', 'hex'),
  Buffer.from(',04A1B2C3\r\n1205,'),
  Buffer.from('c0eec4c8', 'hex'),
  Buffer.from(',04A1B2C4\r\n'),
])

describe('a list', () => {
  test.each([
    ['UTF-8', bytes('房号,姓名,卡号\n1204,张伟,04A1B2C3\n1205,李娜,04A1B2C4\n'), 'utf-8'],
    ['UTF-8 with a mark, CRLF', bytes('\ufeff房号,姓名,卡号\r\n1204,张伟,04A1B2C3\r\n1205,李娜,04A1B2C4'), 'utf-8'],
    ['GBK', gbk, 'gb18030'],
    [
      'UTF-16 as “Unicode text”',
      Buffer.from('\ufeff房号\t姓名\t卡号\r\n1204\t张伟\t04A1B2C3\r\n1205\t李娜\t04A1B2C4\r\n', 'utf16le'),
      'utf-16le',
    ],
    ['semicolons and quotes', bytes('"room";"name";"card"\r"1204";"张伟";"04A1B2C3"\r"1205";李娜;04A1B2C4'), 'utf-8'],
    [
      'other words and order',
      bytes('Card No.,Flat,Resident,Phone\n04A1B2C3,1204,张伟,138\n04A1B2C4,1205,李娜,139\n'),
      'utf-8',
    ],
  ])('in %s is read', (_, file, encoding) => {
    const read = roster(file)
    expect(read.rows).toEqual([zhang, li])
    expect(read).toMatchObject({ flaws: [], encoding, forms: ['hex', 'hex_reversed'] })
  })

  test('may have a title and an empty line above its heads', () => {
    expect(roster('阳光小区住户名单,,\n\n房号,姓名,卡号\n1204,张伟,04A1B2C3').rows).toEqual([{ ...zhang, line: 4 }])
  })

  test('names the columns that it leaves out, and takes nothing of them', () => {
    const read = roster('房号,姓名,身份证号,电话\n1204,张伟,110101199003070000,13800000000')
    expect(read.leftOut).toEqual(['身份证号', '电话'])
    expect(JSON.stringify(read)).not.toMatch(/11010119|138000/)
  })

  test('gives a person the cards of all his lines and columns', () => {
    const read = roster('房号,姓名,卡号1,卡号2\n1204,张伟,04A1B2C3,04A1B2C4\n1204,张伟,04A1B2C5,\n1204,王芳,,')
    expect(read.rows).toEqual([
      { ...zhang, cards: ['04a1b2c3', '04a1b2c4', '04a1b2c5'] },
      { line: 4, room: '1204', name: '王芳', cards: [] },
    ])
    expect(read.joined).toBe(1)
  })

  test('may have a room without anybody, days of birth and schedules', () => {
    expect(
      roster('room,name,born,schedule\n1204,,,\n1205,Li Na,2015/3/7,nights\n1205,Li Bo,2016年11月30日,').rows,
    ).toEqual([
      { line: 2, room: '1204', cards: [] },
      { line: 3, room: '1205', name: 'Li Na', born: '2015-03-07', schedule: 'nights', cards: [] },
      { line: 4, room: '1205', name: 'Li Bo', born: '2016-11-30', cards: [] },
    ])
  })
})

test.each([
  ['2015-03-07', '2015-03-07'],
  ['2015/3/7', '2015-03-07'],
  ['2015.3.7', '2015-03-07'],
  ['2015年3月7日', '2015-03-07'],
  ['20150307', '2015-03-07'],
  ['2010111', undefined],
  ['2015-02-30', undefined],
  ['7.3.2015', undefined],
])('a day of birth written %s is %s', (cell, wanted) => {
  const read = roster(`room,name,born\n1,Li Na,${cell}`)
  expect(read.rows[0]?.born).toBe(wanted)
  expect(read.flaws.map(({ code }) => code)).toEqual(wanted === undefined ? ['date_unknown'] : [])
})

describe('everything that is wrong', () => {
  test('is told at once, each by its line, and never says what stands there', () => {
    const text = [
      '房号,姓名,卡号,出生日期',
      '1204,张伟,04A1B2C3,',
      ',李娜,04A1B2C4,',
      '1206,,04A1B2C5,',
      '1207,=cmd|calc,,',
      '1208,赵敏,4.2E+09,',
      '1209,孙丽,4A1B2C3,',
      '1210,周强,04A1B2C3,',
      '1204,张伟,,',
      '1211,吴刚,,2015-02-30',
      '1212,郑洁,,,多了',
      '1213,"冯\n涛",,',
      `1214,${'很'.repeat(NAME_CHARACTERS + 1)},,`,
      '1215,陈晨,777059231,',
    ].join('\n')
    expect(flaws(text)).toEqual([
      [3, 'room_missing', ''],
      [4, 'name_missing', ''],
      [5, 'cell_formula', 'name'],
      [6, 'card_number_rounded', ''],
      [7, 'card_number_cut', ''],
      [8, 'card_twice', '2'],
      [9, 'line_repeats', '2'],
      [10, 'date_unknown', 'born'],
      [11, 'cells_too_many', ''],
      [12, 'cell_unprintable', 'name'],
      [14, 'cell_too_long', 'name'],
      [15, 'card_number_other', 'hex'],
    ])
    expect(JSON.stringify(roster(text).flaws)).not.toMatch(/calc|赵敏|4\.2E|04a1/i)
  })

  test.each([
    ['a workbook', Buffer.from('504b0304140006000800', 'hex'), 'list_is_workbook'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'list_is_workbook'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'list_not_text'],
    ['text with a zero in it', bytes('room,name\n12\u000004,Li'), 'list_not_text'],
    ['nothing', bytes(''), 'list_heads_missing'],
    ['no heads', bytes('1204,张伟,04A1B2C3\n'), 'list_heads_missing'],
    ['heads alone', bytes('房号,姓名\n'), 'list_empty'],
    ['two columns for the room', bytes('room,房号,name\n1,2,3\n'), 'list_heads_twice'],
    ['a quotation mark left open', bytes('room,name\n1204,"Li Na\n1205,Bo\n'), 'list_quotes'],
    ['a line without an end', bytes(`room,name\n${'x,'.repeat(200_000)}`), 'list_line_too_long'],
    ['a line of nothing but empty cells', bytes(`room,name\n${','.repeat(30_000)}`), 'list_line_too_long'],
    ['more than it may be', new Uint8Array(FILE_LIMIT_BYTES + 1).fill(0x61), 'list_too_large'],
    ['more rows than it may have', bytes(`room\n${'1\n'.repeat(ROWS_LIMIT + 1)}`), 'list_too_long'],
  ])('%s is refused whole', (_, file, code) => {
    expect(refusal(file)).toBe(code)
    expect(hasWording(code)).toBe(true)
  })
})

const cell = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => {
  const kept = text.trim()
  return kept === text && kept !== '' && !/\p{C}/u.test(kept) && !/^[=+@-]/.test(kept)
})
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

test('whatever names and rooms there are, a list that was written by the rules is read as it was meant', () => {
  const people = fc.uniqueArray(fc.record({ room: cell, name: cell }), {
    minLength: 1,
    maxLength: 20,
    selector: ({ room, name }) => JSON.stringify([room, name]),
  })
  const marks = fc.constantFrom(',', ';', '\t')
  fc.assert(
    fc.property(people, marks, fc.constantFrom('\n', '\r\n'), (rows, mark, end) => {
      const lines = rows.map(({ room, name }) => [quote(room), quote(name), ''].join(mark))
      // The heads say the mark; a name of one sign and many commas must not.
      const read = readRoster(bytes([`room${mark}name${mark}card${mark}${mark}${mark}`, ...lines].join(end)))
      fc.pre(read.ok)
      if (read.ok) expect(read.value.rows).toEqual(rows.map((row, n) => ({ line: n + 2, ...row, cards: [] })))
    }),
  )
})

test('no bytes whatever make it throw, and what it reads is within its limits', () => {
  const start = fc.constantFrom('', '房号,姓名,卡号\n', 'room,name,card\r\n', 'room;name;card\n"', '\ufeffroom\tname\n')
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 400 }).map(bytes),
    fc
      .array(fc.constantFrom('"', ',', '\n', '\r', ';', '\t', '=', '1', 'a', '房', '\u202e', '\u0000'), {
        maxLength: 300,
      })
      .map((signs) => bytes(signs.join(''))),
  )
  let read = 0
  fc.assert(
    fc.property(start, hostile, (head, rest) => {
      const result = readRoster(Buffer.concat([bytes(head), rest]))
      if (!result.ok) {
        expect(hasWording(result.code)).toBe(true)
        return
      }
      read += 1
      for (const { code, line } of result.value.flaws) {
        expect(hasWording(code)).toBe(true)
        expect(line).toBeGreaterThan(0)
      }
      for (const { room, name = 'x', cards } of result.value.rows) {
        expect([...room].length).toBeLessThanOrEqual(ROOM_CHARACTERS)
        expect([...name].length).toBeLessThanOrEqual(NAME_CHARACTERS)
        expect(cards.length).toBeLessThanOrEqual(CARDS_LIMIT)
        expect(`${room}${name}`).not.toMatch(/\p{C}|^[=+@-]/u)
        for (const card of cards) expect(card).toMatch(/^[0-9a-f]{8,24}$/)
      }
    }),
    { numRuns: 2000 },
  )
  expect(read).toBeGreaterThan(100)
})
