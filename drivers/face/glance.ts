// What a technician sees of a camera while `doctor --watch` asks: how bright the picture is, how large the nearest face. Looks at a
// frame only when asked, twice a second at most; computes no vector and keeps nothing. Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'
import type { Port } from '../contracts.ts'
import type { Engine } from './engine.ts'

const EVERY_MS = 500
/** One pixel of so many is enough to tell light from dark. */
const PIXEL_STEP = 16

/** Rec. 601 luma of the picture's mean, 0 … 1. */
export const brightnessOf = ({ rgb }: Picture): number => {
  let [sum, pixels] = [0, 0]
  for (let at = 0; at + 2 < rgb.length; at += 3 * PIXEL_STEP) {
    sum += 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0)
    pixels++
  }
  return pixels === 0 ? 0 : sum / pixels / 255
}

export type Glance = {
  readonly look: (forMs: number) => void
  /** Without a model there is light and dark but no face. */
  readonly see: (engine: Engine | undefined, picture: Picture, at: MonotonicMs) => Promise<void>
}

export const createGlance = (device: string, port: Port): Glance => {
  let until = Number.NEGATIVE_INFINITY
  let nextAt = Number.NEGATIVE_INFINITY

  return {
    look: (forMs) => {
      until = port.clock.monotonic() + forMs
    },
    see: async (engine, picture, at) => {
      if (at >= until || at < nextAt) return
      nextAt = at + EVERY_MS
      const brightness = brightnessOf(picture)
      const faces = await engine?.detect(picture)
      // As the capture zone measures it.
      const widths = faces?.map(({ width }) => Math.round(width)) ?? []
      const nearest = widths.length === 0 ? {} : { facePixels: Math.max(...widths) }
      const seen = { kind: 'picture', brightness, ...(faces ? { faces: faces.length } : {}), ...nearest } as const
      port.tell({ type: 'looked', device, seen })
    },
  }
}
