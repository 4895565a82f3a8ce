// Whether the device or file that a camera reads is there, and still the same one: a cable is noticed before any silence is, and a
// camera that is away costs no attempt. An address of the network, or ffmpeg's own drawing, is always "there". Called by ffmpeg.ts.

import { statSync } from 'node:fs'
import type { FfmpegSettings } from './ffmpeg.ts'

const ALWAYS = 'always'

/** What the path leads to now, through its links; undefined: to nothing. */
export const findPlug = ({ input, format }: Pick<FfmpegSettings, 'input' | 'format'>): string | undefined => {
  if (!input.startsWith('/') || format === 'lavfi') return ALWAYS
  try {
    const found = statSync(input, { bigint: true, throwIfNoEntry: false })
    return found && `${found.dev}:${found.ino}:${found.rdev}`
  } catch {
    return ALWAYS // a folder that may not be entered: ffmpeg says what it makes of it
  }
}
