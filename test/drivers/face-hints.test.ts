// To whom a hint is given, which and how often.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createHints } from '../../drivers/face/hints.ts'
import type { Face } from '../../models/face.ts'
import { type Quality, type QualityCode, qualityCodes } from '../../models/quality.ts'

const frame = { width: 640, height: 480 }
const zone = { x: 0.2, y: 0.1, width: 0.6, height: 0.8, minFacePixels: 80 }
const FRAME_MS = 100

const faceAt = (x: number, width = 120): Face => ({
  ...{ x: x - width / 2, y: 240 - width / 2, width, height: width, score: 0.9 },
  points: new Float32Array(10),
})
const qualityOf = (code: QualityCode, yaw = 0): Quality => ({
  ...{ code, facePixels: 120, light: 100, sharpness: 0.5 },
  pose: { yaw, pitch: 0, roll: 0 },
})

/** What was said, with its instant, over so many frames. */
const play = (frames: number, faces: (n: number) => readonly Face[], quality: Quality) => {
  const hints = createHints(zone, frame)
  return Array.from({ length: frames }, (_, n) => n * FRAME_MS).flatMap((ms) => {
    const hint = hints.see(faces(ms / FRAME_MS), () => quality, ms as MonotonicMs)
    return hint === undefined ? [] : [{ hint, ms }]
  })
}

describe('one who stands there is told', () => {
  test.each([
    ['who is too far away', faceAt(320, 60), qualityOf('face_small'), 'come_closer'],
    ['who looks aside a little', faceAt(320), qualityOf('face_turned', 40), 'look_here'],
    ['who stands in the dark', faceAt(320), qualityOf('face_dark'), 'more_light'],
    ['whose face is blurred', faceAt(320), qualityOf('face_blurred'), 'hold_still'],
    ['whose face is covered', faceAt(320), qualityOf('face_covered'), 'show_face'],
  ])('%s', (_, face, quality, hint) => {
    const [first, second] = play(100, () => [face], quality)
    expect(first).toEqual({ hint, ms: 1500 })
    expect((second?.ms ?? 0) - (first?.ms ?? 0)).toBe(5000)
  })

  test('no more than three times, until he has gone', () => {
    expect(play(1000, () => [faceAt(320)], qualityOf('face_dark'))).toHaveLength(3)
    expect(play(1000, (n) => (n > 500 && n < 530 ? [] : [faceAt(320)]), qualityOf('face_dark'))).toHaveLength(6)
  })
})

describe('nothing is told to one', () => {
  test.each([
    ['who is well seen', () => [faceAt(320)], qualityOf('good')],
    ['who looks elsewhere', () => [faceAt(320)], qualityOf('face_turned', 70)],
    ['who stands beside the zone', () => [faceAt(60)], qualityOf('face_dark')],
    ['who stands across the street', () => [faceAt(320, 40)], qualityOf('face_small')],
    ['who walks by', (n: number) => [faceAt(140 + (n % 30) * 12)], qualityOf('face_dark')],
  ])('%s', (_, faces, quality) => {
    expect(play(100, faces, quality)).toEqual([])
  })

  test('more than once in five seconds, whoever comes and goes', () => {
    const visits = fc.array(
      fc.record({ x: fc.integer({ min: 0, max: 640 }), frames: fc.integer({ min: 1, max: 60 }) }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(visits, fc.constantFrom(...qualityCodes), (moves, code) => {
        const places = moves.flatMap(({ x, frames }) => Array<number>(frames).fill(x))
        const said = play(places.length, (n) => [faceAt(places[n] ?? 0)], qualityOf(code))
        const gaps = said.slice(1).map(({ ms }, n) => ms - (said[n]?.ms ?? 0))
        expect(gaps.every((gap) => gap >= 5000)).toBe(true)
      }),
    )
  })
})
