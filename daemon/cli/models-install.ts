// `models pull PACK` and `models add FOLDER`: the ways in for the files of a pack, from their makers or from a folder. No running gate
// is needed; one that runs takes new models at its next start. Called by main.

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { failed, type Result, systemClock } from '../../config/words.ts'
import { addPack } from '../../models/install.ts'
import { addSurface } from '../../models/liveness-set.ts'
import { modelIdOf, type Pack, packs } from '../../models/packs.ts'
import { type Progress, pullPack } from '../../models/pull.ts'
import { type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

export const modelsFolderOf = ({ config, configFile }: Context): Result<string> => {
  if (!config) return failed('config_refused', configFile)
  const { modelsDirectory } = config.face
  return modelsDirectory === undefined ? failed('models_folder_unset') : { ok: true, value: modelsDirectory }
}

const findNamed = (name: unknown): Result<Pack> => {
  const pack = packs.find((each) => each.name === name)
  return pack ? { ok: true, value: pack } : failed('pack_unknown', packs.map((each) => each.name).join(', '))
}

/** What the disk says against it is for the one who asked; anything else is a bug. */
const refuseUnwritable =
  (folder: string) =>
  (error: unknown): Result<never> => {
    const why = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (why === undefined) throw error
    return failed('models_not_writable', `${folder}: ${why}`)
  }

const REDRAWN_EVERY_MS = 100
const BAR_CELLS = 30

/** A bar that is drawn over on a terminal; elsewhere a line a quarter. Beside the answer, never in it. */
const createProgress = ({ json }: Context): ((progress: Progress) => void) => {
  if (json) return () => undefined
  const { stderr } = process
  let [drawnAt, said] = [Number.NEGATIVE_INFINITY, '']
  const draw = ({ file, received, bytes }: Progress): void => {
    const now = systemClock.monotonic()
    const isWhole = received === bytes
    if (!isWhole && now - drawnAt < REDRAWN_EVERY_MS) return
    drawnAt = now
    const cells = Math.floor((received / bytes) * BAR_CELLS)
    const bar = `${'█'.repeat(cells)}${'░'.repeat(BAR_CELLS - cells)}`
    const megabytes = [received, bytes].map((count) => (count / 1e6).toFixed(1)).join(' / ')
    stderr.write(`\r${bar} ${megabytes} MB ${file}${isWhole ? '\n' : ''}`)
  }
  const tell = ({ file, received, bytes }: Progress): void => {
    const line = `${file} ${Math.floor((received / bytes) * 4) * 25} %\n`
    if (line !== said) stderr.write(line)
    said = line
  }
  return stderr.isTTY ? draw : tell
}

const printInstalled = (context: Context, pack: Pack, about: object): number => {
  const modelId = modelIdOf(pack)
  return printAnswer(context, { modelId, ...about }, () =>
    pick(context.language, `installed: ${modelId}; start the gate again`, `已安装：${modelId}；请重新启动门禁`),
  )
}

export const pullModels = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const folder = modelsFolderOf(context)
  if (!folder.ok) return printFailure(context, folder)
  const pack = findNamed(args['pack'])
  if (!pack.ok) return printFailure(context, pack)
  const wish = { pack: pack.value, modelsDirectory: folder.value, onProgress: createProgress(context) }
  const from = args['from'] === undefined ? {} : { from: String(args['from']) }
  const pulled = await pullPack({ ...wish, ...from }).catch(refuseUnwritable(folder.value))
  if (!pulled.ok) return printFailure(context, pulled)
  return printInstalled(context, pack.value, { folder: folder.value, fetched: pulled.value.fetched })
}

const addLiveness = async (from: string, folder: string, context: Context): Promise<number> => {
  const added = await addSurface(resolve(from), folder).catch(refuseUnwritable(folder))
  if (!added.ok) return printFailure(context, failed('liveness_incomplete', added.detail))
  return printAnswer(context, { liveness: true, folder }, () =>
    pick(
      context.language,
      'installed: the networks for liveness; start the gate again',
      '已安装活体检测网络；请重新启动门禁',
    ),
  )
}

export const addModels = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const folder = modelsFolderOf(context)
  if (!folder.ok) return printFailure(context, folder)
  if (args['pack'] === 'liveness') return addLiveness(String(args['folder']), folder.value, context)
  const pack = findNamed(args['pack'] ?? 'recommended')
  if (!pack.ok) return printFailure(context, pack)
  const from = String(args['folder'])
  if (!statSync(from, { throwIfNoEntry: false })?.isDirectory())
    return printFailure(context, failed('folder_missing', from))
  const added = await addPack(from, folder.value, pack.value.name).catch(refuseUnwritable(folder.value))
  if (!added.ok) {
    const wrong = 'files' in added ? added.files.filter(({ state }) => state !== 'present') : []
    const detail = wrong.map(({ name, state }) => `${name} ${state}`).join(', ')
    return printFailure(context, failed(added.code, detail === '' ? added.detail : detail))
  }
  return printInstalled(context, added.value, { folder: folder.value })
}
