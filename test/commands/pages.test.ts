// The commands that write pages, asked of a running gate: the sign bears its key, the form a number of its own, and an assessment that was
// signed is known to be out of date as soon as the gate runs with another configuration.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { runProgram, startGate, until, writeGate } from './start-gate.ts'

const open = async () => {
  const gate = await startGate()
  onTestFinished(gate.stop)
  return gate
}

describe('a page', () => {
  test('for the gate bears the fingerprint of its key, in large print', async () => {
    const gate = await open()
    const { json: key } = await gate.cli('key', 'show', '--json')
    const { code, stdout } = await gate.cli('notice', 'sign')
    expect(code).toBe(0)
    expect(stdout.replaceAll(' ', '')).toContain((key as { fingerprint: string }).fingerprint)
    expect(stdout).toContain('<body class="large">')
    const spoken = await gate.cli('notice', 'sign', '--as', 'text')
    expect(spoken.stdout).not.toMatch(/<|>/)
  })

  test('needs a gate that runs only where it asks for the key or a number', async () => {
    const { configFile } = writeGate()
    const asked = async (name: string) => (await runProgram(['notice', name, '--config', configFile])).code
    expect([await asked('sign'), await asked('rules'), await asked('form')]).toEqual([1, 0, 1])
  })

  test('to sign needs no gate that runs where the office numbers it, and a camera always', async () => {
    const { configFile } = writeGate()
    const own = await runProgram(['notice', 'form', '--number', 'B-7', '--json', '--config', configFile])
    expect(own.json).toMatchObject({ number: 'B-7', text: expect.stringContaining('B-7') })
    const without = writeGate({ sides: { entry: { face: null } } })
    const none = await runProgram(['notice', 'form', '--number', 'B-7', '--config', without.configFile])
    expect([none.code, none.stdout, none.stderr]).toEqual([1, '', expect.stringContaining('form_faceless')])
  })

  test('goes into a new file, and never over another', async () => {
    const { configFile, folder } = writeGate()
    const out = join(folder, 'rules.html')
    const written = await runProgram(['notice', 'rules', '--out', out, '--config', configFile])
    expect([written.code, written.stdout]).toEqual([0, `written: ${out}\n`])
    const page = readFileSync(out, 'utf8')
    expect(page).toBe((await runProgram(['notice', 'rules', '--config', configFile])).stdout)
    const again = await runProgram(['notice', 'rules', '--language', 'zh-CN', '--out', out, '--config', configFile])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('page_unwritable')])
    expect(readFileSync(out, 'utf8')).toBe(page)
  })

  test('to be read aloud says every sentence of the notice', async () => {
    const { configFile } = writeGate()
    const rules = await runProgram(['notice', 'rules', '--as', 'text', '--config', configFile])
    const { json } = await runProgram(['notice', '--json', '--config', configFile])
    const { text, hash } = json as { text: string; hash: string }
    for (const line of text.split('\n')) expect(rules.stdout).toContain(line)
    expect(rules.stdout).toContain(hash)
  })
})

describe('an assessment of impact', () => {
  const standing = async (gate: Awaited<ReturnType<typeof open>>) =>
    (await gate.cli('report', 'impact', '--as', 'text')).stdout

  test('is none, then signed, then out of date when the gate runs with another configuration', async () => {
    const gate = await open()
    expect(await standing(gate)).toContain('NOT YET ASSESSED')
    expect((await gate.cli('report', 'impact', '--record')).code).toBe(0)
    expect(await standing(gate)).toMatch(
      /Signed, and recorded on \d{4}-\d\d-\d\d .*Nothing on which it rests has changed since\./,
    )

    const changed = parse(readFileSync(gate.configFile, 'utf8'))
    changed.retention = { ...changed.retention, namedEventsDays: 29 }
    writeFileSync(gate.configFile, stringify(changed))
    // The file is not what runs yet, so that nothing has been so since any time.
    expect(await standing(gate)).toMatch(
      /OUT OF DATE\. Signed[\s\S]*Setting retention\.namedEventsDays: Then 30; Now 29/,
    )
    // The file is not yet what runs: its assessment is nobody's.
    const early = await gate.cli('report', 'impact', '--record')
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('assessment_other')])
    gate.child.kill('SIGHUP')
    await until('the reload', async () =>
      (await gate.cli('report', 'impact', '--record')).code === 0 ? true : undefined,
    )
    expect(await standing(gate)).toMatch(/Nothing on which it rests has changed since/)
  })

  test('is no record of a stranger’s hash', async () => {
    const gate = await open()
    const other = createHash('sha256').update('other').digest('hex')
    await expect(gate.ask('report impact', { record: other })).rejects.toThrow(/assessment_other/)
  })
})
