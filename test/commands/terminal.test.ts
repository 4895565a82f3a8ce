// `pin set` at a real terminal: what is typed is not shown.

import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { needPart } from '../parts.ts'
import { until, writeGate } from './start-gate.ts'

const program = join(resolve(import.meta.dirname, '../..'), 'daemon/main.ts')

const typeCodes = async (first: string, again: string): Promise<string> => {
  const { configFile, folder } = writeGate()
  const command = `${process.execPath} ${program} pin set r_abc --number 12042 --config ${configFile}`
  // A pseudo-terminal that echoes, as any does until a program asks it not to. The shell outlives the program: socat drops what a
  // terminal still holds when its last program ends.
  const terminal = spawn('socat', ['-', `SYSTEM:${command}; read _,pty,setsid,ctty,stderr,echo=1`])
  let shown = ''
  terminal.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
  })
  const ended = new Promise((end) => terminal.once('close', end))
  await until('the prompt', () => shown.includes('New code') || undefined)
  terminal.stdin.write(`${first}\r`)
  await until('the second prompt', () => shown.includes('Once more') || undefined)
  terminal.stdin.write(`${again}\r`)
  await until('the answer', () => /\([a-z_]+\)/.test(shown) || undefined)
  terminal.kill()
  await ended
  rmSync(folder, { recursive: true, force: true })
  return shown
}

test.skipIf(!needPart('socat'))('a code typed at a terminal is asked twice and never shown', async () => {
  const shown = await typeCodes('471108', '471108')
  expect(shown).not.toMatch(/4711/)
  expect(shown).toContain('daemon_absent')
})

test.skipIf(!needPart('socat'))('two codes that differ set nothing', async () => {
  expect(await typeCodes('471108', '471109')).toContain('codes_differ')
})
