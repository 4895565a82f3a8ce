// A configuration as this machine judges it: its own problems, and those of the models that are installed. Starts nothing. Called by
// `check`, `doctor`, and by `run` at the start and at every reload.

import type { Problem } from '../../config/problems.ts'
import { reviewConfig } from '../../config/review.ts'
import type { Config } from '../../config/settings.ts'
import { findPack } from '../../models/packs.ts'
import { judgeRisk } from '../risk-check.ts'

/** What judging a configuration needs to know about installed models. */
export const installedPack = async (modelsDirectory: string): Promise<'builtin' | 'recommended'> => {
  const found = await findPack('recommended', modelsDirectory)
  return found.ok ? 'recommended' : 'builtin'
}

export type Judged = { readonly config?: Config; readonly problems: readonly Problem[] }

export const judgeConfig = (configFile: string): Promise<Judged> => reviewConfig(configFile, installedPack, judgeRisk)
