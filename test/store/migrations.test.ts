// A migration that was released never changes: whoever has it applied would have another store than he thinks.

import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { migrations, readMigration } from '../../daemon/store/migrate.ts'

const frozen: Readonly<Record<string, string>> = {
  '0001-tables.sql': 'c5cbeac7db8cbcb446929577260db2acc1a9c6695ed8ebbdb9cb1fb667a39b1a',
  '0002-law.sql': '5278a23cee385cae8f68259d3bb5d4ac3eafac64d5ad990ad9a2dea636c1765f',
}

test('every migration is the one that was released', () => {
  const found = Object.fromEntries(
    migrations.map((name) => [name, createHash('sha256').update(readMigration(name)).digest('hex')]),
  )
  expect(found).toEqual(frozen)
})

test('every file in the folder is listed, in the order of its number', () => {
  const files = readdirSync(new URL('../../daemon/store/migrations/', import.meta.url)).sort()
  expect(files).toEqual([...migrations])
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, place) => place + 1))
})
