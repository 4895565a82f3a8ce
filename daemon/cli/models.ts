// `models list`: which face models there are, on whose terms, how well they were measured, and whether their files are whole. No
// running gate is needed. Changes nothing. Called by main.

import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import { inspectSurface, type SurfaceState } from '../../models/liveness-set.ts'
import { type Curve, listPacks, livenessFiles, type Pack, type PackState } from '../../models/packs.ts'
import { planBasis } from '../risk-check.ts'
import { type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import { modelsFolderOf } from './models-install.ts'
import type { CommandLine } from './parse.ts'
import { showBasis } from './show-basis.ts'

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

/** With as many faces as the configuration plans for. */
const showPlan = (pack: Pack, face: Config['face'], language: Language): string =>
  `${pick(language, `planned ${face.plannedFaces} residents`, `计划 ${face.plannedFaces} 人`)}: ${showBasis(planBasis(pack, face), language)}`

const showPack = ({ pack, modelId, installed, files }: PackState, { language, config }: Context): string => {
  const wrong = files.filter(({ state }) => state !== 'present').map(({ name, state }) => `${name} ${state}`)
  const state = installed ? pick(language, 'installed', '已安装') : wrong.join(', ')
  const assists = pack.assistsOnly
    ? pick(language, ' (assist only: opens no real door)', '（仅辅助：不能开真实的门）')
    : ''
  const measured = pack.measured.map((curve) => showCurve(curve, language))
  const planned = config && pack.measured.length > 0 ? [showPlan(pack, config.face, language)] : []
  const lines = measured.length > 0 ? measured : [pick(language, 'unmeasured by anybody here', '未经测量')]
  const sources = pack.files.map(({ name, licence, trainedOn }) => `${name}: ${licence}; ${trainedOn}`)
  return [
    `${installed ? '●' : '○'} ${modelId}${assists}: ${state}`,
    ...[...lines, ...planned, ...sources].map((line) => `    ${line}`),
  ].join('\n')
}

/** The optional networks for liveness, beside any pack. */
const showSurface = (state: SurfaceState, { language }: Context): string => {
  const here = state === 'installed' ? pick(language, 'installed', '已安装') : state
  const unmeasured = pick(language, 'unmeasured against real attacks', '未针对真实攻击测量')
  const sources = livenessFiles.files.map(({ name, licence }) => `    ${name}: ${licence}`)
  return [`${state === 'installed' ? '●' : '○'} liveness: ${here}; ${unmeasured}`, ...sources].join('\n')
}

export const listModels = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const folder = modelsFolderOf(context)
  if (!folder.ok) return printFailure(context, folder)
  const states = await listPacks(folder.value)
  const rows = states.map(({ pack, modelId, installed, files }) => {
    const { name, format, assistsOnly, embedder, measured } = pack
    const described = files.map((file) => ({ ...pack.files.find((each) => each.name === file.name), ...file }))
    return { name, modelId, format, assistsOnly, installed, files: described, embedder, measured }
  })
  const surface = await inspectSurface(folder.value)
  return printAnswer(context, rows, () =>
    [...states.map((state) => showPack(state, context)), showSurface(surface, context)].join('\n'),
  )
}
