// Answers about rights, modes and anti-passback as text for people. Called by show.ts.

import type { Language } from '../../config/words.ts'
import type { RightFindings } from '../commands/right-check.ts'
import type { WhoLine } from '../commands/who.ts'
import type { RightLine } from '../store/rule-reads.ts'
import { wordReason } from '../wording.ts'
import { pick } from './context.ts'
import { showInstant } from './show-event.ts'
import { showFinding } from './show-findings.ts'

type Ids = Readonly<Record<string, string>>

const showRight = ({ id, gate, scheduleId, notBefore, expiresAt }: RightLine): string => {
  const from = notBefore === null ? '-' : showInstant(notBefore)
  return `${id}  ${gate}  ${scheduleId}  ${from}  ${expiresAt === null ? '-' : showInstant(expiresAt)}`
}

const showMode = ({ mode }: Ids, language: Language) => pick(language, `mode: ${mode}`, `模式：${mode}`)

const showWho = ({ resident, may, by, why }: WhoLine, language: Language): string => {
  const reasons = why.map(({ path, reason }) => `${path}: ${wordReason(reason, language)}`).join('  ')
  return `${resident}  ${may ? pick(language, 'yes', '可') : pick(language, 'no', '否')}  ${by.join(', ') || '-'}  ${reasons}`.trimEnd()
}

export const showsOfRules = {
  'right grant': ({ rightId }: Ids, language: Language) => pick(language, `granted: ${rightId}`, `已授予：${rightId}`),
  'right list': (rights: readonly RightLine[], language: Language) =>
    rights.length === 0 ? pick(language, 'none', '无') : rights.map(showRight).join('\n'),
  'right revoke': ({ rightId }: Ids, language: Language) => pick(language, `ended: ${rightId}`, `已撤销：${rightId}`),
  'resident change': ({ residentId }: Ids, language: Language) =>
    pick(language, `changed: ${residentId}`, `已更改：${residentId}`),
  'lockdown on': showMode,
  'lockdown off': showMode,
  mode: showMode,
  'right check': ({ findings, total }: RightFindings, language: Language) =>
    [
      ...findings.map((one) => showFinding(one, language)),
      total === 0
        ? pick(language, 'no right that can never apply', '没有永远不会生效的权限')
        : pick(language, `found: ${total}`, `共 ${total} 项`),
    ].join('\n'),
  who: (lines: readonly WhoLine[], language: Language) =>
    lines.length === 0 ? pick(language, 'none', '无') : lines.map((line) => showWho(line, language)).join('\n'),
  'passback reset': ({ forgiven }: { readonly forgiven: number }, language: Language) =>
    pick(language, `forgiven: ${forgiven}`, `已复位：${forgiven}`),
}
