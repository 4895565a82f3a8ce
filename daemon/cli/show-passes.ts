// Answers about visitors' passes as text for people. Called by show.ts and by `pass issue`.

import type { Language } from '../../config/words.ts'
import type { IssuedPass } from '../pass-issue.ts'
import type { PassLine } from '../store/passes.ts'
import { pick } from './context.ts'
import { showInstant } from './show-event.ts'

export type IssuedAnswer = IssuedPass & { readonly gate: string; readonly pass: PassLine }

const showDays = ({ days }: PassLine): string =>
  days === null ? '-' : [...days.weekdays.map(String), ...days.dates].join(',')

const showPass = (line: PassLine): string => {
  const { id, room, number, issuedBy, notBefore, expiresAt, usesLeft, side, revokedAt } = line
  const from = notBefore === null ? '-' : showInstant(notBefore)
  const ended = revokedAt === null ? '' : `  ${showInstant(revokedAt)}`
  return `${id}  ${room}  ${number ?? '-'}  ${issuedBy}  ${from}  ${showInstant(expiresAt)}  ${usesLeft}  ${side ?? '-'}  ${showDays(line)}${ended}`
}

export const showIssued = ({ credentialId, number, code, pass }: IssuedAnswer, language: Language): string =>
  pick(
    language,
    `issued: ${credentialId}; type ${number}*${code}# until ${showInstant(pass.expiresAt)}, ${pass.usesLeft} times. The code is shown this once.`,
    `已签发：${credentialId}；输入 ${number}*${code}#，至 ${showInstant(pass.expiresAt)}，可用 ${pass.usesLeft} 次。密码仅显示一次。`,
  )

export const showsOfPasses = {
  'pass issue': showIssued,
  'pass list': (passes: readonly PassLine[], language: Language) =>
    passes.length === 0 ? pick(language, 'none', '无') : passes.map(showPass).join('\n'),
  'pass revoke': ({ credentialId }: Readonly<Record<string, string>>, language: Language) =>
    pick(language, `ended: ${credentialId}`, `已撤销：${credentialId}`),
}
