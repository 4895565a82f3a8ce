import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../config/cross-checks.ts'
import { loadConfig } from '../../config/load.ts'
import { reviewConfig } from '../../config/review.ts'
import { renderProblem } from '../../config/wording.ts'
import { examplePath, readExample, summarise, writeGate } from './gate-file.ts'

describe('the example files', () => {
  test.each([
    'builtin',
    'recommended',
  ] as const)('the simulated gate is right with the %s models', async (installed) => {
    const { config, problems } = await reviewConfig(examplePath('simulated'), () => installed)
    expect(summarise(problems)).toEqual([])
    expect(config?.gate).toBe('south')
  })

  test('the gate on a Pi is right once the recommended models are there', async () => {
    const { config, problems } = await reviewConfig(examplePath('pi'), () => 'recommended')
    expect(summarise(problems)).toEqual([])
    expect(config?.door.driver).toBe('gpiochip')
  })

  test('the gate on a Pi without its models runs, warned, with face off', async () => {
    const { config, problems } = await reviewConfig(examplePath('pi'), () => 'builtin')
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning pack_missing'])
    expect(config).toBeDefined()
  })

  test('what the gate on a Pi has commented out is right once the # is taken away', async () => {
    const taken = readExample('pi')
      .replaceAll(/^# ((?:mqtt|sound|call):| {2}[a-zA-Z]+: .*)$/gm, '$1')
      .replaceAll(/^ {2}# ((?:guardButton|motor): \{.*)$/gm, '  $1')
    const { config, problems } = await reviewConfig(writeGate(taken), () => 'recommended')
    expect(summarise(problems)).toEqual([])
    expect(config?.mqtt).toMatchObject({ topicPrefix: 'evengate/south' })
    expect(config?.sound).toMatchObject({ device: 'default' })
    expect(config?.door).toMatchObject({ guardButton: { line: 'GPIO4' }, motor: { close: { line: 'GPIO21' } } })
    expect(config?.call).toMatchObject({ driver: 'gpiochip', side: 'entry' })
  })

  test('the gate with face alone is refused for that reason alone, at the line of its face', async () => {
    const { config, problems } = await reviewConfig(examplePath('face-only'), () => 'builtin')
    const line = readExample('face-only').split('\n').indexOf('    face:') + 1
    expect(config).toBeUndefined()
    expect(summarise(problems)).toEqual([`${line} sides.entry.face face_alone`])
  })

  test('the refusal of face alone names the side, the rule and the remedy in both languages', () => {
    const loaded = loadConfig(examplePath('face-only'))
    const [problem] = loaded.ok ? checkConfig(loaded.value) : []
    if (!problem) throw new Error('face alone was not refused')
    expect(renderProblem(problem, 'en')).toMatch(/entry side.*P1.*Add a card reader or a keypad under sides\.entry/)
    expect(renderProblem(problem, 'zh-CN')).toMatch(/entry 侧.*P1.*请在 sides\.entry 下增加读卡器或键盘/)
  })

  test('face alone with a keypad added is lawful, with a warning', async () => {
    const repaired = readExample('face-only').replace(
      '    face:',
      '    keypad: [{ id: a, driver: simulated }]\n    face:',
    )
    const { problems } = await reviewConfig(writeGate(repaired), () => 'builtin')
    expect(summarise(problems)).toEqual([expect.stringMatching(/ sides\.entry\.keypad code_alone_beside_face$/)])
  })

  test.each(['simulated', 'pi', 'face-only'])('%s is commented in Chinese and in English', (name) => {
    const comments = readExample(name)
      .split('\n')
      .filter((line) => line.trimStart().startsWith('#'))
    expect(comments.filter((line) => /\p{Script=Han}/u.test(line)).length).toBeGreaterThan(2)
    expect(comments.filter((line) => !/\p{Script=Han}/u.test(line)).length).toBeGreaterThan(2)
  })
})
