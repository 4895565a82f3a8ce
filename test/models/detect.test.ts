import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blazefaceOutputs, decodeBlazeface } from '../../models/detect-blazeface.ts'
import { decodeYunet, yunetOutputs } from '../../models/detect-yunet.ts'
import { type Face, keepBest, mostFaces } from '../../models/face.ts'

describe('decoding YuNet', () => {
  /** Outputs of a 64 × 64 input in which nothing is found. */
  const silence = (): Record<string, Float32Array> => {
    const values = { cls: 1, obj: 1, bbox: 4, kps: 10 } as const
    const length = (name: string): number => {
      const [kind, stride] = name.split('_') as [keyof typeof values, string]
      return values[kind] * (64 / Number(stride)) ** 2
    }
    return Object.fromEntries(yunetOutputs.map((name) => [name, new Float32Array(length(name))]))
  }

  test('turns one cell into a box and points in pixels of the picture', () => {
    const outputs = silence()
    const cell = 1 * 4 + 2 // row 1, column 2 of the 4 × 4 grid of stride 16
    outputs['cls_16']?.set([0.81], cell)
    outputs['obj_16']?.set([1], cell)
    outputs['bbox_16']?.set([0.5, 0.25, Math.log(2), Math.log(3)], cell * 4)
    outputs['kps_16']?.set([0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1], cell * 10)
    const faces = decodeYunet(outputs, 64, 0.5, 0.6)
    expect(faces).toHaveLength(1)
    const [face] = faces
    expect(face?.score).toBeCloseTo(0.9, 5)
    expect([face?.x, face?.y, face?.width, face?.height].map((each) => Math.round(each ?? 0))).toEqual([48, -8, 64, 96])
    expect([...(face?.points ?? [])]).toEqual([64, 32, 96, 32, 80, 48, 64, 64, 96, 64])
  })

  test('finds nothing in silence', () => {
    expect(decodeYunet(silence(), 64, 1, 0.6)).toEqual([])
  })
})

describe('decoding BlazeFace', () => {
  test('reads box and points relative to the anchor, the mouth for both its corners', () => {
    const lengths = [512, 384, 512 * 16, 384 * 16]
    const outputs = Object.fromEntries(blazefaceOutputs.map((name, i) => [name, new Float32Array(lengths[i] ?? 0)]))
    outputs['Identity']?.fill(-10)
    outputs['Identity_1']?.fill(-10)
    const anchor = (3 * 8 + 2) * 6 // row 3, column 2 of the 8 × 8 grid: centre 80, 112
    outputs['Identity_1']?.set([4], anchor)
    outputs['Identity_3']?.set([0, 0, 40, 40, -10, -10, 10, -10, 0, 0, 0, 10], anchor * 16)
    const [face, ...others] = decodeBlazeface(outputs, 0.5, 0.5)
    expect(others).toEqual([])
    expect([face?.x, face?.y, face?.width, face?.height]).toEqual([120, 184, 80, 80])
    expect([...(face?.points ?? [])]).toEqual([140, 204, 180, 204, 160, 224, 160, 244, 160, 244])
  })
})

describe('of the finds in one picture', () => {
  const find = fc
    .record({
      x: fc.double({ min: 0, max: 300, noNaN: true }),
      y: fc.double({ min: 0, max: 300, noNaN: true }),
      width: fc.oneof(
        fc.double({ min: 5, max: 200, noNaN: true }),
        fc.constantFrom(Number.NaN, -1, Number.POSITIVE_INFINITY),
      ),
      height: fc.double({ min: 5, max: 200, noNaN: true }),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map((box): Face => ({ ...box, points: Float32Array.of(0, 0, 20, 0, 10, 10, 0, 20, 20, 20) }))

  const overlapOf = (a: Face, b: Face): number => {
    const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x))
    const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))
    return (width * height) / (a.width * a.height + b.width * b.height - width * height)
  }

  test('the best stays, no two that overlap, none that is broken, never too many', () => {
    fc.assert(
      fc.property(fc.array(find, { maxLength: 60 }), (finds) => {
        const kept = keepBest(finds)
        const sound = finds.filter((each) => each.width > 0 && Number.isFinite(each.width))
        expect(kept.length).toBeLessThanOrEqual(mostFaces)
        expect(kept.every((each) => sound.includes(each))).toBe(true)
        if (sound.length > 0) expect(kept[0]?.score).toBe(Math.max(...sound.map((each) => each.score)))
        for (const [i, a] of kept.entries())
          for (const b of kept.slice(i + 1)) expect(overlapOf(a, b)).toBeLessThanOrEqual(0.3)
      }),
    )
  })

  test('one whose eyes coincide is dropped, for it cannot be aligned', () => {
    const face = { x: 0, y: 0, width: 50, height: 50, score: 0.9, points: new Float32Array(10) }
    expect(keepBest([face])).toEqual([])
  })
})
