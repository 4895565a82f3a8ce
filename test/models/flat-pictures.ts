// A flat picture before a camera: held, tilted with full perspective, bent round a cylinder, moved nearer. Draws what the camera sees,
// ray by ray. For the tests of liveness.

import type { Picture } from '../../models/picture.ts'

/** Numbers from a seed, 0 … 1 (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Lengths in widths of the picture, angles in radians. */
export type Held = {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly shiftX: number
  readonly shiftY: number
  /** From the camera to the middle of the picture. */
  readonly distance: number
  /** Of the cylinder it is bent round, towards the camera (positive) or away; infinite: flat. */
  readonly radius: number
  /** Direction of the cylinder's axis in the picture; 0: upright. */
  readonly axis: number
  /** Where in the picture the axis lies, across it. */
  readonly axisAt: number
}

type Vector = readonly [number, number, number]

/** From the camera's frame to the picture's own. */
const turnBy = ({ yaw, pitch, roll }: Held): ((v: Vector) => Vector) => {
  const [cr, sr, cp, sp] = [Math.cos(roll), Math.sin(roll), Math.cos(pitch), Math.sin(pitch)]
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)]
  return ([x, y, z]) => {
    const [x1, y1] = [cr * x + sr * y, -sr * x + cr * y]
    const [y2, z2] = [cp * y1 + sp * z, -sp * y1 + cp * z]
    return [cy * x1 - sy * z2, y2, sy * x1 + cy * z2]
  }
}

/** Where a ray from `o` along `d`, both in the picture's own frame, meets the picture: x, y in widths from its middle. */
const meet = (o: Vector, d: Vector, { radius, axis, axisAt }: Held): readonly [number, number] | undefined => {
  if (!Number.isFinite(radius)) {
    const t = -o[2] / d[2]
    return t > 0 ? [o[0] + t * d[0], o[1] + t * d[1]] : undefined
  }
  const [c, s] = [Math.cos(axis), Math.sin(axis)]
  const across = (v: Vector): number => c * v[0] + s * v[1]
  const along = (v: Vector): number => -s * v[0] + c * v[1]
  const [ox, oz] = [across(o) - axisAt, o[2] + radius]
  const [dx, dz] = [across(d), d[2]]
  const [a, b, e] = [dx * dx + dz * dz, ox * dx + oz * dz, ox * ox + oz * oz - radius * radius]
  const root = Math.sqrt(b * b - a * e)
  if (!(root >= 0)) return undefined
  // The side of the cylinder on which the picture lies.
  const t = (-b + (radius > 0 ? -root : root)) / a
  if (!(t > 0)) return undefined
  const [x, z] = [ox + t * dx, oz + t * dz]
  const u = Math.abs(radius) * Math.atan2(x, z * Math.sign(radius)) + axisAt
  const v = along(o) + t * along(d)
  return [c * u - s * v, s * u + c * v]
}

const BACKGROUND = 120

/** What a camera of `side` × `side` pixels sees; at distance 2 and straight, the picture fills the frame. */
export const drawHeld = (picture: Picture, held: Held, side: number): Picture => {
  const rgb = new Uint8Array(side * side * 3).fill(BACKGROUND)
  const focal = 2 * side
  const turn = turnBy(held)
  const eye = turn([-held.shiftX, -held.shiftY, held.distance])
  const { width, height, rgb: from } = picture
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      const ray = turn([(u + 0.5 - side / 2) / focal, (v + 0.5 - side / 2) / focal, -1])
      const at = meet(eye, ray, held)
      if (!at) continue
      const [x, y] = [at[0] * width + width / 2 - 0.5, at[1] * width + height / 2 - 0.5]
      const [left, top] = [Math.floor(x), Math.floor(y)]
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) continue
      const [fx, fy] = [x - left, y - top]
      const i = (top * width + left) * 3
      const j = i + width * 3
      const to = (v * side + u) * 3
      for (let c = 0; c < 3; c++) {
        const upper = (from[i + c] as number) * (1 - fx) + (from[i + c + 3] as number) * fx
        const lower = (from[j + c] as number) * (1 - fx) + (from[j + c + 3] as number) * fx
        rgb[to + c] = upper * (1 - fy) + lower * fy
      }
    }
  }
  return { width: side, height: side, rgb }
}
