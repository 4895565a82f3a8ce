// `check`: every problem of a configuration at once, each with its line and remedy; on success what the settings come to, secrets
// masked. Starts nothing, needs no running gate. Called by main.

import { maskConfig } from '../../config/effective.ts'
import { renderProblem } from '../../config/wording.ts'
import { findPlannedBasis } from '../risk-check.ts'
import { openContext, pick, sayChosenFile } from './context.ts'
import { findRights } from './find-rights.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'
import { showBasis } from './show-basis.ts'

export const checkGate = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { configFile, language, json } = context
  sayChosenFile(context)
  const { config, problems } = await judgeConfig(configFile)
  const texts = problems.map((problem) => renderProblem(problem, language))
  if (json) {
    const rows = problems.map(({ line, path, code, severity }, n) => ({ line, path, code, severity, text: texts[n] }))
    const found = config ? (await findRights(context)).rows : []
    process.stdout.write(`${JSON.stringify([...rows, ...found])}\n`)
    return config ? 0 : 1
  }
  for (const text of texts) process.stdout.write(`${text}\n`)
  if (!config) {
    process.stderr.write(
      `# ${pick(language, 'refused: repair the errors above', '配置被拒绝：请修改以上错误')}: ${configFile}\n`,
    )
    return 1
  }
  process.stdout.write((await findRights(context)).text)
  const basis = await findPlannedBasis(config)
  if (basis) process.stdout.write(`# ${pick(language, 'faces', '人脸')}: ${showBasis(basis, language)}\n`)
  process.stdout.write(`${maskConfig(config)}\n# ${pick(language, 'good', '配置有效')}: ${configFile}\n`)
  return 0
}
