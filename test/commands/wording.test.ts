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
  ...[
    'ask_exists',
    'ask_fixed',
    'receipt_unfit',
    'receipt_fixed',
    'request_fixed',
    'handover_fixed',
    'assessment_fixed',
    'form_fixed',
  ],
  ...['secret_key_exists', 'secret_key_fixed', 'roster_fixed'],
  ...['duress_salted', 'household_end_fixed'],
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

/** Whatever may stand as `because` of a device, as a fault or as what a card did. */
const saidIn = (folder: string): readonly string[] => {
  const text = sources(folder)
  const said = [
    ...text.matchAll(/(?:because|code)(?:: string \| undefined)?(?::| =) '([a-z]+_[a-z_]+)'/g),
    ...text.matchAll(/(?:return|\?|:|\|) '([a-z]+_[a-z_]+)'/g),
    ...text.matchAll(/(?:block|down|fault|failed)\('([a-z]+_[a-z_]+)'/g),
  ]
  return said.map(([, code]) => code ?? '')
}
/** Answers of simulated devices to whoever plays them, and the frames of a keypad, which are readings. */
const isOther = (code: string): boolean => /^(order_malformed|picture_unreadable)$|_too_|^digits_|^frame_/.test(code)

test.each(['card', 'keypad', 'camera'])('each way in which a %s fails has a line', (part) => {
  const codes = new Set(saidIn(`drivers/${part}`).filter((code) => !isOther(code)))
  expect(codes.size).toBeGreaterThan(3)
  expect([...codes].filter((code) => !hasWording(code))).toEqual([])
})

test('each way in which the door and its lines fail has a line', () => {
  const text = ['drivers/door', 'drivers/gpio'].map(sources).join('\n')
  const codes = [
    ...text.matchAll(/'((?:line|lines|chip|gpio|button)_[a-z_]+)'/g),
    ...text.matchAll(/'(relay_(?:stuck|busy))'/g),
  ]
  expect(codes.length).toBeGreaterThan(10)
  const quiet = new Set(['line_back', 'line_absent', 'button_pressed'])
  expect(codes.flatMap(([, code = '']) => (hasWording(code) || quiet.has(code) ? [] : [code]))).toEqual([])
})

test('each alarm of the record and of equality has a line', () => {
  const text = ['daemon/store', 'daemon'].map(sources).join('\n')
  const raised = [...text.matchAll(/(?:alarm|raiseAlarm)\((?:queue, )?'([a-z_]+)'/g)].map(([, code]) => code ?? '')
  expect(raised).toContain('journal_uncounted')
  const named = [...raised, 'journal_full', ...['opened', 'remedy', 'closed'].map((kind) => `inequality_${kind}`)]
  expect(named.filter((code) => !hasWording(code))).toEqual([])
})

test('a line says the code and the detail beside the words, in either language', () => {
  expect(wordFailure('card_taken', 'x', 'en')).toMatch(/^This card .* \(card_taken: x\)$/)
  expect(wordFailure('card_taken', undefined, 'zh-CN')).toMatch(/此卡.*\(card_taken\)$/)
})

test('a code without a line is shown as it is', () => {
  expect(wordCode('constructor', 'en')).toBe('constructor')
  expect(wordFailure('toString', 'x', 'en')).toBe('toString: x')
})
