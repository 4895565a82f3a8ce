// Every code that a command can end with has its line in both languages.

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { hasWording, wordCode, wordFailure } from '../../daemon/wording.ts'

const root = resolve(import.meta.dirname, '../..')
const sources = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|sql)$/.test(name) && !/^(bench|demo)\//.test(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n')

/** The schema's answers to what no operation tries; only raw SQL meets them. */
const rawOnly = new Set([
  ...['template_fixed', 'consent_exists', 'consent_not_fresh', 'consent_fixed', 'consent_ended', 'confirmation_unfit'],
  ...[
    'credential_fixed',
    'household_fixed',
    'household_inhabited',
    'resident_exists',
    'resident_fixed',
    'right_exists',
  ],
  ...['right_fixed', 'schedule_exists', 'schedule_fixed', 'schedule_in_use', 'ledger_broken', 'ledger_fixed'],
  ...['secret_key_exists', 'secret_key_fixed'],
])
/** Given to the daemon's own sweeps and menus, never to a command. */
const ownOnly = new Set(['path_not_paused', 'consent_confirmed', 'nothing_expired'])

const codesOf = (text: string): readonly string[] => [
  ...[...text.matchAll(/failed\(\s*'([a-z_]+)'/g)].map(([, code]) => code ?? ''),
  ...[...text.matchAll(/RAISE\(ABORT, '([a-z_]+)'\)/g)].map(([, code]) => code ?? ''),
  ...[...text.matchAll(/\? '([a-z]+_[a-z_]+)' : undefined/g)].map(([, code]) => code ?? ''),
]

test('each failure has a line', () => {
  const codes = new Set(codesOf(sources('daemon')).filter((code) => !rawOnly.has(code) && !ownOnly.has(code)))
  expect(codes.size).toBeGreaterThan(60)
  expect([...codes].filter((code) => !hasWording(code))).toEqual([])
})

test('each way in which a face part fails, each hint and each state of its camera has a line', () => {
  const text = ['drivers/face', 'models'].map(sources).join('\n')
  const enrol = readFileSync(join(root, 'drivers/face/enrol.ts'), 'utf8')
  const hints = [...enrol.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map(([, code]) => code ?? '')
  const failures = [...text.matchAll(/(?:fail|failed|giveUp)\('([a-z_]+)'/g)].map(([, code]) => code ?? '')
  // Said by and to the models' own callers, who turn them into one of the others.
  const inner = new Set(['template_unreadable', 'picture_invalid'])
  expect(hints).toContain('one_of_three')
  expect([...hints, ...failures].filter((code) => !hasWording(code) && !inner.has(code))).toEqual([])
})

test('a line says the code and the detail beside the words, in either language', () => {
  expect(wordFailure('card_taken', 'x', 'en')).toMatch(/^This card .* \(card_taken: x\)$/)
  expect(wordFailure('card_taken', undefined, 'zh-CN')).toMatch(/此卡.*\(card_taken\)$/)
})

test('a code without a line is shown as it is', () => {
  expect(wordCode('constructor', 'en')).toBe('constructor')
  expect(wordFailure('toString', 'x', 'en')).toBe('toString: x')
})
