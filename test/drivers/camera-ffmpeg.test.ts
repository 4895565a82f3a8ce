// The camera behind a real ffmpeg: test pictures made by lavfi, a file made by ffmpeg, children that die, hang or say nonsense.

import { spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { Camera } from '../../drivers/camera/contract.ts'
import { createFfmpegCamera, type FfmpegSettings, ffmpegArguments } from '../../drivers/camera/ffmpeg.ts'
import { needPart } from '../parts.ts'
import { waitUntil } from './play-main.ts'

const shape = { width: 64, height: 48, framesPerSecond: 20 }
const colour = (name: string): FfmpegSettings => ({
  ...shape,
  format: 'lavfi',
  input: `color=${name}:size=64x48:rate=20`,
})

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-camera-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Seen = { readonly red: number; readonly green: number; readonly at: number }

const watch = (camera: Camera): Seen[] => {
  const seen: Seen[] = []
  camera.start(async ({ rgb }, at) => {
    seen.push({ red: rgb[0] ?? -1, green: rgb.at(-2) ?? -1, at })
  })
  return seen
}

const script = async (name: string, body: string): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}

/** Processes whose command line holds the marker: ours, since the marker is the folder of this test. */
const countChildren = async (marker: string): Promise<number[]> => {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(marker) && line.includes('rawvideo')) found.push(Number(name))
  }
  return found
}

describe.skipIf(!needPart('ffmpeg'))('a camera behind ffmpeg', () => {
  test('gives whole frames of the size asked for, at about the rate asked for', async () => {
    const camera = createFfmpegCamera(colour('red'), systemClock)
    const seen = watch(camera)
    expect(camera.state()).toEqual({ state: 'down', because: 'camera_starting' })
    await waitUntil('twenty frames', () => seen.length >= 20, 10_000)
    expect(camera.state()).toEqual({ state: 'up' })
    await camera.stop()
    const last = seen.at(-1)
    expect(last?.red).toBeGreaterThan(200)
    expect(last?.green).toBeLessThan(60)
    expect((last?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(500)
  })

  test('reads a file again and again when it loops', async () => {
    const file = join(folder, 'short.mp4')
    const made = spawnSync('ffmpeg', [
      '-v',
      'quiet',
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=320x240:rate=20',
      '-t',
      '0.3',
      file,
    ])
    expect(made.status).toBe(0)
    const camera = createFfmpegCamera({ ...shape, input: file, loop: true }, systemClock)
    const seen = watch(camera)
    await waitUntil('more frames than the file has', () => seen.length > 10, 10_000)
    await camera.stop()
  })

  test('is down when its child is killed, and comes up by itself', async () => {
    const input = join(folder, 'killed.mp4')
    spawnSync('ffmpeg', ['-v', 'quiet', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=20', '-t', '1', input])
    const camera = createFfmpegCamera({ ...shape, input, loop: true }, systemClock)
    const seen = watch(camera)
    await waitUntil('up', () => camera.state().state === 'up', 10_000)
    const [child] = await countChildren(input)
    process.kill(child ?? -1, 'SIGKILL')
    await waitUntil('down', () => camera.state().state === 'down')
    expect(camera.state()).toEqual({ state: 'down', because: 'camera_absent' })
    const before = seen.length
    await waitUntil('up again', () => camera.state().state === 'up' && seen.length > before, 10_000)
    await camera.stop()
    expect(await countChildren(input)).toEqual([])
  })

  test('pulled out is found gone at once, costs nothing while it is away, and is back by itself', async () => {
    const [input, away] = [join(folder, 'plugged.mp4'), join(folder, 'away.mp4')]
    spawnSync('ffmpeg', ['-v', 'quiet', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=20', '-t', '1', input])
    const camera = createFfmpegCamera({ ...shape, input, loop: true }, systemClock)
    const seen = watch(camera)
    await waitUntil('up', () => camera.state().state === 'up', 10_000)
    await rename(input, away)
    await waitUntil('gone', () => camera.state().state === 'down', 5000)
    expect(camera.state()).toEqual({ state: 'down', because: 'camera_absent' })
    expect(await countChildren(input)).toEqual([])
    const before = seen.length
    await rename(away, input)
    await waitUntil('back', () => camera.state().state === 'up' && seen.length > before, 5000)
    await camera.stop()
  })

  test('another device in its place is another camera, and is opened anew', async () => {
    const [input, other] = [join(folder, 'exchanged.mp4'), join(folder, 'other.mp4')]
    spawnSync('ffmpeg', ['-v', 'quiet', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=20', '-t', '1', input])
    await copyFile(input, other)
    const camera = createFfmpegCamera({ ...shape, input, loop: true }, systemClock)
    watch(camera)
    await waitUntil('up', () => camera.state().state === 'up', 10_000)
    const [first] = await countChildren(input)
    await rename(other, input)
    await waitUntil(
      'another child',
      async () => {
        const [child] = await countChildren(input)
        return child !== undefined && child !== first && camera.state().state === 'up'
      },
      10_000,
    )
    await camera.stop()
  })

  test('is silent, not up, when its child stands still; a child that ignores SIGTERM is killed', async () => {
    const input = join(folder, 'stopped.mp4')
    spawnSync('ffmpeg', ['-v', 'quiet', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=20', '-t', '1', input])
    const camera = createFfmpegCamera({ ...shape, input, loop: true }, systemClock)
    watch(camera)
    await waitUntil('up', () => camera.state().state === 'up', 10_000)
    const [child] = await countChildren(input)
    process.kill(child ?? -1, 'SIGSTOP')
    await waitUntil('down', () => camera.state().state === 'down', 10_000)
    expect(camera.state()).toEqual({ state: 'down', because: 'camera_silent' })
    await waitUntil('up again', () => camera.state().state === 'up', 10_000)
    await camera.stop()
    expect(await countChildren(input)).toEqual([])
  })

  test.each([
    ['a file that is not there', 'absent.mp4', undefined],
    ['a file that is no video', 'corrupt.mp4', 'this is no video'],
  ])('is absent with %s, and does not end', async (_, name, content) => {
    const input = join(folder, name)
    if (content !== undefined) await writeFile(input, content)
    const camera = createFfmpegCamera({ ...shape, input, loop: true }, systemClock)
    const seen = watch(camera)
    await waitUntil('absent', () => JSON.stringify(camera.state()).includes('camera_absent'))
    expect(seen).toEqual([])
    await camera.stop()
  })
})

describe('a camera behind another program', () => {
  test('says that ffmpeg is missing', async () => {
    const camera = createFfmpegCamera(colour('red'), systemClock, join(folder, 'no-such-program'))
    watch(camera)
    await waitUntil('missing', () => JSON.stringify(camera.state()).includes('ffmpeg_missing'))
    await camera.stop()
  })

  test('gives no frame of a stream that ends within one', async () => {
    const camera = createFfmpegCamera(colour('red'), systemClock, await script('short.sh', 'head -c 9215 /dev/zero'))
    const seen = watch(camera)
    await waitUntil('its end', () => JSON.stringify(camera.state()).includes('camera_absent'))
    expect(seen).toEqual([])
    await camera.stop()
  })

  test('never lets a part of one run stand in a frame of the next', async () => {
    const body = "head -c 5000 /dev/zero | tr '\\0' '\\377'; head -c 9216 /dev/zero"
    const camera = createFfmpegCamera(colour('red'), systemClock, await script('mixed.sh', body))
    const frames: string[] = []
    camera.start(async ({ rgb }) => {
      const bright = rgb.filter((byte) => byte === 255).length
      frames.push(`${bright}/${rgb.length}`)
    })
    await waitUntil('frames of two runs', () => frames.length >= 2, 10_000)
    await camera.stop()
    // 5000 bright bytes begin each run; were the 5000 bytes left over kept, the second run's first frame would hold more.
    expect(new Set(frames)).toEqual(new Set(['5000/9216']))
  })

  test('does not bring a child down with it when it stops before the first frame', async () => {
    const camera = createFfmpegCamera(
      colour('red'),
      systemClock,
      await script('deaf.sh', "trap '' TERM; exec sleep 30"),
    )
    watch(camera)
    const since = systemClock.monotonic()
    await camera.stop()
    expect(systemClock.monotonic() - since).toBeLessThan(3000)
  })
})

test('an input is one argument, whatever it holds', () => {
  const input = '/dev/video0; rm -rf "$HOME" | -f null'
  expect(ffmpegArguments({ ...shape, input }).filter((argument) => argument === input)).toHaveLength(1)
})
