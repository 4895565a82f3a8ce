// A flat picture moves as a plane: when it is tilted, the shape of eyes and mouth changes and the nose stays in their plane; a head that
// is turned as far brings the nose well out of it. Watches a track without asking anything of anybody; says nothing of a face that
// keeps still. Pure; holds five points. Called by liveness.ts.

import { measureDepth } from './liveness-plane.ts'

/** From here on a change of shape is a tilt and not the detector: of 28 degrees by its cosine. YuNet, which knows faces and not boards,
 * shows that much from about 50 on. */
const LEAST_TILT = 0.12
/** A head's nose comes out of the plane by more than twice its change of shape; an open mouth, by half. */
const FLAT_PART = 0.5
/** Frames that must have shown it. */
const LEAST_FRAMES = 3

export type Motion = {
  /** The first view, with which the others are compared. */
  readonly start: Float32Array | undefined
  readonly tilted: number
  readonly flat: number
}
export const noMotion: Motion = Object.freeze({ start: undefined, tilted: 0, flat: 0 })

/** Of the cross of the line of the eyes and the line from there to the mouth: how long one is to the other, and how askew they stand.
 * Neither moving nor turning the picture in its plane changes them. */
const measureCross = (points: Float32Array): { readonly length: number; readonly skew: number } => {
  const at = (i: number): number => points[i] ?? Number.NaN
  const [ex, ey] = [at(2) - at(0), at(3) - at(1)]
  const [mx, my] = [(at(6) + at(8) - at(0) - at(2)) / 2, (at(7) + at(9) - at(1) - at(3)) / 2]
  const [eyes, mouth] = [Math.hypot(ex, ey), Math.hypot(mx, my)]
  return { length: Math.log(eyes / mouth), skew: (ex * mx + ey * my) / (eyes * mouth) }
}

export const watchMotion = (motion: Motion, points: Float32Array): Motion => {
  if (!motion.start) return { ...motion, start: points.slice() }
  const [before, now] = [measureCross(motion.start), measureCross(points)]
  const tilt = Math.hypot(now.length - before.length, now.skew - before.skew)
  if (!(tilt >= LEAST_TILT)) return motion
  const { aside, down } = measureDepth(motion.start, points)
  const flat = Math.hypot(aside, down) < FLAT_PART * tilt ? 1 : 0
  return { ...motion, tilted: motion.tilted + 1, flat: motion.flat + flat }
}

/** 0: as a head. 1: as a board. Undefined: it has not been tilted enough to tell. */
export const judgeMotion = ({ tilted, flat }: Motion): number | undefined =>
  tilted < LEAST_FRAMES ? undefined : flat / tilted
