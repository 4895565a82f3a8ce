// A screen before a camera beats: its grid of pixels against the camera's own makes stripes that no skin has, and they stand alone
// among the frequencies around them. One picture is enough. Pure; keeps nothing. Called by liveness.ts.

import type { Face } from './face.ts'
import type { Picture } from './picture.ts'

/** Pixels of the square that is looked at, at the picture's own size, as scaling would wash the stripes out or make new ones. */
const SIDE = 128
/** In cycles a square: below are features of a face, above is the camera's own noise. */
const rings = Object.freeze({ from: 16, to: 60, step: 4 })
/** Edges of the square, of windows and of JPEG blocks lie on the axes. */
const AXIS = 3

const window = Float64Array.from({ length: SIDE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / SIDE))
const cosines = Float64Array.from({ length: SIDE / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / SIDE))
const sines = Float64Array.from({ length: SIDE / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / SIDE))
const reversed = Uint8Array.from({ length: SIDE }, (_, i) => {
  let place = 0
  for (let bit = 1; bit < SIDE; bit *= 2) place = place * 2 + (i & bit ? 1 : 0)
  return place
})

/** Cooley and Tukey, 1965, in place: SIDE values from `start`, each `step` from the last. */
const transform = (real: Float64Array, imaginary: Float64Array, start: number, step: number): void => {
  for (let i = 0; i < SIDE; i++) {
    const j = reversed[i] as number
    if (j <= i) continue
    const [p, q] = [start + i * step, start + j * step]
    const [r, m] = [real[p] as number, imaginary[p] as number]
    real[p] = real[q] as number
    imaginary[p] = imaginary[q] as number
    real[q] = r
    imaginary[q] = m
  }
  for (let half = 1; half < SIDE; half *= 2) {
    const turn = SIDE / (2 * half)
    for (let i = 0; i < SIDE; i += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [p, q] = [start + (i + k) * step, start + (i + k + half) * step]
        const [c, s] = [cosines[k * turn] as number, sines[k * turn] as number]
        const r = (real[q] as number) * c - (imaginary[q] as number) * s
        const m = (real[q] as number) * s + (imaginary[q] as number) * c
        real[q] = (real[p] as number) - r
        imaginary[q] = (imaginary[p] as number) - m
        real[p] = (real[p] as number) + r
        imaginary[p] = (imaginary[p] as number) + m
      }
    }
  }
}

const readSquare = (real: Float64Array, { width, height, rgb }: Picture, face: Face): void => {
  const left = Math.round(Math.max(0, Math.min(width - SIDE, face.x + face.width / 2 - SIDE / 2)))
  const top = Math.round(Math.max(0, Math.min(height - SIDE, face.y + face.height / 2 - SIDE / 2)))
  let mean = 0
  for (let i = 0; i < real.length; i++) {
    const at = ((top + Math.floor(i / SIDE)) * width + left + (i % SIDE)) * 3
    real[i] = 0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number)
    mean += (real[i] as number) / real.length
  }
  for (let i = 0; i < real.length; i++) {
    const weight = (window[i % SIDE] as number) * (window[Math.floor(i / SIDE)] as number)
    real[i] = ((real[i] as number) - mean) * weight
  }
}

/** For each ring the places in the spectrum that belong to it, worked out once. The spectrum of a picture is the same on both sides, so
 * half of it is enough. */
const places: readonly Uint16Array[] = Array.from({ length: (rings.to - rings.from) / rings.step }, (_, ring) =>
  Uint16Array.from(
    Array.from({ length: SIDE * SIDE }, (__, i) => i).filter((i) => {
      const [x, row] = [i % SIDE, Math.floor(i / SIDE)]
      const y = row < SIDE / 2 ? row : row - SIDE
      const within = (Math.hypot(x, y) - rings.from) / rings.step
      return x >= AXIS && x < SIDE / 2 && Math.abs(y) >= AXIS && Math.floor(within) === ring
    }),
  ),
)

/** Of each ring of frequencies the strongest against the median. */
const findPeak = (real: Float64Array, imaginary: Float64Array): number => {
  let peak = 0
  for (const ring of places) {
    const powers = new Float64Array(ring.length)
    for (let n = 0; n < ring.length; n++) {
      const i = ring[n] as number
      powers[n] = (real[i] as number) ** 2 + (imaginary[i] as number) ** 2
    }
    powers.sort()
    const median = powers[Math.floor(powers.length / 2)] as number
    peak = Math.max(peak, Math.sqrt((powers.at(-1) as number) / Math.max(1e-9, median)))
  }
  return peak
}

/** How far the strongest frequency stands out: 3 by chance alone, 5 to 15 in pictures of people. Undefined where the picture is smaller
 * than the square. */
export const measureStripes = (picture: Picture, face: Face): number | undefined => {
  if (picture.width < SIDE || picture.height < SIDE) return undefined
  const real = new Float64Array(SIDE * SIDE)
  const imaginary = new Float64Array(SIDE * SIDE)
  readSquare(real, picture, face)
  for (let row = 0; row < SIDE; row++) transform(real, imaginary, row * SIDE, 1)
  for (let column = AXIS; column < SIDE / 2; column++) transform(real, imaginary, column, SIDE)
  const peak = findPeak(real, imaginary)
  real.fill(0)
  imaginary.fill(0)
  return peak
}
