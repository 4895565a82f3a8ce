// Measures what a camera that reads visitors' passes costs: the look that every fourth of a second is taken at a frame, on the faces' own
// thread, and the reading of a QR, in a thread of its own. Stores nothing. Called by the `bench` command.

import { drawEmptyScene } from '../../drivers/camera/scene.ts'
import { drawQr } from '../../drivers/pass/draw.ts'
import { mayHoldQr } from '../../drivers/pass/likeness.ts'
import { createPassReader } from '../../drivers/pass/reader.ts'
import { spellPass } from '../../drivers/pass/text.ts'
import type { Picture } from '../../models/picture.ts'
import { rankOf } from './ranks.ts'

const size = { width: 640, height: 480 }
/** As a sheet at arm's length, or a phone. */
const QR_PIXELS = 200
const LOOKS = 500
const READS = 50
const WARM_UPS = 50

type Spread = { readonly p50: number; readonly p99: number }
export type PassFigures = {
  readonly qr_look_ms: Spread
  readonly qr_read_ms: Spread & { readonly first: number }
}

const spreadOf = (times: readonly number[]): Spread => ({ p50: rankOf(times, 0.5), p99: rankOf(times, 0.99) })

const drawPass = async (text: string): Promise<Picture> => {
  const { default: sharp } = await import('sharp')
  const sheet = await sharp(Buffer.from(await drawQr(text)), { density: 300 })
    .resize(QR_PIXELS, QR_PIXELS)
    .rotate(12, { background: '#888' })
    .flatten()
    .toBuffer()
  const scene = sharp(drawEmptyScene(size.width, size.height), { raw: { ...size, channels: 3 } })
  const rgb = await scene
    .composite([{ input: sheet }])
    .removeAlpha()
    .raw()
    .toBuffer()
  return { ...size, rgb: new Uint8Array(rgb) }
}

const timeLooks = (picture: Picture): readonly number[] => {
  const times: number[] = []
  for (let turn = -WARM_UPS; turn < LOOKS; turn++) {
    const since = performance.now()
    mayHoldQr(picture)
    if (turn >= 0) times.push(performance.now() - since)
  }
  return times
}

/** The first waits for the decoder to be started. */
const timeReads = async (picture: Picture, text: string): Promise<readonly number[]> => {
  const reader = createPassReader()
  const times: number[] = []
  try {
    for (let turn = 0; turn <= READS; turn++) {
      const since = performance.now()
      const read = await reader.read(picture)
      times.push(performance.now() - since)
      if (read !== text) throw new Error('the QR was not read')
    }
  } finally {
    await reader.stop()
  }
  return times
}

/** A look at an empty scene is the longest: nothing ends it before its last row. */
export const measurePasses = async (): Promise<PassFigures> => {
  const text = spellPass(Buffer.alloc(16, 0x5a))
  const looks = timeLooks({ ...size, rgb: drawEmptyScene(size.width, size.height) })
  const [first = Number.NaN, ...reads] = await timeReads(await drawPass(text), text)
  return { qr_look_ms: spreadOf(looks), qr_read_ms: { ...spreadOf(reads), first } }
}
