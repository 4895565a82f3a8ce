// Assessments and the operator's own words by raw SQL, in every weakening of SQLite's own settings: each its own event, never changed,
// replaced or taken back; and words that were altered in the store are known to be.

import { expect, onTestFinished, test } from 'vitest'
import { prepareAssessmentReads } from '../../daemon/store/assessment.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { now, openRaw, run, weaken, weakenings } from './law.ts'
import { makePlace, office, openLedger, openReads, take } from './place.ts'

const hash = 'a'.repeat(64)
test.each(weakenings)('is fixed: foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  const store = openRaw()
  weaken(store, how)
  expect(run(store, `INSERT INTO assessment VALUES (2, ${now}, '${hash}')`)).toBe('assessment_fixed')
  expect(run(store, `INSERT INTO assessment_basis VALUES (1, '{}')`)).toBe('assessment_fixed')
  expect(run(store, `INSERT INTO assessment VALUES (1, ${now}, '${hash}')`)).toBe('done')
  expect(run(store, `INSERT INTO assessment_basis VALUES (1, 'no JSON')`)).toBe('assessment_fixed')
  expect(run(store, `INSERT INTO assessment_basis VALUES (1, '{}')`)).toBe('done')
  const text = (values: string) => `INTO assessment_text VALUES (${values})`
  for (const values of [
    `2, ${now}, 'risks', 'W', 'O', 'other event'`,
    `1, ${now}, 'feelings', 'W', 'O', 'unknown part'`,
    `1, ${now}, 'risks', '  ', 'O', 'nobody wrote it'`,
    `1, ${now}, 'risks', '${'x'.repeat(101)}', 'O', 'long name'`,
    `1, ${now}, 'risks', 'W', 'O', '${'x'.repeat(4001)}'`,
    `1, ${now}, 'risks', 'W', ' ', 'for nobody'`,
  ])
    expect([values, run(store, `INSERT ${text(values)}`)]).toEqual([values, 'assessment_fixed'])
  expect(run(store, `INSERT ${text(`1, ${now}, 'risks', 'W', 'O', '${'x'.repeat(4000)}'`)}`)).toBe('done')
  for (const sql of [
    `REPLACE INTO assessment VALUES (1, ${now}, '${'b'.repeat(64)}')`,
    `UPDATE assessment SET at = at + 1`,
    'DELETE FROM assessment',
    `REPLACE INTO assessment_basis VALUES (1, '{"settings":{}}')`,
    `UPDATE assessment_basis SET basis = '{}'`,
    'DELETE FROM assessment_basis',
    `REPLACE ${text(`1, ${now}, 'risks', 'W', 'O', 'other words'`)}`,
    `UPDATE assessment_text SET body = ''`,
    'DELETE FROM assessment_text',
  ])
    expect([sql, run(store, sql)]).toEqual([sql, 'assessment_fixed'])
})

test('words that were altered behind the program’s back are no longer those of the record', async () => {
  const place = makePlace()
  const opened = await openLedger(place)
  const text = { part: 'risks', author: 'W', operator: 'O', body: 'They are great.' } as const
  take(await opened.ledger.write('writeImpactText', text, office))
  const facts = openReads(opened)
  expect(facts.listImpactTexts()).toMatchObject([{ part: 'risks', author: 'W', proven: true, by: office }])
  facts.close()
  await opened.ledger.stop()
  const { store, close } = take(openWriter(place))
  onTestFinished(close)
  store.exec(`DROP TRIGGER assessment_text_update; UPDATE assessment_text SET body = 'There are none.'`)
  const { listImpactTexts } = prepareAssessmentReads(store)
  expect(listImpactTexts()).toMatchObject([{ body: 'There are none.', proven: false }])
})
