// Whatever the file holds, loading answers with settings or with problems that a person can read; it never throws.

import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../config/cross-checks.ts'
import { maskConfig } from '../../config/effective.ts'
import { loadConfig } from '../../config/load.ts'
import { renderProblem } from '../../config/wording.ts'
import { goodGate, readExample, writeGate } from './gate-file.ts'

const file = (): ((content: string | Uint8Array) => string) => {
  const path = writeGate('')
  return (content) => {
    writeFileSync(path, content)
    return path
  }
}

/** Everything that is ever done with a file, as far as it goes. */
const judge = (path: string, lines: number): void => {
  const loaded = loadConfig(path)
  const config = loaded.ok ? loaded.value : loaded.understood
  const problems = [...(loaded.ok ? [] : loaded.problems), ...(config ? checkConfig(config, 'builtin') : [])]
  if (!loaded.ok) expect(problems.length).toBeGreaterThan(0)
  for (const one of problems) {
    if (one.line !== undefined) {
      expect(one.line).toBeGreaterThanOrEqual(1)
      expect(one.line).toBeLessThanOrEqual(lines + 1)
    }
    for (const language of ['en', 'zh-CN'] as const) {
      const text = renderProblem(one, language)
      expect(text).not.toMatch(/\p{Cc}|undefined|\{\w+\}: |NaN milli/u)
      expect(text.length).toBeLessThan(1200)
    }
  }
  if (config) maskConfig(config)
}

const countLines = (text: string): number => text.split('\n').length

const yamlCharacter = fc.constantFrom(...'gate: south\n\t -[]{}&*!|>?#%@`"\',0x1.~é南\u0000\u2028\ud83d')

const mutation = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 20 }),
  put: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      '\n',
      '\t',
      ': ',
      '- ',
      '&a ',
      '*a',
      '!!binary ',
      '{',
      '}',
      '[',
      ']',
      '? ',
      '|\n',
      '>\n',
      '"',
      "'",
      '%YAML 1.1\n---\n',
      '\n---\n',
      '<<: *a\n',
      '__proto__: ',
      '.nan',
      '-1e999',
      '0x10',
      'null',
      '~',
      'true',
      '3s',
      '#',
      '\u0000',
      '\u2028',
      '…',
    ),
  ),
})

describe('no file makes the loader throw', () => {
  test('random bytes', () => {
    const write = file()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => judge(write(bytes), 300)),
      { numRuns: 150 },
    )
  })

  test('random text', () => {
    const write = file()
    fc.assert(
      fc.property(fc.string({ unit: yamlCharacter, maxLength: 200 }), (text) => judge(write(text), countLines(text))),
      { numRuns: 150 },
    )
  })

  test.each(['simulated', 'pi'])('random mutations of the %s example', (name) => {
    const write = file()
    const good = readExample(name).replaceAll(/^\s*#.*\n/gm, '')
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = good
        for (const { at, removed, put } of mutations) {
          const start = at % text.length
          text = text.slice(0, start) + put + text.slice(start + removed)
        }
        judge(write(text), countLines(text))
      }),
      { numRuns: 200 },
    )
  })

  test('random values in every place of a good file', () => {
    const write = file()
    const places = [...readExample('pi').matchAll(/^( *(?:- )?\w+:) \S.*$/gm)].map((match) => match[0])
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.json({ maxDepth: 3 }), (place, json) => {
        const text = readExample('pi').replace(place, `${place.slice(0, place.indexOf(':') + 1)} ${json}`)
        judge(write(text), countLines(text))
      }),
      { numRuns: 150 },
    )
  })
})

describe('a hostile file is answered in bounded time', () => {
  // The YAML library needs about a second for these on a busy machine; a quadratic slip of ours takes minutes, and the test's own limit.
  test.each([
    ['many wrong keys', () => goodGate + Array.from({ length: 3000 }, (_, index) => `pulseM${index}: 1`).join('\n')],
    ['many wrong groups', () => `${goodGate}gate2:\n${'- {a: 1}\n'.repeat(6000)}`],
    ['many wrong devices', () => goodGate.replace('[{ id: a', `[${'{},'.repeat(8000)}{ id: a`)],
    ['many repeated keys', () => goodGate + 'gate: a\n'.repeat(7000)],
    ['one endless key', () => `${goodGate}${'k'.repeat(1000)}: 1\n`],
    ['deep brackets', () => '['.repeat(60_000)],
    ['deep lists', () => '- '.repeat(20_000)],
    ['many references', () => `a: &a 1\nb:\n${'- *a\n'.repeat(10_000)}`],
    ['broken quotes', () => '"a" '.repeat(15_000)],
  ])('%s', (_, make) => {
    const text = make()
    judge(writeGate(text), countLines(text))
  })
})
