// The law page: no source is left out, each is answered by something or says that nothing answers it, and whatever it names is there.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeSettings } from '../../config/settings.ts'
import { verbs } from '../../daemon/cli/verbs.ts'
import { causes } from '../../daemon/standing-alarms.ts'
import { requestKinds } from '../../daemon/store/requests.ts'

const file = resolve(import.meta.dirname, '../../config/LAW.md')
const page = readFileSync(file, 'utf8')

/** What the law asks of a gate with a camera: law, decree, ordinance, standard. */
const sources = [
  ...['2', '4', '6', '10', '11', '12 · 个保法 47', '13–15 · 个保法 49'].map((article) => `法释〔2021〕15号 ${article}`),
  ...['6、8、19', '14', '15、16', '20–23', '17', '24', '26', '28–31', '44–47、50', '51、54–56'].map(
    (articles) => `个保法 ${articles}`,
  ),
  '民法典 1034–1038',
  '民法典 33、944',
  ...['4', '5–7', '8', '9', '10', '11–12', '13–14', '15'].map((articles) => `人脸识别技术应用安全管理办法 ${articles}`),
  '网络数据安全管理条例 22、24',
  '杭州市物业管理条例 50 · 深圳经济特区数据条例 19',
  'GB/T 41819 · 40660 · 35273',
  'GA/T 1093',
  'GB/T 37078 · EN 60839-11-1',
  'GDPR 9 · EDPB 3/2019 · 11/2024',
  '消防法 28 · NFPA 101 · IBC',
  'ISO/IEC 24745 · 30107-3 · 19795-1',
]

type Row = { readonly source: string; readonly asks: string; readonly answers: string }
const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => {
    const [source = '', asks = '', answers = '', ...more] = line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim())
    expect(more, line).toEqual([])
    return { source, asks, answers }
  })

const namesIn = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')
const linksIn = (text: string): readonly string[] => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to ?? '')

const commands = new Set(verbs.map(({ name }) => name))
const settings = new Set(describeSettings().map(({ path }) => path))
const codes = new Set<string>([...causes, ...requestKinds])
const options = new Set(verbs.flatMap(({ options: own }) => Object.keys(own).map((name) => `--${name}`)))
const isThere = (name: string): boolean => [commands, settings, codes, options].some((known) => known.has(name))

/** Stands where somebody is still at work. */
const marker = /TODO\([a-z]+\)/

test('the page has a row for each source, and no other', () => {
  expect(rows.map(({ source }) => source)).toEqual(sources)
})

test('each row says in Chinese and in English what is asked', () => {
  const mute = rows.filter(({ asks }) => !/^[^·]*[\u4e00-\u9fff][^·]* · [^·]*[a-z]/.test(asks))
  expect(mute).toEqual([])
})

test('each command, setting, alarm and kind of request that is named exists', () => {
  expect(rows.flatMap(({ answers }) => namesIn(answers)).filter((name) => !isThere(name))).toEqual([])
})

/** The page of threats names things as well. */
const threatsFile = join(dirname(file), 'THREATS.md')
const threats = readFileSync(threatsFile, 'utf8')

test('what the page of threats names exists, and each row says what is not stopped', () => {
  const cells = threats
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.slice(1, -1).split(' | '))
  expect(cells.length).toBeGreaterThan(5)
  expect(cells.filter((row) => row.length !== 4 || row.some((cell) => cell.trim() === ''))).toEqual([])
  expect(cells.flatMap((row) => namesIn(row.join(' '))).filter((name) => !isThere(name))).toEqual([])
  const gone = linksIn(threats).filter((to) => !existsSync(join(dirname(file), to)))
  expect(gone).toEqual([])
})

test('each file that is linked exists', () => {
  const gone = linksIn(page).filter((to) => !existsSync(join(dirname(file), to)))
  expect(gone).toEqual([])
})

test('each row is answered by something, or says in both languages that nothing answers it', () => {
  const isAnswered = ({ answers }: Row) => namesIn(answers).length + linksIn(answers).length > 0
  const isOwned = ({ answers }: Row) =>
    (answers.includes('not yet') && answers.includes('尚无')) || marker.test(answers)
  const halves = rows.filter(({ answers }) => answers.includes('not yet') !== answers.includes('尚无'))
  expect([...rows.filter((row) => !isAnswered(row) && !isOwned(row)), ...halves]).toEqual([])
})

test('nothing is left to be written', () => {
  expect(rows.filter(({ answers }) => marker.test(answers)).map(({ source }) => source)).toEqual([])
})
