// Who stands in the zone, whose vector is wanted, when frames agree.

import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createTracker, type Departure, isInZone, type Tracker, type Verdict } from '../../drivers/face/track.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'

const zone = { x: 0.2, y: 0.1, width: 0.6, height: 0.8, minFacePixels: 80 }
const frame = { width: 640, height: 480 }
const limits = { threshold: 0.5, margin: 0.05, uncertainFloor: 0.45 }
const FRAME_MS = 100

const faceAt = (centreX: number, centreY = 240, width = 120): Face => ({
  x: centreX - width / 2,
  y: centreY - width / 2,
  width,
  height: width,
  score: 0.9,
  points: new Float32Array(10),
})
const here = faceAt(320)
const found = (id: string, score: number, other?: number): Search => ({
  best: { id, score },
  ...(other === undefined ? {} : { runnerUp: { id: 'c_other', score: other } }),
})
const anna = found('c_anna', 0.7)
const ben = found('c_ben', 0.7)
const nobody = found('c_anna', 0.2)

let tracker: Tracker
let at = 0
let wanted = 0
let departures: Departure[] = []

beforeEach(() => {
  tracker = createTracker(zone)
  at = 0
  wanted = 0
  departures = []
})

/** One frame; the wanted face, if any, is searched with `search`. */
const step = (faces: readonly Face[], search: Search = nobody, looks = true): Verdict => {
  at += FRAME_MS
  const look = tracker.look(faces, frame, () => looks, at as MonotonicMs)
  departures.push(...look.departures)
  if (look.wanted === undefined) return { kind: 'none' }
  wanted++
  return tracker.judge(look.wanted, search, limits, at as MonotonicMs)
}
const steps = (count: number, faces: readonly Face[], search?: Search, looks?: boolean): Verdict[] =>
  Array.from({ length: count }, () => step(faces, search, looks)).filter(({ kind }) => kind === 'reading')
const certain = (credential: string): Verdict => ({ kind: 'reading', standing: 'certain', credential })
const uncertain = (credential: string): Verdict => ({ kind: 'reading', standing: 'uncertain', credential })

describe('the zone', () => {
  test.each([
    ['in the middle', here, true],
    ['left of it', faceAt(100), false],
    ['above it', faceAt(320, 30), false],
    ['one pixel too small', faceAt(320, 240, 79), false],
    ['just large enough', faceAt(320, 240, 80), true],
  ])('a face %s', (_, face, inside) => {
    expect(isInZone(face, zone, frame)).toBe(inside)
  })

  test('no vector is wanted of a face outside, too small, or looking elsewhere', () => {
    steps(20, [faceAt(50), faceAt(320, 240, 60)], anna)
    steps(20, [here], anna, false)
    expect(wanted).toBe(0)
  })

  test('only the largest face in the zone is looked at', () => {
    const wantedBoxes = new Set<number>()
    for (let n = 0; n < 10; n++) {
      at += FRAME_MS
      const look = tracker.look(
        [faceAt(250, 240, 90), faceAt(420, 240, 160), faceAt(60, 240, 300)],
        frame,
        () => true,
        at as MonotonicMs,
      )
      if (look.wanted) wantedBoxes.add(look.wanted.face.width)
    }
    expect([...wantedBoxes]).toEqual([160])
  })
})

describe('agreement', () => {
  test('one frame is not enough, two of three are', () => {
    expect(step([here], anna)).toEqual({ kind: 'none' })
    expect(step([here], anna)).toEqual(certain('c_anna'))
  })

  test('a bad frame between two good ones does no harm', () => {
    expect([anna, nobody, anna].map((search) => step([here], search))).toEqual([
      { kind: 'none' },
      { kind: 'none' },
      certain('c_anna'),
    ])
  })

  test('two credentials that alternate never agree with a third frame missing', () => {
    expect([anna, ben].map((search) => step([here], search))).toEqual([{ kind: 'none' }, { kind: 'none' }])
  })

  test('just under the threshold, or without the margin, is not certain', () => {
    expect(steps(10, [here], found('c_anna', 0.499))).toEqual([uncertain('c_anna')])
    tracker.drop()
    expect(steps(10, [here], found('c_anna', 0.6, 0.56))).toEqual([uncertain('c_anna')])
  })

  test('at the threshold and with the margin it is', () => {
    expect(steps(3, [here], found('c_anna', 0.5, 0.44))).toEqual([certain('c_anna')])
  })

  test('uncertain is said once, and certain may follow', () => {
    expect(steps(9, [here], found('c_anna', 0.47))).toEqual([uncertain('c_anna')])
    expect(steps(15, [here], anna)).toEqual([certain('c_anna')])
  })

  test('a reading needs two frames that name it, whatever the frames say', () => {
    const search = fc.record({
      id: fc.constantFrom('c_anna', 'c_ben'),
      score: fc.float({ min: 0, max: 1, noNaN: true }),
      other: fc.float({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(search, { maxLength: 40 }), (searches) => {
        tracker = createTracker(zone)
        const matches: string[] = []
        for (const { id, score, other } of searches) {
          const before = wanted
          const verdict = step([here], found(id, score, Math.min(score, other)))
          if (wanted > before) matches.push(score >= 0.5 && score - Math.min(score, other) >= 0.05 ? id : '')
          if (verdict.kind !== 'reading' || verdict.standing !== 'certain') continue
          expect(matches.slice(-3).filter((each) => each === verdict.credential).length).toBeGreaterThanOrEqual(2)
        }
      }),
    )
  })
})

describe('presence', () => {
  test('a face opens once, however long it stays', () => {
    expect(steps(100, [here], anna)).toEqual([certain('c_anna')])
  })

  test('a face recognised or unknown is looked at twice a second at most', () => {
    steps(100, [here], anna)
    expect(wanted).toBeLessThanOrEqual(22)
  })

  test('a short absence is no leaving, a second is', () => {
    expect(steps(3, [here], anna)).toHaveLength(1)
    steps(10, [])
    expect(steps(10, [here], anna)).toEqual([])
    steps(11, [])
    expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
  })

  test('a machine that looks only once in two seconds loses nobody', () => {
    const slow = () => {
      at += 2000
      return step([here], anna)
    }
    expect([slow(), slow(), slow(), slow()].filter(({ kind }) => kind === 'reading')).toEqual([certain('c_anna')])
  })

  test('a face that jumps to another place has not left', () => {
    steps(3, [faceAt(220)], anna)
    expect(steps(9, [faceAt(460)], anna)).toEqual([])
  })

  test('a person who was covered by another has not left', () => {
    steps(3, [here], anna)
    expect(steps(30, [here, faceAt(480, 240, 200)], ben)).toEqual([certain('c_ben')])
    expect(steps(20, [here], anna)).toEqual([])
  })

  test('who steps into the place of another is read all the same', () => {
    steps(3, [here], anna)
    expect(steps(15, [faceAt(330)], ben)).toEqual([certain('c_ben')])
  })
})

describe('strangers', () => {
  test('one who stood there is counted once, when gone', () => {
    steps(40, [here], nobody)
    expect(departures).toEqual([])
    steps(12, [])
    expect(departures).toEqual(['unknown_face'])
  })

  test('with an empty gallery everybody is a stranger', () => {
    expect(steps(10, [here], {})).toEqual([])
    steps(12, [])
    expect(departures).toEqual(['unknown_face'])
  })

  test('one who never looked is counted as without a good frame', () => {
    steps(20, [here], nobody, false)
    steps(12, [])
    expect(departures).toEqual(['no_good_frame'])
  })

  test('one who passed through and one who was recognised are not counted', () => {
    steps(2, [here], nobody)
    steps(12, [])
    steps(5, [here], anna)
    steps(12, [])
    expect(departures).toEqual([])
  })
})

describe('dropping', () => {
  test('a vector that was on its way when the track was dropped says nothing', () => {
    step([here], anna)
    at += FRAME_MS
    const { wanted: track } = tracker.look([here], frame, () => true, at as MonotonicMs)
    if (!track) throw new Error('a vector was wanted')
    tracker.drop()
    expect(tracker.follows(track)).toBe(false)
    expect(tracker.judge(track, anna, limits, at as MonotonicMs)).toEqual({ kind: 'none' })
  })

  test('votes for a forgotten credential are gone', () => {
    step([here], anna)
    tracker.forget(new Set(['c_anna']))
    expect(step([here], anna)).toEqual({ kind: 'none' })
  })

  test('at most sixteen faces are followed, whatever is seen', () => {
    const faces = Array.from({ length: 60 }, (_, n) =>
      faceAt(140 + (n % 10) * 36, 80 + Math.floor(n / 10) * 50, 80 + n),
    )
    expect(() => steps(50, faces, anna)).not.toThrow()
  })
})
