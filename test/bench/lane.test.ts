// The figures of an empty lane and of withdrawals: their shape, from a whole gate; nothing of speed but that a withdrawal is at once.

import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { needPart } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')
const LIMIT_MS = 180_000

test.skipIf(!needPart('ffmpeg'))(
  'an empty lane, withdrawals and erasures are measured in a gate with faces enrolled',
  {
    timeout: LIMIT_MS,
  },
  () => {
    const names = ['empty_lane_cpu_percent', 'withdrawal_to_unmatchable_ms', 'erasure_s', 'erasure_line_p99_worse_ms']
    const asked = names.flatMap((name) => ['--only', name])
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(root, 'daemon/main.ts'), 'bench', '--json', '--runs', '1', '--residents', '24', '--taps', '4', ...asked],
      { cwd: root, encoding: 'utf8', timeout: LIMIT_MS },
    )
    expect(status, stderr).toBe(0)
    const { figures } = JSON.parse(stdout)
    const { empty_lane_cpu_percent: lane, withdrawal_to_unmatchable_ms: withdrawal, erasure_s: erasure } = figures
    const number = expect.any(Number)
    expect(lane).toMatchObject({ value: number, face: number, ffmpeg: number, goal: { at_most: { value: 8 } } })
    // A camera that was not read would cost nothing.
    expect(lane.ffmpeg).toBeGreaterThan(0)
    expect(withdrawal).toMatchObject({
      p50: number,
      p99: number,
      withdrawals: 20,
      templates: 44,
      gallery_back_worst: number,
    })
    expect(withdrawal.p99).toBeLessThan(1000)
    expect(erasure).toMatchObject({ p50: number, worst: number, residents: 24 })
    expect(erasure.erasures).toBeGreaterThan(0)
    expect(erasure.worst).toBeLessThan(10)
    expect(figures.erasure_line_p99_worse_ms).toMatchObject({ value: number, quiet: { taps: 4 }, beside: { taps: 4 } })
  },
)
