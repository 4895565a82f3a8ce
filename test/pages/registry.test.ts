// No page for people is left out of the list that the browser judges: each function that writes one is called by pages.ts.

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const folder = resolve(import.meta.dirname, '../../daemon/report')
/** The frame and the blocks, of which pages are made. */
const frames = ['document.ts', 'page.ts']
/** Writes a date on a page, and no page. */
const parts = ['writeDay']

const listWriters = (text: string): readonly string[] =>
  [...text.matchAll(/^export const (write[A-Z]\w*)/gm)].map(([, name]) => name ?? '')

/** An import alone is no call. */
const listMissing = (writers: readonly string[], list: string): readonly string[] =>
  writers.filter((writer) => !parts.includes(writer) && !new RegExp(`\\b${writer}\\(`).test(list))

test('every page that the program writes is judged in the browser', () => {
  const writers = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !frames.includes(file))
    .flatMap((file) => listWriters(readFileSync(join(folder, file), 'utf8')))
  expect(writers).toEqual(
    expect.arrayContaining(['writeSign', 'writeRules', 'writeForm', 'writeEqualityPage', ...parts]),
  )
  expect(listMissing(writers, readFileSync(join(import.meta.dirname, 'pages.ts'), 'utf8'))).toEqual([])
})

test('a page that is not in the list is found out, also one that is only imported', () => {
  const writers = listWriters(
    'export const writeNews = () => 1\nexport const writeSign = () => 2\nconst writeInside = 3',
  )
  expect(writers).toEqual(['writeNews', 'writeSign'])
  expect(listMissing(writers, 'import { writeNews } from "x"\nwriteSign(config)')).toEqual(['writeNews'])
})
