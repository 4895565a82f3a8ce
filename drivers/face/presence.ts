// Whether a frame is worth a detector: something moved since the last ones, or long enough ago that anything may have come unseen. An
// empty lane costs a few thousand additions a frame. Holds a few thousand brightnesses of the scene, never a picture. Called by eyes.ts.

import type { MonotonicMs } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'
import type { FrameSize } from './boxes.ts'

/** Cells of a grid over the picture; a face of the least size covers some fifty of them. */
const COLUMNS = 64
const ROWS = 48
/** Pixels of a cell that are read, along each side: their mean halves a sensor's noise. */
const SAMPLES = 2
/** Steps of 255 by which a cell must differ from what it was: several times the noise of a cheap sensor in the dark. */
const LEAST_STEP = 12
/** A part of the cells: a head that comes into view, not a leaf. */
const LEAST_CELLS = 12
/** The scene that a frame is compared with follows by this part of the difference: whoever stands still is part of it in a second. */
const FOLLOW = 0.125
/** Whoever has moved may stand still now, and has perhaps not been found yet. */
const LINGER_MS = 1500
/** Whoever came too slowly to be noticed is found by this. */
const LOOK_ANYWAY_MS = 2000

export type Presence = {
  /** True: look for faces in this frame. */
  readonly see: (picture: Picture, at: MonotonicMs) => boolean
  readonly wipe: () => void
}

/** Where in a picture's bytes each cell is read, cell after cell. Green carries most of the brightness. */
const planReads = ({ width, height }: FrameSize): Int32Array => {
  const place = (cell: number, sample: number, cells: number, pixels: number): number =>
    Math.floor(((cell * SAMPLES + sample + 0.5) * pixels) / (cells * SAMPLES))
  const reads = new Int32Array(COLUMNS * ROWS * SAMPLES * SAMPLES)
  for (let i = 0; i < reads.length; i++) {
    const cell = Math.floor(i / (SAMPLES * SAMPLES))
    const x = place(cell % COLUMNS, i % SAMPLES, COLUMNS, width)
    const y = place(Math.floor(cell / COLUMNS), Math.floor(i / SAMPLES) % SAMPLES, ROWS, height)
    reads[i] = (y * width + x) * 3 + 1
  }
  return reads
}

/** Gives the mean of all cells. */
const readCells = ({ rgb }: Picture, reads: Int32Array, cells: Float32Array): number => {
  let sum = 0
  for (let cell = 0; cell < cells.length; cell++) {
    let value = 0
    for (let i = cell * SAMPLES * SAMPLES; i < (cell + 1) * SAMPLES * SAMPLES; i++)
      value += rgb[reads[i] as number] as number
    cells[cell] = value / (SAMPLES * SAMPLES)
    sum += value
  }
  return sum / reads.length
}

export const createPresence = (frame: FrameSize): Presence => {
  const reads = planReads(frame)
  const cells = new Float32Array(COLUMNS * ROWS)
  const scene = new Float32Array(COLUMNS * ROWS)
  let sceneMean: number | undefined
  let movedAt = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY

  /** Light that changes everywhere alike, as when a lamp is switched on, moves nothing. */
  const countMoved = (mean: number): number => {
    const before = sceneMean ?? mean
    let moved = 0
    for (let i = 0; i < cells.length; i++) {
      const step = (cells[i] as number) - (scene[i] as number)
      if (Math.abs(step - mean + before) > LEAST_STEP) moved++
      scene[i] = (scene[i] as number) + step * FOLLOW
    }
    sceneMean = before + (mean - before) * FOLLOW
    return moved
  }
  return {
    see: (picture, at) => {
      const mean = readCells(picture, reads, cells)
      if (sceneMean === undefined) {
        scene.set(cells)
        sceneMean = mean
      }
      if (countMoved(mean) >= LEAST_CELLS) movedAt = at
      const due = at - movedAt <= LINGER_MS || at - lookedAt >= LOOK_ANYWAY_MS
      if (due) lookedAt = at
      return due
    },
    wipe: () => {
      cells.fill(0)
      scene.fill(0)
      sceneMean = undefined
    },
  }
}
