// Two people for the tests of the face process, and the model that looks at them: pictures and models of the shared folder where it
// is, otherwise face-api's demo pictures and the pack from npm. Several looks of one person: other pictures, or views of one.

import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const shared = (name: string): string => fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url))
const models = process.env['EVENGATE_MODELS'] ?? shared('models')
const faces = process.env['EVENGATE_FACES'] ?? shared('faces')

/** What the simulated camera is told to show. */
export type Look = { readonly file: string; readonly view?: object }
export type People = {
  readonly pack: 'recommended' | 'builtin'
  readonly modelsDirectory: string
  /** At least four looks; the last is not used for enrolment. */
  readonly resident: readonly Look[]
  readonly stranger: readonly Look[]
}

const demoPicture = (name: string): string => {
  const root = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'))
  return join(root, 'demo', name)
}

/** Around one face of the picture, in fractions of its sides. */
const demoLooks = (file: string, x: number, y: number): Look[] => {
  const crop = { x: x - 0.11, y: y - 0.19, width: 0.22, height: 0.38 }
  const views = [{}, { brightness: 1.1 }, { scale: 0.9 }, { brightness: 0.9, shift: { x: 0.02 } }]
  return views.map((view) => ({ file: demoPicture(file), view: { ...crop, ...view } }))
}

const lfwLooks = (name: string): Look[] => {
  const folder = join(faces, 'lfw', name)
  return readdirSync(folder).map((file) => ({ file: join(folder, file) }))
}

const builtin: People = {
  pack: 'builtin',
  modelsDirectory: join(models, 'none-here'),
  resident: demoLooks('sample6.jpg', 0.4, 0.307),
  stranger: demoLooks('sample3.jpg', 0.359, 0.343),
}

const recommended = (): People => {
  const pictures = existsSync(join(faces, 'lfw', 'Angela_Merkel'))
  return {
    pack: 'recommended',
    modelsDirectory: models,
    resident: pictures ? lfwLooks('Angela_Merkel') : builtin.resident,
    stranger: pictures ? lfwLooks('Al_Sharpton') : builtin.stranger,
  }
}

/** Both packs take six minutes; EVENGATE_ALL_PACKS=1 asks for them. The demo's test plays both at any rate. */
export const allPeople: readonly People[] = existsSync(join(models, 'mobilefacenet.onnx'))
  ? [recommended(), ...(process.env['EVENGATE_ALL_PACKS'] === undefined ? [] : [builtin])]
  : [builtin]
