// A model that never comes back: the camera is down, and the process that holds it is given up, so that another can start.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import type { OnFrame } from '../../drivers/camera/contract.ts'
import { createFaceDevice } from '../../drivers/face/device.ts'
import type { Engine } from '../../drivers/face/engine.ts'
import { createStuckWatch, STUCK_LOOKS } from '../../drivers/face/stuck.ts'

const size = { width: 64, height: 64 }
const zone = { x: 0, y: 0, width: 1, height: 1, minFacePixels: 20 }
const settings = { id: 'entry-face', side: 'entry', driver: 'folder', framesPerSecond: 10, zone, ...size } as const
const picture = { ...size, rgb: new Uint8Array(64 * 64 * 3) }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A device whose model takes so long for a frame. */
const open = (takesMs: number) => {
  let ends = 0
  let give: OnFrame = async () => undefined
  const camera = {
    start: (onFrame: OnFrame) => {
      give = onFrame
    },
    stop: async () => undefined,
    state: () => ({ state: 'up' }) as const,
  }
  const monotonic = () => performance.now() as MonotonicMs
  const clock = { monotonic, wall: () => 0 as never }
  const port = { clock, runtimeDirectory: '', tell: () => undefined }
  const looking = { start: 'zone', frames: 3, liveness: 'off' } as const
  const device = createFaceDevice(settings, camera, port, looking, () => ends++)
  const detect = () => new Promise((resolve) => setTimeout(() => resolve([]), takesMs))
  device.start()
  device.wake({ templates: () => 3, detect } as unknown as Engine)
  return { device, ends: () => ends, frame: () => give(picture, monotonic()) }
}

test('a frame that never ends has the camera down after five seconds and the process given up after ten, once', async () => {
  const { device, ends, frame } = open(2 ** 31 - 1)
  void frame()
  await vi.advanceTimersByTimeAsync(4900)
  expect([device.state().state, ends()]).toEqual(['up', 0])
  await vi.advanceTimersByTimeAsync(200)
  expect(device.state()).toMatchObject({ state: 'down', because: 'frame_stuck' })
  await vi.advanceTimersByTimeAsync(4000)
  expect(ends()).toBe(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ends()).toBe(1)
  await device.stop()
})

test('slow frames, one after the other, are no reason to give up', async () => {
  const { device, ends, frame } = open(4000)
  for (let n = 0; n < 10; n++) {
    void frame()
    await vi.advanceTimersByTimeAsync(4100)
  }
  expect([device.state().state, ends()]).toEqual(['up', 0])
  await device.stop()
})

test('a process that was stopped for an hour in the middle of a frame is not taken for one that hangs', () => {
  const isStuck = createStuckWatch()
  const since = 1000 as MonotonicMs
  // Two looks before, one as it goes on: by the clock an hour, by its own loop a second and a half.
  expect([isStuck(since), isStuck(since), isStuck(since), isStuck(undefined)]).toEqual([false, false, false, false])
  const looks = Array.from({ length: STUCK_LOOKS + 1 }, () => isStuck(since))
  expect(looks.indexOf(true)).toBe(STUCK_LOOKS)
})
