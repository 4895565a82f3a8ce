// `status --watch`: drawn by what happens, on a terminal and without one.

import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { showStatus } from '../../daemon/cli/show-status.ts'
import type { Status } from '../../daemon/commands/status.ts'
import { needPart } from '../parts.ts'
import { type Gate, startGate, until } from './start-gate.ts'

const program = join(resolve(import.meta.dirname, '../..'), 'daemon/main.ts')
const ENTER = '\x1b[?1049h'
const LEAVE = '\x1b[?1049l'

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const watch = (command: string, args: readonly string[]) => {
  const child = spawn(command, args)
  let shown = ''
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
  })
  const ended = new Promise<number | null>((end) => child.once('close', end))
  return { child, ended, shown: () => shown }
}

test.skipIf(!needPart('socat'))('a terminal is drawn by what happens, and given back', async () => {
  const command = `stty rows 24 cols 80; exec ${process.execPath} ${program} status --watch --config ${gate.configFile}`
  const { child, ended, shown } = watch('socat', ['-', `SYSTEM:${command},pty,setsid,ctty,stderr`])
  await until('the first picture', () => shown().includes('entry-keypad'))
  expect(shown()).not.toContain('credential_unknown')
  await gate.play('entry-card', { tap: '04a1b2c3d4e5f6' })
  await until('the tap', () => shown().includes('credential_unknown'))
  child.stdin.write('\x03')
  await until('the page given back', () => shown().endsWith(LEAVE))
  expect(shown().split(ENTER)).toHaveLength(2)
  child.kill()
  await ended
})

test('without a terminal each state is an object of its own with --json', async () => {
  const { child, ended, shown } = watch(process.execPath, [
    ...[program, 'status', '--watch', '--json', '--config', gate.configFile],
  ])
  await until('two states', () => shown().split('\n').length > 2)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(JSON.parse(shown().split('\n')[0] ?? '')).toMatchObject({ gate: 'south', alarms: expect.any(Array) })
})

test('an alarm stands there in words, with when and how often; a gallery beyond its model’s measure says so', async () => {
  const status: Status = {
    ...(await gate.status()),
    gallery: { templates: 4000, unreadable: 2, extrapolated: true },
    alarms: [{ code: 'journal_uncounted', wall: 0 as Status['alarms'][number]['wall'], times: 3 }],
  }
  const shown = showStatus(status, 'zh-CN')
  expect(shown).toMatch(/! \d{4}-\d\d-\d\d .*无法写下内存中待写事件的数量.*×3/)
  expect(shown).toMatch(/4000 个模板，2 个无法读取 \(.*校准\)/)
})

test('the end of the gate ends it, and is no failure of whoever watches', async () => {
  const own = await startGate()
  const { ended, shown } = watch(process.execPath, [...[program, 'status', '--watch', '--config', own.configFile]])
  await until('a state', () => shown().includes('entry-keypad'))
  await own.stop()
  expect(await ended).toBe(0)
})
