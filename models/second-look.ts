// Finds the five points of a face once more, on the face alone: upright, at one size, as it is and mirrored. The detector's first look
// at the whole frame is good for finding, not for aligning, and alignment is worth more than the network behind it. Keeps nothing.
// Built by face-model.ts, called before a face is embedded.

import {
  arcfaceTemplate,
  fitSimilarity,
  invertSimilarity,
  type Similarity,
  templateSidePixels,
  warpInto,
} from './align.ts'
import { decodeYunet, yunetPixels } from './detect-yunet.ts'
import { type Face, keepBest } from './face.ts'
import type { Network } from './network.ts'
import type { Picture } from './picture.ts'

export type SecondLook = {
  /** The same face with better points; itself where the closer look finds no face, or finds another. */
  readonly refine: (picture: Picture, face: Face) => Promise<Face>
}

/** The face fills most of the canvas and is surely one: what is asked is where, not whether. */
const leastScore = 0.3
/** Mean distance along an axis, in pixels of the template, in which the eyes are 35 apart: what lies farther off is another face. */
const mostShift = 12
/** Of each point: which one it is in a mirror. */
const mirrored = [1, 0, 2, 4, 3] as const

const carry = ({ a, b, tx, ty }: Similarity, points: ArrayLike<number>): Float32Array =>
  Float32Array.from(points, (_, i) => {
    const [x, y] = [points[i - (i % 2)] ?? 0, points[i - (i % 2) + 1] ?? 0]
    return i % 2 === 0 ? a * x - b * y + tx : b * x + a * y + ty
  })

const mirrorPoints = (points: Float32Array, side: number): Float32Array =>
  Float32Array.from(points, (_, i) => {
    const from = (mirrored[i >> 1] ?? 0) * 2
    return i % 2 === 0 ? side - 1 - (points[from] ?? 0) : (points[from + 1] ?? 0)
  })

const shiftOf = (points: Float32Array, expected: readonly number[]): number =>
  points.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0) / points.length

/** Where the points are expected: as in the template, but in the middle and the same in a mirror, so that both looks see alike. */
const uprightIn = (side: number): readonly number[] => {
  const placed = Float32Array.from(arcfaceTemplate, (value) => value + (side - templateSidePixels) / 2)
  const reversed = mirrorPoints(placed, side)
  return arcfaceTemplate.map((_, i) => ((placed[i] ?? 0) + (reversed[i] ?? 0)) / 2)
}

type Outputs = Readonly<Record<string, Float32Array>>

const halfOf = (outputs: Outputs, look: 'straight' | 'mirrored'): Outputs =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, values]) => {
      const half = values.length / 2
      return [name, look === 'straight' ? values.subarray(0, half) : values.subarray(half)]
    }),
  )

/** `side`: pixels of the canvas, a multiple of 32. Both looks are one run of the network. */
export const createSecondLook = (network: Network, side: number): SecondLook => {
  const both = new Float32Array(2 * 3 * side * side)
  const [values, reversed] = [both.subarray(0, both.length / 2), both.subarray(both.length / 2)]
  const canvas = { width: side, height: side, pixels: yunetPixels, values }
  const expected = uprightIn(side)

  const pointsIn = (outputs: Outputs, look: 'straight' | 'mirrored'): readonly Float32Array[] =>
    keepBest(decodeYunet(halfOf(outputs, look), side, 1, leastScore))
      .map(({ points }) => (look === 'straight' ? points : mirrorPoints(points, side)))
      .map((points) => ({ points, shift: shiftOf(points, expected) }))
      .filter(({ shift }) => shift <= mostShift)
      .sort((a, b) => a.shift - b.shift)
      .slice(0, 1)
      .map(({ points }) => points)
  return {
    refine: async (picture, face) => {
      const place = invertSimilarity(fitSimilarity(face.points, expected))
      try {
        warpInto(canvas, picture, place)
        reversed.set(values)
        for (let row = 0; row < reversed.length; row += side) reversed.subarray(row, row + side).reverse()
        const outputs = await network.run({ input: { values: both, shape: [2, 3, side, side] } })
        const looks = (['straight', 'mirrored'] as const).flatMap((look) => pointsIn(outputs, look))
        const all = [face.points, ...looks.map((points) => carry(place, points))]
        const points = face.points.map((_, i) => all.reduce((sum, each) => sum + (each[i] ?? 0), 0) / all.length)
        return { ...face, points }
      } finally {
        both.fill(0)
      }
    },
  }
}
