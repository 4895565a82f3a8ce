// A pull in a process of its own, for tests that take its disk away or kill it. Started with its wish as JSON; prints the result.

import { downloadLimits } from '../../models/download.ts'
import { packs } from '../../models/packs.ts'
import { pullPack } from '../../models/pull.ts'

const { files, modelsDirectory, from } = JSON.parse(process.argv[2] ?? '{}')
const [pack] = packs
if (pack === undefined) throw new Error('an empty manifest')
const limits = { ...downloadLimits, pauseMs: 10 }
const wish = { pack: { ...pack, files }, modelsDirectory, from, limits }
const pulled = await pullPack({ ...wish, onProgress: ({ received }) => process.stderr.write(`${received}\n`) })
process.stdout.write(JSON.stringify(pulled.ok ? { ok: true } : pulled))
