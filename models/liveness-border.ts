// The edge of a sheet, a phone or a tablet around a face: long straight lines beside it, above or below it, that a head has not. One
// picture is enough. Weak: a door frame behind a person has such lines too. Pure; keeps nothing. Called by liveness.ts.

import type { Face } from './face.ts'
import type { Picture } from './picture.ts'

/** Steps across the part beside the face that is searched, and points along each line. */
const STEPS = 32
const POINTS = 40
/** Where lines are looked for, in boxes from the middle of the face: hair ends there, a phone's edge does not begin later. */
const NEAR = 0.62
const FAR = 1.6
/** Lines this long, in boxes. */
const LENGTH = 1.5
/** Slants of the lines, as a share of their length. */
const slants = Object.freeze([-0.2, -0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.15, 0.2])
/** Sides of a rectangle that must be seen; the fourth is often a hand or the picture's end. */
const SIDES = 3

const brightnessAt = ({ width, height, rgb }: Picture, x: number, y: number): number => {
  if (x < 0 || y < 0 || x >= width || y >= height) return Number.NaN
  const i = (Math.floor(y) * width + Math.floor(x)) * 3
  return 0.299 * (rgb[i] as number) + 0.587 * (rgb[i + 1] as number) + 0.114 * (rgb[i + 2] as number)
}

type Side = { readonly x: -1 | 0 | 1; readonly y: -1 | 0 | 1 }
const around: readonly Side[] = Object.freeze([
  { x: -1, y: 0 },
  { x: 1, y: 0 },
  { x: 0, y: -1 },
  { x: 0, y: 1 },
])

/** 0 … 1: the share of points of the straightest line on that side at which brightness steps the same way, as an edge's does. */
const measureSide = (picture: Picture, face: Face, side: Side): number => {
  const middle = { x: face.x + face.width / 2, y: face.y + face.height / 2 }
  const across = side.x === 0 ? face.height : face.width
  const along = side.x === 0 ? face.width : face.height
  const gap = Math.max(1, (across * (FAR - NEAR)) / STEPS)
  let best = 0
  for (let step = 0; step < STEPS; step++) {
    const away = across * (NEAR + ((FAR - NEAR) * (step + 0.5)) / STEPS)
    for (const slant of slants) {
      let [up, down] = [0, 0]
      for (let point = 0; point < POINTS; point++) {
        const place = ((point + 0.5) / POINTS - 0.5) * LENGTH * along
        const off = away + place * slant
        const [x, y] =
          side.x === 0 ? [middle.x + place, middle.y + side.y * off] : [middle.x + side.x * off, middle.y + place]
        const difference =
          brightnessAt(picture, x + side.x * gap, y + side.y * gap) -
          brightnessAt(picture, x - side.x * gap, y - side.y * gap)
        if (difference > 12) up++
        else if (difference < -12) down++
      }
      best = Math.max(best, up / POINTS, down / POINTS)
    }
  }
  return best
}

/** 0 … 1: how much of a rectangle stands around the face; the third best of its four sides. */
export const measureBorder = (picture: Picture, face: Face): number => {
  const found = around.map((side) => measureSide(picture, face, side)).sort((a, b) => b - a)
  return found[SIDES - 1] ?? 0
}
