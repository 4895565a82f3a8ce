// A migration that was released never changes: whoever has it applied would have another store than he thinks.

import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { migrations, readMigration } from '../../daemon/store/migrate.ts'

const frozen: Readonly<Record<string, string>> = {
  '0001-tables.sql': 'e218b213f155eab8e9dafabbd95a6c5715ca5962f88e4ab3774e75e597089ef0',
  '0002-law.sql': '8706b6d6b576d19e76d1b8627c97cd015509182df214328b7d56d24bc9af9eb4',
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
