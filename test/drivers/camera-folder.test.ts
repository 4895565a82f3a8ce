// The simulated camera, with face-api's demo pictures and pictures made here.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { createFolderCamera, type FolderCamera } from '../../drivers/camera/folder.ts'
import { drawEmptyScene } from '../../drivers/camera/scene.ts'
import { waitUntil } from './play-main.ts'

const shape = { id: 'camera', width: 64, height: 48, framesPerSecond: 50 }
const centre = (24 * 64 + 32) * 3

let folder = ''
let camera: FolderCamera
let frame: number[] = []
let frames = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-folder-'))
  const half = await sharp({ create: { width: 50, height: 100, channels: 3, background: '#ff0000' } })
    .png()
    .toBuffer()
  await sharp({ create: { width: 100, height: 100, channels: 3, background: '#0000ff' } })
    .composite([{ input: half, left: 0, top: 0 }])
    .png()
    .toFile(join(folder, 'two.png'))
  await sharp({ create: { width: 30, height: 30, channels: 4, background: '#00ff0080' } })
    .png()
    .toFile(join(folder, 'clear.png'))
  await sharp({ create: { width: 30, height: 30, channels: 3, background: '#808080' } })
    .greyscale()
    .toColourspace('b-w')
    .png()
    .toFile(join(folder, 'grey.png'))
  const jpeg = await sharp(join(folder, 'two.png')).jpeg().toBuffer()
  await writeFile(join(folder, 'cut.jpg'), jpeg.subarray(0, jpeg.length / 2))
  await writeFile(join(folder, 'text.jpg'), 'no picture')
  await writeFile(join(folder, 'empty.jpg'), '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(() => {
  frames = 0
  camera = createFolderCamera(shape, { clock: systemClock, runtimeDirectory: folder, tell: () => undefined })
  camera.start(async ({ rgb }) => {
    frame = [...rgb]
    frames++
  })
})
afterEach(() => camera.stop())

const pixel = (): number[] => frame.slice(centre, centre + 3)
const empty = [...drawEmptyScene(64, 48)]

test('an empty scene is shown until somebody comes', async () => {
  await waitUntil('a frame', () => frames > 0)
  expect(frame).toEqual(empty)
})

test('a picture is shown for its time, then the scene is empty again', async () => {
  const answer = await camera.order({ show: join(folder, 'two.png'), forMs: 300, view: { x: 0.5, width: 0.5 } })
  expect(answer).toEqual({ at: expect.any(Number) })
  await waitUntil('the picture', () => pixel()[2] === 255)
  await waitUntil('nobody', () => JSON.stringify(frame) === JSON.stringify(empty))
})

test('a held picture stays until it is cleared', async () => {
  await camera.order({ hold: join(folder, 'two.png'), view: { width: 0.5 } })
  await waitUntil('the picture', () => pixel()[0] === 255)
  await camera.order({ clear: true })
  await waitUntil('nobody', () => JSON.stringify(frame) === JSON.stringify(empty))
})

test('the view crops, flips, scales and shifts', async () => {
  await camera.order({ hold: join(folder, 'two.png'), view: { scale: 0.5, flip: true, shift: { x: 0.1 } } })
  await waitUntil('the picture', () => JSON.stringify(frame) !== JSON.stringify(empty))
  // 24 × 24 pixels, its middle 6 right of the frame's: flipped, blue stands at the left.
  expect(frame.slice((24 * 64 + 28) * 3, (24 * 64 + 28) * 3 + 3)).toEqual([0, 0, 255])
  expect(frame.slice((24 * 64 + 48) * 3, (24 * 64 + 48) * 3 + 3)).toEqual([255, 0, 0])
  expect(frame.slice(0, 30)).toEqual(empty.slice(0, 30))
})

test.each(['clear.png', 'grey.png'])('%s, of another colour space, fills three channels', async (name) => {
  expect(await camera.order({ hold: join(folder, name) })).toEqual({ at: expect.any(Number) })
  await waitUntil('the picture', () => JSON.stringify(frame) !== JSON.stringify(empty))
})

test.each([
  'cut.jpg',
  'text.jpg',
  'empty.jpg',
  'absent.jpg',
  '.',
])('%s is refused and the scene stays', async (name) => {
  expect(await camera.order({ show: join(folder, name), forMs: 1000 })).toEqual({ error: 'picture_unreadable' })
  const before = frames
  await waitUntil('more frames', () => frames > before + 2)
  expect(frame).toEqual(empty)
})

test.each([
  {},
  { show: 1, forMs: 5 },
  { show: 'a.jpg' },
  { show: 'a.jpg', forMs: -1 },
  { unplug: 'yes' },
  [],
  null,
])('the order %j is malformed', async (order) => {
  expect(await camera.order(order)).toEqual({ error: 'order_malformed' })
})

test('of two orders at once the later one stands', async () => {
  const two = join(folder, 'two.png')
  const [first, second] = await Promise.all([camera.order({ hold: two }), camera.order({ clear: true })])
  expect(first).toEqual({ error: 'overtaken' })
  expect(second).toEqual({ at: expect.any(Number) })
})

test('unplugged it is down and gives no frame; plugged in it is up', async () => {
  await camera.order({ unplug: true })
  expect(camera.state()).toEqual({ state: 'down', because: 'camera_absent' })
  const before = frames
  await camera.order({ hold: join(folder, 'two.png') })
  expect(frames).toBeLessThanOrEqual(before + 1)
  await camera.order({ unplug: false })
  expect(camera.state()).toEqual({ state: 'up' })
  await waitUntil('frames', () => frames > before + 2)
})
