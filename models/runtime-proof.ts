// A process of its own that opens a pack on one runtime, tests it and ends: 0 when it works. It may die of the very instruction
// that is in question, instead of the face process. Prints nothing. Started by runtime.ts with RUNTIME PACK FOLDER.

import { openFaceModel } from './face-model.ts'
import { packs } from './packs.ts'
import { runtimes } from './runtime.ts'

const [, , wishedRuntime, wishedPack, modelsDirectory] = process.argv
const runtime = runtimes.find((name) => name === wishedRuntime)
const pack = packs.find(({ name }) => name === wishedPack)
if (runtime === undefined || pack === undefined || modelsDirectory === undefined) process.exit(2)

const opened = await openFaceModel({ pack: pack.name, modelsDirectory, runtime, threads: 1 })
process.exit(opened.ok ? 0 : 1)
