// The whole judgement of one configuration file: read, compared, each problem with its line, in the order of the file.
// Never throws for any file, starts nothing. Called by `check`, by the daemon at start and at reload.

import { checkCards } from './checks-cards.ts'
import type { InstalledPack } from './checks-face.ts'
import { checkConfig } from './cross-checks.ts'
import { loadConfig } from './load.ts'
import type { Problem } from './problems.ts'
import type { Config } from './settings.ts'

export type Review = {
  /** Present only when no error was found; warnings may stand beside it. */
  readonly config?: Config
  readonly problems: readonly Problem[]
}

/** `findInstalled` is asked once, with face.modelsDirectory, when the settings name one. */
export const reviewConfig = async (
  file: string,
  findInstalled: (modelsDirectory: string) => InstalledPack | Promise<InstalledPack>,
  /** What only the models can say of a configuration. */
  judgeModels: (config: Config) => readonly Problem[] | Promise<readonly Problem[]> = () => [],
): Promise<Review> => {
  const loaded = loadConfig(file)
  const config = loaded.ok ? loaded.value : loaded.understood
  const wrong = loaded.ok ? [] : loaded.problems
  if (!config) return { problems: wrong }
  const folder = config.face.modelsDirectory
  const told = new Set(wrong.map(({ path }) => path))
  const found = checkConfig(config, folder === undefined ? undefined : await findInstalled(folder))
  const compared = [...found, ...checkCards(config), ...(await judgeModels(config))]
    .filter(({ path }) => !told.has(path))
    .map((one) => ({ ...one, line: loaded.lineOf(one.path) ?? 1 }))
  const problems = [...wrong, ...compared].toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0))
  return loaded.ok && compared.every(({ severity }) => severity === 'warning') ? { config, problems } : { problems }
}
