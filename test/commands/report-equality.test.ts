// `report equality`: a seeded month says what happened in it, in both languages, as a page that needs nothing else.

import { describe, expect, test } from 'vitest'
import { languages } from '../../config/words.ts'
import { listFindings, spellEquality, writeEqualityPage } from '../../daemon/report/equality-page.ts'
import { playMonth } from '../../daemon/report/sample-month.ts'

describe('the month of a seed', () => {
  test('is the same again, and another for another seed', () => {
    expect(playMonth(7)).toEqual(playMonth(7))
    expect(playMonth(8)).not.toEqual(playMonth(7))
  })

  test.each([1, 2, 3, 7, 11])('finds the worn reader of seed %i in its week, and nothing on the way out', (seed) => {
    const { sides, inequality } = playMonth(seed)
    const worse = sides.flatMap(({ side, ways }) =>
      ways.flatMap(({ path, worse }) => worse.map((one) => ({ side, path, ...one }))),
    )
    expect(worse).toContainEqual({ side: 'entry', path: 'card', week: '2026-03-10', flaw: 'path_slower' })
    expect(worse.filter(({ side, path }) => side === 'exit' || path !== 'card')).toEqual([])
    expect(inequality).toMatchObject({ intervals: 1, totalHours: 6.5 })
  })

  test.each(
    languages,
  )('is a page in %s with its language, tables, plots that are read aloud, and nothing fetched', (language) => {
    const page = writeEqualityPage(playMonth(7), language)
    expect(page).toContain(`<html lang="${language}">`)
    expect(page.match(/<svg [^>]*role="img" aria-label="[^"]+"/g)).toHaveLength(4)
    expect(page.match(/<caption>/g)).toHaveLength(2)
    expect(page).not.toMatch(/<script|src=|href=|url\(|undefined|NaN/)
  })

  test.each(languages)('is read aloud in %s: each finding and figure as a sentence, no mark of a page', (language) => {
    const text = spellEquality(playMonth(7), language)
    expect(text).not.toMatch(/[<>|]|undefined|NaN/)
    for (const finding of listFindings(playMonth(7), language)) expect(text).toContain(finding)
    expect(text).toMatch(
      language === 'en' ? /^Time: 95 of 100 took at most: card 0\.\d\d s, code /m : /^用时：95% 的人不超过：刷卡 0\./m,
    )
  })

  test('escapes what a configuration says', () => {
    const page = writeEqualityPage({ ...playMonth(7), gate: '<b>&"' }, 'en')
    expect(page).not.toContain('<b>')
  })
})
