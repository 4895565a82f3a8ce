// The ring that every camera lends its frames from, as properties.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { createFrameRing } from '../../drivers/camera/frame-ring.ts'
import { waitUntil } from './play-main.ts'

const shape = { width: 4, height: 2, framesPerSecond: 10 }
const frameBytes = 24

test('a stream cut anywhere gives the same frames', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), (cuts) => {
      let lentFrames = 0
      const ring = createFrameRing(shape, systemClock, async ({ rgb }) => {
        lentFrames++
        expect(new Set(rgb).size).toBe(1)
      })
      const stream = Uint8Array.from({ length: frameBytes * 10 }, (_, i) => Math.floor(i / frameBytes))
      let at = 0
      let frames = 0
      for (const length of [...cuts, stream.length]) {
        frames += ring.fill(stream.subarray(at, at + length))
        at += length
      }
      expect(frames).toBe(10)
      expect(lentFrames).toBeGreaterThan(0)
    }),
  )
})

test('while a frame is lent it does not change, and the newest one follows', async () => {
  const seen: number[] = []
  const release: (() => void)[] = []
  const ring = createFrameRing(shape, systemClock, async ({ rgb }) => {
    const first = rgb[0] ?? -1
    await new Promise<void>((resolve) => release.push(resolve))
    expect(rgb.every((byte) => byte === first)).toBe(true)
    seen.push(first)
  })
  for (let n = 1; n <= 7; n++) ring.fill(new Uint8Array(frameBytes).fill(n))
  release[0]?.()
  await waitUntil('the second loan', () => release.length === 2)
  release[1]?.()
  await waitUntil('both seen', () => seen.length === 2)
  expect(seen).toEqual([1, 7])
})

test('closing overwrites every buffer and lends nothing more', async () => {
  const pictures = new Set<Uint8Array>()
  const ring = createFrameRing(shape, systemClock, async ({ rgb }) => {
    pictures.add(rgb)
  })
  for (let n = 1; n <= 9; n++) {
    const before = pictures.size
    ring.fill(new Uint8Array(frameBytes).fill(n))
    if (before < 3) await new Promise((resolve) => setImmediate(resolve))
  }
  ring.close()
  expect(ring.fill(new Uint8Array(frameBytes).fill(1))).toBe(0)
  for (const rgb of pictures) expect(rgb.every((byte) => byte === 0)).toBe(true)
})

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A ring whose three buffers are known, with a frame lent (1), one that waits (2) and one begun (3); `giveBack` returns the first. */
const fillRing = async () => {
  const buffers = new Set<Uint8Array>()
  let returned = Promise.resolve()
  const ring = createFrameRing(shape, systemClock, ({ rgb }) => {
    buffers.add(rgb)
    return returned
  })
  for (let n = 0; buffers.size < 3 && n < 9; n++) {
    for (let m = 0; m < 2; m++) ring.fill(new Uint8Array(frameBytes).fill(9))
    await turn()
  }
  expect(buffers.size).toBe(3)
  let giveBack = (): void => undefined
  returned = new Promise((resolve) => {
    giveBack = resolve
  })
  for (const n of [1, 2]) ring.fill(new Uint8Array(frameBytes).fill(n))
  ring.fill(new Uint8Array(frameBytes / 2).fill(3))
  return { ring, giveBack, bytes: () => [...new Set([...buffers].flatMap((rgb) => [...rgb]))].sort() }
}

test('a frame is overwritten when it comes back', async () => {
  const { giveBack, bytes } = await fillRing()
  expect(bytes()).toContain(1)
  giveBack()
  await turn()
  expect(bytes()).not.toContain(1)
})

test('a stream that ends leaves nothing but the frame that is lent, until it comes back', async () => {
  const { ring, giveBack, bytes } = await fillRing()
  ring.cut()
  expect(bytes()).toEqual([0, 1])
  giveBack()
  await turn()
  expect(bytes()).toEqual([0])
})
