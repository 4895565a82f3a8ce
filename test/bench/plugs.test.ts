// The figures of parts that go, and of noticing that face alone is left: their shape, on real parts; nothing of speed.

import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { needPart } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')
const LIMIT_MS = 120_000
const needed = ['socat', 'ffmpeg', 'pcscd', 'vpcd', 'unshare', 'pcsclite'] as const

test.skipIf(!needed.every(needPart))(
  'each of reader, keypad and camera is found gone and back by itself, in a gate that runs',
  { timeout: LIMIT_MS },
  () => {
    const asked = ['bench', '--json', '--runs', '1', '--only', 'hot_plug_ms']
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'daemon/main.ts'), ...asked], {
      ...{ cwd: root, encoding: 'utf8', timeout: LIMIT_MS },
    })
    expect(status, stderr).toBe(0)
    const number = expect.any(Number)
    const part = { gone: number, back: number }
    expect(JSON.parse(stdout).figures.hot_plug_ms).toEqual({
      ...part,
      of: { card: part, keypad: part, face: part },
      goal: { at_most: { gone: 5000, back: 3000 } },
      ok: expect.any(Boolean),
    })
  },
)

test.skipIf(!needed.every(needPart))(
  'a gate notices that face alone is left, whatever took the other way',
  { timeout: LIMIT_MS },
  () => {
    const asked = ['bench', '--json', '--runs', '1', '--only', 'inequality_noticed_ms']
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'daemon/main.ts'), ...asked], {
      ...{ cwd: root, encoding: 'utf8', timeout: LIMIT_MS },
    })
    expect(status, stderr).toBe(0)
    const number = expect.any(Number)
    expect(JSON.parse(stdout).figures.inequality_noticed_ms).toEqual({
      worst: number,
      of: { pcscd_killed: number, device_removed: number, process_killed: number },
      goal: { at_most: { worst: 5000 } },
      ok: expect.any(Boolean),
    })
  },
)
