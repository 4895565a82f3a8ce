// P5 in memory: a stranger's vector stands in the face process while it decides about him, and a moment after his last look nowhere in it,
// neither as the model gave it nor scaled to length 1. Known here because the same model computes it from the same scene.

import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawScene, view } from '../../drivers/camera/scene.ts'
import { sealTemplate } from '../../drivers/face/seal.ts'
import { readTemplateKey } from '../../drivers/face/template-key.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { openFaceModel } from '../../models/face-model.ts'
import { allPeople } from '../drivers/face-people.ts'
import { playMain, waitUntil } from '../drivers/play-main.ts'
import { take } from '../line/gate-place.ts'

const LIMIT_MS = 60_000
/** From the stranger's last look; the process itself waits for a second. */
const GONE_LIMIT_MS = 10_000
const CHUNK_BYTES = 4 << 20
/** Values of the vector that are compared, and how far their ratios may be off. */
const [VALUES, TOLERANCE] = [8, 1e-3]
const size = { width: 640, height: 480 }
const zone = { x: 0.15, y: 0.05, width: 0.7, height: 0.9, minFacePixels: 80 }
const camera = { id: 'entry-face', side: 'entry', driver: 'folder', framesPerSecond: 10, zone, ...size } as const
const credential = 'c_nobodyaaaa'

const [people] = allPeople
const stranger = people?.stranger[0]
if (!people || !stranger) throw new Error('unreachable: the pack from npm is always there')
const { pack, modelsDirectory } = people

let folder = ''
let templateKeyFile = ''
/** Each value of the stranger's vector, in parts of the first. */
let ratios: readonly number[] = []
let template: { readonly credential: string; readonly sealed: string; readonly wrappedKey: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-stranger-'))
  templateKeyFile = join(folder, 'template.key')
  await writeFile(templateKeyFile, randomBytes(32).toString('hex'), { mode: 0o600 })
  const model = take(await openFaceModel({ pack, modelsDirectory, threads: 1 }))
  const rgb = take(await drawScene(stranger.file, size, v.parse(view, stranger.view ?? {})))
  const [face] = await model.detect({ ...size, rgb })
  if (!face) throw new Error('no face in the picture')
  const vector = await model.embed({ ...size, rgb }, face)
  ratios = Array.from(vector.subarray(0, VALUES), (value) => value / (vector[0] ?? 1))
  // Somebody is enrolled, or nobody is looked at: nobody whom the stranger resembles.
  const drawn = Float32Array.from(randomBytes(model.dimension), (byte) => byte / 255 - 0.5)
  const length = Math.hypot(...drawn)
  const place = { credential, model: model.modelId }
  const key = take(readTemplateKey(templateKeyFile))
  template = {
    credential,
    ...sealTemplate(
      drawn.map((value) => value / length),
      place,
      key,
    ),
  }
  await model.close()
}, LIMIT_MS)
afterAll(() => rm(folder, { recursive: true, force: true }))

const isVector = (values: Float32Array, at: number): boolean => {
  const first = values[at] ?? 0
  if (!(Math.abs(first) > 1e-6 && Math.abs(first) < 1e6)) return false
  return ratios.every((ratio, n) => {
    const off = Math.abs((values[at + n] ?? Number.NaN) / first - ratio)
    return off <= TOLERANCE * Math.max(1, Math.abs(ratio))
  })
}

/** How often the stranger's vector, of whatever length, stands in what a process may write to. */
const countVectors = (pid: number): number => {
  const file = openSync(`/proc/${pid}/mem`, 'r')
  const chunk = new Float32Array(CHUNK_BYTES / 4)
  const bytes = new Uint8Array(chunk.buffer)
  const ranges = readFileSync(`/proc/${pid}/maps`, 'latin1').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)
  let count = 0
  for (const [, first = '', last = ''] of ranges) {
    const to = Number.parseInt(last, 16)
    for (let from = Number.parseInt(first, 16); from < to; from += CHUNK_BYTES - VALUES * 4) {
      try {
        const read = readSync(file, bytes, 0, Math.min(CHUNK_BYTES, to - from), from)
        for (let at = 0; at + VALUES <= read / 4; at++) if (isVector(chunk, at)) count++
      } catch {
        break // let go of meanwhile
      }
    }
  }
  closeSync(file)
  return count
}

test('P5 a stranger’s vector is in the face process’s memory for his look and no longer', {
  timeout: 3 * LIMIT_MS,
}, async () => {
  const looking = { start: 'zone', frames: 3, targetFpir: 0.01, liveness: 'off' }
  const settings = { devices: [camera], pack, modelsDirectory, threads: 1, templateKeyFile, ...looking }
  await using main = await playMain('face', settings)
  await main.next((m) => m.type === 'ready', LIMIT_MS)
  const pid = main.child.pid ?? -1
  main.send({ type: 'gallery_add', templates: [template], last: true })
  await main.next((m) => m.type === 'gallery')
  const show = (order: object) => playDevice(main.runtimeDirectory, camera.id, order)
  await show({ hold: stranger.file, ...(stranger.view ? { view: stranger.view } : {}) })
  // Not about the process but about this search: it finds what is there.
  await waitUntil('the vector', () => countVectors(pid) > 0, LIMIT_MS)
  await show({ clear: true })
  await main.next((m) => m.type === 'count' && m.what === 'unknown_face', LIMIT_MS)
  await waitUntil('the end of the vector', () => countVectors(pid) === 0, GONE_LIMIT_MS)
  expect(main.child.exitCode).toBeNull()
})
