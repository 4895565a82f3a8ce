// The configuration that the door's two programs name on their command line. Nobody gives it to them: the door waits for no other
// process. Called by part.ts and rest.ts at their start.

import { parseArgs } from 'node:util'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { pauseRefused } from '../notify.ts'

/** Ends the process; says why on one line or several. */
export const refuse = (exitCode: number, line: string): never => {
  process.stderr.write(`${line}\n`)
  pauseRefused()
  process.exit(exitCode)
}

type Found = { readonly config?: Config; readonly refusals: readonly string[] }

const findConfig = (): Found => {
  const { config: files = [] } = parseArgs({ options: { config: { type: 'string', multiple: true } } }).values
  if (files.length === 0) return refuse(2, 'door: --config FILE is missing')
  const refusals: string[] = []
  for (const [n, file] of files.entries()) {
    const loaded = loadConfig(file)
    if (loaded.ok) return { config: loaded.value, refusals }
    // Before main has ever run, only the last is there.
    if (n < files.length - 1 && loaded.problems.some(({ code }) => code === 'file_missing')) continue
    refusals.push(...loaded.problems.map((problem) => `${file}: ${renderProblem(problem, 'en')}`))
  }
  return { refusals }
}

/**
 * `--config FILE`, and more of them for when the first is missing or damaged: installed, first what main accepted in this
 * boot, then the file that a technician writes, then what was accepted before. Ends the process: 2 without `--config`, 1 when all are refused.
 */
export const readConfig = (): Config => {
  const { config, refusals } = findConfig()
  return config ?? refuse(1, refusals.join('\n'))
}

/** What a door that starts now would run with; undefined: it would be refused. */
export const rereadConfig = (): Config | undefined => findConfig().config
