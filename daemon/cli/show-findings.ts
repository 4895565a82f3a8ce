// One finding of `right check` as a line for people: a place of the configuration or the ids, what is wrong and what to do. Called by
// show-rules.ts and find-rights.ts.

import type { Language } from '../../config/words.ts'
import type { RightFinding } from '../commands/right-check.ts'
import { wordCode, wordReason } from '../wording.ts'
import { pick } from './context.ts'

/** `line`: of the configuration file, counted from 1. */
export const showFinding = (finding: RightFinding, language: Language, line?: number): string => {
  const { code, at, resident, right, reason } = finding
  const numbered = line === undefined ? undefined : pick(language, `line ${line}`, `第 ${line} 行`)
  const place = [numbered, at, resident, right].filter((one) => one !== undefined).join(pick(language, ', ', '，'))
  const because =
    reason === undefined ? '' : pick(language, `: ${wordReason(reason, language)}`, `：${wordReason(reason, language)}`)
  return `${pick(language, 'warning', '警告')}: ${place}: ${wordCode(code, language)}${because}`
}
