// A video of a person who stands still, made by ffmpeg from a picture, for a camera that plays it. Needs ffmpeg (needPart).

import { spawnSync } from 'node:child_process'
import * as v from 'valibot'
import { drawScene, view } from '../../drivers/camera/scene.ts'
import type { Look } from '../drivers/face-people.ts'

const FRAMES = 10
const size = { width: 640, height: 480 }

export const makeVideo = async (look: Look, file: string): Promise<void> => {
  const scene = await drawScene(look.file, size, v.parse(view, look.view ?? {}))
  if (!scene.ok) throw new Error(scene.code)
  const shape = `${size.width}x${size.height}`
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', shape, '-r', String(FRAMES), '-i', 'pipe:0']
  const frames = Buffer.concat(Array.from({ length: FRAMES }, () => scene.value))
  const made = spawnSync('ffmpeg', ['-v', 'error', ...input, '-c:v', 'mjpeg', '-q:v', '2', file], { input: frames })
  if (made.status !== 0) throw new Error(`ffmpeg: ${made.stderr.toString()}`)
}
