// The figure of hot plug: its shape, on real parts; nothing of speed.

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
