// What `check` asks the running gate: rights that can never apply, each with its line or its resident's id. Where no gate runs, or whoever
// asks may not know, that is said and is no failure of `check`. Called by check.ts.

import { loadConfig } from '../../config/load.ts'
import type { RightFinding, RightFindings } from '../commands/right-check.ts'
import { wordCode } from '../wording.ts'
import { askGate, type Context } from './context.ts'
import { showFinding } from './show-findings.ts'

type Row = RightFinding & { readonly severity: 'warning'; readonly line?: number; readonly text: string }

export const findRights = async (
  context: Context,
): Promise<{ readonly rows: readonly Row[]; readonly text: string }> => {
  const { configFile, language } = context
  const answered = await askGate(context, 'right check', {}, () => undefined)
  if (!answered.ok) {
    const because = `${wordCode('rights_not_looked_at', language)}: ${wordCode(answered.code, language)}`
    return { rows: [], text: `# ${because}\n` }
  }
  const { findings, total } = answered.value as RightFindings
  const { lineOf } = loadConfig(configFile)
  const rows = findings.map((finding): Row => {
    const line = finding.at === undefined ? undefined : lineOf(finding.at)
    const numbered = line === undefined ? {} : { line }
    return { ...finding, severity: 'warning', ...numbered, text: showFinding(finding, language, line) }
  })
  const cut = total > findings.length ? [`# ${wordCode('rights_cut', language)}: ${total}`] : []
  return { rows, text: [...rows.map(({ text }) => text), ...cut].map((line) => `${line}\n`).join('') }
}
