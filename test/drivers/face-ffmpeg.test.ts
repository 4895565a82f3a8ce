// The face process behind a real ffmpeg: a video made from a picture plays in a loop, the person in it is enrolled and then read.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawScene, view } from '../../drivers/camera/scene.ts'
import type { Enrolment, FromPart } from '../../drivers/protocol.ts'
import { needPart } from '../parts.ts'
import { allPeople, type Look } from './face-people.ts'
import { playMain } from './play-main.ts'

const credential = 'c_residentaaaa'
const LIMIT_MS = 30_000
const size = { width: 640, height: 480 }

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-video-'))
  await writeFile(join(folder, 'template.key'), randomBytes(32).toString('hex'), { mode: 0o600 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const makeVideo = async (look: Look): Promise<string> => {
  const scene = await drawScene(look.file, size, v.parse(view, look.view ?? {}))
  if (!scene.ok) throw new Error(scene.code)
  const file = join(folder, 'person.avi')
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', '640x480', '-r', '10', '-i', 'pipe:0']
  const frames = Buffer.concat(Array.from({ length: 10 }, () => scene.value))
  const made = spawnSync(
    'ffmpeg',
    ['-v', 'error', ...input, '-vf', 'noise=alls=3:allf=t', '-c:v', 'mjpeg', '-q:v', '2', file],
    { input: frames },
  )
  expect(made.stderr.toString()).toBe('')
  return file
}

const enrol = async (settings: object) => {
  await using main = await playMain('face', settings)
  await main.next((m) => m.type === 'ready', LIMIT_MS)
  await main.deviceIs('entry-face', 'up', LIMIT_MS)
  main.send({ type: 'enrol', request: 'e1', credential, side: 'entry', forMs: LIMIT_MS })
  const isEnd = (m: FromPart): m is Enrolment => m.type === 'enrolment' && m.result.outcome !== 'hint'
  const { result } = await main.next(isEnd, LIMIT_MS)
  if (result.outcome !== 'kept') throw new Error(`the enrolment ended ${JSON.stringify(result)}`)
  return result.templates.map(({ sealed, wrappedKey }) => ({ credential, sealed, wrappedKey }))
}

describe.skipIf(!needPart('ffmpeg'))('the face process behind ffmpeg', () => {
  test('enrols and reads the person in a video', { timeout: 90_000 }, async () => {
    const [people] = allPeople
    const look = people?.resident[0]
    if (!people || !look) throw new Error('no people')
    const zone = { x: 0.15, y: 0.05, width: 0.7, height: 0.9, minFacePixels: 80 }
    const camera = { id: 'entry-face', side: 'entry', driver: 'ffmpeg', loop: true, framesPerSecond: 10, zone, ...size }
    const settings = {
      devices: [{ ...camera, input: await makeVideo(look) }],
      pack: people.pack,
      modelsDirectory: people.modelsDirectory,
      threads: 1,
      targetFpir: 0.01,
      start: 'zone',
      frames: 3,
      templateKeyFile: join(folder, 'template.key'),
    }
    const templates = await enrol(settings)
    // The person in the video never leaves, and whoever was enrolled just now is not let in before: so a new process looks at him.
    await using main = await playMain('face', settings)
    await main.next((m) => m.type === 'ready', LIMIT_MS)
    main.send({ type: 'gallery_add', templates, last: true })
    const reading = await main.next((m) => m.type === 'reading', LIMIT_MS)
    expect(reading).toMatchObject({ path: 'face', device: 'entry-face', credential, standing: 'certain' })
  })
})
