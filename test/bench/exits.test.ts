// The exit button's figure: every condition is played, by one door that outlives its mains and is gone afterwards. Says nothing of
// speed.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const LIMIT_MS = 120_000

/** Doors of the bench that works in this folder, by what they were started with: others may measure at the same time. */
const doorsIn = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return '' // ended in between
      }
    })
    .filter((line) => line.includes('door/part.ts') && line.includes(folder))

test('is measured with main well, stopped, killed, restarting and its store locked, and leaves no door behind', {
  timeout: LIMIT_MS,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'exits-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, 'daemon/main.ts'), 'bench', '--json', '--only', 'exit_to_relay_ms', '--taps', '2'],
    { cwd: root, encoding: 'utf8', timeout: LIMIT_MS, env: { ...process.env, TMPDIR: folder } },
  )
  expect(status, stderr).toBe(0)
  const number = expect.any(Number)
  const each = { p50: number, p99: number }
  expect(JSON.parse(stdout).figures.exit_to_relay_ms).toEqual({
    ...{ ...each, worst: number, presses: 8 },
    of: { well: each, store_locked: each, stopped: each, killed: each, restarting: each },
    ...{ goal: { at_most: { p99: 50 } }, ok: expect.any(Boolean) },
  })
  expect(doorsIn(folder)).toEqual([])
})
