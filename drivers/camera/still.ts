// One picture file as it is, upright, for measuring: the pictures of `models evaluate`, never those of a gate. Decodes with sharp,
// loaded at the first picture; keeps nothing, writes nothing, names no file in an error. Called by that command.

import { done, failed, type Result } from '../../config/words.ts'
import { assertPicture, type Picture } from '../../models/picture.ts'

/** A picture of a phone has 12 to 50 million pixels; more is an attack on memory. */
const PICTURE_LIMIT_PIXELS = 50_000_000

/** `picture_unreadable`: absent, corrupt or cut off, no picture, too small, too large. */
export const readStill = async (file: string): Promise<Result<Picture, 'picture_unreadable'>> => {
  const { default: sharp } = await import('sharp')
  try {
    const { data, info } = await sharp(file, { limitInputPixels: PICTURE_LIMIT_PIXELS, failOn: 'error' })
      .rotate()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const read = assertPicture({ width: info.width, height: info.height, rgb: new Uint8Array(data) })
    return read.ok ? done(read.value) : failed('picture_unreadable')
  } catch {
    return failed('picture_unreadable') // sharp's own words may hold the name of the file, which is a person's
  }
}
