import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { reviewConfig } from '../../config/review.ts'
import {
  cardSide,
  configOf,
  goodGate,
  head,
  loadText,
  makeFolder,
  simulatedDoor,
  summarise,
  summaryOf,
  writeGate,
} from './gate-file.ts'

const codeOf = (file: string): string | undefined => {
  const loaded = loadConfig(file)
  return loaded.ok ? undefined : loaded.problems[0]?.code
}

const withDoor = (lines: string): string => `${head}${cardSide}door:\n  driver: simulated\n${lines}`

describe('a good file', () => {
  test('gives every default', () => {
    const config = configOf(goodGate)
    expect(config).toMatchObject({
      language: 'zh-CN',
      clock: { trust: 'synchronized' },
      retention: { namedEventsDays: 30, templateMonths: 12, equalityDays: 1095, consentDays: 1095 },
      door: { pulseLimitMs: 30_000, heldAfterMs: 30_000, contact: false },
      face: { pack: 'auto', targetFpir: 0.01, otherWayGraceDays: 7 },
      inequality: { graceHours: 24, remedy: 'pause-face' },
    })
  })

  test('is frozen to its leaves', () => {
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      expect(Object.isFrozen(value)).toBe(true)
      for (const inner of Object.values(value)) visit(inner)
    }
    visit(configOf(goodGate.replace('driver: simulated }] } }', 'driver: simulated }], twoFactor: [[card, card]] } }')))
  })

  test('means relative paths from its own folder, wherever the program was started', () => {
    const file = writeGate(
      head +
        simulatedDoor +
        `sides:
  entry:
    card: [{ id: a, driver: simulated }]
    face:
      - { id: b, driver: ffmpeg, input: ../film.mp4 }
      - { id: c, driver: ffmpeg, input: rtsp://camera/1 }
face: { modelsDirectory: models }
runtime: { directory: /run/evengate }
`,
    )
    const loaded = loadConfig(file)
    const folder = dirname(file)
    expect(loaded.ok && loaded.value).toMatchObject({
      store: { directory: join(folder, 'store'), keysDirectory: join(folder, 'keys') },
      face: { modelsDirectory: join(folder, 'models') },
      runtime: { directory: '/run/evengate' },
      sides: { entry: { face: [{ input: join(dirname(folder), 'film.mp4') }, { input: 'rtsp://camera/1' }] } },
    })
  })

  test('may begin with a byte order mark and end its lines as Windows does', () => {
    expect(loadText(`\uFEFF${goodGate.replaceAll('\n', '\r\n')}`).ok).toBe(true)
  })

  test('tells the line of a setting that it holds', () => {
    const loaded = loadText(goodGate)
    expect(loaded.lineOf('door.pulseMs')).toBe(5)
    expect(loaded.lineOf('sides.entry.card.0.id')).toBe(6)
  })
})

describe('a file that cannot be read', () => {
  test('is missing', () => expect(codeOf(join(makeFolder(), 'none.yaml'))).toBe('file_missing'))

  test('lies behind a file that is no folder', () =>
    expect(codeOf(join(writeGate('x'), 'gate.yaml'))).toBe('file_missing'))

  test('is a folder', () => expect(codeOf(makeFolder())).toBe('file_not_regular'))

  test('is a pipe that nobody writes to, and the daemon does not wait for it', () => {
    const pipe = join(makeFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(codeOf(pipe)).toBe('file_not_regular')
  })

  test('is a device without an end', () => expect(codeOf('/dev/zero')).toBe('file_not_regular'))

  test('belongs to somebody else', () => {
    const file = writeGate(goodGate)
    chmodSync(file, 0o000)
    const wasRoot = process.geteuid?.() === 0
    if (wasRoot) process.seteuid?.('nobody')
    try {
      expect(codeOf(file)).toBe('file_forbidden')
    } finally {
      if (wasRoot) process.seteuid?.(0)
    }
  })

  test('has a name that no file can have', () => expect(codeOf('a\0b')).toBe('file_unreadable'))

  test('is larger than 64 KiB', () => {
    expect(summaryOf(goodGate + '#'.repeat(64 * 1024))).toEqual(['- - file_too_large'])
  })

  test('is just 64 KiB and is read', () => {
    const filled = `${goodGate}#`.padEnd(64 * 1024, '#')
    expect(loadText(filled).ok).toBe(true)
  })

  test('is binary', () => expect(summaryOf(Buffer.from([1, 0, 255, 3]))).toEqual(['- - file_not_text']))

  test('is UTF-16, as some editors save it', () =>
    expect(summaryOf(Buffer.from(goodGate, 'utf16le'))).toEqual(['- - file_not_text']))

  test('is Chinese text in GBK and not in UTF-8', () =>
    expect(summaryOf(Buffer.from([0x67, 0x3a, 0x20, 0xc4, 0xcf, 0xc3, 0xc5]))).toEqual(['- - file_not_text']))

  test.each(['', '\n\n', '# only a comment\n', '---\n', 'null\n'])('holds nothing: %j', (text) =>
    expect(summaryOf(text)).toEqual(['1 - file_empty']))

  test.each(['[]', '- a\n- b\n', 'gate', '17'])('holds no settings: %j', (text) =>
    expect(summaryOf(text)).toEqual(['1 - file_not_settings']))
})

describe('YAML that is not plain settings', () => {
  test.each([
    ['gate: south\n  language: en\n', '1 - yaml_key'],
    ['door:\n  pulseMs:3000\n  driver: simulated\n', '2 - yaml_key'],
    ['store:\n    directory: a\n  keysDirectory: b\n', '3 - yaml_indent'],
    ['door:\n\tdriver: simulated\n', '2 - yaml_tab'],
    ['gate: south\n---\ngate: north\n', '2 - yaml_many_documents'],
    ['gate: "south\n', '2 - yaml_syntax'],
    ['gate: {south\n', '2 - yaml_indent'],
    ['gate: !gate south\n', '1 - yaml_tag'],
    ['['.repeat(60_000), '1 - yaml_too_deep'],
  ])('case %# is found at its line', (text, expected) => {
    expect(summaryOf(text)).toContain(expected)
  })

  test('references are refused before anything is multiplied', () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghi'.split('').map((n, i) => `${n}: &${n} [*${'abcdefgh'[i]}, *${'abcdefgh'[i]}]`),
    ]
    const codes = summaryOf(`${goodGate}${bomb.join('\n')}\n`)
    expect(codes.filter((one) => one.endsWith('yaml_alias'))).toHaveLength(16)
  })

  test('deep nesting ends at our own limit', () => {
    expect(summaryOf(`gate: ${'['.repeat(60)}${']'.repeat(60)}\n`)).toContain('1 gate.0.0 yaml_too_deep')
  })

  test('a key in brackets is named', () => {
    expect(summaryOf(`${goodGate}? [a, b]\n: c\n`)).toEqual(['7 - key_not_text'])
  })

  test('a repeated key names its first line', () => {
    const [problem] = loadProblems(`${goodGate}gate: north\n`)
    expect(problem).toMatchObject({ code: 'key_twice', path: 'gate', line: 7, values: { key: 'gate', firstLine: 1 } })
  })

  test.each(['__proto__', 'constructor', 'toString'])('the key %s is unknown and harmless', (key) => {
    expect(summaryOf(`${goodGate}${key}: { gate: x }\n`)).toEqual([`7 ${key} key_unknown`])
    expect(Object.hasOwn(Object.prototype, 'gate')).toBe(false)
  })

  test('bytes and dates of an older YAML are refused', () => {
    const text = `%YAML 1.1\n---\n${goodGate.replace('gate: south', 'gate: 2001-12-14t21:59:43.10-05:00')}`
    expect(summaryOf(text)).toEqual(['3 gate yaml_tag'])
  })
})

const loadProblems = (text: string) => {
  const loaded = loadText(text)
  return loaded.ok ? [] : loaded.problems
}

describe('a unit that is written otherwise', () => {
  test.each([
    ['3s', 3000],
    ['3 s', 3000],
    ['0.5 seconds', 500],
    ['2500ms', 2500],
    ['3秒', 3000],
    ['1 min', 60_000],
  ])('`pulseMs: %s` is answered with the number to write', (given, suggestion) => {
    const [problem, ...more] = loadProblems(withDoor(`  pulseMs: ${given}\n`))
    expect(more).toEqual([])
    expect(problem).toMatchObject({
      code: 'unit_wrong',
      path: 'door.pulseMs',
      line: 8,
      values: { given, unit: 'ms', suggestion },
    })
  })

  test.each([
    'pulse',
    'pulseSeconds',
    'pulse_ms',
    'pulse-ms',
    'PulseMS',
    'pulseS',
    'pulse_seconds',
  ])('`%s: 3` is answered with the name and its unit, once', (key) => {
    const [problem, ...more] = loadProblems(withDoor(`  ${key}: 3\n`))
    expect(more).toEqual([])
    expect(problem).toMatchObject({
      code: 'key_unit',
      path: `door.${key}`,
      line: 8,
      values: { near: 'pulseMs', unit: 'ms' },
    })
  })

  test('`pulseMs: 3` is out of range, and the range has its unit', () => {
    const [problem] = loadProblems(withDoor('  pulseMs: 3\n'))
    expect(problem).toMatchObject({ code: 'out_of_range', values: { given: 3, min: 300, max: 30_000, unit: 'ms' } })
  })
})

describe('a key that is no setting', () => {
  test.each([
    ['languge', 'key_unknown_near', { near: 'language' }],
    ['time_zone', 'key_unknown_near', { near: 'timeZone' }],
    ['retenion', 'key_unknown_near', { near: 'retention' }],
    ['graceHours', 'key_misplaced', { place: 'inequality.graceHours' }],
    ['namedEventsDays', 'key_misplaced', { place: 'retention.namedEventsDays' }],
  ])('%s at the top: %s', (key, code, values) => {
    expect(loadProblems(`${goodGate}${key}: 1\n`)).toMatchObject([{ code, path: key, line: 7, values }])
  })

  test('nothing near: the known ones are listed', () => {
    const [problem] = loadProblems(`${goodGate}inequality: { watchdog: 1 }\n`)
    expect(problem).toMatchObject({ code: 'key_unknown', values: { known: 'graceHours, remedy, guard, holdOpen' } })
  })

  test('a setting of another driver names both', () => {
    expect(loadProblems(withDoor('  pulseMs: 3000\n  chip: x\n'))).toMatchObject([
      { code: 'key_other_driver', line: 9, values: { driver: 'simulated', others: 'gpiochip | onoff' } },
    ])
  })

  test('a mistyped required key is not reported missing as well', () => {
    expect(summaryOf(goodGate.replace('timeZone', 'timezone'))).toEqual(['2 timezone key_unknown_near'])
  })
})

describe('a value that is wrong', () => {
  test.each([
    ['gate: south', 'gate: South Gate', '1 gate id_malformed'],
    ['gate: south', 'gate: ', '1 gate setting_empty'],
    ['gate: south', 'gate: 17', '1 gate text_needs_quotes'],
    ['gate: south', 'gate: [a]', '1 gate type_wrong'],
    ['gate: south\n', '', '1 gate setting_missing'],
    ['Asia/Shanghai', 'Asia/Beijing', '2 timeZone time_zone_unknown'],
    ['Asia/Shanghai', '+08:00', '2 timeZone time_zone_unknown'],
    ['contact: office', 'contact: 13800138000', '3 operator.contact text_needs_quotes'],
    ['contact: office', 'contact: "  "', '3 operator.contact text_malformed'],
    ['contact: office', 'contact: "a\\nb"', '3 operator.contact text_malformed'],
    ['contact: office', `contact: ${'a'.repeat(201)}`, '3 operator.contact text_too_long'],
    ['contact: office, ', '', '3 operator.contact setting_missing'],
    ['pulseMs: 3000', 'pulseMs: 299', '5 door.pulseMs out_of_range'],
    ['pulseMs: 3000', 'pulseMs: 30001', '5 door.pulseMs out_of_range'],
    ['pulseMs: 3000', 'pulseMs: 300.5', '5 door.pulseMs not_whole'],
    ['pulseMs: 3000', 'pulseMs: .inf', '5 door.pulseMs not_whole'],
    ['pulseMs: 3000', 'pulseMs: .nan', '5 door.pulseMs type_wrong'],
    ['pulseMs: 3000', 'pulseMs: "3000"', '5 door.pulseMs type_wrong'],
    ['pulseMs: 3000, ', '', '5 door.pulseMs setting_missing'],
    ['exitButton: true', 'exitButton: yes', '5 door.exitButton type_wrong'],
    ['driver: simulated, p', 'driver: relay, p', '5 door.driver choice_unknown'],
    ['driver: simulated, p', 'p', '5 door.driver setting_missing'],
    ['card: [{ id: a, driver: simulated }]', 'card: []', '6 sides.entry.card list_length'],
    ['card: [{ id: a, driver: simulated }]', 'card: { id: a }', '6 sides.entry.card type_wrong'],
    ['driver: simulated }] }', 'driver: simulated }], twoFactor: [[card]] }', '6 sides.entry.twoFactor.0 pair_wrong'],
    ['driver: simulated }] }', 'driver: simulated }], twoFactor: [card] }', '6 sides.entry.twoFactor.0 pair_wrong'],
    [
      'driver: simulated }] }',
      'driver: simulated }], twoFactor: [[card, pin]] }',
      '6 sides.entry.twoFactor.0 choice_unknown',
    ],
    [
      'driver: simulated }] }',
      'driver: simulated }], twoFactor: [[card, keypad, face]] }',
      '6 sides.entry.twoFactor.0 pair_wrong',
    ],
  ])('%j written as %j', (from, to, expected) => {
    expect(goodGate).toContain(from)
    expect(summaryOf(goodGate.replace(from, to))).toEqual([expected])
  })

  test('an unknown driver is answered with every driver there is', () => {
    const [problem] = loadProblems(goodGate.replace('driver: simulated, p', 'driver: relay, p'))
    expect(problem?.values).toEqual({ given: 'relay', options: 'simulated | gpiochip | onoff' })
  })

  test('a real door needs a chip and the polarity of its relay', () => {
    const text = `${head}${cardSide}door:\n  driver: onoff\n  pulseMs: 500\n  relay: { line: 17 }\n`
    expect(summaryOf(text)).toEqual(['6 door.chip setting_missing', '9 door.relay.active setting_missing'])
  })

  test.each(['-i evil', 'a\\0b', ''])('a camera input that ffmpeg would take for something else: %j', (input) => {
    const text = `${head}${simulatedDoor}sides:\n  entry:\n    face: [{ id: a, driver: ffmpeg, input: "${input}" }]\n`
    expect(summaryOf(text)).toEqual(['8 sides.entry.face.0.input input_malformed'])
  })
})

describe('many problems', () => {
  test('are told at once, in the order of the file', () => {
    const text =
      'gate: X\nlanguge: en\noperator: { name: a }\nsides: { entry: { card: yes } }\ndoor: { driver: simulated, pulse: 3 }\n'
    expect(summaryOf(text)).toEqual([
      '1 gate id_malformed',
      '1 timeZone setting_missing',
      '1 store setting_missing',
      '2 languge key_unknown_near',
      '3 operator.contact setting_missing',
      '3 operator.maintainer setting_missing',
      '4 sides.entry.card type_wrong',
      '5 door.pulse key_unit',
    ])
  })

  test('beyond a hundred are counted', () => {
    const problems = loadProblems(goodGate + Array.from({ length: 150 }, (_, index) => `z${index}: 1\n`).join(''))
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toMatchObject({ code: 'more_problems', values: { count: 50 } })
  })

  test('a file with a wrong value still tells what its settings mean together', async () => {
    const text = goodGate
      .replace('gate: south', 'gate: South')
      .replace('card: [{ id: a, driver: simulated }]', 'face: [{ id: a, driver: folder }]')
    const { problems, config } = await reviewConfig(writeGate(text), () => 'builtin')
    expect(config).toBeUndefined()
    expect(summarise(problems)).toEqual([
      '1 gate id_malformed',
      '1 face.modelsDirectory models_directory_missing',
      '6 sides.entry.face face_alone',
    ])
  })
})

test('a symbolic link to a file is followed', () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'real'))
  writeFileSync(join(folder, 'real', 'gate.yaml'), goodGate)
  symlinkSync('real/gate.yaml', join(folder, 'gate.yaml'))
  expect(loadConfig(join(folder, 'gate.yaml')).ok).toBe(true)
})
