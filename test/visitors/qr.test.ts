// The QR of a pass, as a camera sees it: drawn, printed askew, blurred, in the dusk, found, read. People and rooms that are no QR wake no
// decoder; other people's codes are told to nobody; a pass held still is one reading.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import { toPng } from '../../drivers/camera/picture-out.ts'
import { drawEmptyScene } from '../../drivers/camera/scene.ts'
import { drawQr } from '../../drivers/pass/draw.ts'
import { createPassEye } from '../../drivers/pass/eye.ts'
import { mayHoldQr } from '../../drivers/pass/likeness.ts'
import { createPassReader, type PassReader } from '../../drivers/pass/reader.ts'
import { readPass, spellPass } from '../../drivers/pass/text.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import type { Picture } from '../../models/picture.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { needPart } from '../parts.ts'
import { filmPass, frameOf } from './printed-pass.ts'

const READ_LIMIT_MS = 20_000
const size = { width: 640, height: 480 }

const newText = () => spellPass(randomBytes(16))

const openReader = (): PassReader => {
  const reader = createPassReader()
  onTestFinished(() => reader.stop())
  return reader
}

/** A picture of the code, `pixels` wide, in the middle of an empty scene. */
const sceneWith = async (text: string, pixels: number, turn = 0): Promise<Picture> => {
  const code = await sharp(await toPng(await drawQr(text)))
    .resize(pixels, pixels)
    .rotate(turn, { background: '#909090' })
    .flatten()
    .toBuffer()
  const scene = sharp(drawEmptyScene(size.width, size.height), { raw: { ...size, channels: 3 } })
  const { data } = await scene
    .composite([{ input: code }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { ...size, rgb: new Uint8Array(data) }
}

describe('a QR in a picture', () => {
  test('is read at every turn, from as large as the frame to three pixels a module', {
    timeout: READ_LIMIT_MS,
  }, async () => {
    const reader = openReader()
    for (const [pixels, turn] of [
      [440, 0],
      [220, 17],
      [160, 45],
      [120, 90],
      [99, 180],
    ] as const) {
      const text = newText()
      const picture = await sceneWith(text, pixels, turn)
      expect([pixels, mayHoldQr(picture)]).toEqual([pixels, true])
      expect([pixels, await reader.read(picture)]).toEqual([pixels, text])
    }
  })

  test('is drawn as it says: the SVG and the PNG hold the same text', { timeout: READ_LIMIT_MS }, async () => {
    const text = newText()
    const svg = await drawQr(text)
    expect(svg).toMatch(/^<svg [^>]*viewBox/)
    const { data, info } = await sharp(await toPng(svg))
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(await openReader().read({ width: info.width, height: info.height, rgb: new Uint8Array(data) })).toBe(text)
  })

  test('costs an ordinary frame less than two milliseconds to deny, and empty scenes and stripes wake nobody', () => {
    const empty: Picture = { ...size, rgb: drawEmptyScene(size.width, size.height) }
    const stripes: Picture = {
      ...size,
      rgb: new Uint8Array(size.width * size.height * 3).map((_, n) => (Math.floor(n / 3 / 9) % 2 ? 220 : 30)),
    }
    for (const picture of [empty, stripes]) expect(mayHoldQr(picture)).toBe(false)
    for (let n = 0; n < 20; n++) mayHoldQr(empty)
    const tookMs = Array.from({ length: 50 }, () => {
      const since = systemClock.monotonic()
      mayHoldQr(empty)
      return systemClock.monotonic() - since
    }).sort((a, b) => a - b)
    expect(tookMs[25]).toBeLessThan(2)
  })

  test(
    'is seldom suspected where people stand',
    async () => {
      const folder = resolve(import.meta.dirname, '../../../shared/faces')
      const pictures = (() => {
        try {
          return readdirSync(folder, { recursive: true, encoding: 'utf8' })
            .filter((name) => /\.jpe?g$/i.test(name))
            .slice(0, 60)
        } catch {
          return [] // this machine has no faces
        }
      })()
      let suspected = 0
      for (const name of pictures) {
        const { data, info } = await sharp(`${folder}/${name}`)
          .resize(640, 480, { fit: 'inside' })
          .toColourspace('srgb')
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true })
        if (mayHoldQr({ width: info.width, height: info.height, rgb: new Uint8Array(data) })) suspected++
      }
      expect(suspected).toBeLessThanOrEqual(pictures.length / 10)
    },
    READ_LIMIT_MS,
  )
})

const at = (ms: number) => ms as MonotonicMs

/** An eye whose decoder says what the test says; `lateMs`: how long each answer takes. */
const openEye = (texts: readonly (string | undefined)[], lateMs: readonly number[] = []) => {
  const told: FromPart[] = []
  const left = [...texts]
  const late = [...lateMs]
  let now = 0
  let yielded = 0
  const reader: PassReader = {
    read: async () => {
      now += late.shift() ?? 0
      return left.shift()
    },
    isBusy: () => false,
    isBroken: () => false,
    stop: async () => undefined,
  }
  const clock = { ...systemClock, monotonic: () => at(now) }
  const port = { tell: (message: FromPart) => void told.push(message), clock, runtimeDirectory: '' }
  const eye = createPassEye({ device: 'entry-camera', port, onPass: () => yielded++, reader })
  const see = (picture: Picture, ms: number) => {
    now = ms
    eye.see(picture, at(ms))
  }
  return { see, told, yielded: () => yielded }
}

describe('a camera that reads passes', () => {
  const see = async (
    texts: readonly (string | undefined)[],
    times: readonly number[],
    lateMs: readonly number[] = [],
  ) => {
    const opened = openEye(texts, lateMs)
    const picture = await sceneWith(newText(), 220)
    for (const ms of times) {
      opened.see(picture, ms)
      await Promise.resolve()
      await Promise.resolve()
    }
    return opened
  }

  test('tells a pass that is held still once, and again when it was gone', async () => {
    const text = newText()
    const times = [0, 1000, 2000, 5000, 9000, 9500]
    const { told, yielded } = await see(
      times.map(() => text),
      times,
    )
    expect(told.map((one) => ('at' in one ? one.at : undefined))).toEqual([0, 9000])
    expect(told[0]).toEqual({ type: 'reading', path: 'pass', device: 'entry-camera', at: 0, token: readPass(text) })
    expect(yielded()).toBe(2)
  })

  test('tells a pass whose first look took too long by the next one', async () => {
    const text = newText()
    const { told } = await see([text, text, text], [0, 3000, 3300], [2500])
    expect(told.map((one) => ('at' in one ? one.at : undefined))).toEqual([3000])
  })

  test('tells two passes that are held up side by side once each, whichever the decoder finds first', async () => {
    const [one, other] = [newText(), newText()]
    const times = Array.from({ length: 40 }, (_, n) => n * 300)
    const { told } = await see(
      times.map((_, n) => (n % 2 === 0 ? one : other)),
      times,
    )
    expect(told.map((reading) => ('token' in reading ? reading.token : undefined))).toEqual([
      readPass(one),
      readPass(other),
    ])
  })

  test('shown a film of passes tells twenty a minute, stops no face for more, and says so once', async () => {
    const texts = Array.from({ length: 300 }, newText)
    const { told, yielded } = await see(
      texts,
      texts.map((_, n) => n * 300),
    )
    // A minute and a half.
    expect(told.filter(({ type }) => type === 'reading')).toHaveLength(40)
    expect(told.filter(({ type }) => type === 'fault')).toEqual([
      { type: 'fault', device: 'entry-camera', code: 'pass_flood' },
      { type: 'fault', device: 'entry-camera', code: 'pass_flood' },
    ])
    expect(yielded()).toBe(40)
  })

  test('tells nobody of any other code', async () => {
    const { told, yielded } = await see(['https://pay.example/1', undefined, 'EVG1:SHORT'], [0, 300, 600])
    expect([told, yielded()]).toEqual([[], 0])
  })

  test('looks four times a second at most', async () => {
    const texts = Array.from({ length: 20 }, newText)
    const { told } = await see(
      texts,
      texts.map((_, n) => n * 100),
    )
    expect(told.length).toBe(7)
  })
})

describe.skipIf(!needPart('ffmpeg'))('a printed pass before a real camera', () => {
  test.each([
    ['held straight', {}],
    ['askew', { askew: true }],
    ['out of focus', { askew: true, blur: 1.6 }],
    ['in the dusk', { askew: true, blur: 0.8, dim: true }],
  ] as const)('is read when it is %s', { timeout: READ_LIMIT_MS }, async (_, how) => {
    const text = newText()
    const frame = await frameOf(await filmPass(text, how), size)
    expect(mayHoldQr(frame)).toBe(true)
    expect(await openReader().read(frame)).toBe(text)
  })
})

test('a decoder that nobody asks ends, and is there again when it is asked', { timeout: READ_LIMIT_MS }, async () => {
  const reader = openReader()
  const text = newText()
  const picture = await sceneWith(text, 220)
  expect(await reader.read(picture)).toBe(text)
  await reader.stop()
  expect(await reader.read(picture)).toBe(text)
  await waitUntil('an idle reader', () => !reader.isBusy())
})

test('a decoder that dies again and again is given up and told once, and the process around it goes on', {
  timeout: READ_LIMIT_MS,
}, async () => {
  const reader = createPassReader(new URL('./broken-decoder.ts', import.meta.url))
  onTestFinished(() => reader.stop())
  const told: FromPart[] = []
  const port = { tell: (message: FromPart) => void told.push(message), clock: systemClock, runtimeDirectory: '' }
  const eye = createPassEye({ device: 'entry-camera', port, onPass: () => undefined, reader })
  const picture = await sceneWith(newText(), 220)
  let frame = 0
  await waitUntil('the fault', () => {
    if (!reader.isBusy()) eye.see(picture, at(300 * ++frame))
    return told.length > 0
  })
  for (let n = 0; n < 10; n++) eye.see(picture, at(300 * ++frame))
  expect(told).toEqual([{ type: 'fault', device: 'entry-camera', code: 'pass_reader_failed' }])
})

test.skipIf(!needPart('unshare'))(
  'drawing and reading ask no network: they do the same without one',
  {
    timeout: READ_LIMIT_MS,
  },
  () => {
    const text = newText()
    const from = (file: string) => JSON.stringify(new URL(`../../${file}`, import.meta.url).href)
    const program = `
    import sharp from 'sharp'
    import { drawQr } from ${from('drivers/pass/draw.ts')}
    import { createPassReader } from ${from('drivers/pass/reader.ts')}
    const svg = await drawQr(${JSON.stringify(text)})
    const { data, info } = await sharp(Buffer.from(svg), { density: 600 }).flatten().removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const reader = createPassReader()
    console.log(await reader.read({ width: info.width, height: info.height, rgb: new Uint8Array(data) }))
    await reader.stop()`
    const words = ['-n', process.execPath, '--input-type=module', '-e', program]
    const ran = spawnSync('unshare', words, { encoding: 'utf8', cwd: resolve(import.meta.dirname, '../..') })
    expect([ran.stdout.trim(), ran.stderr]).toEqual([text, ''])
  },
)
