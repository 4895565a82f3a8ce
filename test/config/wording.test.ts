import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { problem } from '../../config/problems.ts'
import { type ProblemCode, renderProblem, wording } from '../../config/wording.ts'
import type { Language } from '../../config/words.ts'
import { goodGate, problemsOf } from './gate-file.ts'

const codes = Object.keys(wording) as readonly ProblemCode[]
const placeholders = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).toSorted()

const problemsOfText = (from: string, to: string, language: Language = 'en'): readonly string[] => {
  expect(goodGate).toContain(from)
  return problemsOf(goodGate.replace(from, to)).map((one) => renderProblem(one, language))
}

describe('every code', () => {
  test.each(codes)('%s has one line in each language', (code) => {
    const { en, 'zh-CN': zh } = wording[code]
    for (const text of [en, zh]) expect(text).not.toMatch(/[\r\n]/)
    expect(en).not.toMatch(/\p{Script=Han}/u)
    expect(zh).toMatch(/\p{Script=Han}/u)
  })

  test.each(codes)('%s says in both languages what is wrong and what to do', (code) => {
    const { en, 'zh-CN': zh } = wording[code]
    expect(en).toMatch(/[;.?].*[.?}]$/)
    expect(zh).toMatch(/[；。，？].*[。？}]$/)
  })

  test.each(
    codes.filter((code) => !code.startsWith('setting_')),
  )('%s uses the same values in both languages', (code) => {
    expect(placeholders(wording[code]['zh-CN'])).toEqual(placeholders(wording[code].en))
  })

  test('is used by the code, so that no wording outlives its problem', () => {
    const folder = new URL('../../config/', import.meta.url)
    const sources = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.startsWith('wording'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([])
  })
})

describe('a rendered problem', () => {
  test('names line, place, fault and remedy', () => {
    const [pulse] = problemsOfText('pulseMs: 3000', 'pulseMs: 3s')
    const [range] = problemsOfText('pulseMs: 3000', 'pulseMs: 3')
    expect(pulse).toBe(
      'error (line 5, door.pulseMs): 3s has a unit of its own; pulseMs is a plain number of milliseconds, here 3000.',
    )
    expect(range).toBe('error (line 5, door.pulseMs): 3 is out of range; write 300 to 30000 milliseconds.')
  })

  test('speaks Chinese', () => {
    expect(problemsOfText('pulseMs: 3000', 'pulseMs: 3', 'zh-CN')).toEqual([
      '错误（第 5 行，door.pulseMs）：3 超出范围；请写 300 到 30000 毫秒。',
    ])
  })

  test('of a missing setting tells what it is for', () => {
    const [line] = problemsOfText('pulseMs: 3000, ', '')
    expect(line).toMatch(/pulseMs is missing; add it\. How long one opening energises the relay/)
  })

  test('stays one short line whatever the file holds', () => {
    const text = `${goodGate}"a\\nb\\e[2J${'x'.repeat(5000)}": 1\n`
    for (const one of problemsOf(text))
      for (const language of ['en', 'zh-CN'] as const) {
        expect(renderProblem(one, language)).not.toMatch(/\p{Cc}/u)
        expect(renderProblem(one, language).length).toBeLessThan(800)
      }
  })

  test('never shows a password that stands where something else is wanted', () => {
    const shown = problemsOfText('pulseMs: 3000', 'driver2: 1, pulseMs: "rtsp://admin:hunter2@camera/1"').join('\n')
    const chosen = problemsOfText('driver: simulated, p', 'driver: "rtsp://admin:hunter2@camera/1", p').join('\n')
    expect(shown + chosen).not.toContain('hunter2')
    expect(chosen).toContain('rtsp://***@camera/1')
  })

  test('without a place has none', () => {
    expect(renderProblem(problem('error', 'file_missing', ''), 'en')).toMatch(/^error: There is no such file/)
  })

  test('tells a warning from an error', () => {
    expect(renderProblem(problem('warning', 'clock_always_trusted', 'clock.trust'), 'en')).toMatch(/^warning \(clock/)
    expect(renderProblem(problem('warning', 'clock_always_trusted', 'clock.trust'), 'zh-CN')).toMatch(/^警告（clock/)
  })
})
