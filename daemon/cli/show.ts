// The answers of the gate as text for people, one function a command. Shows what was answered and asks nothing more. Called by ask.ts.

import type { Language } from '../../config/words.ts'
import type { ShownConsents } from '../commands/consents.ts'
import type { OwnFile } from '../commands/own.ts'
import type { ConsentLine, ResidentLine, ResidentPage } from '../store/reads.ts'
import { widthOf } from '../text.ts'
import { pick } from './context.ts'
import { showCalibration } from './show-calibration.ts'
import { showsOfCards } from './show-cards.ts'
import { showsOfCodes } from './show-codes.ts'
import { showEvent, showInstant } from './show-event.ts'
import { showHandover } from './show-handover.ts'
import { showOwn, showSuspension, showWhy } from './show-own.ts'
import { showsOfPasses } from './show-passes.ts'
import { showState, showsOfProof } from './show-proof.ts'
import { showsOfRules } from './show-rules.ts'
import { showStatus } from './show-status.ts'
import { showsOfGuard } from './verbs-guard.ts'

type Show = (value: never, language: Language) => string
type Ids = Readonly<Record<string, string>>

const showTable = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  language: Language,
): string => {
  if (rows.length === 0) return pick(language, 'none yet', '暂无')
  const cells = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, n) => Math.max(...cells.map((row) => widthOf(row[n] ?? ''))))
  return cells
    .map((row) =>
      row
        .map((cell, n) => cell + ' '.repeat((widths[n] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const showResidents = (residents: readonly ResidentLine[], language: Language): string =>
  showTable(
    [
      pick(language, 'resident', '编号'),
      pick(language, 'room', '房号'),
      pick(language, 'name', '姓名'),
      pick(language, 'cards', '卡'),
      pick(language, 'codes', '密码'),
      pick(language, 'faces', '人脸'),
    ],
    residents.map(({ id, room, name, card, pin, face }) => [id, room, name, card, pin, face]),
    language,
  )

const showConsents = (consents: readonly ConsentLine[], language: Language): string =>
  showTable(
    [
      pick(language, 'consent', '同意书'),
      pick(language, 'form', '编号'),
      pick(language, 'given', '签署'),
      pick(language, 'until', '至'),
      pick(language, 'confirmed', '本人确认'),
      pick(language, 'ended', '结束'),
    ],
    consents.map((one) => [
      one.id,
      one.formNumber,
      showInstant(one.givenAt),
      showInstant(one.expiresAt),
      one.confirmedAt === null ? '-' : showInstant(one.confirmedAt),
      one.endedAt === null ? '-' : `${showInstant(one.endedAt)} ${one.endedBecause ?? ''}`,
    ]),
    language,
  )

const showResident = (page: ResidentPage, language: Language): string =>
  [
    `${page.id}  ${page.room}  ${page.name}${page.suspended ? pick(language, '  suspended', '  已中止') : ''}`,
    showTable(
      [
        pick(language, 'credential', '凭证'),
        pick(language, 'kind', '种类'),
        pick(language, 'number', '号码'),
        pick(language, 'since', '登记'),
        pick(language, 'until', '至'),
        pick(language, 'revoked', '注销'),
      ],
      page.credentials.map((one) => [
        one.id,
        one.boundTo === null
          ? one.kind
          : pick(language, `${one.kind}, by ${one.boundTo}`, `${one.kind}，凭 ${one.boundTo}`),
        one.number ?? '-',
        showInstant(one.createdAt),
        one.expiresAt === null ? '-' : showInstant(one.expiresAt),
        one.revokedAt === null ? '-' : `${showInstant(one.revokedAt)} ${one.revokedBecause ?? ''}`,
      ]),
      language,
    ),
    showTable(
      [pick(language, 'gate', '门'), pick(language, 'schedule', '时间表')],
      page.rights.map((right) => [right.gate, right.scheduleId]),
      language,
    ),
    showConsents(page.consents, language),
  ].join('\n\n')

type RemainsAnswer = {
  readonly sequence: number
  readonly windows: number
  readonly tookMs: number
  readonly files: readonly { readonly file: string; readonly pages: number }[]
}
const listFiles = (files: RemainsAnswer['files']): string =>
  files.map(({ file, pages }) => `  ${file}  ${pages}`).join('\n')

const shows: Readonly<Record<string, Show>> = {
  status: showStatus,
  'household add': ({ householdId }: Ids, language) =>
    pick(language, `added: ${householdId}`, `已新增：${householdId}`),
  'household list': (households: readonly { id: string; room: string; residents: number }[], language) =>
    showTable(
      [pick(language, 'household', '编号'), pick(language, 'room', '房号'), pick(language, 'residents', '人数')],
      households.map(({ id, room, residents }) => [id, room, residents]),
      language,
    ),
  'resident add': ({ residentId }: Ids, language) => pick(language, `added: ${residentId}`, `已新增：${residentId}`),
  'resident list': showResidents,
  'resident show': (shown: ResidentPage | OwnFile, language) =>
    'format' in shown
      ? `${showResident({ ...shown, ...shown.resident, card: 0, pin: 0, face: 0 }, language)}\n\n${showOwn(shown, language)}`
      : showResident(shown, language),
  'resident export': (file: OwnFile) => JSON.stringify(file, undefined, 2),
  'resident why': showWhy,
  'resident suspend': showSuspension,
  'resident resume': ({ residentId }: Ids, language) =>
    pick(language, `no longer suspended: ${residentId}`, `已恢复：${residentId}`),
  'resident remove': ({ residentId, receipt }: Ids, language) =>
    pick(
      language,
      `removed: ${residentId}, with every credential. Receipt: evengate receipt show ${receipt}`,
      `已删除：${residentId} 及其全部凭证。回执：evengate receipt show ${receipt}`,
    ),
  'card add': ({ credentialId }: Ids, language) =>
    pick(language, `card added: ${credentialId}`, `已登记卡：${credentialId}`),
  'pin set': ({ credentialId, number }: Ids, language) =>
    pick(
      language,
      `code set: ${credentialId}; type ${number}*CODE#`,
      `已设置密码：${credentialId}；输入 ${number}*密码#`,
    ),
  'consent record': ({ consentId, expiresAt, noticeHash }: Ids, language) =>
    pick(
      language,
      `recorded: ${consentId}, until ${showInstant(Number(expiresAt))}, to the notice ${noticeHash}. Whoever signs must have read that notice: print it with \`evengate notice\`; if he has not, withdraw this consent. Now the resident confirms himself at the keypad: tap the card (or type NUMBER*CODE*), then 1#. Enrol the face within 10 minutes of that.`,
      `已登记：${consentId}，有效至 ${showInstant(Number(expiresAt))}，对应告知书 ${noticeHash}。签署人必须已阅读该告知书（用 \`evengate notice\` 打印）；未读的请撤回此同意。请住户本人在键盘确认：刷卡（或输入 号码*密码*），再按 1#。确认后 10 分钟内登记人脸。`,
    ),
  ...showsOfProof,
  ...showsOfCodes,
  handover: showHandover,
  ...showsOfRules,
  ...showsOfCards,
  ...showsOfPasses,
  ...showsOfGuard,
  'consent show': ({ state, consents, receipts }: ShownConsents, language) =>
    [
      showState(state, language),
      showConsents(consents, language),
      ...receipts.map(({ number, what, at }) => `evengate receipt show ${number}  ${what}  ${showInstant(at)}`),
    ].join('\n'),
  'consent withdraw': ({ consentId, receipt }: Ids, language) =>
    pick(
      language,
      `withdrawn: ${consentId}; the face is forgotten. Receipt: evengate receipt show ${receipt}`,
      `已撤回：${consentId}；人脸已删除。回执：evengate receipt show ${receipt}`,
    ),
  'face enrol': ({ credentialId, boundTo }: Ids, language) =>
    boundTo === undefined
      ? pick(language, `face enrolled: ${credentialId}`, `已登记人脸：${credentialId}`)
      : pick(
          language,
          `face enrolled: ${credentialId}. It opens only after the card ${boundTo}, and is searched among nobody. If that card ends, it ends too.`,
          `已登记人脸：${credentialId}。只能在刷卡 ${boundTo} 之后打开，不参与任何搜索；该卡失效则人脸一并删除。`,
        ),
  'models calibrate': showCalibration,
  'face off': ({ because }: Ids, language) =>
    pick(language, `all faces are stopped: ${because}`, `已停用全部人脸：${because}`),
  'face on': ({ because }: Ids, language) =>
    pick(language, `faces may be used again: ${because}`, `已恢复人脸：${because}`),
  'credential revoke': ({ credentialId }: Ids, language) =>
    pick(language, `revoked: ${credentialId}`, `已注销：${credentialId}`),
  backup: ({ file, seq }: Readonly<Record<string, string | number>>, language) =>
    pick(
      language,
      `backed up to ${file}, the record up to event ${seq}; without faces. It opens with this gate’s store key alone: keep a copy of that elsewhere.`,
      `已备份至 ${file}，记录至事件 ${seq}；不含人脸。只能用本门的 store.key 打开，请另行保管该密钥。`,
    ),
  'erase verify': ({ sequence, windows, files, tookMs }: RemainsAnswer, language) =>
    pick(
      language,
      `nothing is left of event ${sequence}: ${windows} fingerprints, looked for in ${tookMs} ms in\n${listFiles(files)}`,
      `事件 ${sequence} 没有残留：${windows} 个指纹，用时 ${tookMs} 毫秒，已查\n${listFiles(files)}`,
    ),
  'clock accept': (_: unknown, language: Language) => pick(language, 'the clock is accepted', '已确认时钟'),
  open: ({ ref }: Ids, language) => pick(language, `opened, event ${ref}`, `已开门，事件 ${ref}`),
  'log tail': (events: readonly unknown[], language) => events.map((event) => showEvent(event, language)).join('\n'),
  'log verify': ({ events, head }: Readonly<Record<string, string | number>>, language) =>
    pick(language, `whole: ${events} events, head ${head}`, `完整：${events} 条，链首 ${head}`),
}

export const showAnswer = (name: string, value: unknown, language: Language): string =>
  // The gate answers each command in its own shape; both ends are of one version.
  shows[name]?.(value as never, language) ?? JSON.stringify(value)
