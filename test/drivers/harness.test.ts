// What every part does when main went away before they met: with real processes, one a part.

import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeGate } from '../commands/start-gate.ts'

const drivers = resolve(import.meta.dirname, '../../drivers')

test.each([
  'card',
  'keypad',
  'face',
  'signal',
  'door',
])('a %s that was started by a main that is gone before they meet ends by itself', async (part) => {
  const { folder, configFile } = writeGate()
  const args = part === 'door' ? ['--config', configFile] : []
  const child = spawn(process.execPath, [resolve(drivers, part, 'part.ts'), ...args], {
    env: { ...process.env, EVENGATE_RUNTIME: folder, EVENGATE_CHILD: '1', EVENGATE_LINGER_MS: '200' },
    stdio: 'ignore',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  expect(await new Promise((ended) => child.once('exit', (code, signal) => ended(code ?? signal)))).toBe(0)
})
