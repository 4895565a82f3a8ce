// A head that turns, made of one picture drawn onto a rounded head with a nose: no living person, and as good as a mask. It stands in
// for whoever turns his head in tests of the line.

import type { Picture } from '../../models/picture.ts'

/** In distances between the eyes: half the width and height of the head, and how far the nose stands out of it and how wide it is. */
const HEAD = { width: 1.25, height: 1.9, depth: 1.3 }
const NOSE = { out: 0.4, wide: 0.25 }
/** Points of the picture for each of its pixels, along a row: what comes nearer is stretched. */
const DENSITY = 4

/** `points`: of the face in the picture; `yaw` in radians, positive towards the right of the picture. Behind it stays what was. */
export const drawRelief = (picture: Picture, points: Float32Array, yaw: number): Picture => {
  const { width, height, rgb: from } = picture
  const rgb = new Uint8Array(from)
  const [noseX, noseY] = [points[4] ?? 0, points[5] ?? 0]
  const unit = Math.hypot((points[2] ?? 0) - (points[0] ?? 0), (points[3] ?? 0) - (points[1] ?? 0))
  const outOf = (x: number, y: number): number => {
    const round = 1 - (x / HEAD.width) ** 2 - (y / HEAD.height) ** 2
    if (round <= 0) return Number.NaN
    return HEAD.depth * Math.sqrt(round) + NOSE.out * Math.exp(-(x * x + y * y) / (2 * NOSE.wide * NOSE.wide))
  }
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)]
  const nearest = new Float32Array(width).fill(Number.NEGATIVE_INFINITY)
  for (let v = 0; v < height; v++) {
    nearest.fill(Number.NEGATIVE_INFINITY)
    for (let at = 0; at < (width - 1) * DENSITY; at++) {
      const [x, y] = [(at / DENSITY - noseX) / unit, (v - noseY) / unit]
      const z = outOf(x, y)
      const u = Math.round(noseX + (x * c + z * s) * unit)
      const near = z * c - x * s
      if (!(u >= 0 && u < width && near > (nearest[u] as number))) continue
      nearest[u] = near
      const [left, part] = [Math.floor(at / DENSITY), (at % DENSITY) / DENSITY]
      const i = (v * width + left) * 3
      for (let k = 0; k < 3; k++)
        rgb[(v * width + u) * 3 + k] = (from[i + k] as number) * (1 - part) + (from[i + 3 + k] as number) * part
    }
  }
  return { width, height, rgb }
}
