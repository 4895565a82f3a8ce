// A video of a person who comes, stands still and goes, made by ffmpeg from a picture, for a camera that plays it again and again.
// Needs ffmpeg (needPart).

import { spawnSync } from 'node:child_process'
import * as v from 'valibot'
import { drawEmptyScene, drawScene, view } from '../../drivers/camera/scene.ts'
import type { Look } from '../drivers/face-people.ts'

const FRAMES_PER_SECOND = 10
/** Long enough to be enrolled, and to be seen once a tap's pause of 5 s is over. */
const STAYS_S = 7
/** Longer than a face must be away before it counts as gone. */
const AWAY_S = 2
const size = { width: 640, height: 480 }

export const makeVideo = async (look: Look, file: string): Promise<void> => {
  const scene = await drawScene(look.file, size, v.parse(view, look.view ?? {}))
  if (!scene.ok) throw new Error(scene.code)
  const empty = drawEmptyScene(size.width, size.height)
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${size.width}x${size.height}`]
  const rate = ['-r', String(FRAMES_PER_SECOND), '-i', 'pipe:0']
  const frames = Buffer.concat([
    ...Array.from({ length: STAYS_S * FRAMES_PER_SECOND }, () => scene.value),
    ...Array.from({ length: AWAY_S * FRAMES_PER_SECOND }, () => empty),
  ])
  // A sensor's noise: a picture that repeats to the bit is a camera that is frozen.
  const codec = ['-vf', 'noise=alls=3:allf=t', '-c:v', 'mjpeg', '-q:v', '2']
  const made = spawnSync('ffmpeg', ['-v', 'error', ...input, ...rate, ...codec, file], { input: frames })
  if (made.status !== 0) throw new Error(`ffmpeg: ${made.stderr.toString()}`)
}
