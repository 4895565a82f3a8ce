// A gate runs on while its file on the disk is broken: the office still reaches it.

import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { glanceAtConfig } from '../../config/glance.ts'
import { type Gate, startGate } from './start-gate.ts'

let gate: Gate
let good = ''
beforeAll(async () => {
  gate = await startGate()
  good = readFileSync(gate.configFile, 'utf8')
})
afterAll(() => gate?.stop())

const faults: readonly (readonly [what: string, spoil: (text: string) => string])[] = [
  ['a setting out of its range', (text) => text.replace('pulseMs: 300', 'pulseMs: never')],
  ['an unknown setting', (text) => `${text}\ncolour: red\n`],
  ['no YAML at its end', (text) => `${text}\n  - "half a quo\n\t: [}\n`],
]

test.each(faults)('with %s the running gate is asked, and a start refuses', async (_, spoil) => {
  writeFileSync(gate.configFile, spoil(good))
  const status = await gate.cli('status')
  expect(status).toMatchObject({ code: 0, stderr: '' })
  expect(status.stdout).toContain('south')
  expect((await gate.cli('open')).code).toBe(0)
  expect((await gate.cli('run')).stderr).toContain('config_refused')
})

test('a file of which nothing can be read says that it is refused', async () => {
  writeFileSync(gate.configFile, '\0')
  const status = await gate.cli('status')
  expect(status.code).toBe(1)
  expect(status.stderr).toContain('config_refused')
})

test('the language of a broken file is spoken', () => {
  writeFileSync(gate.configFile, 'language: zh-CN\nstore: {directory: ./there}\ndoor: {{{\n')
  expect(glanceAtConfig(gate.configFile)).toMatchObject({
    language: 'zh-CN',
    storeDirectory: expect.stringMatching(/there$/),
  })
})
