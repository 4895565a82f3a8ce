import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFaceModel } from '../../models/face-model.ts'
import { addPack } from '../../models/install.ts'
import { manifestSchema } from '../../models/manifest.ts'
import { findPack, listPacks, livenessFiles, modelIdOf, packs } from '../../models/packs.ts'
import { modelsDirectory } from './pictures.ts'

const recommended = packs.find((pack) => pack.name === 'recommended')
const files = recommended?.files ?? []
const isHere = files.every((file) => existsSync(join(modelsDirectory, file.name)))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: tests that need its files are left out`)

const made: string[] = []
const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evengate-models-'))
  made.push(folder)
  return folder
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))))

/** The right names and lengths, the wrong bytes. */
const fillWithZeros = async (folder: string): Promise<void> => {
  for (const file of files) {
    await writeFile(join(folder, file.name), '')
    await truncate(join(folder, file.name), file.bytes)
  }
}

let source = ''
let target = ''
beforeEach(async () => {
  source = await makeFolder()
  target = join(await makeFolder(), 'models')
})

describe('the manifest', () => {
  test('names every file that a stage reads, and gives every pack its own id', () => {
    for (const pack of packs) {
      const names = pack.files.map((file) => file.name)
      expect([...pack.detector.files, ...pack.embedder.files].toSorted()).toEqual(names.toSorted())
    }
    expect(new Set(packs.map(modelIdOf)).size).toBe(packs.length)
  })

  test('lets only a measured pack, fit for it, open a real door on a face alone', () => {
    expect(packs.filter((pack) => !pack.assistsOnly).map((pack) => pack.name)).toEqual(['recommended'])
    expect(packs.filter((pack) => pack.measured.length === 0).map((pack) => pack.name)).toEqual(['sface'])
  })

  test('is refused as a whole when it says something that has no meaning, or nothing where something is due', () => {
    const [first] = packs
    const curve = first?.measured[0]
    const wrong: readonly object[] = [
      { ...first, assistsOnly: false, measured: [] },
      { ...first, colour: 'red' },
      { ...first, embedder: { ...first?.embedder, template: 'none' } },
      { ...first, files: [{ ...first?.files[0], name: '../etc/passwd.onnx' }] },
      { ...first, files: [{ ...first?.files[0], sha256: 'short' }] },
      { ...first, measured: [{ ...curve, points: curve?.points.toReversed() }] },
      { ...first, measured: [{ ...curve, points: curve?.points.slice(0, 1) }] },
    ]
    expect(v.safeParse(manifestSchema, { packs: [first], liveness: livenessFiles }).success).toBe(true)
    for (const pack of wrong)
      expect(v.safeParse(manifestSchema, { packs: [pack], liveness: livenessFiles }).success).toBe(false)
  })
})

describe('adding a pack', () => {
  test('from an empty folder names every missing file and copies nothing', async () => {
    const added = await addPack(source, target)
    expect(added).toMatchObject({ ok: false, code: 'pack_incomplete' })
    if (!added.ok) expect(added.files.map((file) => file.state)).toEqual(['missing', 'missing'])
    expect(existsSync(target)).toBe(false)
  })

  test('with the right length and the wrong bytes is refused', async () => {
    await fillWithZeros(source)
    const added = await addPack(source, target)
    if (!added.ok) expect(added.files.map((file) => file.state)).toEqual(['mismatching', 'mismatching'])
    expect(added.ok).toBe(false)
    expect(existsSync(target)).toBe(false)
  })

  test.runIf(isHere)('copies exactly its files, twice without harm', async () => {
    await addPack(modelsDirectory, target)
    const added = await addPack(modelsDirectory, target)
    expect(added.ok).toBe(true)
    expect((await readdir(target)).toSorted()).toEqual(files.map((file) => file.name).toSorted())
  })

  test.runIf(isHere)('is refused as a whole when one of its files is damaged', async () => {
    await fillWithZeros(source)
    const [first] = files
    if (first !== undefined) await copyFile(join(modelsDirectory, first.name), join(source, first.name))
    const added = await addPack(source, target)
    if (!added.ok) expect(added.files.map((file) => file.state)).toEqual(['present', 'mismatching'])
    expect(existsSync(target)).toBe(false)
  })
})

describe('finding a pack', () => {
  test('falls back to the builtin one where no other is installed', async () => {
    expect(await findPack('auto', target)).toMatchObject({ ok: true, value: { pack: { name: 'builtin' } } })
  })

  test('never falls back from a damaged one', async () => {
    await fillWithZeros(source)
    expect(await findPack('auto', source)).toMatchObject({ ok: false, code: 'model_file_mismatching' })
  })

  test('lists what is installed', async () => {
    const states = await listPacks(target)
    expect(states.map(({ pack, installed }) => [pack.name, installed])).toEqual([
      ['recommended', false],
      ['builtin', true],
      ['sface', false],
    ])
  })
})

describe('opening a model', () => {
  test('refuses a file whose bytes are not those of the manifest', async () => {
    await fillWithZeros(source)
    const opened = await openFaceModel({ pack: 'recommended', modelsDirectory: source, threads: 1 })
    expect(opened).toMatchObject({ ok: false, code: 'model_file_mismatching' })
  })

  test('says which file is missing', async () => {
    const opened = await openFaceModel({ pack: 'recommended', modelsDirectory: target, threads: 1 })
    expect(opened).toMatchObject({ ok: false, code: 'model_file_missing', detail: files[0]?.name })
  })
})
