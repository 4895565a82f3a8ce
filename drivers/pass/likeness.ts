// Whether a QR may be in a picture: two of the squares that stand in the corners of every QR, dark and light as 1 : 1 : 3 : 1 : 1 across and
// down, at every turn. A cheap look at one row of four, so that the decoder, which is not cheap, sleeps while people pass. Finds no text,
// keeps no picture. Called by eye.ts.

import type { Picture } from '../../models/picture.ts'

const ROW_STEP = 4
/** Seven modules of a corner; smaller ones no decoder reads. */
const CORNER_PIXELS_LEAST = 12
/** Of three: a thumb may lie on one. */
const CORNERS_LEAST = 2
/** Light falls unevenly: what is dark is judged within such a stretch of a row. */
const STRETCH_PIXELS = 64
/** Of 255, between the darkest and the lightest of a stretch: a grey wall is not a pattern. */
const CONTRAST_LEAST = 32
/** Held askew, a square is higher than wide, or wider than high. */
const ASKEW_MOST = 2

/** Rec. 601, in integers. */
export const lumaAt = (rgb: Uint8Array, pixel: number): number => {
  const at = pixel * 3
  return (77 * (rgb[at] ?? 0) + 150 * (rgb[at + 1] ?? 0) + 29 * (rgb[at + 2] ?? 0)) >> 8
}

type Runs = readonly [dark: number, light: number, middle: number, light: number, dark: number]

const totalOf = ([a, b, c, d, e]: Runs): number => a + b + c + d + e

/** Each run may be half a module longer or shorter than it should be. */
const isCorner = (runs: Runs): boolean => {
  const total = totalOf(runs)
  if (total < CORNER_PIXELS_LEAST) return false
  const module = total / 7
  return runs.every((run, n) => Math.abs(run - (n === 2 ? 3 : 1) * module) <= (n === 2 ? 1 : 0.5) * module)
}

type Row = { readonly dark: Uint8Array; readonly middles: Uint8Array }

/** Fills `dark` with 1 where a pixel of the row is darker than the middle of its stretch; a stretch without contrast is light. */
const darkenRow = ({ rgb, width }: Picture, row: number, { dark, middles }: Row): void => {
  for (let from = 0; from < width; from += STRETCH_PIXELS) {
    const to = Math.min(width, from + STRETCH_PIXELS)
    let [least, most] = [255, 0]
    for (let x = from; x < to; x++) {
      const luma = lumaAt(rgb, row * width + x)
      dark[x] = luma
      if (luma < least) least = luma
      if (luma > most) most = luma
    }
    const middle = most - least < CONTRAST_LEAST ? 0 : (least + most) / 2
    middles[from / STRETCH_PIXELS] = middle
    for (let x = from; x < to; x++) dark[x] = (dark[x] ?? 0) < middle ? 1 : 0
  }
}

/** From the middle of the square out, up or down: its half of the middle run, the light one, the dark one. */
const runOut = ({ rgb, width, height }: Picture, x: number, row: number, step: 1 | -1, middle: number) => {
  const runs = [0, 0, 0]
  let y = row
  for (let n = 0; n < 3; n++) {
    const wanted = n !== 1
    for (; y >= 0 && y < height && lumaAt(rgb, y * width + x) < middle === wanted; y += step)
      runs[n] = (runs[n] ?? 0) + 1
  }
  return runs as [number, number, number]
}

const isSquare = (picture: Picture, x: number, row: number, across: number, middle: number): boolean => {
  const [up, lightUp, darkUp] = runOut(picture, x, row, -1, middle)
  const [down, lightDown, darkDown] = runOut(picture, x, row, 1, middle)
  const runs: Runs = [darkUp, lightUp, up + down - 1, lightDown, darkDown]
  const high = totalOf(runs)
  return isCorner(runs) && high <= across * ASKEW_MOST && across <= high * ASKEW_MOST
}

type Corner = { readonly x: number; readonly y: number; readonly across: number }

const findCorners = (picture: Picture, y: number, { dark, middles }: Row): readonly Corner[] => {
  const { width } = picture
  const found: Corner[] = []
  let runs: Runs = [0, 0, 0, 0, 0]
  let since = 0
  for (let end = 1; end <= width; end++) {
    if (end < width && dark[end] === dark[end - 1]) continue
    runs = [runs[1], runs[2], runs[3], runs[4], end - since]
    since = end
    // The last of the five is dark, as the first is.
    if (dark[end - 1] !== 1 || !isCorner(runs)) continue
    const x = Math.round(end - runs[4] - runs[3] - runs[2] / 2)
    const across = totalOf(runs)
    if (isSquare(picture, x, y, across, middles[Math.floor(x / STRETCH_PIXELS)] ?? 0)) found.push({ x, y, across })
  }
  return found
}

/** Another row of the same square is no other square. */
const isApart = (one: Corner, other: Corner): boolean =>
  Math.hypot(one.x - other.x, one.y - other.y) > Math.min(one.across, other.across)

export const mayHoldQr = (picture: Picture): boolean => {
  const { width, height } = picture
  const row: Row = { dark: new Uint8Array(width), middles: new Uint8Array(Math.ceil(width / STRETCH_PIXELS)) }
  const corners: Corner[] = []
  for (let y = 0; y < height; y += ROW_STEP) {
    darkenRow(picture, y, row)
    for (const corner of findCorners(picture, y, row)) {
      if (corners.every((known) => isApart(known, corner))) corners.push(corner)
      if (corners.length >= CORNERS_LEAST) return true
    }
  }
  return false
}
