// `evengate run`: the daemon itself. A configuration is judged before anything starts and again at every reload; a refused one
// never replaces a running one. A reload leaves the door process untouched.

import { renderProblem } from '../../config/wording.ts'
import { reviewConfig } from '../../config/review.ts'
import type { Config } from '../../config/settings.ts'
import { done, failed, type Result, systemClock } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { type Daemon, startDaemon } from '../daemon.ts'

/** What judging a configuration needs to know about installed models. */
export const installedPack = async (modelsDirectory: string): Promise<'builtin' | 'recommended'> => {
  const found = await findPack('recommended', modelsDirectory)
  return found.ok ? 'recommended' : 'builtin'
}

export type Judged = { readonly config?: Config; readonly lines: readonly string[]; readonly refused: boolean }

export const judgeConfig = async (configFile: string): Promise<Judged> => {
  const { config, problems } = await reviewConfig(configFile, installedPack)
  const lines = problems.map((problem) => renderProblem(problem, config?.language ?? 'en'))
  return config ? { config, lines, refused: false } : { lines, refused: true }
}

/** The id that consents name: of the pack in use, or `none` where nobody looks at faces. */
export const modelOf = async (config: Config): Promise<string> => {
  const hasFace = Object.values(config.sides).some((side) => side?.face !== undefined)
  if (!hasFace || config.face.modelsDirectory === undefined) return 'none'
  const found = await findPack(config.face.pack, config.face.modelsDirectory)
  return found.ok ? modelIdOf(found.value.pack) : 'none'
}

const start = async (configFile: string): Promise<Result<Daemon>> => {
  const judged = await judgeConfig(configFile)
  for (const line of judged.lines) process.stderr.write(`${line}\n`)
  if (!judged.config) return failed('config_refused', configFile)
  const model = await modelOf(judged.config)
  return startDaemon({ configFile, config: judged.config, clock: systemClock, model })
}
