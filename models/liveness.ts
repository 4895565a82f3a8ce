// What the single cues together say of one face: whether to take it for a living one. Each cue is weak and says when it cannot tell;
// several that lean the same way count as one that is sure. Pure but for the networks it is given. Called by the face process and by
// `models evaluate --attacks`.

import type { Face } from './face.ts'
import { measureBorder } from './liveness-border.ts'
import type { JudgeSurface } from './liveness-net.ts'
import { measureStripes } from './liveness-screen.ts'
import type { Picture } from './picture.ts'

export const cueNames = ['surface', 'stripes', 'border', 'motion'] as const
export type CueName = (typeof cueNames)[number]
/** Absent: the cue cannot tell. */
export type Cues = Partial<Readonly<Record<CueName, number>>>

/**
 * From where a cue counts, and for how much; together 1 is an attack. Set on the pictures at hand, none of them from a gate: 265 of LFW
 * and 58 East-Asian ones as living faces, one print, one screen and drawn boards as attacks.
 * - surface: 0.7 turns away 7 % of the LFW and 2 % of the East-Asian pictures; the print has 0.74, the screen 1.0.
 * - stripes: living faces have 8 at most in 99 of 100; drawn grids of pixels 17 and more.
 * - border: a door frame behind a person looks like a sheet of paper, so it only adds to the others.
 * - motion: half of the frames in which it was tilted.
 */
export const cueWeights: Readonly<Record<CueName, { readonly from: number; readonly counts: number }>> = Object.freeze({
  surface: { from: 0.7, counts: 1 },
  stripes: { from: 10, counts: 1 },
  border: { from: 0.9, counts: 0.3 },
  motion: { from: 0.5, counts: 1 },
})

/** 0: nothing speaks against a living face. 1 and more: an attack. The surface counts by degrees, the others from their limit on. */
export const weighCues = (cues: Cues): number => {
  let sum = (cues.surface ?? 0) / cueWeights.surface.from
  for (const name of ['stripes', 'border', 'motion'] as const) {
    const { from, counts } = cueWeights[name]
    if ((cues[name] ?? 0) >= from) sum += counts
  }
  return sum
}

export const isAttack = (cues: Cues): boolean => weighCues(cues) >= 1

/** What one picture says. */
export const lookAtCues = async (picture: Picture, face: Face, judgeSurface?: JudgeSurface): Promise<Cues> => {
  const stripes = measureStripes(picture, face)
  const surface = await judgeSurface?.(picture, face)
  return {
    border: measureBorder(picture, face),
    ...(stripes === undefined ? {} : { stripes }),
    ...(surface === undefined ? {} : { surface }),
  }
}

/** The mean of each cue over the pictures in which it could tell. */
export const meanCues = (seen: readonly Cues[]): Cues => {
  const entries = cueNames.flatMap((name) => {
    const values = seen.flatMap((cues) => cues[name] ?? [])
    return values.length === 0 ? [] : [[name, values.reduce((sum, value) => sum + value, 0) / values.length] as const]
  })
  return Object.fromEntries(entries)
}
