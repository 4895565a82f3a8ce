// What a resident is shown of himself, and the notice of a suspension, as text to print or read aloud. Shows what was answered and asks
// nothing more. Called by show.ts.

import type { Language } from '../../config/words.ts'
import type { OwnFile } from '../commands/own.ts'
import type { OwnAttempt } from '../store/resident-reads.ts'
import { wordReason } from '../wording.ts'
import { pick } from './context.ts'
import { showInstant } from './show-event.ts'
import { showRequest } from './show-proof.ts'

const wayNames: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  card: ['card', '刷卡'],
  keypad: ['code', '密码'],
  face: ['face', '人脸'],
}

const showAttempt = ({ wall, side, paths, outcome, reason }: OwnAttempt, language: Language): string => {
  const ways = paths.map((path) => pick(language, ...(wayNames[path] ?? [path, path]))).join(' + ')
  const where = side === 'entry' ? pick(language, 'in', '进') : pick(language, 'out', '出')
  const what = outcome === 'grant' ? pick(language, 'opened', '已开门') : pick(language, 'not opened', '未开门')
  return `${showInstant(wall)}  ${where}  ${ways}  ${what}: ${wordReason(reason, language)}`
}

/** PIPL 24: an answer about his own attempts, and what it cannot hold. */
export const showWhy = (denied: readonly OwnAttempt[], language: Language): string =>
  [
    ...(denied.length === 0
      ? [pick(language, 'No attempt of this resident was denied.', '该住户没有被拒绝的记录。')]
      : denied.map((attempt) => showAttempt(attempt, language))),
    pick(
      language,
      'A card or face that nobody recognised, and a number typed wrong, name nobody and are not in this list.',
      '未识别的卡或人脸、输错的号码不对应任何人，不在此列。',
    ),
  ].join('\n')

export const suspensionTexts: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  moved_out: ['you have moved out', '您已迁出'],
  own_request: ['you asked for it', '您本人要求'],
  credentials_lost: [
    'your card or code was reported lost and is safe from misuse meanwhile',
    '您的卡或密码报失，暂停以防冒用',
  ],
  court_order: ['a court ordered it', '法院裁定'],
  danger: ['there is a danger to life or limb', '存在人身安全危险'],
}

type Notice = { readonly room: string; readonly name: string; readonly gate: string; readonly operator: Operator }
type Operator = { readonly name: string; readonly contact: string }
export type Suspended = { readonly because: string; readonly until: string; readonly notice: Notice }

/** The letter that goes to the resident on the day of the suspension. */
export const showSuspension = ({ because, until, notice }: Suspended, language: Language): string => {
  const { room, name, gate, operator } = notice
  const reason = pick(language, ...(suspensionTexts[because] ?? [because, because]))
  return pick(
    language,
    `Suspended to the end of ${until}. Give this notice to the resident today:

To ${name}, ${room}
Your right to enter by the gate “${gate}” is suspended to the end of ${until}, because ${reason}.
It concerns every way alike: card, code and face. You can leave at any time. It ends by itself on that day.
It is not, and may not be, because of unpaid fees (Civil Code art. 944). If you object, tell us: ${operator.contact}.
${operator.name}`,
    `已中止至 ${until} 当日结束。请于今日将以下通知交给住户：

${room} ${name}：
因${reason}，您从“${gate}”门进入的权限中止至 ${until} 当日结束。
卡、密码和人脸一并中止；外出不受影响。到期自动恢复。
中止不是、也不得因为欠缴费用（民法典第九百四十四条）。如有异议，请联系：${operator.contact}。
${operator.name}`,
  )
}

/** What `resident show --all` adds to the page: his own row, his attempts, how long things are kept. */
export const showOwn = ({ resident, attempts, kept, consents, requests }: OwnFile, language: Language): string => {
  const { suspensionReason, suspendedUntil, createdAt, born, guardianRequired } = resident
  const suspension =
    suspensionReason === null
      ? pick(language, 'not suspended', '未中止')
      : `${pick(language, 'suspended', '已中止')}: ${pick(language, ...(suspensionTexts[suspensionReason] ?? [suspensionReason, suspensionReason]))}${suspendedUntil === null ? '' : ` (${showInstant(suspendedUntil)})`}`
  return [
    `${pick(language, 'here since', '登记于')} ${showInstant(createdAt)}; ${pick(language, 'born', '出生')} ${born ?? '-'}; ${pick(language, 'guardian', '监护人')} ${guardianRequired ? '✓' : '-'}; ${suspension}`,
    pick(
      language,
      `Attempts are named for ${kept.namedEventsDays} days, then the link to the person is destroyed.`,
      `通行记录保留姓名关联 ${kept.namedEventsDays} 天，之后销毁关联。`,
    ),
    ...consents.map(({ formNumber, witness, guardianName }) => {
      const guardian = guardianName === null ? '' : `; ${pick(language, 'guardian', '监护人')} ${guardianName}`
      return `${formNumber}: ${pick(language, 'present', '在场')} ${witness}${guardian}`
    }),
    ...requests.map((line) => showRequest(line, language)),
    ...attempts.map((attempt) => showAttempt(attempt, language)),
  ].join('\n')
}
