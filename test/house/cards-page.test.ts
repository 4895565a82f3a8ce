// The page of cards: whatever it names is there, each level is told, and its example is a configuration.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeSettings } from '../../config/settings.ts'
import { wording } from '../../config/wording.ts'
import { cardProofs } from '../../config/words.ts'
import { verbs } from '../../daemon/cli/verbs.ts'
import { denials } from '../../daemon/core/reasons.ts'
import { hasWording } from '../../daemon/wording.ts'
import { checksOf, head, simulatedDoor } from '../config/gate-file.ts'

const file = resolve(import.meta.dirname, '../../config/CARDS.md')
const page = readFileSync(file, 'utf8')
const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
const names = new Set([...page.replaceAll(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))

const settings = describeSettings()
const keys = new Set(settings.map(({ path }) => path.split('.').at(-1)))
const codes = new Set<string>([...cardProofs, ...denials.map(([code]) => code), ...Object.keys(wording)])
const options = new Set(verbs.flatMap(({ options: own }) => Object.keys(own).map((name) => `--${name}`)))

const isCommand = (name: string): boolean => {
  const plain = name.replace(/^evengate /, '')
  return verbs.some((verb) => plain === verb.name || plain.startsWith(`${verb.name} `))
}
/** `key` or `key: value`. */
const isSetting = (name: string): boolean => {
  const [key = '', value] = name.split(': ')
  if (value === undefined) return keys.has(key)
  return settings.some(({ path, range }) => path.endsWith(`.${key}`) && range.split(' | ').includes(value))
}
/** How the page itself says what stands between them, and a key on a pad. */
const isOther = (name: string): boolean => ['反引号', 'backticks', '*'].includes(name)

test('each command, setting, level and code that the page names exists', () => {
  expect(names.size).toBeGreaterThan(20)
  const known = [isCommand, isSetting, isOther, hasWording, (name: string) => codes.has(name) || options.has(name)]
  expect([...names].filter((name) => !known.some((isKnown) => isKnown(name)))).toEqual([])
})

test('each level of proof is told', () => {
  expect(cardProofs.filter((level) => !page.includes(`| \`${level}\` |`))).toEqual([])
})

test('the example is a configuration without errors', () => {
  const entry = example.replaceAll(/^/gm, '  ')
  expect(
    checksOf(`${head}${simulatedDoor}sides:\n  entry:\n${entry}`).filter((one) => one.startsWith('error')),
  ).toEqual([])
})

test('each file that is linked exists', () => {
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, to]) => to ?? '')
  expect(links.length).toBeGreaterThan(0)
  expect(links.filter((to) => !existsSync(join(dirname(file), to)))).toEqual([])
})
