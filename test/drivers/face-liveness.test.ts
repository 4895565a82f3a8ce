// Who is taken for living on one camera: policies, the turn that shows the right person, tries. Points as a detector would give them;
// the running gate plays it with pictures (test/line/liveness.test.ts).

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LivenessPolicy } from '../../config/words.ts'
import { createLiveness, type Followed, type Step } from '../../drivers/face/liveness.ts'
import type { Picture } from '../../models/picture.ts'
import { type Direction, TURN_LIMIT_MS } from '../../models/turn.ts'
import { seeded } from '../models/flat-pictures.ts'

const FRAME_MS = 100
const HE = 'c_resident'
const grey: Picture = { width: 320, height: 240, rgb: new Uint8Array(320 * 240 * 3).fill(120) }

/** A head turned by so many degrees, its nose to the right of the picture when positive. */
const headAt = (degrees: number): Float32Array => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const solid = [
    [-20, 0, 0],
    [20, 0, 0],
    [0, 24, 22],
    [-16, 44, 0],
    [16, 44, 0],
  ] as const
  return Float32Array.from(solid.flatMap(([x, y, z]) => [160 + x * c + z * s, 80 + y]))
}
const TURN = [0, 0, 0, 0, 5, 10, 15, 20, 25, 30, 30, 30]
const STILL = Array.from({ length: TURN_LIMIT_MS / FRAME_MS + 5 }, () => 0)

type Track = { face: Followed['face']; seenAt: number }

/** One camera before which one person stands. */
const openCamera = (policy: LivenessPolicy, seed = 1) => {
  const told: Direction[] = []
  const liveness = createLiveness({ policy, ask: (direction) => told.push(direction), chance: seeded(seed) })
  const face = { x: 120, y: 50, width: 80, height: 100, score: 1, points: headAt(0) }
  const track: Track = { face, seenAt: 0 }
  let now = 0
  /** Runs until something is to be done; what that is. */
  const play = (degrees: readonly number[], follows = true): Step | undefined => {
    for (const each of degrees) {
      now += FRAME_MS
      track.face = { ...face, points: headAt(each) }
      track.seenAt = now
      liveness.watch(track)
      const step = liveness.step(() => follows, now)
      if (step && step.kind !== 'wait') return step
      if (!step) return undefined
    }
    return { kind: 'wait' }
  }
  const follow = (degrees: readonly number[]) => play(degrees.map((each) => (told.at(-1) === 'left' ? each : -each)))
  const claim = () => {
    now += FRAME_MS
    track.seenAt = now
    return liveness.judge(track, HE, now)
  }
  return { liveness, told, track, claim, play, follow, now: () => now }
}

describe('the policy', () => {
  test('off and passive ask nothing of anybody', () => {
    for (const policy of ['off', 'passive'] as const) {
      const { claim, told } = openCamera(policy)
      expect([claim(), told]).toEqual(['live', []])
    }
  })

  test('passive refuses what several pictures of the track speak against, and off does not look', async () => {
    for (const [policy, expected] of [
      ['passive', 'not_live'],
      ['off', 'live'],
    ] as const) {
      const { liveness, claim, track } = openCamera(policy)
      for (let n = 0; n < 3; n++) await liveness.weigh(track, grey, async () => 0.9)
      expect(claim()).toBe(expected)
    }
  })

  test('one bad picture among three good ones is no attack', async () => {
    const { liveness, claim, track } = openCamera('passive')
    for (const score of [0.1, 0.95, 0.1]) await liveness.weigh(track, grey, async () => score)
    expect(claim()).toBe('live')
  })

  test('may change while somebody stands there', () => {
    const { liveness, claim, told } = openCamera('off')
    liveness.setPolicy('challenge')
    expect(claim()).toBe('asked')
    expect(told).toHaveLength(1)
  })
})

describe('a challenge', () => {
  test('goes left and right about as often, as chance has it', () => {
    const asked = Array.from({ length: 400 }, (_, seed) => {
      const { claim, told } = openCamera('challenge', seed)
      claim()
      return told[0]
    })
    const left = asked.filter((direction) => direction === 'left').length
    expect(left).toBeGreaterThan(150)
    expect(left).toBeLessThan(250)
  })

  test('is passed by whoever turns as he is asked and is still he', () => {
    const camera = openCamera('challenge')
    expect(camera.claim()).toBe('asked')
    expect(camera.follow(TURN)).toMatchObject({ kind: 'confirm', credential: HE })
    expect(camera.liveness.confirm(true, camera.now())).toBe('live')
    expect(camera.play([0])).toBeUndefined()
  })

  test('is not passed by somebody else’s head', () => {
    const camera = openCamera('challenge')
    camera.claim()
    expect(camera.follow(TURN)?.kind).toBe('confirm')
    const tries = [0, 1, 2].map(() => camera.liveness.confirm(false, camera.now()))
    expect(tries).toEqual(['asked', 'asked', 'not_live'])
  })

  test('is not passed by turning to the other side, or not at all', () => {
    const other = openCamera('challenge')
    other.claim()
    expect(other.play(TURN.map((each) => (other.told[0] === 'left' ? -each : each)))?.kind).toBe('not_live')
    const still = openCamera('challenge')
    still.claim()
    expect(still.play(STILL)).toMatchObject({ kind: 'not_live', credential: HE })
    // Told again meanwhile, and the same way.
    expect(still.told.length).toBeGreaterThan(1)
    expect(new Set(still.told).size).toBe(1)
  })

  test('ends without an answer when he leaves or takes another way', () => {
    const camera = openCamera('challenge')
    camera.claim()
    expect(camera.play([0], false)).toBeUndefined()
    expect(camera.play([0])).toBeUndefined()
  })

  test('ends without an answer when his face is forgotten, and so does the memory of his failures', () => {
    const camera = openCamera('challenge')
    camera.claim()
    camera.play(STILL)
    camera.claim()
    camera.liveness.forget([HE])
    expect(camera.play([0])).toBeUndefined()
    camera.claim()
    expect(camera.follow(TURN)?.kind).toBe('confirm')
    expect(camera.liveness.confirm(true, camera.now())).toBe('live')
  })

  test('shows the turn in the very picture that must show him', () => {
    const camera = openCamera('challenge')
    camera.claim()
    camera.follow(TURN.slice(0, -3))
    const before = camera.track.seenAt
    // A frame without him: the picture at hand is somebody else’s.
    expect(camera.liveness.step(() => true, before + FRAME_MS)?.kind).toBe('wait')
  })

  test('asks once more for each failure of late, three times at most, and of nobody else', () => {
    const camera = openCamera('challenge')
    for (let failure = 0; failure < 4; failure++) {
      camera.claim()
      camera.play(STILL)
    }
    expect(camera.claim()).toBe('asked')
    const answers = [0, 1, 2].map(() => {
      expect(camera.follow(TURN)?.kind).toBe('confirm')
      return camera.liveness.confirm(true, camera.now())
    })
    expect(answers).toEqual(['asked', 'asked', 'live'])
    expect(camera.liveness.judge(camera.track, 'c_neighbour', camera.now())).toBe('asked')
    expect(camera.follow(TURN)?.kind).toBe('confirm')
    expect(camera.liveness.confirm(true, camera.now())).toBe('live')
  })

  test('is never passed by anything that does not turn far enough, whatever the order', () => {
    const degrees = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 120 })
    fc.assert(
      fc.property(degrees, fc.nat(), (frames, seed) => {
        const camera = openCamera('challenge', seed)
        camera.claim()
        expect(camera.play(frames)?.kind).not.toBe('confirm')
      }),
    )
  })
})
