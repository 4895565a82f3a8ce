// The turn challenge: somebody is asked to turn the head to one side, and the nose must leave the plane of eyes and mouth as only
// depth lets it, step by step, from looking ahead. Pure: time is an argument; holds five points a frame and nothing else. Must never
// pass a flat picture, however it is moved. Driven by the liveness of the face process.

import { measureDepth } from './liveness-plane.ts'
import { estimatePose } from './quality.ts'

/** As the person means it; on the picture of a camera it is the other way round. */
export const directions = ['left', 'right'] as const
export type Direction = (typeof directions)[number]

/** How far the nose must come off the plane, in distances between the eyes: a turn of about 22 degrees. Flat pictures that are
 * tilted up to 60 degrees come to half of it in 99 frames of 100 (measured with YuNet on drawn ones, test/models/turn.test.ts). */
export const TURN_DEPTH = 0.22
/** So many frames running, for one can be a slip of the detector. */
const TURN_FRAMES = 2
/** Between frames no head turns farther; one picture changed for another does. Beyond what was asked for it does not matter how far. */
const STEP_DEPTH = 0.15
/** A Pi that is busy looks less often, and a head has turned farther meanwhile; still less than what is asked for. */
const SLOW_STEP = { fromMs: 200, depth: 0.2 }
const MOST_DEPTH = 0.35
/** Farther apart, frames show no movement. A Pi looks three times a second at its slowest. */
const GAP_MS = 600
/** Views to start from, which must agree; the mean of what is measured from each counts. */
const START_FRAMES = 3
const START_DEPTH = 0.08
const START_YAW = 15
/** The sentence takes two seconds, a turn one; the rest is for whoever is slow. */
export const TURN_LIMIT_MS = 8000

export type Turn = {
  readonly direction: Direction
  readonly since: number
  readonly outcome: 'open' | 'turned' | 'failed'
  readonly starts: readonly Float32Array[]
  readonly depth: number
  readonly at: number
  readonly framesBeyond: number
}

export const askTurn = (direction: Direction, at: number): Turn => ({
  ...{ direction, since: at, outcome: 'open', starts: [], depth: 0, at, framesBeyond: 0 },
})

const meanDepth = (starts: readonly Float32Array[], points: Float32Array): number =>
  starts.reduce((sum, start) => sum + measureDepth(start, points).aside, 0) / starts.length

/** Looks ahead, and agrees with the views before it. */
const isStart = (starts: readonly Float32Array[], points: Float32Array): boolean =>
  Math.abs(estimatePose(points).yaw) <= START_YAW &&
  starts.every((start) => Math.abs(measureDepth(start, points).aside) <= START_DEPTH)

const startAnew = (turn: Turn, points: Float32Array, at: number): Turn => ({
  ...turn,
  ...{ starts: isStart([], points) ? [points.slice()] : [], depth: 0, at, framesBeyond: 0, outcome: 'open' },
})

/** The next frame of the one who was asked; `seen`: the face is in it. A jump, or a time without it, begins anew from looking ahead; a
 * turn to the other side ends it, or a recording of somebody who turns both ways would pass. Once turned it must go on without a jump:
 * the frames after it are still looked at. */
export const stepTurn = (turn: Turn, points: Float32Array, at: number, seen = true): Turn => {
  if (turn.outcome === 'failed') return turn
  if (at - turn.since > TURN_LIMIT_MS) return { ...turn, outcome: 'failed' }
  if (!seen) return turn
  if (at - turn.at > GAP_MS) return startAnew(turn, points, at)
  if (turn.starts.length < START_FRAMES) {
    if (!isStart(turn.starts, points)) return startAnew(turn, points, at)
    return { ...turn, starts: [...turn.starts, points.slice()], at }
  }
  // Turning to his own left, somebody's nose moves to the right of the picture.
  const measured = meanDepth(turn.starts, points) * (turn.direction === 'left' ? 1 : -1)
  const depth = Math.max(-MOST_DEPTH, Math.min(MOST_DEPTH, measured))
  const mostStep = at - turn.at >= SLOW_STEP.fromMs ? SLOW_STEP.depth : STEP_DEPTH
  if (!(Math.abs(depth - turn.depth) <= mostStep)) return startAnew(turn, points, at)
  if (turn.outcome === 'turned') return { ...turn, depth, at }
  const framesBeyond = Math.abs(depth) >= TURN_DEPTH ? turn.framesBeyond + 1 : 0
  const outcome = framesBeyond < TURN_FRAMES ? 'open' : depth > 0 ? 'turned' : 'failed'
  return { ...turn, depth, at, framesBeyond, outcome }
}
