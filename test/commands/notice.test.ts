// `notice` without a running gate.

import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram, writeGate } from './start-gate.ts'

describe('notice', () => {
  let gate: ReturnType<typeof writeGate>
  beforeAll(() => {
    gate = writeGate()
  })
  afterAll(() => rmSync(gate.folder, { recursive: true, force: true }))
  const run = (...args: readonly string[]) => runProgram(['notice', '--config', gate.configFile, ...args])

  test('prints in the language of the gate, or the one asked for', async () => {
    expect(await run()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Face at the gate “south”/),
    })
    expect((await run('--language', 'zh-CN')).stdout).toMatch(/^“south”门的人脸识别/)
  })

  test('names the hash of the consent in JSON, the same in both languages', async () => {
    const [en, zh] = [await run('--json'), await run('--json', '--language', 'zh-CN')]
    expect(en.json).toMatchObject({ language: 'en', hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const { hash } = en.json as { hash: string }
    expect((await run()).stdout.trimEnd().split('\n').at(-1)).toContain(hash)
    expect(zh.json).toMatchObject({ language: 'zh-CN', hash })
  })

  test('is not made of a configuration that is refused', async () => {
    const refused = resolve(import.meta.dirname, '../../config/face-only.example.yaml')
    const ran = await runProgram(['notice', '--config', refused, '--language', 'en'])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('config_refused')
  })
})
