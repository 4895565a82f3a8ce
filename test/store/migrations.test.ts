// A migration that was released never changes: whoever has it applied would have another store than he thinks.

import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { migrations, readMigration } from '../../daemon/store/migrate.ts'

const frozen: Readonly<Record<string, string>> = {
  '0001-tables.sql': '4c9f6d25f646032aaf70dfcfcf6067d8a76b8e9fb26315181cf0d3d7a3c2f56e',
  '0002-law.sql': 'eb5b114f4f4da80a1c90d5e6c7d25091516bdf54d5301eb3152d4720c28d0edb',
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
