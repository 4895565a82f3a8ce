// The face process on a machine whose processor lacks an instruction of the better runtime: it lives, looks with the other one, and
// says so in its log.

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelsDirectory } from '../models/pictures.ts'
import { playMain } from './play-main.ts'

const LIMIT_MS = 60_000
const isHere = existsSync(join(modelsDirectory, 'mobilefacenet.onnx'))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: no runtime is made to die in the face process`)

/** Only the proof of a runtime dies, not the process that started it. */
const dying = 'if(process.argv[1].endsWith("runtime-proof.ts"))process.kill(process.pid,"SIGILL")'

test.runIf(isHere)(
  'a face process outlives a runtime that dies, and is ready with the other',
  { timeout: LIMIT_MS },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eg-face-'))
    try {
      const templateKeyFile = join(folder, 'template.key')
      await writeFile(templateKeyFile, randomBytes(32).toString('hex'), { mode: 0o600 })
      const settings = { devices: [], pack: 'recommended', modelsDirectory, targetFpir: 0.01, templateKeyFile }
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(dying)}` }
      await using main = await playMain('face', settings, { env })
      const ready = await main.next((message) => message.type === 'ready', LIMIT_MS)
      expect(ready).toMatchObject({ model: expect.stringContaining('recommended-'), assistsOnly: false })
      expect(main.stderr()).toContain('"code":"runtime_replaced","by":"tfjs-wasm","died":"onnxruntime"')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
