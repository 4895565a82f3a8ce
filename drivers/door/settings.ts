// The configuration that the door's two programs name on their command line. Nobody gives it to them: the door waits for no other
// process. Called by part.ts and rest.ts at their start.

import { parseArgs } from 'node:util'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'

export const refuse = (exitCode: number, line: string): never => {
  process.stderr.write(`${line}\n`)
  process.exit(exitCode)
}

/** Ends the process: 2 without `--config`, 1 when the file is refused. */
export const readConfig = (): Config => {
  const { config } = parseArgs({ options: { config: { type: 'string' } } }).values
  if (config === undefined) return refuse(2, 'door: --config FILE is missing')
  const loaded = loadConfig(config)
  if (loaded.ok) return loaded.value
  return refuse(1, loaded.problems.map((problem) => renderProblem(problem, 'en')).join('\n'))
}
