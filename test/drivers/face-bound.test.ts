// A face that opens only with the secret on a card, by the real face process: sealed with it, searched among nobody, compared for one claim,
// and then in no byte of the process. The secret and the templates come from the test, as main would hand them on.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { hide, systemClock } from '../../config/words.ts'
import { openTemplate } from '../../drivers/face/seal.ts'
import type { Enrolment, FaceReading, FromPart, GalleryTemplate } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { toFixedPoint } from '../../models/match.ts'
import { modelIdOf, packNamed } from '../../models/packs.ts'
import { allPeople } from './face-people.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'
import { findInMemory, type Traces } from './process-memory.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 })

const LIMIT_MS = 30_000
/** Longer than the looks that one presentation has. */
const LOOKS_MS = 4000
const LEAVE_MS = 2000
const [people] = allPeople
const look = people?.resident[0]
const strange = people?.stranger[0]
if (!people || !look || !strange) throw new Error('no people')
const model = modelIdOf(packNamed(people.pack))

const zone = { x: 0.15, y: 0.05, width: 0.7, height: 0.9, minFacePixels: 80 }
const camera = { id: 'entry-face', side: 'entry', driver: 'folder', width: 640, height: 480, framesPerSecond: 10, zone }
const key = randomBytes(32)
const secret = randomBytes(32)

const isEnrolment = (m: FromPart): m is Enrolment => m.type === 'enrolment' && m.result.outcome !== 'hint'
const isReading = (m: FromPart): m is FaceReading => m.type === 'reading' && m.path === 'face'

let folder = ''
let main: PlayedMain
let templates: GalleryTemplate[] = []
let traces: Traces

const play = (order: object) => playDevice(main.runtimeDirectory, camera.id, order)
const hold = ({ file, view } = look) => play({ hold: file, ...(view ? { view } : {}) })
const waitMs = async (ms: number) => {
  const until = systemClock.monotonic() + ms
  await waitUntil('a while', () => systemClock.monotonic() >= until, 2 * ms)
}
const readings = (from: number) => main.messages.slice(from).filter(isReading)
const opened = (m: FromPart, request: string) => m.type === 'bound_opened' && m.request === request

const claim = async (request: string, more: { by?: Buffer; forMs?: number; side?: 'entry' | 'exit' } = {}) => {
  const { by = secret, forMs = LIMIT_MS, side = 'entry' } = more
  const bound = { request, templates, secret: by.toString('hex') }
  main.send({ type: 'claim', side, credentials: ['c_bound'], forMs, bound })
  return main.next((m) => opened(m, request))
}
const isInMemory = () => findInMemory(main.child.pid ?? 0, traces).length > 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-bound-'))
  const templateKeyFile = join(folder, 'template.key')
  await writeFile(templateKeyFile, key.toString('hex'), { mode: 0o600 })
  main = await playMain('face', {
    ...{ devices: [camera], pack: people.pack, modelsDirectory: people.modelsDirectory, threads: 1 },
    ...{ targetFpir: 0.0001, targetFmr: 0.01, templateKeyFile, start: 'zone', frames: 3 },
  })
  await main.next((m) => m.type === 'ready', LIMIT_MS)
  const order = { credential: 'c_bound', side: 'entry', forMs: LIMIT_MS, boundSecret: secret.toString('hex') } as const
  main.send({ type: 'enrol', request: 'e', ...order })
  await hold()
  const { result } = await main.next(isEnrolment, LIMIT_MS)
  if (result.outcome !== 'kept') throw new Error(`enrolment: ${JSON.stringify(result)}`)
  templates = result.templates.map(({ sealed, wrappedKey }) => ({ credential: 'c_bound', sealed, wrappedKey }))
  const own = { credential: 'c_bound', model }
  const vectors = result.templates.map((one) => openTemplate(one, own, hide(key), hide(secret)))
  traces = new Map(
    vectors.flatMap((vector, n) =>
      vector.ok ? [[`vector ${n}`, Buffer.from(toFixedPoint(vector.value).buffer).subarray(64, 128)]] : [],
    ),
  )
})
afterAll(async () => {
  await main?.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await play({ clear: true })
  await waitMs(LEAVE_MS)
})

test('is sealed with the secret that the enrolment came with', () => {
  expect(traces.size).toBe(3)
  const [one] = templates
  if (!one) throw new Error('no template')
  expect(openTemplate(one, { credential: 'c_bound', model }, hide(key))).toMatchObject({ ok: false })
})

test('put into the gallery it opens there for nobody', async () => {
  main.send({ type: 'gallery_add', templates, last: true })
  expect(await main.next((m) => m.type === 'gallery')).toMatchObject({ templates: 0, unreadable: 3 })
  const from = main.messages.length
  await hold()
  await waitMs(LOOKS_MS)
  expect(readings(from)).toEqual([])
})

test('is its owner’s when the card with its secret was shown, and is gone from memory once he is answered', async () => {
  expect(await claim('right')).toMatchObject({ opened: 3 })
  // Not about the part but about this search: it sees what is there.
  expect(isInMemory()).toBe(true)
  const from = main.messages.length
  await hold()
  await waitUntil('a reading', () => readings(from).length > 0, LIMIT_MS)
  expect(readings(from)[0]).toMatchObject({ credential: 'c_bound', standing: 'certain' })
  expect(isInMemory()).toBe(false)
})

test('asks again with every tap of its card, also where he still stands', async () => {
  await hold()
  for (const request of ['first', 'second']) {
    const from = main.messages.length
    await claim(request)
    await waitUntil('a reading', () => readings(from).length > 0, LIMIT_MS)
    expect(readings(from)[0]).toMatchObject({ credential: 'c_bound' })
  }
})

test('does not open with another secret, and says so', async () => {
  expect(await claim('wrong', { by: randomBytes(32) })).toMatchObject({ opened: 0 })
  expect(isInMemory()).toBe(false)
  const from = main.messages.length
  await hold()
  await waitMs(LOOKS_MS)
  expect(readings(from)).toEqual([])
})

test('is nobody else’s who stands there after the tap', async () => {
  await claim('stranger')
  const from = main.messages.length
  await hold(strange)
  await waitMs(LOOKS_MS)
  expect(readings(from)).toEqual([])
})

test('ends with its claim, with the next one, with a word from main, on its own side alone', async () => {
  const ends: readonly (readonly [string, () => void, number?])[] = [
    ['time', () => undefined, 1],
    ['another claim', () => main.send({ type: 'claim', side: 'entry', credentials: ['c_other'], forMs: LIMIT_MS })],
    ['forget', () => main.send({ type: 'forget', request: 'f', credentials: ['c_bound'] })],
    ['pause', () => main.send({ type: 'pause', side: 'entry', paused: true })],
  ]
  for (const [what, end, forMs = LIMIT_MS] of ends) {
    await claim(what, { forMs })
    end()
    await waitUntil(`nothing in memory after ${what}`, () => !isInMemory(), LIMIT_MS)
    main.send({ type: 'pause', side: 'entry', paused: false })
    const from = main.messages.length
    await hold()
    await waitMs(LOOKS_MS / 2)
    expect([what, readings(from)]).toEqual([what, []])
    await play({ clear: true })
    await waitMs(LEAVE_MS)
  }
  main.send({ type: 'pause', side: 'entry', paused: true })
  await claim('while paused')
  expect(isInMemory()).toBe(false)
  main.send({ type: 'pause', side: 'entry', paused: false })
  await claim('other side', { side: 'exit' })
  const from = main.messages.length
  await hold()
  await waitMs(LOOKS_MS)
  expect(readings(from)).toEqual([])
})
