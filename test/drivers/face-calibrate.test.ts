// A calibration by the real face process: counts and ids come out, and what they add to the threshold is used at once.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hide } from '../../config/words.ts'
import { sealTemplate } from '../../drivers/face/seal.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import type { Calibrated } from '../../drivers/protocol-risk.ts'
import { modelIdOf, packNamed } from '../../models/packs.ts'
import { allPeople } from './face-people.ts'
import { type PlayedMain, playMain } from './play-main.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const READY_LIMIT_MS = 30_000
const [people] = allPeople
if (!people) throw new Error('no people')
const pack = packNamed(people.pack)
const model = modelIdOf(pack)

type GalleryTold = Extract<FromPart, { type: 'gallery' }>

let folder = ''
let main: PlayedMain
const key = randomBytes(32)

/** Drawn vectors, sealed as the part itself would. `like`: how much of the vector before. */
const draw = (like: number, before: Float32Array = new Float32Array(pack.embedder.dimension)): Float32Array => {
  const raw = Float32Array.from(before, (value) => value * like + (randomBytes(1)[0] ?? 0) / 255 - 0.5)
  const length = Math.hypot(...raw)
  return raw.map((value) => value / length)
}
const seal = (vector: Float32Array, credential: string) => {
  const { sealed, wrappedKey } = sealTemplate(vector, { credential, model }, hide(key))
  return { credential, sealed, wrappedKey }
}

const add = async (templates: readonly ReturnType<typeof seal>[]): Promise<GalleryTold> => {
  main.send({ type: 'gallery_add', templates: [...templates], last: true })
  return main.next((m): m is GalleryTold => m.type === 'gallery')
}
let asked = 0
const calibrate = async (same: string[][] = []): Promise<Calibrated['result']> => {
  const request = `k${++asked}`
  main.send({ type: 'calibrate', request, same })
  const told = await main.next((m): m is Calibrated => m.type === 'calibrated' && m.request === request, READY_LIMIT_MS)
  return told.result
}
const name = (n: number): string =>
  `c_drawn${'abcdefghijklmnopqrstuvwxyz'[n % 26]}${'abcdefghijklmnopqrstuvwxyz'[Math.floor(n / 26)]}`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-risk-'))
  const templateKeyFile = join(folder, 'template.key')
  await writeFile(templateKeyFile, key.toString('hex'), { mode: 0o600 })
  const { pack: packName, modelsDirectory } = people
  const settings = {
    ...{ devices: [], pack: packName, modelsDirectory, threads: 1, targetFpir: 0.01, templateKeyFile },
    ...{ start: 'zone', frames: 3 },
  }
  main = await playMain('face', settings)
  await main.next((m) => m.type === 'ready', READY_LIMIT_MS)
})
afterAll(async () => {
  await main?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('of nobody is of nobody', async () => {
  expect(await calibrate()).toMatchObject({ outcome: 'done', model, people: 0, pairs: 0, points: [], lookAlikes: [] })
})

test('counts pairs, names look-alikes by id and two credentials of one resident not', async () => {
  const twin = draw(0)
  const rows = Array.from({ length: 40 }, (_, n) => seal(draw(0), name(n)))
  const alike = ['c_twinone', 'c_twintwo'].map((credential) => seal(draw(20, twin), credential))
  expect(await add([...rows, ...alike])).toMatchObject({ templates: 42, unreadable: 0, basis: { templates: 42 } })
  const found = await calibrate()
  expect(found).toMatchObject({ outcome: 'done', people: 42, peoplePairs: 861, pairs: 861 })
  expect(found).toMatchObject({ lookAlikes: [['c_twinone', 'c_twintwo']], leastRate: 3 / 861 })
  expect(await calibrate([['c_twinone', 'c_twintwo']])).toMatchObject({ people: 41, lookAlikes: [] })
})

test('tells nothing but counts, thresholds of a fixed grid and ids', async () => {
  const found = await calibrate()
  if (found.outcome !== 'done') throw new Error(found.because)
  expect(Object.keys(found).sort()).toEqual(
    ['outcome', 'model', 'people', 'peoplePairs', 'pairs', 'points', 'raisedBy', 'leastRate', 'lookAlikes'].sort(),
  )
  for (const { threshold, pairs } of found.points) {
    expect(Math.abs(threshold * 100 - Math.round(threshold * 100))).toBeLessThan(1e-9)
    expect(pairs).toBeGreaterThanOrEqual(10)
  }
})

test('what it adds raises the threshold at once, and the next gallery says so', async () => {
  const before = (await add([])).basis?.threshold ?? 0
  main.send({ type: 'site', raisedBy: 0.2 })
  const { basis } = await add([])
  expect(basis).toMatchObject({ raisedBy: 0.2 })
  expect(basis?.threshold).toBeGreaterThan(before)
  main.send({ type: 'site', raisedBy: 0 })
  expect((await add([])).basis?.threshold).toBe(before)
})

test('is given up when somebody is forgotten meanwhile, and two at once are not made', async () => {
  const crowd = Array.from({ length: 180 }, (_, n) =>
    seal(draw(0), `c_crowd${n.toString(5).replaceAll(/\d/g, (d) => 'abcde'[Number(d)] ?? 'f')}`),
  )
  await add(crowd)
  main.send({ type: 'calibrate', request: 'one', same: [] })
  main.send({ type: 'calibrate', request: 'two', same: [] })
  main.send({ type: 'forget', request: 'f', credentials: [name(0)] })
  const of = async (request: string) =>
    (await main.next((m): m is Calibrated => m.type === 'calibrated' && m.request === request)).result
  expect(await of('two')).toEqual({ outcome: 'failed', because: 'calibration_running' })
  expect(await of('one')).toEqual({ outcome: 'failed', because: 'gallery_changed' })
})
