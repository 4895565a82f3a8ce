// Where a demo lives: a folder of its own for store, keys, models and sockets, with a configuration made from the simulated
// example. Nothing of it is left when the demo is over. Touches no other gate's files. Called by demo.ts.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import type { Language } from '../../config/words.ts'
import { addPack } from '../../models/install.ts'

/** Short, so that sixty people and an exit button do not wait for the relay to rest. */
const PULSE_MS = 300
/** A socket's path holds 107 bytes, and the runtime folder is the longer part of it. */
const BASE_LIMIT_BYTES = 32

const example = fileURLToPath(new URL('../../config/simulated.example.yaml', import.meta.url))
export const faceOnlyExample = fileURLToPath(new URL('../../config/face-only.example.yaml', import.meta.url))
const sharedModels = fileURLToPath(new URL('../../../shared/models', import.meta.url))

export type Place = {
  readonly configFile: string
  readonly pack: 'recommended' | 'builtin'
  readonly remove: () => void
}

const writeConfig = (folder: string, language: Language): string => {
  const config = parseDocument(readFileSync(example, 'utf8'))
  config.setIn(['language'], language)
  config.setIn(['store'], { directory: join(folder, 'store'), keysDirectory: join(folder, 'keys') })
  config.setIn(['runtime'], { directory: join(folder, 'run') })
  config.setIn(['face', 'modelsDirectory'], join(folder, 'models'))
  config.setIn(['door', 'pulseMs'], PULSE_MS)
  const file = join(folder, 'gate.yaml')
  writeFileSync(file, config.toString(), { mode: 0o600 })
  return file
}

/** Makes the folder. The recommended pack is copied from EVENGATE_MODELS or ../shared/models when it is whole there. */
export const preparePlace = async (language: Language): Promise<Place> => {
  const base = Buffer.byteLength(tmpdir()) > BASE_LIMIT_BYTES ? '/tmp' : tmpdir()
  const folder = await mkdtemp(join(base, 'evengate-demo-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const models = process.env['EVENGATE_MODELS'] ?? sharedModels
    const added = existsSync(models) && (await addPack(models, join(folder, 'models'))).ok
    return { configFile: writeConfig(folder, language), pack: added ? 'recommended' : 'builtin', remove }
  } catch (error) {
    remove()
    throw error
  }
}
