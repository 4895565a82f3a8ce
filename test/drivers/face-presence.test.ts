// Whether anything moved: what a sensor's noise and a lamp do not do, and a person does, wherever he comes in and however slowly.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createPresence, type Presence } from '../../drivers/face/presence.ts'

const size = { width: 320, height: 240 }
const FRAME_MS = 100
const at = (frame: number) => (frame * FRAME_MS) as MonotonicMs
/** Without anything moving a frame is looked at once in two seconds. */
const LOOK_ANYWAY_FRAMES = 20
const SETTLED_FRAMES = 25

type Scene = {
  readonly light?: number
  readonly noise?: number
  readonly person?: { x: number; y: number; side: number }
}

/** A lane of stripes, with a sensor's noise of its own in each frame and perhaps a head before it. */
const draw = ({ light = 0, noise = 4, person }: Scene, seed: number) => {
  let state = seed + 1
  const rgb = new Uint8Array(size.width * size.height * 3)
  for (let i = 0; i < rgb.length; i += 3) {
    const [x, y] = [(i / 3) % size.width, Math.floor(i / 3 / size.width)]
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const isPerson = person && Math.abs(x - person.x) < person.side / 2 && Math.abs(y - person.y) < person.side / 2
    const shade =
      (isPerson ? 190 : 90 + (Math.floor(x / 20) % 2) * 30) + light + ((state >>> 24) / 255 - 0.5) * 2 * noise
    rgb[i] = rgb[i + 1] = rgb[i + 2] = Math.max(0, Math.min(255, shade))
  }
  return { ...size, rgb }
}

const looks = (presence: Presence, from: number, frames: number, scene: (frame: number) => Scene): number[] =>
  Array.from({ length: frames }, (_, n) => from + n).filter((frame) =>
    presence.see(draw(scene(frame), frame), at(frame)),
  )

const settle = (scene: Scene = {}): Presence => {
  const presence = createPresence(size)
  looks(presence, 0, SETTLED_FRAMES, () => scene)
  return presence
}

test.each([
  ['a still lane', () => ({})],
  ['the noise of a cheap sensor in the dark', () => ({ noise: 12 })],
  ['a lamp that is switched on', (frame: number) => ({ light: frame > SETTLED_FRAMES + 20 ? 40 : 0 })],
])('%s is looked at once in two seconds', (_, scene) => {
  const presence = settle(scene(0))
  expect(looks(presence, SETTLED_FRAMES, 100, scene).length).toBeLessThanOrEqual(100 / LOOK_ANYWAY_FRAMES)
})

test('a person who comes in is looked for in that very frame, wherever it is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 30, max: 290 }),
      fc.integer({ min: 30, max: 210 }),
      fc.integer({ min: 40, max: 120 }),
      (x, y, side) => {
        const presence = settle()
        expect(looks(presence, SETTLED_FRAMES, 1, () => ({ person: { x, y, side } }))).toEqual([SETTLED_FRAMES])
      },
    ),
    { numRuns: 20 },
  )
})

test('one who then stands still is looked for a while longer', () => {
  const presence = settle()
  const person = { x: 160, y: 120, side: 60 }
  expect(looks(presence, SETTLED_FRAMES, 15, () => ({ person }))).toHaveLength(15)
})

test('nothing of the scene is left once it is wiped', () => {
  const presence = settle()
  presence.wipe()
  expect(looks(presence, SETTLED_FRAMES + 1, 1, () => ({ light: 60 })).length).toBeLessThanOrEqual(1)
})
