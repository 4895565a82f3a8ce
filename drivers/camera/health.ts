// What a camera's own pictures say of it: black, too dark, covered or dirty, frozen, backlit. Looks a few times a second at some
// thousand points of the frame; keeps their brightness, never a picture. A camera that cannot see is told apart from one that sees
// badly: before the first nobody is looked for. Pure; called by the face device for every frame of a real camera.

import type { MonotonicMs } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'

/** A fault must be told within 5 s, and main hears of it at its heartbeat: somebody's back before the camera lasts less. */
const FAULT_AFTER_MS = 2500
const OVER_AFTER_MS = 1000
const LOOK_EVERY_MS = 400

const COLUMNS = 96
const ROWS = 72
/** Between the two points of a pair, in pixels: an edge in focus is no wider. */
const EDGE_PIXELS = 3
/** Steps of 255. What stays under BLACK even at its brightest is a lens cap or no sensor; under DARK no face can be made out. */
const BLACK = 18
const DARK = 45
/** Where not even one pair in a hundred differs by so much nothing in the picture has an edge: a hand, tape, paint, grease, fog. */
const LEAST_EDGE = 14
/** Part of the points that are nearly white, and how dark the middle then is: a person there is a shadow. */
const GLARE = 245
const GLARE_PART = 0.25
const SHADOW = 60

const blindCodes = ['camera_black', 'camera_dark', 'camera_covered', 'camera_frozen'] as const
export type CameraFault = (typeof blindCodes)[number] | 'camera_backlit'
const blind: ReadonlySet<string> = new Set(blindCodes)

/** Nobody can be seen with it. */
export const isBlind = (fault: CameraFault | undefined): boolean => fault !== undefined && blind.has(fault)

export type CameraHealth = {
  readonly see: (picture: Picture, at: MonotonicMs) => void
  readonly fault: () => CameraFault | undefined
  /** The camera is gone: the next is judged anew. */
  readonly reset: () => void
}

/** The smallest value that `part` of the counted do not exceed. */
const rankOf = (histogram: Uint32Array, part: number): number => {
  const wanted = part * COLUMNS * ROWS
  let seen = 0
  for (let value = 0; value < 256; value++) {
    seen += histogram[value] as number
    if (seen >= wanted) return value
  }
  return 255
}

/** Of a block of two by two pixels, which halves a sensor's noise. Green carries most of the brightness. */
const readGreen = ({ width, rgb }: Picture, x: number, y: number): number => {
  const [above, below] = [(y * width + x) * 3 + 1, ((y + 1) * width + x) * 3 + 1]
  return (
    ((rgb[above] as number) + (rgb[above + 3] as number) + (rgb[below] as number) + (rgb[below + 3] as number)) >> 2
  )
}

const isMiddle = (column: number, row: number): boolean =>
  column >= COLUMNS / 3 && column < (2 * COLUMNS) / 3 && row >= ROWS / 4 && row < (3 * ROWS) / 4

/** Reads the points of a frame: whether all are as they were, how bright, how sharp, and what lies in the middle. */
const createReader = () => {
  const points = new Uint8Array(COLUMNS * ROWS)
  const light = new Uint32Array(256)
  const edges = new Uint32Array(256)
  return (picture: Picture): { readonly same: boolean; readonly because: CameraFault | undefined } => {
    light.fill(0)
    edges.fill(0)
    let [same, middle, inMiddle] = [true, 0, 0]
    for (let row = 0; row < ROWS; row++) {
      const y = Math.min(picture.height - 2, Math.floor(((row + 0.5) * picture.height) / ROWS))
      for (let column = 0; column < COLUMNS; column++) {
        const x = Math.min(picture.width - 2 - EDGE_PIXELS, Math.floor(((column + 0.5) * picture.width) / COLUMNS))
        const value = readGreen(picture, x, y)
        const edge = Math.abs(value - readGreen(picture, x + EDGE_PIXELS, y))
        light[value] = (light[value] as number) + 1
        edges[edge] = (edges[edge] as number) + 1
        if (isMiddle(column, row)) [middle, inMiddle] = [middle + value, inMiddle + 1]
        const at = row * COLUMNS + column
        if (points[at] !== value) same = false
        points[at] = value
      }
    }
    return { same, because: judge(light, edges, middle / inMiddle) }
  }
}

const judge = (light: Uint32Array, edges: Uint32Array, middle: number): CameraFault | undefined => {
  const brightest = rankOf(light, 0.99)
  if (brightest < BLACK) return 'camera_black'
  if (brightest < DARK) return 'camera_dark'
  if (rankOf(edges, 0.99) < LEAST_EDGE) return 'camera_covered'
  return rankOf(light, 1 - GLARE_PART) >= GLARE && middle < SHADOW ? 'camera_backlit' : undefined
}

export const createCameraHealth = (): CameraHealth => {
  let read = createReader()
  let nextAt = Number.NEGATIVE_INFINITY
  /** What the last looks agree on, and since when. */
  let found: CameraFault | undefined
  let foundSince = 0
  /** Since when every look saw the very same points; a sensor's noise alone makes them differ. */
  let sameSince: number | undefined
  let fault: CameraFault | undefined

  const find = (picture: Picture, at: MonotonicMs): CameraFault | undefined => {
    const { same, because } = read(picture)
    sameSince = same ? (sameSince ?? at) : undefined
    if (because !== undefined) return because
    return sameSince !== undefined && at > sameSince ? 'camera_frozen' : undefined
  }
  return {
    see: (picture, at) => {
      if (at < nextAt) return
      nextAt = at + LOOK_EVERY_MS
      const now = find(picture, at)
      if (now !== found) [found, foundSince] = [now, at]
      if (at - foundSince >= (now === undefined ? OVER_AFTER_MS : FAULT_AFTER_MS)) fault = now
    },
    fault: () => fault,
    reset: () => {
      read = createReader()
      nextAt = Number.NEGATIVE_INFINITY
      found = fault = sameSince = undefined
    },
  }
}
