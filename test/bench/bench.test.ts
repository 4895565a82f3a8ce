// The report of `evengate bench`: its shape, its names, what it leaves behind. Says nothing of speed: sizes are tiny and the machine
// may be busy.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const LIMIT_MS = 120_000

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'daemon/main.ts'), 'bench', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: LIMIT_MS,
  })

const only = (...names: string[]): string[] => names.flatMap((name) => ['--only', name])
const labs = (): string[] => {
  const cache = join(root, '.cache')
  return existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('bench-')) : []
}

test('the report is one JSON object with the machine and the figures that were asked for, and nothing is left behind', {
  timeout: LIMIT_MS,
}, () => {
  const before = labs()
  const asked = ['reading_to_relay_ms', 'reading_to_relay_face_killed_ms', 'start_to_card_ms']
  const { stdout, stderr, status } = bench(
    ...['--json', '--runs', '1', '--residents', '9', '--cards', '2', '--events', '300', '--taps', '4'],
    ...only(...asked),
  )
  expect(status, stderr).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  const { machine, scale, figures } = JSON.parse(stdout)
  expect(scale).toEqual({ residents: 9, cards: 2, events: 300 })
  const number = expect.any(Number)
  const text = expect.any(String)
  expect(machine).toEqual({
    ...{ cpu: text, cores: number, memory_mb: number, kernel: text, node: process.version, load_before: number },
    ...{ filesystem: { type: text, device: text }, date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
  })
  expect(Object.keys(figures)).toEqual(asked)
  const taps = { p50: number, p99: number, worst: number, fsync_p50: number, fsync_p99: number, taps: 4 }
  const ok = expect.any(Boolean)
  expect(figures.reading_to_relay_ms).toEqual({ ...taps, goal: { at_most: { p50: 3, p99: 15 } }, ok })
  expect(figures.reading_to_relay_face_killed_ms).toMatchObject({ ...taps, p99_worse_by: number, kills: number })
  expect(figures.start_to_card_ms).toMatchObject({ value: number, goal: { at_most: { value: 800 } }, ok })
  expect(figures.reading_to_relay_ms.p50).toBeGreaterThan(0)
  expect(labs()).toEqual(before)
})

test.each([
  ['an unknown option', ['--speed']],
  ['an unknown figure', ['--only', 'speed_of_light']],
  ['no rounds', ['--runs', '0']],
  ['a number that is none', ['--residents', 'many']],
  ['a word too many', ['please']],
])('%s is wrong use, told with the usage', (_, args) => {
  const { stdout, stderr, status } = bench(...args)
  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain('reading_to_relay_ms')
})
