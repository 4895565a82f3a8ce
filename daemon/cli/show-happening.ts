// What happens at the gate, one line each, for whoever watches it on a screen: ids and codes in words, no name. Called by `sim`.

import type { Language, MonotonicMs } from '../../config/words.ts'
import type { DoorEvent, DoorStanding } from '../../drivers/protocol.ts'
import type { ShownSign } from '../../drivers/signal/contract.ts'
import type { Happening } from '../happening.ts'
import { wordCause, wordCode, wordReason } from '../wording.ts'
import { pick } from './context.ts'
import { wordPlace } from './show-status.ts'

type Words = readonly [en: string, zh: string]

const doorWords: Readonly<Record<DoorEvent['what'], Words>> = {
  relay_on: ['relay on', '继电器吸合'],
  relay_off: ['relay off', '继电器释放'],
  opened: ['door opened', '门已开'],
  closed: ['door closed', '门已关'],
  held: ['door held open too long', '门开启超时'],
  held_over: ['no longer held open', '超时结束'],
  forced: ['door FORCED', '门被强行打开'],
  guard_open: ['guard’s button', '保安按钮'],
  guard_hold: ['the guard holds the door open', '保安保持常开'],
  guard_hold_long: ['held open by the guard for 15 minutes', '保安常开已 15 分钟'],
  guard_hold_over: ['the guard lets the door go', '保安解除常开'],
  exit_button: ['exit button', '出门按钮'],
  fire_on: ['FIRE', '消防信号'],
  fire_off: ['fire over', '消防信号解除'],
  mode_dropped: ['mode ended: nobody answers for it', '模式已解除：主程序无应答'],
  refused: ['the door refused an order', '门拒绝指令'],
  motor_close: ['the gate closes by order', '按命令关门'],
  motor_stop: ['the gate stops by order', '按命令停止'],
  close_cut: ['the closing was broken off', '关门已中止'],
  obstacle_long: ['something stands in the light barrier', '光电长时间被遮挡'],
  obstacle_over: ['the light barrier is clear again', '光电恢复'],
}

const signWords: Readonly<Record<ShownSign['sign'], Words>> = {
  granted: ['welcome', '请进'],
  denied: ['no', '拒绝'],
  use_card_or_code: ['use your card or code', '请刷卡或输入密码'],
  wait: ['one moment, please', '请稍候'],
  second_please: ['and your second proof', '请出示第二种凭证'],
  menu_open: ['menu', '菜单'],
  again_please: ['once more', '请再输入一次'],
  new_code_please: ['type the new code, then #', '请输入新密码，按 # 结束'],
  done: ['done', '完成'],
  refused: ['not possible', '无法完成'],
  come_closer: ['come closer', '请靠近'],
  look_here: ['look here', '请看镜头'],
  more_light: ['too dark here', '光线太暗'],
  show_face: ['take off mask or sunglasses', '请摘下口罩或墨镜'],
  hold_still: ['hold still', '请保持不动'],
  turn_left: ['turn your head slowly to the left', '请慢慢向左转头'],
  turn_right: ['turn your head slowly to the right', '请慢慢向右转头'],
  granted_long: ['welcome, take your time', '请进，不用着急'],
  calling: ['the guard is called', '正在呼叫保安'],
  answered: ['the guard has answered', '保安已应答'],
  number: ['receipt ', '回执 '],
  held: ['you hold', '您持有'],
}

const word = ([en, zh]: Words, language: Language): string => pick(language, en, zh)

const showAttempt = (
  { attempt, decision, record }: Extract<Happening, { kind: 'attempt' }>,
  now: MonotonicMs,
  language: Language,
): string => {
  const granted = decision.outcome === 'grant'
  const paths = attempt.proofs.map(({ path }) => wordPlace(path, language)).join(' + ')
  const who = decision.residentId === undefined ? '' : `  ${decision.residentId}`
  const verdict = granted ? pick(language, '✓ granted', '✓ 准许') : pick(language, '✗ denied', '✗ 拒绝')
  const reason = wordReason(decision.reason, language)
  const event = pick(language, `event ${record.ref}`, `事件 ${record.ref}`)
  return `${wordPlace(attempt.side, language)}  ${paths}  ${verdict}: ${reason}${who}  ${(now - attempt.at).toFixed(1)} ms  ${event}`
}

const showSign = ({ side, sign, held, number }: ShownSign, language: Language): string => {
  const counts = held
    ? pick(
        language,
        `: ${held.cards} cards, ${held.codes} codes, face ${held.face ? 'yes' : 'no'}`,
        `：${held.cards} 张卡、${held.codes} 个密码、人脸${held.face ? '有' : '无'}`,
      )
    : ''
  // A rider's code is a number that no screen is told.
  const isCode = sign === 'number' && number === undefined
  const said = isCode ? pick(language, 'a code is told', '正在播报密码') : word(signWords[sign], language)
  return `${wordPlace(side, language)}  ☼ ${said}${counts}${number ?? ''}`
}

const countWords = (what: string, language: Language): string => {
  if (what === 'unknown_face') return pick(language, 'an unknown face, counted and forgotten', '未登记的人脸，仅计数')
  if (what === 'uncertain_face') return pick(language, 'a face not certain enough, counted', '不够确定的人脸，仅计数')
  return pick(language, 'a face not seen well enough, counted', '未看清的人脸，仅计数')
}

/** As the same words say it when it happens. */
const wordStanding = ({ relay, contact, held, forced, fire }: DoorStanding, language: Language): string => {
  const stands: readonly (readonly [boolean, DoorEvent['what']])[] = [
    [fire, 'fire_on'],
    [relay, 'relay_on'],
    [forced, 'forced'],
    [held, 'held'],
    [contact === 'open' && !forced && !held, 'opened'],
  ]
  const words = stands.flatMap(([holds, what]) => (holds ? [word(doorWords[what], language)] : []))
  return words.length === 0 ? pick(language, 'at rest', '正常') : words.join(pick(language, ', ', '、'))
}

export const showHappening = (happening: Happening, now: MonotonicMs, language: Language): string => {
  switch (happening.kind) {
    case 'attempt':
      return showAttempt(happening, now, language)
    case 'door': {
      const { what, because } = happening.event
      return `${wordPlace('door', language)}  ${word(doorWords[what], language)}${because === undefined ? '' : ` (${wordPlace(wordCause(because, language), language)})`}`
    }
    case 'door_stands':
      return `${wordPlace('door', language)}  ${wordStanding(happening.standing, language)}`
    case 'signal':
      return showSign(happening.shown, language)
    case 'part':
      return `${wordPlace(happening.part, language)}  ${wordPlace(happening.state, language)}`
    case 'count':
      return `${wordPlace(happening.side, language)}  ${countWords(happening.what, language)}`
    case 'alarm':
      return `! ${wordCode(happening.code, language)}`
  }
}
