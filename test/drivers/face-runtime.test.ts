// The face process with what it computes on: a runtime that dies of an instruction which the processor lacks, and a model file with one
// bit changed.

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEngine } from '../../drivers/face/engine.ts'
import { faceSettings } from '../../drivers/face/settings.ts'
import { modelsDirectory } from '../models/pictures.ts'
import { playMain } from './play-main.ts'

const LIMIT_MS = 60_000
const names = ['yunet_n_dynamic.onnx', 'mobilefacenet.onnx'] as const
const isHere = names.every((name) => existsSync(join(modelsDirectory, name)))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: no runtime is made to die in the face process`)

/** Only the proof of a runtime dies, not the process that started it. */
const dying = 'if(process.argv[1].endsWith("runtime-proof.ts"))process.kill(process.pid,"SIGILL")'

describe.runIf(isHere)('a face process', () => {
  let folder = ''
  let settings: object = {}
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eg-face-'))
    const templateKeyFile = join(folder, 'template.key')
    await writeFile(templateKeyFile, randomBytes(32).toString('hex'), { mode: 0o600 })
    const looking = { start: 'zone', frames: 3, targetFpir: 0.01 }
    settings = { devices: [], pack: 'recommended', modelsDirectory, ...looking, templateKeyFile }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('outlives a runtime that dies, and is ready with the other', { timeout: LIMIT_MS }, async () => {
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(dying)}` }
    await using main = await playMain('face', settings, { env })
    const ready = await main.next((message) => message.type === 'ready', LIMIT_MS)
    expect(ready).toMatchObject({ model: expect.stringContaining('recommended-'), assistsOnly: false })
    expect(main.stderr()).toContain('"code":"runtime_replaced","by":"tfjs-wasm","died":"onnxruntime"')
  })

  test('that ends leaves nobody in its gallery and no key to open a template with', { timeout: LIMIT_MS }, async () => {
    const opened = await openEngine(v.parse(faceSettings, settings))
    if (!opened.ok) throw new Error(opened.code)
    const engine = opened.value
    const credential = 'c_residentaaaa'
    const vector = new Float32Array(128).fill(Math.sqrt(1 / 128))
    const template = { credential, ...engine.seal(vector, credential) }
    expect(engine.addTemplates([template])).toBe(0)
    expect(engine.search(vector).best).toMatchObject({ id: credential })
    engine.wipe()
    expect(engine.templates()).toBe(0)
    expect(engine.search(vector)).toEqual({})
    expect(engine.addTemplates([template])).toBe(1)
  })

  for (const damaged of names) {
    test(`with one bit of ${damaged} changed opens no model and says so`, { timeout: LIMIT_MS }, async () => {
      for (const name of names) {
        const bytes = await readFile(join(modelsDirectory, name))
        if (name === damaged) bytes[1000] = (bytes[1000] ?? 0) ^ 1
        await writeFile(join(folder, name), bytes)
      }
      await using main = await playMain('face', { ...settings, modelsDirectory: folder })
      const fault = await main.next((message) => message.type === 'fault', LIMIT_MS)
      expect(fault).toMatchObject({ code: 'model_file_mismatching' })
    })
  }
})
