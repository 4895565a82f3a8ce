// `check`: every problem of a configuration at once, each with its line and remedy; on success what the settings come to, secrets
// masked. Starts nothing, needs no running gate. Called by main.

import { maskConfig } from '../../config/effective.ts'
import { renderProblem } from '../../config/wording.ts'
import { wordFailure } from '../wording.ts'
import { openContext, pick } from './context.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'

export const checkGate = async ({ common }: CommandLine): Promise<number> => {
  const { configFile, language, json } = openContext(common)
  const { config, problems } = await judgeConfig(configFile)
  const texts = problems.map((problem) => renderProblem(problem, language))
  if (json) {
    const rows = problems.map(({ line, path, code, severity }, n) => ({ line, path, code, severity, text: texts[n] }))
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return config ? 0 : 1
  }
  for (const text of texts) process.stdout.write(`${text}\n`)
  if (!config) {
    process.stderr.write(`${wordFailure('config_refused', configFile, language)}\n`)
    return 1
  }
  process.stdout.write(`${maskConfig(config)}\n# ${pick(language, 'good', '配置有效')}: ${configFile}\n`)
  return 0
}
