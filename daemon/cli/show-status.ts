// The state of the gate as a small picture in text. Called by `status` and `sim`.

import { type Language, paths, sides } from '../../config/words.ts'
import type { ShownDevice, Status } from '../commands/status.ts'
import type { HeardAlarm } from '../happening.ts'
import { wordCode } from '../wording.ts'
import { pick } from './context.ts'
import { showBasis } from './show-basis.ts'
import { showEvent, showInstant } from './show-event.ts'

export const wordPlace = (place: string, language: Language): string => {
  const words: Readonly<Record<string, string>> = {
    entry: '入口',
    exit: '出口',
    card: '刷卡',
    keypad: '键盘',
    face: '人脸',
    door: '门',
    signal: '信号',
    up: '正常',
    down: '故障',
    controlled: '受控',
    lockdown: '封锁',
    open: '常开',
    evacuation: '疏散',
  }
  return language === 'en' ? place : (words[place] ?? place)
}

/** What is counted and leaves no event. */
export const wordCount = (what: string, language: Language): string => {
  if (what === 'unknown_face') return pick(language, 'unknown faces this hour', '本小时未登记人脸')
  if (what === 'uncertain_face') return pick(language, 'uncertain faces this hour', '本小时不确定的人脸')
  return what === 'no_good_frame' ? pick(language, 'no good look at a face this hour', '本小时未看清的人脸') : what
}

const showDevice = ({ device, state, because }: ShownDevice, language: Language): string => {
  const why = because === undefined ? '' : ` (${wordCode(because, language)})`
  return `${state === 'up' ? '●' : '○'} ${device} ${wordPlace(state, language)}${why}`
}

const showBroker = ({ connected, waiting, trouble }: NonNullable<Status['mqtt']>, language: Language): string => {
  const line = connected ? pick(language, 'connected', '已连接') : pick(language, 'not connected', '未连接')
  const queue = waiting === undefined ? '' : pick(language, `, ${waiting} events wait`, `，${waiting} 条事件等待`)
  return `  MQTT: ${line}${queue}${trouble === undefined ? '' : ` (${wordCode(trouble, language)})`}`
}

const showGallery = (gallery: NonNullable<Status['gallery']>, language: Language) => {
  const { templates, unreadable, extrapolated, basis } = gallery
  const held = pick(language, `  faces in memory: ${templates} views`, `  内存中人脸：${templates} 个模板`)
  const lost = pick(language, `, ${unreadable} unreadable`, `，${unreadable} 个无法读取`)
  const far = ` (${wordCode('gallery_extrapolated', language)})`
  const rests = basis ? `\n    ${showBasis(basis, language)}` : ''
  return `${held}${unreadable > 0 ? lost : ''}${extrapolated ? far : ''}${rests}`
}

const showSite = (
  { at, stale, people, lookAlikes }: NonNullable<Status['calibration']>,
  language: Language,
): string => {
  const alike = pick(language, `, ${lookAlikes} pairs of look-alikes`, `，相貌相近者 ${lookAlikes} 对`)
  const old = stale ? pick(language, ' of another model: calibrate again', '，模型已更换：请重新校准') : ''
  const made = pick(
    language,
    `  calibrated ${showInstant(at)} with ${people} people`,
    `  校准于 ${showInstant(at)}，${people} 人`,
  )
  return `${made}${stale ? old : alike}`
}

const showAlarm = ({ code, wall, times }: HeardAlarm, language: Language): string =>
  `  ! ${showInstant(wall)}  ${wordCode(code, language)}${times > 1 ? ` ×${times}` : ''}`

const showCall = ({ side, wall, unanswered }: NonNullable<Status['call']>, language: Language): string => {
  const since = showInstant(wall)
  const late = unanswered ? pick(language, ', UNANSWERED', '，无人应答') : ''
  return pick(
    language,
    `  CALL at the ${side} since ${since}${late}`,
    `  ${wordPlace(side, language)}呼叫，自 ${since}${late}`,
  )
}

/** What the operator owes, and no device is to blame for. */
const showDuties = (
  { filingDue, overdueRequests, assessment, formerFaces, codeOnly }: Status,
  language: Language,
): readonly string[] => [
  ...(overdueRequests === undefined
    ? []
    : [pick(language, `  REQUESTS OVERDUE: ${overdueRequests}`, `  逾期请求：${overdueRequests} 件`)]),
  ...(codeOnly === undefined
    ? []
    : [
        pick(
          language,
          `  a code and no card: ${codeOnly} residents (evengate resident list --code-only)`,
          `  只有密码、没有卡的住户：${codeOnly} 人（evengate resident list --code-only）`,
        ),
      ]),
  ...(assessment === undefined ? [] : [`  ${wordCode(`assessment_${assessment}`, language)}`]),
  ...(formerFaces === undefined ? [] : [`  ${wordCode('faces_former', language)}`]),
  ...(filingDue === undefined
    ? []
    : [`  ${pick(language, 'FACES OF', '人脸人数')} ${filingDue}: ${wordCode('filing_due', language)}`]),
]

export const showStatus = (raw: unknown, language: Language): string => {
  const status = raw as Status
  const { card, pin, face } = status.credentials
  const word = (place: string) => wordPlace(place, language)
  const ways = sides.flatMap((side) =>
    paths.flatMap((path) => {
      const devices = status.sides[side]?.[path]
      if (!devices) return []
      return [`  ${word(side)}  ${word(path).padEnd(8)} ${devices.map((one) => showDevice(one, language)).join('  ')}`]
    }),
  )
  const { ledger } = status
  const waiting = ledger.answering
    ? pick(language, 'written', '正常写入')
    : pick(language, `NOT ANSWERING, ${ledger.journaled} in memory`, `无应答，内存中 ${ledger.journaled} 条`)
  return [
    `${status.gate}  ${word(status.mode)}  ${word('door')} ${word(status.door)}`,
    ...ways,
    pick(
      language,
      `  enrolled: ${card} cards, ${pin} codes, ${face} faces`,
      `  已登记：${card} 张卡、${pin} 个密码、${face} 个人脸`,
    ),
    pick(language, `  model: ${status.model}`, `  模型：${status.model}`),
    pick(language, `  record: ${ledger.events} events, ${waiting}`, `  记录：${ledger.events} 条，${waiting}`),
    ...(status.gallery ? [showGallery(status.gallery, language)] : []),
    ...(status.boundFaces === undefined
      ? []
      : [
          pick(
            language,
            `  faces that open only after their own card: ${status.boundFaces}`,
            `  只能在刷本人卡后打开的人脸：${status.boundFaces} 个`,
          ),
        ]),
    ...(status.calibration ? [showSite(status.calibration, language)] : []),
    ...(status.mqtt ? [showBroker(status.mqtt, language)] : []),
    ...(status.faceStopped === undefined
      ? []
      : [pick(language, `  ALL FACES STOPPED: ${status.faceStopped}`, `  已停用全部人脸：${status.faceStopped}`)]),
    ...status.counted.map(
      ({ side, path, what, count }) => `  ${word(side)}  ${word(path)}  ${wordCount(what, language)}: ${count}`,
    ),
    ...(status.call ? [showCall(status.call, language)] : []),
    ...showDuties(status, language),
    ...status.alarms.map((alarm) => showAlarm(alarm, language)),
    ...status.last.map((event) => showEvent(event, language)),
  ].join('\n')
}
