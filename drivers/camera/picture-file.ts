// Reads a picture file as a frame of a camera would be: upright, RGB, within what a gate's camera could show. Decodes with sharp, loaded
// at the first picture; keeps nothing, writes nothing. Called by `models evaluate --attacks`.

import { done, failed, type Result } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'

/** A picture of a phone has 12 to 50 million pixels; more is an attack on memory. */
const PICTURE_LIMIT_PIXELS = 50_000_000

/** Enlarged never; made smaller until its longer side is at most `longestPixels`. */
export const readPictureFile = async (
  path: string,
  longestPixels: number,
): Promise<Result<Picture, 'picture_unreadable'>> => {
  const { default: sharp } = await import('sharp')
  try {
    const { data, info } = await sharp(path, { limitInputPixels: PICTURE_LIMIT_PIXELS, failOn: 'error' })
      .rotate()
      .resize({ width: longestPixels, height: longestPixels, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return done({ width: info.width, height: info.height, rgb: new Uint8Array(data) })
  } catch (error) {
    return failed('picture_unreadable', error instanceof Error ? error.name : 'unknown')
  }
}
