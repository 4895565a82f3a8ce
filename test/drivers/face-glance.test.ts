import { expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import type { Engine } from '../../drivers/face/engine.ts'
import { brightnessOf, createGlance } from '../../drivers/face/glance.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import type { Face } from '../../models/face.ts'

const SIDE = 64
const picture = (...rgb: readonly [number, number, number]) => ({
  ...{ width: SIDE, height: SIDE },
  rgb: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => rgb[at % 3] ?? 0),
})
const grey = picture(128, 128, 128)

const open = () => {
  const said: FromPart[] = []
  let now = 0
  const monotonic = () => now as MonotonicMs
  const clock = { monotonic, wall: () => 0 as never }
  const glance = createGlance('cam', { clock, runtimeDirectory: '', tell: (message) => void said.push(message) })
  return {
    said,
    ...glance,
    seeAt: (ms: number, engine?: Engine) => {
      now = ms
      return glance.see(engine, grey, monotonic())
    },
  }
}

const face = (width: number): Face => ({ x: 0, y: 0, width, height: 30, score: 1, points: new Float32Array(10) })

test.each([
  [picture(0, 0, 0), 0],
  [picture(255, 255, 255), 1],
  [picture(255, 0, 0), 0.299],
  [picture(0, 255, 0), 0.587],
  [picture(0, 0, 255), 0.114],
  [{ width: 0, height: 0, rgb: new Uint8Array() }, 0],
])('brightness is the eye’s, of the whole picture (%#)', (seen, brightness) => {
  expect(brightnessOf(seen)).toBeCloseTo(brightness, 3)
})

test('nothing is looked at or told unless somebody asks, nor longer than he asked', async () => {
  const { said, look, seeAt } = open()
  let detected = 0
  const engine = {
    detect: async () => {
      detected++
      return []
    },
  } as unknown as Engine
  await seeAt(0, engine)
  look(1000)
  await seeAt(999, engine)
  await seeAt(1001, engine)
  expect(said).toHaveLength(1)
  expect(detected).toBe(1)
})

test('twice a second at most, however many frames come', async () => {
  const { said, look, seeAt } = open()
  look(2000)
  for (let ms = 0; ms < 2000; ms += 10) await seeAt(ms)
  expect(said).toHaveLength(4)
})

test('the largest face counts, and without a model there is light but no face', async () => {
  const { said, look, seeAt } = open()
  look(5000)
  await seeAt(0)
  await seeAt(500, { detect: async () => [face(40.4), face(131.6)] } as unknown as Engine)
  const brightness = expect.closeTo(0.502, 2)
  expect(said).toEqual([
    { type: 'looked', device: 'cam', seen: { kind: 'picture', brightness } },
    { type: 'looked', device: 'cam', seen: { kind: 'picture', brightness, faces: 2, facePixels: 132 } },
  ])
})
