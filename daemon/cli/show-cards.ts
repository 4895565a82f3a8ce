// Answers about cards with keys as text for people. Called by show.ts.

import type { Language } from '../../config/words.ts'
import type { CardReport } from '../commands/cards.ts'
import { pick } from './context.ts'

type Issued = {
  readonly credentialId: string
  readonly generation: number
  readonly held: boolean
  readonly kind: string
  readonly was: 'blank' | 'older' | 'current'
}

const kinds: Readonly<Record<string, string>> = { desfire: 'DESFire', ntag424: 'NTAG 424' }

const showIssued = ({ credentialId, generation, held, kind, was }: Issued, language: Language): string => {
  const card = `${credentialId} (${kinds[kind] ?? kind})`
  if (was === 'current' && held)
    return pick(
      language,
      `nothing to do: ${card} has the newest key, generation ${generation}`,
      `无需更新：${card} 已是最新密钥（第 ${generation} 代）`,
    )
  return held
    ? pick(language, `renewed: ${card}, key generation ${generation}`, `已更新：${card}，密钥第 ${generation} 代`)
    : pick(language, `issued: ${card}, key generation ${generation}`, `已发卡：${card}，密钥第 ${generation} 代`)
}

const showReport = ({ counts, cards }: CardReport, language: Language): string => {
  const { copyable, older, current, newest } = counts
  const head = pick(
    language,
    `${copyable} can be copied (a number and no key); ${older} have an older key; ${current} have the newest key, generation ${newest}.`,
    `可被复制（仅卡号）${copyable} 张；旧密钥 ${older} 张；最新密钥（第 ${newest} 代）${current} 张。`,
  )
  const rows = cards.map(({ credential, resident, room, proof, generation }) => {
    const what =
      proof === 'identifier' && generation === null
        ? pick(language, 'copyable', '可复制')
        : pick(language, `key generation ${generation ?? '?'}`, `密钥第 ${generation ?? '?'} 代`)
    return `${credential}  ${resident}  ${room}  ${what}`
  })
  return [head, ...rows].join('\n')
}

export const showsOfCards = {
  'card issue': showIssued,
  'card report': showReport,
  'key rotate': (
    { generation, toRenew }: { readonly generation: number; readonly toRenew: number },
    language: Language,
  ) =>
    pick(
      language,
      `key generation ${generation}. ${toRenew} cards of the one before go on opening; renew each by \`evengate card issue RESIDENT\` (\`evengate card report\` lists them).`,
      `已生成第 ${generation} 代密钥。上一代的 ${toRenew} 张卡继续有效；请逐张运行 \`evengate card issue RESIDENT\` 更新（清单见 \`evengate card report\`）。`,
    ),
}
