import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Face } from '../../models/face.ts'
import type { Picture } from '../../models/picture.ts'
import { attentionLimits, estimatePose, judgeFace, rankQuality } from '../../models/quality.ts'
import { pixelsOf } from './pictures.ts'

/** Eyes, nose and mouth of a head in distances between the eyes: right, down, towards the camera. */
const head = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.6, 0.55],
  [-0.4, 1.15, 0],
  [0.4, 1.15, 0],
] as const

const turnedHead = (yaw: number, pitch: number, roll: number, size = 60): Float32Array => {
  const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap((each) => {
    const angle = (each * Math.PI) / 180
    return [Math.cos(angle), Math.sin(angle)]
  }) as [number, number, number, number, number, number]
  const points = head.flatMap(([x, y, z]) => {
    const [x1, z1] = [x * cy + z * sy, z * cy - x * sy]
    const y1 = y * cp - z1 * sp
    return [320 + size * (x1 * cr - y1 * sr), 200 + size * (x1 * sr + y1 * cr)]
  })
  return Float32Array.from(points)
}

const faceAt = (points: Float32Array, width = 130): Face => ({
  x: 255,
  y: 150,
  width,
  height: width * 1.3,
  score: 0.9,
  points,
})
const frame = { width: 640, height: 480 }
const textured = pixelsOf(frame, (x, y) => 128 + 50 * Math.sin(x / 3) + 50 * Math.cos(y / 4))

describe('the pose', () => {
  test('follows a turned head to within fifteen degrees', () => {
    const angle = (most: number): fc.Arbitrary<number> => fc.double({ min: -most, max: most, noNaN: true })
    fc.assert(
      fc.property(angle(35), angle(20), angle(30), (yaw, pitch, roll) => {
        const pose = estimatePose(turnedHead(yaw, pitch, roll))
        expect(Math.abs(pose.yaw - yaw)).toBeLessThan(15)
        expect(Math.abs(pose.pitch - pitch)).toBeLessThan(15)
        expect(Math.abs(pose.roll - roll)).toBeLessThan(15)
      }),
    )
  })
})

describe('a face', () => {
  test('that looks here, near, lit and sharp, is good', () => {
    expect(judgeFace(textured, faceAt(turnedHead(0, 0, 0))).code).toBe('good')
  })

  test('that walks past is turned', () => {
    expect(judgeFace(textured, faceAt(turnedHead(50, 0, 0))).code).toBe('face_turned')
  })

  test('that is far away is small', () => {
    expect(judgeFace(textured, faceAt(turnedHead(0, 0, 0, 20), 40)).code).toBe('face_small')
  })

  test('that leaves the picture is cut off', () => {
    const points = turnedHead(0, 0, 0).map((value, i) => (i % 2 === 0 ? value - 300 : value))
    expect(judgeFace(textured, faceAt(points)).code).toBe('face_cut_off')
  })

  test('in the dark, in glare or in fog is told so', () => {
    const face = faceAt(turnedHead(0, 0, 0))
    expect(
      judgeFace(
        pixelsOf(frame, (x) => 8 + (x % 2)),
        face,
      ).code,
    ).toBe('face_dark')
    expect(
      judgeFace(
        pixelsOf(frame, () => 250),
        face,
      ).code,
    ).toBe('face_bright')
    expect(
      judgeFace(
        pixelsOf(frame, (x) => 60 + x / 4),
        face,
      ).code,
    ).toBe('face_blurred')
  })
})

describe('a covered face', () => {
  const face = faceAt(turnedHead(0, 0, 0))
  const whole = { ...attentionLimits, mayBeCovered: false }
  /** One surface, a little shaded, over a part of the face; in distances between the eyes from the middle between them. */
  const cover = (shade: number, isOver: (right: number, down: number) => boolean): Picture =>
    pixelsOf(frame, (x, y, c) => {
      const [right, down] = [(x - 320) / 60, (y - 200) / 60]
      const surface = shade * (1 - 0.1 * right * right) + (((x * 7 + y * 13) % 5) - 2)
      return isOver(right, down) ? surface : (textured.rgb[(y * frame.width + x) * 3 + c] ?? 0)
    })
  const mask = (_: number, down: number) => down > 0.42
  const glasses = (_: number, down: number) => Math.abs(down) < 0.25

  test.each([
    ['by a white mask', cover(215, mask)],
    ['by a blue one', cover(150, mask)],
    ['by a black one', cover(40, mask)],
    ['by dark glasses', cover(20, glasses)],
  ])('%s is told so where it must be whole, and compared all the same where it need not', (_, picture) => {
    expect(judgeFace(picture, face, whole).code).toBe('face_covered')
    expect(judgeFace(picture, face).code).toBe('good')
  })

  test('with one eye in shadow is not covered', () => {
    const shadow = cover(20, (right, down) => right < -0.2 && Math.abs(down) < 0.25)
    expect(judgeFace(shadow, face, whole).code).toBe('good')
  })
})

describe('of two good frames of one face', () => {
  const judged = { ...judgeFace(textured, faceAt(turnedHead(0, 0, 0))), light: 120 }

  test.each([
    ['larger', { facePixels: judged.facePixels * 0.7 }],
    ['more frontal', { pose: { ...judged.pose, yaw: judged.pose.yaw + 25 } }],
    ['sharper', { sharpness: judged.sharpness * 0.7 }],
    ['better lit', { light: 30 }],
  ])('the %s one has the larger rank', (_, worse) => {
    expect(rankQuality(judged)).toBeGreaterThan(rankQuality({ ...judged, ...worse }))
  })
})
