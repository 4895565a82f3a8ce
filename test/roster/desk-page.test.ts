// The page for offices says nothing of lists that the program does not do: every head that it names is understood, every limit is the program's.

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readColumns } from '../../daemon/roster/columns.ts'
import { FILE_LIMIT_BYTES } from '../../daemon/roster/decode.ts'
import { CARDS_LIMIT, NAME_CHARACTERS, ROOM_CHARACTERS, ROWS_LIMIT } from '../../daemon/roster/limits.ts'

const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'config/DESK.md'), 'utf8')
const heads = [...page.matchAll(/^\| (\S+?)(?:（必需）| \(required\))? \| (.+?) \| .+ \|$/gm)]
  .filter(([, column]) => column !== '列' && column !== 'column' && !column?.startsWith('-'))
  .map(([, column = '', words = '']) => ({ column, words: words.split(/、|, /) }))

test('every head that the page names is understood as the column that it stands for', () => {
  expect(heads.flatMap(({ words }) => words).length).toBeGreaterThan(25)
  const kinds: Readonly<Record<string, string>> = {
    ...{ 房号: 'room', 姓名: 'name', 卡号: 'card', 出生日期: 'born', 时间表: 'schedule' },
    ...{ room: 'room', name: 'name', card: 'card', born: 'born', schedule: 'schedule' },
  }
  for (const { column, words } of heads)
    for (const word of words) {
      const kind = kinds[column]
      const read = readColumns(kind === 'room' ? [word] : ['room', word])
      if (!read.ok) throw new Error(`${word}: ${read.code}`)
      const { more, cards, leftOut } = read.value
      expect([word, leftOut]).toEqual([word, []])
      if (kind === 'card') expect([word, cards]).toEqual([word, [1]])
      else if (kind !== 'room') expect([word, Object.keys(more)]).toEqual([word, [kind]])
    }
})

test('its limits are the program’s', () => {
  expect(FILE_LIMIT_BYTES).toBe(10 * 1024 * 1024)
  expect(page).toContain('10 MB')
  for (const text of ['50 000', `最多 ${ROOM_CHARACTERS} 字`, `最多 ${NAME_CHARACTERS} 字`])
    expect(page).toContain(text)
  expect(ROWS_LIMIT).toBe(50_000)
  expect(CARDS_LIMIT).toBeGreaterThan(2)
})
