// A machine whose processor lacks an instruction of the better runtime: its proof dies, the face process does not. In a file of its
// own, because what is proved once holds for the life of a process.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openFaceModel } from '../../models/face-model.ts'
import { packs } from '../../models/packs.ts'
import { demoPicture, modelsDirectory, readPicture } from './pictures.ts'

const files = packs.find(({ name }) => name === 'recommended')?.files ?? []
const isHere = files.every(({ name }) => existsSync(join(modelsDirectory, name)))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: no runtime is made to die`)

const before = process.env['NODE_OPTIONS']
afterAll(() => {
  if (before === undefined) delete process.env['NODE_OPTIONS']
  else process.env['NODE_OPTIONS'] = before
})

describe.runIf(isHere)('a runtime that dies of an illegal instruction', () => {
  test('is replaced by the other one, which is told', { timeout: 90_000 }, async () => {
    process.env['NODE_OPTIONS'] = '--import=data:text/javascript,process.kill(process.pid,"SIGILL")'
    const opened = await openFaceModel({ pack: 'recommended', modelsDirectory })
    if (!opened.ok) throw new Error(`${opened.code} ${opened.detail}`)
    expect(opened.value.runtime).toEqual({ runtime: 'tfjs-wasm', failed: ['onnxruntime'] })
    expect(await opened.value.detect(await readPicture(demoPicture(1)))).toHaveLength(3)
    await opened.value.close()
  })
})
