// Who stands in the zone, whose vector is wanted, when frames agree.

import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { isInZone } from '../../drivers/face/boxes.ts'
import { createTracker, type Departure, type Tracker, type Verdict } from '../../drivers/face/track.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'

const zone = { x: 0.2, y: 0.1, width: 0.6, height: 0.8, minFacePixels: 80 }
const frame = { width: 640, height: 480 }
const limits = { threshold: 0.5, margin: 0.05, uncertainFloor: 0.45 }
const FRAME_MS = 100
/** As the settings have it; and the frames that a doubt is given more. */
const FRAMES = 3
const DOUBT_FRAMES = 5
const SELF_SCORE = 0.45

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

/** Each person is a direction of his own; whoever resembles nobody is another still. */
const people = ['c_anna', 'c_ben', 'c_other']
const vectorOf = ({ best }: Search): Float32Array => {
  const vector = new Float32Array(40)
  const known = best !== undefined && best.score >= limits.uncertainFloor ? people.indexOf(best.id) : -2
  vector[known === -1 ? 8 + Number(best?.id.slice(2)) : known === -2 ? 4 : known] = 1
  return vector
}

let tracker: Tracker
let at = 0
let wanted = 0
let departures: Departure[] = []

beforeEach(() => {
  tracker = createTracker(zone, FRAMES)
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
  const sample = { vector: vectorOf(search), quality: 0.5, at: at as MonotonicMs }
  const mean = tracker.take(track, sample, SELF_SCORE)
  return mean === undefined ? none : tracker.judge(track, search, limits, at as MonotonicMs)
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

describe('a decision', () => {
  /** The first frame only shows where the face is. */
  const all = (...searches: Search[]) => {
    pass([here])
    return searches.map((search) => step([here], search))
  }

  test('waits for a face that stands still, and then for three good frames of it', () => {
    expect(step([here], anna)).toEqual(none)
    expect(wanted).toBe(0)
    expect([step([here], anna), step([here], anna), step([here], anna)]).toEqual([none, none, certain('c_anna')])
  })

  test.each([1, 2, 5])('is made on %i frames when the settings say so', (count) => {
    tracker = createTracker(zone, count)
    const verdicts = all(...Array<Search>(count).fill(anna))
    expect(verdicts).toEqual([...Array<Verdict>(count - 1).fill(none), certain('c_anna')])
  })

  test('that leaves a doubt is made anew with two frames more', () => {
    const doubt = found('c_anna', 0.47)
    expect(all(doubt, doubt, doubt, anna)).toEqual([none, none, none, certain('c_anna')])
  })

  test('is made on the better frames', () => {
    pass([here])
    const tracks = [0.9, 0.1, 0.8, 0.7, 0.2].map((quality, n) => {
      pass([here])
      const track = tracker.want(() => true, at as MonotonicMs)
      if (!track) throw new Error('a vector is wanted')
      // One direction of all, and one of its own.
      const vector = new Float32Array(10)
      vector[9] = Math.sqrt(0.75)
      vector[n] = 0.5
      const mean = tracker.take(track, { vector, quality, at: at as MonotonicMs }, SELF_SCORE)
      if (mean) tracker.judge(track, found('c_anna', 0.47), limits, at as MonotonicMs)
      return mean && [...mean.slice(0, 5)].flatMap((value, part) => (value > 0 ? [part] : []))
    })
    expect(tracks).toEqual([undefined, undefined, [0, 1, 2], [0, 2, 3], [0, 2, 3]])
  })

  test('is not made on frames that resemble each other too little: they are of two people', () => {
    expect(all(anna, nobody, anna)).toEqual([none, none, none])
    tracker = createTracker(zone, FRAMES)
    expect(all(anna, anna, ben)).toEqual([none, none, none])
    expect([step([here], ben), step([here], ben)]).toEqual([none, certain('c_ben')])
  })

  test('is not made on frames of more than a second apart, of a second it is', () => {
    const slowly = (afterMs: number) => step([here], anna, true, afterMs)
    pass([here])
    expect([slowly(500), slowly(500), slowly(1001)]).toEqual([none, none, none])
    expect([slowly(1000), slowly(1000)]).toEqual([none, certain('c_anna')])
  })

  test('is not made across an absence of one frame', () => {
    all(anna, anna)
    pass([])
    pass([here])
    expect([step([here], anna), step([here], anna)]).toEqual([none, none])
    expect(step([here], anna)).toEqual(certain('c_anna'))
  })

  test.each([
    ['to the side', faceAt(400)],
    ['nearer', faceAt(320, 240, 160)],
    ['away', faceAt(320, 240, 90)],
    ['out of its old place', faceAt(470)],
  ])('is not made across a jump %s', (_, there) => {
    all(anna, anna)
    expect(step([there], anna)).toEqual(none)
    expect([step([there], anna), step([there], anna)]).toEqual([none, none])
    expect(step([there], anna)).toEqual(certain('c_anna'))
  })

  test('just under the threshold, or without the margin, names nobody', () => {
    expect(steps(10, [here], found('c_anna', 0.499))).toEqual([uncertain])
    leave()
    expect(steps(10, [here], found('c_anna', 0.6, 0.56))).toEqual([uncertain])
  })

  test('at the threshold and with the margin is certain', () => {
    expect(steps(4, [here], found('c_anna', 0.5, 0.44))).toEqual([certain('c_anna')])
  })

  test('in doubt is said once, and certain may follow', () => {
    expect(steps(9, [here], found('c_anna', 0.47))).toEqual([uncertain])
    expect(steps(15, [here], anna)).toEqual([certain('c_anna')])
  })
})

describe('who walks', () => {
  const walk = (frames: number, face: (n: number) => Face) => {
    for (let n = 0; n < frames; n++) step([face(n)], anna)
    return wanted
  }

  test.each([
    ['across the zone', (n: number) => faceAt(140 + n * 20)],
    ['towards the camera', (n: number) => faceAt(320, 240, 80 * 1.1 ** n)],
  ])('%s is not looked at', (_, face) => {
    expect(walk(12, face)).toBe(0)
  })

  test('no more than a standing person sways is', () => {
    expect(walk(12, (n) => faceAt(320 + (n % 2) * 6, 240, 120 + (n % 3) * 4))).toBeGreaterThan(2)
  })
})

describe('what was taken of somebody', () => {
  /** Two good frames, and the vectors as the tracker holds them. */
  const takeTwo = () => {
    pass([here])
    step([here], anna)
    step([here], anna)
  }
  const third = (): Verdict => step([here], anna)

  test.each([
    ['when it is too old for a decision', () => tracker.age((at + 1001) as MonotonicMs)],
    ['when somebody withdraws', () => tracker.forget()],
    ['when another way is used', () => tracker.interrupt()],
  ])('is gone %s', (_, act) => {
    takeTwo()
    act()
    expect(third()).toEqual(none)
    expect(wanted).toBe(3)
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

  test('needs three frames, each at most a second after the last, of a face that stayed and resembles itself', () => {
    fc.assert(
      fc.property(frames, (shown) => {
        tracker = createTracker(zone, FRAMES)
        /** When each frame was matched since anything spoke against it. */
        let matched: { id: string; at: number }[] = []
        let before: Face | undefined
        for (const { face, afterMs, search } of shown) {
          const earlier = wanted
          const other = Math.min(search.score, search.other)
          const verdict = step(face ? [face] : [], found(search.id, search.score, other), true, afterMs)
          if (face !== before) matched = []
          before = face
          if (wanted === earlier) continue
          const id = search.score < limits.uncertainFloor ? 'nobody' : search.id
          if (matched.some((each) => each.id !== id) || at - (matched.at(-1)?.at ?? at) > 1000) matched = []
          matched.push({ id, at })
          if (verdict.kind !== 'reading') continue
          expect(search.score >= 0.5 && search.score - other >= 0.05 && verdict.credential === id).toBe(true)
          expect(matched.length).toBeGreaterThanOrEqual(FRAMES)
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
        tracker = createTracker(zone, FRAMES)
        const told: Verdict[] = []
        for (const { x, width, looks, lostFrames, frames: count, interrupted } of moved) {
          passes(lostFrames, [])
          if (interrupted) tracker.interrupt()
          told.push(...steps(count, [faceAt(x, 240, width)], anna, looks))
        }
        expect(told.length).toBeLessThanOrEqual(1)
        leave()
        expect(steps(4, [here], anna)).toEqual([certain('c_anna')])
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

  test('are no more than five vectors in four seconds, however it moves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 140, max: 500 }), { minLength: 25, maxLength: 150 }), (places) => {
        tracker = createTracker(zone, FRAMES)
        const from = at
        const taken = atOf(2 * places.length, (n) => faceAt(places[n >> 1] ?? 320))
        expect(taken.length).toBeLessThanOrEqual(4 * DOUBT_FRAMES + Math.ceil(((at - from) / 4000) * DOUBT_FRAMES))
      }),
    )
  })

  test('are sixteen in ten minutes of one who walks about there all the time', () => {
    const taken = atOf(6000, (n) => faceAt(n % 40 < 20 ? 250 : 400))
    expect(taken.length / FRAMES).toBeGreaterThanOrEqual(12)
    expect(taken.length / FRAMES).toBeLessThanOrEqual(16)
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
    expect(steps(4, [here], anna)).toHaveLength(1)
    steps(10, [])
    expect(steps(10, [here], anna)).toEqual([])
    steps(11, [])
    expect(steps(4, [here], anna)).toEqual([certain('c_anna')])
  })

  test('a machine that looks only once in a second loses nobody', () => {
    const slow = (): Verdict => step([here], anna, true, 1000)
    expect([slow(), slow(), slow(), slow(), slow()].filter(({ kind }) => kind !== 'none')).toEqual([certain('c_anna')])
  })

  test('a face that jumps to another place has not left', () => {
    steps(4, [faceAt(220)], anna)
    expect(steps(9, [faceAt(460)], anna)).toEqual([])
  })

  test('a person who was covered by another has not left', () => {
    steps(4, [here], anna)
    expect(steps(30, [here, faceAt(480, 240, 200)], ben)).toEqual([certain('c_ben')])
    expect(steps(20, [here], anna)).toEqual([])
  })

  test('who steps into the place of another is read all the same', () => {
    steps(4, [here], anna)
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
    steps(3, [here], nobody)
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
    expect(steps(4, [here], anna)).toEqual([certain('c_anna')])
    tracker.interrupt()
    passes(50, [here])
    expect(steps(20, [here], anna)).toEqual([])
    leave()
    expect(steps(4, [here], anna)).toEqual([certain('c_anna')])
  })

  test('makes frames and a vector on its way worth nothing', () => {
    pass([here])
    step([here], anna)
    step([here], anna)
    pass([here])
    const track = tracker.want(() => true, at as MonotonicMs)
    if (!track) throw new Error('a vector was wanted')
    tracker.interrupt()
    expect(tracker.follows(track)).toBe(false)
    expect(tracker.take(track, { vector: vectorOf(anna), quality: 1, at: at as MonotonicMs }, SELF_SCORE)).toBe(
      undefined,
    )
    expect(tracker.judge(track, anna, limits, at as MonotonicMs)).toEqual(none)
    expect(step([here], anna)).toEqual(none)
    expect(steps(12, [here], anna)).toEqual([certain('c_anna')])
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
    expect(steps(4, [here], anna)).toEqual([certain('c_anna')])
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
    expect(steps(4, [here], anna)).toEqual([certain('c_anna')])
  })

  test('keeps nobody else from being read', () => {
    letIn()
    passes(50, [here])
    expect(steps(4, [here], ben)).toEqual([certain('c_ben')])
  })
})

describe('whatever comes and goes', () => {
  const visit = fc.record({
    who: fc.constantFrom(anna, ben, nobody, found('c_anna', 0.47)),
    frames: fc.integer({ min: 0, max: 60 }),
    looks: fc.boolean(),
    x: fc.integer({ min: 200, max: 440 }),
  })

  test('each visit tells at most one reading or one doubt, and is counted at most once, when it is over', () => {
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 12 }), (visits) => {
        tracker = createTracker(zone, FRAMES)
        for (const { who, frames, looks, x } of visits) {
          departures = []
          const told = steps(frames, [faceAt(x)], who, looks)
          const early = departures.length
          leave()
          expect(told.length).toBeLessThanOrEqual(1)
          expect(early).toBe(0)
          expect(told.length + departures.length).toBeLessThanOrEqual(1)
          const isKnown = told[0]?.kind === 'reading'
          expect(isKnown).toBe(isKnown && (who === anna || who === ben) && looks)
          if (who === nobody && looks && frames > 4) expect(departures).toEqual(['unknown_face'])
        }
      }),
    )
  })
})

describe('a crowd', () => {
  test('at most sixteen faces are followed, whatever is seen', () => {
    const faces = Array.from({ length: 60 }, (_, n) =>
      faceAt(140 + (n % 10) * 36, 80 + Math.floor(n / 10) * 50, 80 + n),
    )
    expect(() => steps(50, faces, anna)).not.toThrow()
  })
})

describe('since when somebody waits', () => {
  /** As `step`, and the track that was looked at. */
  const look = (search: Search, looks = true) => {
    pass([here])
    const track = tracker.want(() => looks, at as MonotonicMs)
    if (track === undefined) return { track, verdict: none }
    const mean = tracker.take(track, { vector: vectorOf(search), quality: 0.5, at: at as MonotonicMs }, SELF_SCORE)
    return { track, verdict: mean ? tracker.judge(track, search, limits, at as MonotonicMs) : none }
  }
  const untilKnown = (search: Search) => {
    for (let n = 0; n < 20; n++) {
      const { track, verdict } = look(search)
      if (verdict.kind === 'reading') return track?.waitedFrom
    }
    throw new Error('never known')
  }

  test('is the first frame that could be used, not the one that decided', () => {
    for (let n = 0; n < 10; n++) look(anna, false)
    const usable = at + FRAME_MS
    expect(untilKnown(anna)).toBe(usable)
    expect(at).toBe(usable + (FRAMES - 1) * FRAME_MS)
  })

  test('goes on through looks that came to nothing', () => {
    pass([here])
    const usable = at + FRAME_MS
    steps(10, [here], nobody)
    expect(untilKnown(anna)).toBe(usable)
  })

  test('is the next person’s own when somebody else steps into the place', () => {
    untilKnown(anna)
    const answered = at
    expect(untilKnown(ben)).toBeGreaterThan(answered)
  })

  test('begins anew when another way was used, or the face jumped', () => {
    steps(2, [here], anna)
    tracker.interrupt()
    pass([here])
    const usable = at + FRAME_MS
    expect(untilKnown(anna)).toBe(usable)
    leave()
    steps(2, [here], anna)
    pass([faceAt(500)])
    const jumped = at
    for (let n = 0; n < 3; n++) pass([here])
    expect(untilKnown(anna)).toBeGreaterThan(jumped)
  })
})
