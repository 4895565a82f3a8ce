// The figures of the search: its shape, whether or not usearch is there to be compared with. Says nothing of speed.

import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

test('a search among many is timed, and usearch beside it or said to be absent', { timeout: 60_000 }, () => {
  const names = ['match_10000_ms', 'match_100000_ms', 'usearch_exact_ratio']
  const words = ['daemon/main.ts', 'bench', '--json', ...names.flatMap((name) => ['--only', name])]
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd: resolve(import.meta.dirname, '../..'),
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(status, stderr).toBe(0)
  const { figures } = JSON.parse(stdout)
  const number = expect.any(Number)
  const spread = { p50: number, min: number, p95: number }
  expect(figures.match_10000_ms).toMatchObject({ ...spread, goal: { at_most: { p50: 0.3 } } })
  expect(figures.match_100000_ms).toMatchObject({ ...spread, goal: { at_most: { p50: 6 } } })
  const { value } = figures.usearch_exact_ratio
  expect(figures.usearch_exact_ratio).toMatchObject(
    value === null ? { why: 'usearch is not installed' } : { value: number, theirs_ms: spread },
  )
})
