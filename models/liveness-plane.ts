// What a flat picture cannot do: five points of a plane stay five points of that plane, however it is held, tilted, moved or enlarged.
// Carries the nose of one view into another as if the face were flat; what is left over is depth. Pure. Called by turn.ts and stiff.ts.

/** Rows of a 3 × 3 matrix that carries points of one plane to another, perspective included. */
type Projection = readonly [number, number, number, number, number, number, number, number, number]

/** The unit square onto eye, eye, corner, corner of the mouth (Heckbert, Fundamentals of Texture Mapping, 1989, section 2.2.3). */
const projectSquare = (points: ArrayLike<number>): Projection => {
  const at = (i: number): number => points[i] ?? Number.NaN
  const [x0, y0, x1, y1] = [at(0), at(1), at(2), at(3)]
  const [x2, y2, x3, y3] = [at(8), at(9), at(6), at(7)]
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2]
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const area = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / area
  const h = (dx1 * sy - sx * dy1) / area
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

/** Up to a factor, which does not matter for a projection. */
const invertProjection = ([a, b, c, d, e, f, g, h, i]: Projection): Projection => [
  e * i - f * h,
  c * h - b * i,
  b * f - c * e,
  f * g - d * i,
  a * i - c * g,
  c * d - a * f,
  d * h - e * g,
  b * g - a * h,
  a * e - b * d,
]

const project = ([a, b, c, d, e, f, g, h, i]: Projection, x: number, y: number): readonly [number, number] => {
  const w = g * x + h * y + i
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w]
}

/** In distances between the eyes of `from`: along its line of the eyes, and down from it. Zero for a plane. */
export type Depth = { readonly aside: number; readonly down: number }

/** How far the nose of `to` stands from where that of `from` would be, if eyes, nose and mouth were painted on one board. Both as a
 * detector gives five points. Not a number where the four others lie on a line. */
export const measureDepth = (from: Float32Array, to: Float32Array): Depth => {
  const [u, v] = project(invertProjection(projectSquare(to)), to[4] ?? Number.NaN, to[5] ?? Number.NaN)
  const [x, y] = project(projectSquare(from), u, v)
  const at = (i: number): number => from[i] ?? Number.NaN
  const [ex, ey] = [at(2) - at(0), at(3) - at(1)]
  const square = ex * ex + ey * ey
  const [dx, dy] = [x - at(4), y - at(5)]
  return { aside: (dx * ex + dy * ey) / square, down: (dy * ex - dx * ey) / square }
}
