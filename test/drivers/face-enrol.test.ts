// One enrolment: which frames count, what the person is told, and that nothing is left of one that fails.

import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createSession, type Session, type Taken } from '../../drivers/face/enrol.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'
import { type QualityCode, qualityCodes } from '../../models/quality.ts'

const frame = { width: 640, height: 480 }
const plan = {
  credential: 'c_anna',
  zone: { x: 0.2, y: 0.1, width: 0.6, height: 0.8, minFacePixels: 60 },
  limits: { leastSelfScore: 0.45, mostOtherScore: 0.4, leastDetectorScore: 0.8, leastFacePixels: 80 },
}
const faceAt = (x: number, width = 120, score = 0.9): Face => ({
  x: x - width / 2,
  y: 240 - width / 2,
  width,
  height: width,
  score,
  points: new Float32Array(10),
})
const here = faceAt(320)
const turned = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))
const nobody: Search = {}

let session: Session
let at = 0
beforeEach(() => {
  session = createSession(plan)
  at = 1000
})

const look = (faces: readonly Face[], quality: QualityCode = 'good', afterMs = 1000) => {
  at += afterMs
  return session.look(faces, frame, at as MonotonicMs, () => quality)
}
const take = (vector: Float32Array, search = nobody): Taken => {
  expect(look([here]).wanted).toBe(here)
  return session.take(vector, search, at as MonotonicMs)
}

describe('the frame', () => {
  test.each<[string, Face[], QualityCode, string]>([
    ['nobody', [], 'good', 'stand_here'],
    ['a face outside the zone', [faceAt(60)], 'good', 'come_closer'],
    ['a face large enough for the zone, too small for a template', [faceAt(320, 79)], 'good', 'come_closer'],
    ['two faces', [here, faceAt(450, 100)], 'good', 'one_at_a_time'],
    ['a second face far away', [here, faceAt(60, 20)], 'good', 'one_at_a_time'],
    ['a face that the detector doubts', [faceAt(320, 120, 0.79)], 'good', 'look_here'],
    ['a dark face', [here], 'face_dark', 'more_light'],
    ['a blurred face', [here], 'face_blurred', 'hold_still'],
  ])('with %s gives a hint and wants no vector', (_, faces, quality, hint) => {
    expect(look(faces, quality)).toEqual({ hint })
  })

  test('of every quality but a good one gives a hint that the protocol can carry', () => {
    for (const quality of qualityCodes.filter((code) => code !== 'good')) {
      session = createSession(plan)
      expect(look([here], quality).hint).toMatch(/^[a-z0-9_]{1,48}$/)
    }
  })

  test('does not repeat its hint at every frame', () => {
    const hints = Array.from({ length: 30 }, () => look([], 'good', 100).hint)
    expect(hints.filter((hint) => hint !== undefined)).toHaveLength(2)
  })

  test('is not wanted sooner than a second after a template was kept', () => {
    take(turned(0))
    expect(look([here], 'good', 999)).toEqual({})
    expect(look([here], 'good', 1).wanted).toBe(here)
  })
})

describe('one person from the first template to the last', () => {
  const kept = (): Taken => {
    take(turned(0))
    return take(turned(10))
  }
  const moved = faceAt(400)

  test.each<[string, Face[], string]>([
    ['a second face comes into the picture', [here, faceAt(60, 20)], 'one_at_a_time'],
    ['the face jumps', [moved], 'start_again'],
    ['the face comes nearer all at once', [faceAt(320, 170)], 'start_again'],
  ])('it begins anew when %s', (_, faces, hint) => {
    expect(kept()).toEqual({ hint: 'two_of_three' })
    expect(look(faces, 'good', 100)).toEqual({ hint })
    const [face = here] = faces
    look([face], 'good', 100)
    expect(look([face]).wanted).toBe(face)
    expect(session.take(turned(20), nobody, at as MonotonicMs)).toEqual({ hint: 'one_of_three' })
  })

  test('it begins anew when the face is gone for a second, and not for a lost frame', () => {
    kept()
    look([], 'good', 100)
    look([], 'good', 900)
    expect(take(turned(20)).complete).toHaveLength(3)
    session = createSession(plan)
    kept()
    look([], 'good', 100)
    look([], 'good', 1000)
    expect(take(turned(20))).toEqual({ hint: 'one_of_three' })
  })

  test('may sway and come nearer step by step', () => {
    take(turned(0))
    for (const [x, width] of [
      [330, 125],
      [345, 132],
      [360, 145],
    ] as const)
      look([faceAt(x, width)], 'good', 100)
    expect(look([faceAt(360, 145)]).wanted).toBeDefined()
    expect(session.take(turned(10), nobody, at as MonotonicMs)).toEqual({ hint: 'two_of_three' })
  })

  test('lasts at least two seconds, whatever is shown', () => {
    const shown = fc.array(
      fc.record({
        faces: fc.constantFrom<Face[]>([here], [here], [here], [], [moved], [here, moved]),
        afterMs: fc.integer({ min: 1, max: 700 }),
      }),
      { minLength: 10, maxLength: 80 },
    )
    fc.assert(
      fc.property(shown, (frames) => {
        session = createSession(plan)
        /** Of the face that stands there now, alone. */
        let since = at
        let before: Face[] = []
        for (const { faces, afterMs } of frames) {
          const { wanted } = look(faces, 'good', afterMs)
          if (faces.length > 1 || (faces[0] && before[0] && faces[0] !== before[0])) since = at
          if (faces.length > 0) before = faces
          if (!wanted || !session.take(turned(0), nobody, at as MonotonicMs).complete) continue
          expect(at - since).toBeGreaterThanOrEqual(2000)
          return
        }
      }),
    )
  })
})

describe('the templates', () => {
  test('are complete at the third that agrees', () => {
    expect(take(turned(0))).toEqual({ hint: 'one_of_three' })
    expect(take(turned(20))).toEqual({ hint: 'two_of_three' })
    expect(take(turned(40)).complete).toEqual([turned(0), turned(20), turned(40)])
  })

  test('begin anew with a face that is not the one before', () => {
    take(turned(0))
    take(turned(10))
    expect(take(turned(80))).toEqual({ hint: 'start_again' })
    take(turned(85))
    expect(take(turned(90)).complete).toEqual([turned(80), turned(85), turned(90)])
  })

  test('are never of a face that resembles somebody else', () => {
    const anotherPerson = { best: { id: 'c_ben', score: 0.41 } }
    for (let n = 0; n < 10; n++) expect(take(turned(0), anotherPerson).complete).toBeUndefined()
    expect(session.failure()).toBe('looks_like_another')
  })

  test('may resemble those of the same credential', () => {
    const same = { best: { id: 'c_anna', score: 0.9 }, runnerUp: { id: 'c_ben', score: 0.4 } }
    take(turned(0), same)
    take(turned(0), same)
    expect(take(turned(0), same).complete).toHaveLength(3)
  })

  test('agree among each other, whatever is shown', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 359 }), { maxLength: 30 }), (angles) => {
        session = createSession(plan)
        for (const angle of angles) {
          const { complete } = take(turned(angle))
          if (!complete) continue
          for (const a of complete) {
            for (const b of complete)
              expect(a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)).toBeGreaterThan(0.449)
          }
          break
        }
      }),
    )
  })
})

describe('the end', () => {
  test('leaves no vector: those kept are zero, and the caller’s own are the caller’s', () => {
    take(turned(30))
    take(turned(35))
    const mine = turned(40)
    const { complete = [] } = take(mine)
    const kept = [...complete]
    expect(kept).toHaveLength(3)
    session.wipe()
    expect(kept.every((vector) => vector.every((value) => value === 0))).toBe(true)
    expect(mine).toEqual(turned(40))
  })

  test('says that nobody came, or that no frame was good', () => {
    look([])
    expect(session.failure()).toBe('nobody_came')
    look([here], 'face_dark')
    expect(session.failure()).toBe('no_good_frame')
  })
})
