// A pair of small networks that tell a living face from paper and screens by its surface and its surroundings (MiniFASNet). A hint,
// never a barrier: it turns some living people away and was measured against three pictures. Keeps nothing. Built by liveness-set.ts.

import type { Face } from './face.ts'
import { type Network, outputOf } from './network.ts'
import type { Picture } from './picture.ts'

/** How the networks want their input: this many pixels a side, planar B, G, R from 0 to 255, as they were trained. */
const SIDE_PIXELS = 80
const PLANE = SIDE_PIXELS * SIDE_PIXELS
/** Of the three classes the one for a living face. */
const LIVING = 1

export type LivenessNetwork = {
  readonly network: Network
  /** How many times the face's box is shown. */
  readonly scale: number
  readonly input: string
  readonly output: string
}

type Crop = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** The box enlarged about its middle; where it would leave the picture it is moved back in, never filled with black: both networks
 * take a black edge for the edge of a screen. */
export const cropAround = ({ width, height }: Picture, face: Face, scale: number): Crop => {
  const most = Math.min(scale, (width - 1) / face.width, (height - 1) / face.height)
  const size = { width: face.width * most, height: face.height * most }
  const middle = { x: face.x + face.width / 2, y: face.y + face.height / 2 }
  const left = Math.max(0, Math.min(width - 1 - size.width, middle.x - size.width / 2))
  const top = Math.max(0, Math.min(height - 1 - size.height, middle.y - size.height / 2))
  return { left, top, ...size }
}

/** Four pixels around each sample, none averaged beyond them: what averaging takes away is what the networks look at. */
const drawCrop = (values: Float32Array, { width, height, rgb }: Picture, crop: Crop): void => {
  const [stepX, stepY] = [crop.width / SIDE_PIXELS, crop.height / SIDE_PIXELS]
  for (let v = 0; v < SIDE_PIXELS; v++) {
    const y = Math.max(0, Math.min(height - 1.001, crop.top + (v + 0.5) * stepY - 0.5))
    const top = Math.min(height - 2, Math.floor(y))
    const fy = y - top
    for (let u = 0; u < SIDE_PIXELS; u++) {
      const x = Math.max(0, Math.min(width - 1.001, crop.left + (u + 0.5) * stepX - 0.5))
      const left = Math.min(width - 2, Math.floor(x))
      const fx = x - left
      const i = (top * width + left) * 3
      const j = i + width * 3
      for (let c = 0; c < 3; c++) {
        const upper = (rgb[i + c] as number) * (1 - fx) + (rgb[i + 3 + c] as number) * fx
        const lower = (rgb[j + c] as number) * (1 - fx) + (rgb[j + 3 + c] as number) * fx
        values[(2 - c) * PLANE + v * SIDE_PIXELS + u] = upper * (1 - fy) + lower * fy
      }
    }
  }
}

/** 0: as a living face. 1: as paper or a screen. */
export type JudgeSurface = (picture: Picture, face: Face) => Promise<number>

export const createSurfaceJudge = (networks: readonly LivenessNetwork[]): JudgeSurface => {
  const shape = [1, 3, SIDE_PIXELS, SIDE_PIXELS]
  return async (picture, face) => {
    // One for each call: two cameras may ask at once.
    const values = new Float32Array(3 * PLANE)
    let living = 0
    for (const { network, scale, input, output } of networks) {
      try {
        drawCrop(values, picture, cropAround(picture, face, scale))
        living += outputOf(await network.run({ [input]: { values, shape } }), output)[LIVING] ?? 0
      } finally {
        values.fill(0)
      }
    }
    return 1 - living / networks.length
  }
}
