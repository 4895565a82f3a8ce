// The command line as it is typed: every command has a usage that parses, and no line whatever makes the parser throw.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLine } from '../../daemon/cli/parse.ts'
import { explainOption, showUsage, usageOf } from '../../daemon/cli/usage.ts'
import { commonOptions, type OptionSpec, type Verb, verbs } from '../../daemon/cli/verbs.ts'
import { deskCommands } from '../../daemon/commands/desk-keypad.ts'
import { importCommands } from '../../daemon/commands/import.ts'
import { commands } from '../../daemon/commands/serve.ts'
import { hasWording } from '../../daemon/wording.ts'

const goodValue = (spec: OptionSpec): readonly string[] => {
  if (spec.type === 'flag') return []
  if (spec.type === 'choice') return [spec.options[0] ?? '']
  if (spec.type === 'date') return ['2015-04-01']
  if (spec.type === 'whole') return [String(spec.least)]
  return [['12042', 'text'].find((one) => one.length <= spec.most && (spec.form?.test(one) ?? true)) ?? '']
}
const fullLine = ({ name, words, options }: Verb): readonly string[] => [
  ...name.split(' '),
  ...words.map(() => 'r_abc'),
  ...Object.entries({ ...options, config: commonOptions['config'] as OptionSpec }).flatMap(([option, spec]) => [
    `--${option}`,
    ...goodValue(spec),
  ]),
]

describe('the table', () => {
  test('has every command of the issue', () => {
    expect(verbs.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['run', 'check', 'doctor', 'status', 'household add', 'household list'],
        ...['resident add', 'resident list', 'resident show', 'resident remove', 'card add', 'pin set'],
        ...['consent record', 'consent show', 'consent withdraw', 'face enrol', 'credential revoke', 'open'],
        ...['log tail', 'log verify', 'models list', 'models add', 'sim', 'bench', 'demo'],
      ]),
    )
  })

  test('sends the gate only what the gate answers, and all of it', () => {
    const asked = verbs.filter(({ where }) => where === 'daemon').map(({ name }) => name)
    // What `import` and `desk` ask for step by step is no line of its own.
    const steps = new Set<string>([...importCommands, ...deskCommands].map(([name]) => name))
    expect(asked.toSorted()).toEqual([...commands.keys()].filter((name) => !steps.has(name)).toSorted())
  })

  test.each(
    verbs.filter(({ where }) => where !== 'own').map((verb) => [verb.name, verb] as const),
  )('%s takes all its own options at once', (_, verb) => {
    expect(parseLine(fullLine(verb))).toMatchObject({ kind: 'line', verb: { name: verb.name } })
  })

  test.each(verbs.map((verb) => [verb.name, verb] as const))('%s explains itself', (_, verb) => {
    expect(parseLine([...verb.name.split(' '), '--help'])).toMatchObject({ kind: 'help', verb: { name: verb.name } })
    expect(usageOf(verb)).toContain(verb.name)
    expect(verb.zh).toMatch(/[\u4e00-\u9fff]/)
  })
})

describe('a wrong line', () => {
  test.each([
    [[], 'command_missing'],
    [['--json'], 'command_missing'],
    [['fly'], 'command_unknown'],
    [['resident'], 'command_unknown'],
    [['status', '--colour'], 'option_unknown'],
    [['status', '--config'], 'option_valueless'],
    [['report', 'equality', '--sample'], 'option_valueless'],
    [['report', 'equality', '--sample', '--json'], 'option_valueless'],
    [['report', 'equality', '--sample', '--colour'], 'option_unknown'],
    [['status', 'twice'], 'word_extra'],
    [['card', 'add'], 'word_missing'],
    [['card', 'add', ''], 'word_malformed'],
    [['pin', 'set', 'r_a'], 'option_missing'],
    [['pin', 'set', 'r_a', '--number', '12'], 'option_value'],
    [['pin', 'set', 'r_a', '--number', '12042', '--code', '471108'], 'option_unknown'],
    [['log', 'tail', '-n'], 'option_valueless'],
    [['log', 'tail', '-n', '0'], 'option_value'],
    [['log', 'tail', '-n', '1e3'], 'option_value'],
    [['status', '--language', 'fr'], 'option_value'],
    [['resident', 'add', '--room', '1', '--name', 'x', '--born', '2015-02-30'], 'date_unknown'],
    [['resident', 'add', '--room', '1', '--name', 'x', '--born', '30.2.2015'], 'date_unknown'],
    [['status', '--no-json'], 'option_unknown'],
    [['resident', 'add', '--room', '1', '--name', 'x'.repeat(101)], 'option_value'],
  ])('%j is %s', (argv, code) => {
    expect(parseLine(argv)).toMatchObject({ kind: 'wrong', code })
    expect(hasWording(code)).toBe(true)
  })

  test('of any kind is an answer and never a throw', () => {
    const known = [
      ...verbs.flatMap(({ name }) => name.split(' ')),
      ...verbs.flatMap(({ options }) => Object.keys(options).map((option) => `--${option}`)),
      ...Object.keys(commonOptions).map((option) => `--${option}`),
      ...['-n', '-f', '-h', '--', '-', '--=', '--config=', '__proto__', '--__proto__', '--constructor=1', '-nf3'],
    ]
    const word = fc.oneof(fc.constantFrom(...known), fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (argv) => {
        const parsed = parseLine(argv)
        if (parsed.kind === 'wrong') expect(hasWording(parsed.code)).toBe(true)
        if (parsed.kind === 'line') expect(Object.getPrototypeOf(parsed.args)).toBe(Object.prototype)
      }),
      { numRuns: 2000 },
    )
  })

  test('is explained by what the option takes', () => {
    const named = (name: string) => verbs.find((verb) => verb.name === name)
    expect(explainOption(named('consent record'), 'months', 'en')).toBe('a whole number from 1 to 12, else 12')
    expect(explainOption(named('pin set'), 'number', 'en')).toMatch(/^3 to 8 digits/)
    expect(explainOption(named('credential revoke'), 'because', 'zh-CN')).toBe('可选 office、lost、stolen、returned')
    expect(explainOption(named('status'), 'months', 'en')).toBeUndefined()
  })

  test('of a noun alone leads to its own commands', () => {
    expect(parseLine(['household'])).toMatchObject({ kind: 'wrong', code: 'command_unknown', noun: 'household' })
    expect(parseLine(['household', '--help'])).toEqual({ kind: 'help', noun: 'household' })
    const usage = showUsage({ noun: 'household' }, 'en')
    expect(usage).toMatch(/household add ROOM\n[\s\S]*at most 40 characters[\s\S]*household list/)
    expect(usage).not.toContain('resident add')
  })

  test('is answered in the language it asks for, as far as that can be read', () => {
    expect(parseLine(['fly', '--language', 'zh-CN'])).toMatchObject({ language: 'zh-CN' })
  })
})

test('the version and the figures of bench are told', () => {
  expect(parseLine(['--version'])).toEqual({ kind: 'version' })
  const bench = verbs.find(({ name }) => name === 'bench')
  expect(bench && showUsage({ verb: bench }, 'en')).toMatch(/exit_to_relay_ms[\s\S]*100000, else 10000/)
})

test('words and options arrive under the names that the gate’s schema has', () => {
  const argv = ['resident', 'add', '--room', '1204', '--name', '李梅', '--guardian-required', '--json', '--config=/x']
  expect(parseLine(argv)).toMatchObject({
    args: { room: '1204', name: '李梅', guardianRequired: true },
    common: { config: '/x', json: true },
  })
})
