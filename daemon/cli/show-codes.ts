// Answers about codes and households that leave, as text for people. Called by show.ts.

import type { Language } from '../../config/words.ts'
import { pick } from './context.ts'

type Ids = Readonly<Record<string, string>>

export const showsOfCodes = {
  'household move-out': ({ householdId, room, at }: Ids, language: Language) =>
    room === undefined
      ? pick(language, `it stays: ${householdId}`, `已取消：${householdId}`)
      : pick(
          language,
          `${room}: what this household holds ends at ${at}; the room is free for the next: evengate household add ${room}`,
          `${room}：该户凭证于 ${at} 失效；下一户现在即可登记：evengate household add ${room}`,
        ),
  'pin duress': ({ credentialId }: Ids, language: Language) =>
    pick(
      language,
      `done for ${credentialId}. A second code opens like the first, and calls for help without a sign at the gate.`,
      `已更新：${credentialId}。胁迫密码照常开门，门前无提示，同时报警。`,
    ),
}
