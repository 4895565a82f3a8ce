// A face behind a card or code, by the real face process: compared with the claimed resident alone and by the threshold for one, for as
// long as the claim stands. The templates are the resident's own, moved away from him by the test until only a claim takes them.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { hide, systemClock } from '../../config/words.ts'
import { openTemplate, sealTemplate } from '../../drivers/face/seal.ts'
import type { Enrolment, FaceReading, FromPart } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { modelIdOf, packNamed } from '../../models/packs.ts'
import { deriveClaimThreshold, deriveThreshold } from '../../models/thresholds.ts'
import { allPeople } from './face-people.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 })

const LIMIT_MS = 30_000
/** Longer than the looks that one presentation has. */
const LOOKS_MS = 4000
const LEAVE_MS = 2000
const [people] = allPeople
const look = people?.resident[0]
if (!people || !look) throw new Error('no people')
const pack = packNamed(people.pack)
const model = modelIdOf(pack)
const wish = { pack, templates: 2, targetFpir: 0.0001 }
const targetFmr = 0.01
/** Not enough among all, and enough for one. */
const between = (deriveThreshold(wish).threshold + deriveClaimThreshold({ pack, targetFmr }).threshold) / 2

const zone = { x: 0.15, y: 0.05, width: 0.7, height: 0.9, minFacePixels: 80 }
const camera = { id: 'entry-face', side: 'entry', driver: 'folder', width: 640, height: 480, framesPerSecond: 10, zone }
const key = randomBytes(32)

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
/** A vector whose cosine with this one is as wanted. */
const moveAway = (vector: Float32Array, cosine: number): Float32Array => {
  const drawn = vector.map(() => (randomBytes(1)[0] ?? 0) / 255 - 0.5)
  const along = drawn.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0)
  const across = unit(drawn.map((value, i) => value - along * (vector[i] ?? 0)))
  return vector.map((value, i) => cosine * value + Math.sqrt(1 - cosine ** 2) * (across[i] ?? 0))
}

const isEnrolment = (m: FromPart): m is Enrolment => m.type === 'enrolment' && m.result.outcome !== 'hint'
const isReading = (m: FromPart): m is FaceReading => m.type === 'reading' && m.path === 'face'

let folder = ''
let main: PlayedMain
const play = (order: object) => playDevice(main.runtimeDirectory, camera.id, order)
const hold = () => play({ hold: look.file, ...(look.view ? { view: look.view } : {}) })
const waitMs = async (ms: number) => {
  const until = systemClock.monotonic() + ms
  await waitUntil('a while', () => systemClock.monotonic() >= until, 2 * ms)
}
const readings = (from: number) => main.messages.slice(from).filter(isReading)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-claim-'))
  const templateKeyFile = join(folder, 'template.key')
  await writeFile(templateKeyFile, key.toString('hex'), { mode: 0o600 })
  main = await playMain('face', {
    ...{ devices: [camera], pack: people.pack, modelsDirectory: people.modelsDirectory, threads: 1 },
    ...{ targetFpir: wish.targetFpir, targetFmr, templateKeyFile, start: 'zone', frames: 3 },
  })
  await main.next((m) => m.type === 'ready', LIMIT_MS)
  main.send({ type: 'enrol', request: 'e', credential: 'c_enrolled', side: 'entry', forMs: LIMIT_MS })
  await hold()
  const { result } = await main.next(isEnrolment, LIMIT_MS)
  if (result.outcome !== 'kept' || !result.templates[0]) throw new Error(`enrolment: ${JSON.stringify(result)}`)
  const opened = openTemplate(result.templates[0], { credential: 'c_enrolled', model }, hide(key))
  if (!opened.ok) throw new Error(opened.code)
  const templates = ['c_owner', 'c_neighbour'].map((credential) => {
    const cosine = credential === 'c_owner' ? between : 0
    const sealed = sealTemplate(moveAway(unit(opened.value), cosine), { credential, model }, hide(key))
    return { credential, sealed: sealed.sealed, wrappedKey: sealed.wrappedKey }
  })
  main.send({ type: 'gallery_add', templates, last: true })
  await main.next((m) => m.type === 'gallery')
})
afterAll(async () => {
  await main?.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await play({ clear: true })
  await waitMs(LEAVE_MS)
})

describe('a face that is not near enough to open among all', () => {
  test('is nobody’s', async () => {
    const from = main.messages.length
    await hold()
    await waitMs(LOOKS_MS)
    expect(readings(from)).toEqual([])
  })

  test('is its owner’s when his card was shown', async () => {
    main.send({ type: 'claim', side: 'entry', credentials: ['c_owner'], forMs: LIMIT_MS })
    const from = main.messages.length
    await hold()
    await waitUntil('a reading', () => readings(from).length > 0, LIMIT_MS)
    expect(readings(from)[0]).toMatchObject({ credential: 'c_owner', standing: 'certain' })
  })

  test('is nobody’s when somebody else’s card was shown, or one on the other side, or long ago', async () => {
    for (const claim of [
      { side: 'entry' as const, credentials: ['c_neighbour'], forMs: LIMIT_MS },
      { side: 'exit' as const, credentials: ['c_owner'], forMs: LIMIT_MS },
      { side: 'entry' as const, credentials: ['c_owner'], forMs: 1 },
    ]) {
      // Whatever stood before ends: the last one counts.
      main.send({ type: 'claim', side: 'entry', credentials: ['c_neighbour'], forMs: 1 })
      main.send({ type: 'claim', ...claim })
      const from = main.messages.length
      await hold()
      await waitMs(LOOKS_MS)
      expect(readings(from)).toEqual([])
      await play({ clear: true })
      await waitMs(LEAVE_MS)
    }
  })
})
