// A printed pass as a camera films it: held askew, out of focus, in the dusk, with a sensor's noise, made by ffmpeg from the picture that
// `pass issue --out` writes. Needs ffmpeg (needPart). Used by the tests of visitors.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { toPng } from '../../drivers/camera/picture-out.ts'
import { drawQr } from '../../drivers/pass/draw.ts'
import type { Picture } from '../../models/picture.ts'

export type Held = { readonly askew?: boolean; readonly blur?: number; readonly dim?: boolean }

const FRAMES_PER_SECOND = 10
/** It is shown for a while, and then is away for longer than a pass must be away to be shown anew. */
const SHOWN_S = { from: 1, to: 4 }
const LENGTH_S = 11

const runFfmpeg = (args: readonly string[]): Buffer => {
  const made = spawnSync('ffmpeg', ['-v', 'error', ...args], { maxBuffer: 1 << 26 })
  if (made.status !== 0) throw new Error(`ffmpeg: ${made.stderr.toString()}`)
  return made.stdout
}

/** Corners as a hand holds a sheet: turned away to the right and tilted. */
const tilt = 'perspective=x0=24:y0=40:x1=270:y1=0:x2=0:y2=250:x3=300:y3=300:sense=destination'

const filtersOf = ({ askew = false, blur = 0, dim = false }: Held): string => {
  const sheet = ['scale=300:300', ...(askew ? [tilt] : [])].join(',')
  const light = [...(blur > 0 ? [`gblur=sigma=${blur}`] : []), ...(dim ? ['eq=brightness=-0.3:contrast=0.45'] : [])]
  const shown = `overlay=180:90:enable='between(t,${SHOWN_S.from},${SHOWN_S.to})'`
  return `[1]${sheet}[sheet];[0][sheet]${[shown, ...light, 'noise=alls=6:allf=t'].join(',')}`
}

/** A film of it, in a folder that goes with the test. */
export const filmPass = async (text: string, held: Held): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-film-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return filmInto(folder, text, held)
}

export const filmInto = async (folder: string, text: string, held: Held): Promise<string> => {
  const [sheet, film] = [join(folder, 'pass.png'), join(folder, 'film.avi')]
  writeFileSync(sheet, await toPng(await drawQr(text)))
  const room = `gradients=size=640x480:rate=${FRAMES_PER_SECOND}:duration=${LENGTH_S}:c0=0x807868:c1=0x505860:speed=0.01`
  runFfmpeg([
    ...['-f', 'lavfi', '-i', room, '-loop', '1', '-t', String(LENGTH_S), '-i', sheet],
    ...['-filter_complex', filtersOf(held), '-c:v', 'mjpeg', '-q:v', '3', '-y', film],
  ])
  return film
}

/** One frame in which the pass is shown. */
export const frameOf = async (film: string, { width, height }: Pick<Picture, 'width' | 'height'>): Promise<Picture> => {
  const at = String((SHOWN_S.from + SHOWN_S.to) / 2)
  const raw = runFfmpeg(['-ss', at, '-i', film, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'])
  if (raw.length !== width * height * 3) throw new Error(`a frame of ${raw.length} bytes`)
  return { width, height, rgb: new Uint8Array(raw) }
}
