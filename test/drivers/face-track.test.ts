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

const none: Verdict = { kind: 'none' }
const uncertain: Verdict = { kind: 'uncertain' }
const certain = (credential: string): Verdict => ({ kind: 'reading', credential })

/** The faces of one frame; no vector is computed. */
const pass = (faces: readonly Face[], afterMs = FRAME_MS): void => {
  at += afterMs
  departures.push(...tracker.follow(faces, frame, at as MonotonicMs))
}
/** One frame; the wanted face, if any, is searched with `search`. */
const step = (faces: readonly Face[], search: Search = nobody, looks = true, afterMs = FRAME_MS): Verdict => {
  pass(faces, afterMs)
  const track = tracker.want(() => looks, at as MonotonicMs)
  if (track === undefined) return none
  wanted++
  return tracker.judge(track, search, limits, at as MonotonicMs)
}
/** What was told, frame after frame. */
const steps = (count: number, faces: readonly Face[], search?: Search, looks?: boolean): Verdict[] =>
  Array.from({ length: count }, () => step(faces, search, looks)).filter(({ kind }) => kind !== 'none')
const passes = (count: number, faces: readonly Face[]): void => {
  for (let n = 0; n < count; n++) pass(faces)
}
/** Frames without anybody for as long as it takes to have left. */
const leave = (): void => passes(12, [])

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
      pass([faceAt(250, 240, 90), faceAt(420, 240, 160), faceAt(60, 240, 300)])
      const track = tracker.want(() => true, at as MonotonicMs)
      if (track) wantedBoxes.add(track.face.width)
    }
    expect([...wantedBoxes]).toEqual([160])
  })
})

describe('agreement', () => {
  const all = (...searches: Search[]) => searches.map((search) => step([here], search))

  test('one frame is not enough, two are', () => {
    expect(all(anna, anna)).toEqual([none, certain('c_anna')])
  })

  test('a frame in doubt between two good ones does no harm', () => {
    expect(all(anna, found('c_anna', 0.47), anna)).toEqual([none, none, certain('c_anna')])
  })

  test('a frame of nobody known, or of somebody else, begins anew', () => {
    expect(all(anna, nobody, anna)).toEqual([none, none, none])
    tracker = createTracker(zone)
    expect(all(anna, ben, anna)).toEqual([none, none, none])
  })

  test('frames of more than a second apart do not agree, of a second they do', () => {
    expect(step([here], anna)).toEqual(none)
    expect(step([here], anna, true, 1001)).toEqual(none)
    expect(step([here], anna, true, 1000)).toEqual(certain('c_anna'))
  })

  test('an absence of one frame begins anew', () => {
    step([here], anna)
    pass([])
    expect(step([here], anna)).toEqual(none)
    expect(step([here], anna)).toEqual(certain('c_anna'))
  })

  test.each([
    ['to the side', faceAt(400)],
    ['nearer', faceAt(320, 240, 160)],
    ['away', faceAt(320, 240, 90)],
    ['out of its old place', faceAt(470)],
  ])('a jump %s begins anew', (_, there) => {
    step([here], anna)
    expect(step([there], anna)).toEqual(none)
    expect(step([there], anna)).toEqual(certain('c_anna'))
  })

  test('just under the threshold, or without the margin, names nobody', () => {
    expect(steps(10, [here], found('c_anna', 0.499))).toEqual([uncertain])
    leave()
    expect(steps(10, [here], found('c_anna', 0.6, 0.56))).toEqual([uncertain])
  })

  test('at the threshold and with the margin it is certain', () => {
    expect(steps(3, [here], found('c_anna', 0.5, 0.44))).toEqual([certain('c_anna')])
  })

  test('uncertain is said once, and certain may follow', () => {
    expect(steps(9, [here], found('c_anna', 0.47))).toEqual([uncertain])
    expect(steps(15, [here], anna)).toEqual([certain('c_anna')])
  })

  test('two people who resemble each other are uncertain, whoever comes first', () => {
    const twins = [found('c_anna', 0.6, 0.58), found('c_ben', 0.6, 0.59), found('c_anna', 0.6, 0.56)]
    expect(all(...twins)).toEqual([none, none, uncertain])
  })
})

describe('a reading', () => {
  const searchOf = fc.record({
    id: fc.constantFrom('c_anna', 'c_ben'),
    score: fc.oneof(fc.constant(0.7), fc.float({ min: 0, max: 1, noNaN: true })),
    other: fc.float({ min: 0, max: 1, noNaN: true }),
  })
  const frames = fc.array(
    fc.record({
      face: fc.oneof({ weight: 6, arbitrary: fc.constant(here) }, fc.constant(faceAt(440)), fc.constant(undefined)),
      afterMs: fc.oneof({ weight: 4, arbitrary: fc.constant(FRAME_MS) }, fc.integer({ min: 1, max: 1500 })),
      search: searchOf,
    }),
    { maxLength: 60 },
  )

  test('needs two frames at most a second apart of a face that stayed, with nothing against it between', () => {
    fc.assert(
      fc.property(frames, (shown) => {
        tracker = createTracker(zone)
        /** When each credential was matched since anything spoke against it. */
        let matched: { id: string; at: number }[] = []
        let before: Face | undefined
        for (const { face, afterMs, search } of shown) {
          const earlier = wanted
          const other = Math.min(search.score, search.other)
          const verdict = step(face ? [face] : [], found(search.id, search.score, other), true, afterMs)
          if (face !== before) matched = []
          before = face
          if (wanted === earlier) continue
          const match = search.score >= 0.5 && search.score - other >= 0.05
          if (search.score < 0.45) matched = []
          if (match) matched = [...matched.filter(({ id }) => id === search.id), { id: search.id, at }]
          if (verdict.kind !== 'reading') continue
          expect(match && verdict.credential === search.id).toBe(true)
          expect(at - (matched.at(-2)?.at ?? Number.NEGATIVE_INFINITY)).toBeLessThanOrEqual(1000)
        }
      }),
    )
  })

  test('is told once of a person who moves, turns away and is lost for moments, and only once he was gone again', () => {
    const moves = fc.array(
      fc.record({
        x: fc.integer({ min: 140, max: 500 }),
        width: fc.integer({ min: 80, max: 240 }),
        looks: fc.boolean(),
        lostFrames: fc.integer({ min: 0, max: 9 }),
        frames: fc.integer({ min: 1, max: 30 }),
        interrupted: fc.boolean(),
      }),
      { minLength: 1, maxLength: 20 },
    )
    fc.assert(
      fc.property(moves, (moved) => {
        tracker = createTracker(zone)
        const told: Verdict[] = []
        for (const { x, width, looks, lostFrames, frames: count, interrupted } of moved) {
          passes(lostFrames, [])
          if (interrupted) tracker.interrupt()
          told.push(...steps(count, [faceAt(x, 240, width)], anna, looks))
        }
        expect(told.length).toBeLessThanOrEqual(1)
        leave()
        expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
      }),
    )
  })
})

describe('the looks at one face', () => {
  const atOf = (frames: number, face: (n: number) => Face): number[] => {
    const taken: number[] = []
    for (let n = 0; n < frames; n++) {
      const before = wanted
      step([face(n)], nobody)
      if (wanted > before) taken.push(at)
    }
    return taken
  }

  test('are four of three frames, a longer rest after each, and then none while it stands there', () => {
    const taken = atOf(3000, () => here)
    expect(taken).toHaveLength(12)
    const rests = taken.flatMap((each, n) => (n > 0 && n % 3 === 0 ? [each - (taken[n - 1] ?? 0)] : []))
    expect(rests).toEqual([500, 1000, 2000])
  })

  test('go on, seldom, where it moved: somebody else may stand there', () => {
    expect(atOf(100, () => here)).toHaveLength(12)
    expect(atOf(100, () => faceAt(420))).toHaveLength(3)
    expect(atOf(100, () => faceAt(420))).toHaveLength(0)
  })

  test('are no more than three in four seconds, however it moves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 140, max: 500 }), { minLength: 50, maxLength: 300 }), (places) => {
        tracker = createTracker(zone)
        const from = at
        const taken = atOf(places.length, (n) => faceAt(places[n] ?? 320))
        expect(taken.length).toBeLessThanOrEqual(12 + Math.ceil(((at - from) / 4000) * 3))
      }),
    )
  })

  test('are as many as before for the next person behind one who was let in', () => {
    for (let n = 0; n < 20; n++) {
      const next = found(`c_${n}`, 0.7)
      expect(steps(30, [faceAt(320 + (n % 2) * 10)], next)).toEqual([certain(`c_${n}`)])
    }
  })
})

describe('presence', () => {
  test('a face opens once, however long it stays', () => {
    expect(steps(100, [here], anna)).toEqual([certain('c_anna')])
  })

  test('a short absence is no leaving, a second is', () => {
    expect(steps(3, [here], anna)).toHaveLength(1)
    steps(10, [])
    expect(steps(10, [here], anna)).toEqual([])
    steps(11, [])
    expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
  })

  test('a machine that looks only once in a second loses nobody', () => {
    const slow = (): Verdict => step([here], anna, true, 1000)
    expect([slow(), slow(), slow(), slow(), slow()].filter(({ kind }) => kind !== 'none')).toEqual([certain('c_anna')])
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
    leave()
    expect(departures).toEqual(['unknown_face'])
  })

  test('with an empty gallery everybody is a stranger', () => {
    expect(steps(10, [here], {})).toEqual([])
    leave()
    expect(departures).toEqual(['unknown_face'])
  })

  test('one who never looked is counted as without a good frame', () => {
    steps(20, [here], nobody, false)
    leave()
    expect(departures).toEqual(['no_good_frame'])
  })

  test('one who passed through and one who was recognised are not counted', () => {
    steps(2, [here], nobody)
    leave()
    steps(5, [here], anna)
    leave()
    expect(departures).toEqual([])
  })

  test('one who was told to use the card is not counted again, nor one who used it', () => {
    steps(10, [here], found('c_anna', 0.47))
    leave()
    steps(10, [here], nobody)
    tracker.interrupt()
    leave()
    expect(departures).toEqual([])
  })
})

describe('an interruption', () => {
  test('lets nobody in twice who stands there before and after it', () => {
    expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
    tracker.interrupt()
    passes(50, [here])
    expect(steps(20, [here], anna)).toEqual([])
    leave()
    expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
  })

  test('makes votes and a vector on its way worth nothing', () => {
    step([here], anna)
    pass([here])
    const track = tracker.want(() => true, at as MonotonicMs)
    if (!track) throw new Error('a vector was wanted')
    tracker.interrupt()
    expect(tracker.follows(track)).toBe(false)
    expect(tracker.judge(track, anna, limits, at as MonotonicMs)).toEqual(none)
    expect(step([here], anna)).toEqual(none)
    expect(steps(8, [here], anna)).toEqual([certain('c_anna')])
  })
})

describe('who was let in by another way', () => {
  const YIELD_MS = 5000
  const letIn = (): void => tracker.letIn(['c_anna'], (at + YIELD_MS) as MonotonicMs)

  test('is not read while standing there, and is when back after leaving', () => {
    pass([here])
    letIn()
    passes(50, [here])
    expect(steps(100, [here], anna)).toEqual([])
    leave()
    expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
  })

  test('is not read who bent over the reader and looks up only then', () => {
    letIn()
    passes(40, [])
    passes(10, [here])
    expect(steps(30, [here], anna)).toEqual([])
  })

  test('has left when the zone was empty at the end', () => {
    pass([here])
    letIn()
    passes(51, [])
    expect(steps(3, [here], anna)).toEqual([certain('c_anna')])
  })

  test('keeps nobody else from being read', () => {
    letIn()
    passes(50, [here])
    expect(steps(3, [here], ben)).toEqual([certain('c_ben')])
  })
})

describe('forgetting', () => {
  test('votes for a forgotten credential are gone', () => {
    step([here], anna)
    tracker.forget(new Set(['c_anna']))
    expect(step([here], anna)).toEqual(none)
  })

  test('at most sixteen faces are followed, whatever is seen', () => {
    const faces = Array.from({ length: 60 }, (_, n) =>
      faceAt(140 + (n % 10) * 36, 80 + Math.floor(n / 10) * 50, 80 + n),
    )
    expect(() => steps(50, faces, anna)).not.toThrow()
  })
})
