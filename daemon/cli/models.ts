// `models list` and `models add FOLDER`: which face models there are, whether their files are whole, and the way in for new ones. No
// running gate is needed; one that runs takes new models at its next start. Downloads nothing. Called by main.

import type { Config } from '../../config/settings.ts'
import { failed, type Language, type Result } from '../../config/words.ts'
import { addPack, type Curve, listPacks, modelIdOf, type PackState } from '../../models/packs.ts'
import { type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

const folderOf = (config: Config | undefined, configFile: string): Result<string> => {
  if (!config) return failed('config_refused', configFile)
  const { modelsDirectory } = config.face
  return modelsDirectory === undefined ? failed('models_folder_unset') : { ok: true, value: modelsDirectory }
}

/** At the threshold of one false match in a thousand pairs, or as near as it was measured. */
const SHOWN_RATE = 1e-3

const showCurve = ({ group, points, impostorPairs }: Curve, language: Language): string => {
  const nearest = points.toSorted(
    (a, b) => Math.abs(Math.log(a.fmr / SHOWN_RATE)) - Math.abs(Math.log(b.fmr / SHOWN_RATE)),
  )[0]
  if (nearest === undefined) return group
  const { threshold, fmr, fnmr } = nearest
  const missed = fnmr === null ? '?' : `${(fnmr * 100).toPrecision(2)} %`
  return pick(
    language,
    `${group}: at ${threshold}, one stranger’s pair in ${Math.round(1 / fmr)} matches and ${missed} of a person’s own do not (${impostorPairs} pairs)`,
    `${group}：阈值 ${threshold} 时，每 ${Math.round(1 / fmr)} 对陌生人误认一对，本人未认出 ${missed}（${impostorPairs} 对）`,
  )
}

const showPack = ({ pack, modelId, installed, files }: PackState, { language }: Context): string => {
  const wrong = files.filter(({ state }) => state !== 'present').map(({ name, state }) => `${name} ${state}`)
  const state = installed ? pick(language, 'installed', '已安装') : wrong.join(', ')
  const assists = pack.assistsOnly
    ? pick(language, ' (assist only: opens no real door)', '（仅辅助：不能开真实的门）')
    : ''
  const measured = pack.measured.map((curve) => showCurve(curve, language))
  const lines = measured.length > 0 ? measured : [pick(language, 'unmeasured by anybody here', '未经测量')]
  const sources = pack.files.map(({ name, licence, trainedOn }) => `${name}: ${licence}; ${trainedOn}`)
  return [
    `${installed ? '●' : '○'} ${modelId}${assists}: ${state}`,
    ...[...lines, ...sources].map((line) => `    ${line}`),
  ].join('\n')
}

export const listModels = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const folder = folderOf(context.config, context.configFile)
  if (!folder.ok) return printFailure(context, folder)
  const states = await listPacks(folder.value)
  const rows = states.map(({ pack, modelId, installed, files }) => {
    const { name, format, assistsOnly, embedder, measured } = pack
    const described = files.map((file) => ({ ...pack.files.find((each) => each.name === file.name), ...file }))
    return { name, modelId, format, assistsOnly, installed, files: described, embedder, measured }
  })
  return printAnswer(context, rows, () => states.map((state) => showPack(state, context)).join('\n'))
}

export const addModels = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const folder = folderOf(context.config, context.configFile)
  if (!folder.ok) return printFailure(context, folder)
  const added = await addPack(String(args['folder']), folder.value).catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (why === undefined) throw error
    return failed('models_not_writable', `${folder.value}: ${why}`)
  })
  if (!added.ok) {
    const wrong = 'files' in added ? added.files.filter(({ state }) => state !== 'present') : []
    const detail = wrong.map(({ name, state }) => `${name} ${state}`).join(', ')
    return printFailure(context, failed(added.code, detail === '' ? added.detail : detail))
  }
  const modelId = modelIdOf(added.value)
  return printAnswer(context, { modelId, folder: folder.value }, () =>
    pick(context.language, `installed: ${modelId}; start the gate again`, `已安装：${modelId}；请重新启动门禁`),
  )
}
