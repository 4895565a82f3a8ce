// Whether a QR may be in a picture: somewhere dark and light follow each other as in the three corners of every QR, 1 : 1 : 3 : 1 : 1. A
// cheap look at one row of four, so that the decoder, which is not cheap, sleeps while people pass. Finds no text, keeps no picture. Called
// by eye.ts.

import type { Picture } from '../../models/picture.ts'

const ROW_STEP = 4
/** Seven modules of a corner; smaller ones no decoder reads. */
const CORNER_PIXELS_LEAST = 12
/** Two corners lie side by side, and each is crossed by a row or two. A stripe of a shirt is one crossing. */
const CROSSINGS_LEAST = 3
/** Light falls unevenly: what is dark is judged within such a stretch of a row. */
const STRETCH_PIXELS = 64
/** A grey wall is not stripes. */
const CONTRAST_LEAST = 24

/** Rec. 601, in integers. */
export const lumaAt = (rgb: Uint8Array, pixel: number): number => {
  const at = pixel * 3
  return (77 * (rgb[at] ?? 0) + 150 * (rgb[at + 1] ?? 0) + 29 * (rgb[at + 2] ?? 0)) >> 8
}

/** Each run may be half a module longer or shorter than it should be. */
const isCorner = ([a, b, c, d, e]: readonly [number, number, number, number, number]): boolean => {
  const total = a + b + c + d + e
  if (total < CORNER_PIXELS_LEAST) return false
  const module = total / 7
  const slack = module / 2
  const isOne = (run: number) => Math.abs(run - module) <= slack
  return isOne(a) && isOne(b) && Math.abs(c - 3 * module) <= 3 * slack && isOne(d) && isOne(e)
}

/** Fills `dark` with 1 where a pixel of the row is darker than the middle of its stretch. */
const darkenRow = ({ rgb, width }: Picture, row: number, dark: Uint8Array): void => {
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
    for (let x = from; x < to; x++) dark[x] = (dark[x] ?? 0) < middle ? 1 : 0
  }
}

const countCorners = (dark: Uint8Array, width: number): number => {
  let found = 0
  let runs: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  let since = 0
  for (let x = 1; x <= width; x++) {
    if (x < width && dark[x] === dark[x - 1]) continue
    runs = [runs[1], runs[2], runs[3], runs[4], x - since]
    // The last of the five is dark, as the first is.
    if (dark[x - 1] === 1 && runs[0] > 0 && isCorner(runs)) found++
    since = x
  }
  return found
}

export const mayHoldQr = (picture: Picture): boolean => {
  const dark = new Uint8Array(picture.width)
  let crossings = 0
  for (let row = 0; row < picture.height; row += ROW_STEP) {
    darkenRow(picture, row, dark)
    crossings += countCorners(dark, picture.width)
    if (crossings >= CROSSINGS_LEAST) return true
  }
  return false
}
