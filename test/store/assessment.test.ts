// Assessments by raw SQL, in every weakening of SQLite's own settings: one its own event, never changed, replaced or taken back.

import { expect, test } from 'vitest'
import { now, openRaw, run, weaken, weakenings } from './law.ts'

const hash = 'a'.repeat(64)
test.each(weakenings)('is fixed: foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  const store = openRaw()
  weaken(store, how)
  expect(run(store, `INSERT INTO assessment VALUES (2, ${now}, '${hash}')`)).toBe('assessment_fixed')
  expect(run(store, `INSERT INTO assessment VALUES (1, ${now}, '${hash}')`)).toBe('done')
  for (const sql of [
    `REPLACE INTO assessment VALUES (1, ${now}, '${'b'.repeat(64)}')`,
    `UPDATE assessment SET at = at + 1`,
    'DELETE FROM assessment',
  ])
    expect([sql, run(store, sql)]).toEqual([sql, 'assessment_fixed'])
})
