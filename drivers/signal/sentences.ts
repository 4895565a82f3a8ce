// What each sign and each digit says aloud, in both languages. Short, polite, and never a reason. Text only. Read by `evengate voice make`.

import type { Language } from '../../config/words.ts'
import type { Spoken } from './contract.ts'

export const sentences: Readonly<Record<Spoken, Readonly<Record<Language, string>>>> = {
  granted: { 'zh-CN': '请进。', en: 'Please come in.' },
  denied: { 'zh-CN': '抱歉，未能通过。', en: 'Sorry, no entry.' },
  use_card_or_code: { 'zh-CN': '请刷卡或输入密码。', en: 'Please use your card or code.' },
  second_please: { 'zh-CN': '请出示第二种凭证。', en: 'Your second proof, please.' },
  wait: { 'zh-CN': '请稍候。', en: 'One moment, please.' },
  menu_open: { 'zh-CN': '菜单已打开。', en: 'The menu is open.' },
  again_please: { 'zh-CN': '请再输入一次。', en: 'Once more, please.' },
  new_code_please: { 'zh-CN': '请输入新密码。', en: 'Your new code, please.' },
  done: { 'zh-CN': '已完成。', en: 'Done.' },
  refused: { 'zh-CN': '未能完成。', en: 'That was not possible.' },
  come_closer: { 'zh-CN': '请靠近一些。', en: 'Please come closer.' },
  look_here: { 'zh-CN': '请看镜头。', en: 'Please look here.' },
  more_light: { 'zh-CN': '光线太暗，请到亮处。', en: 'Too dark here. Please step into the light.' },
  show_face: { 'zh-CN': '请摘下口罩或墨镜。', en: 'Please take off mask or sunglasses.' },
  hold_still: { 'zh-CN': '请保持不动。', en: 'Please hold still.' },
  turn_left: { 'zh-CN': '请慢慢向左转头。', en: 'Please turn your head slowly to the left.' },
  turn_right: { 'zh-CN': '请慢慢向右转头。', en: 'Please turn your head slowly to the right.' },
  granted_long: {
    'zh-CN': '请进，不用着急，门会多开一会儿。',
    en: 'Please come in. Take your time, the gate stays open longer.',
  },
  calling: { 'zh-CN': '正在呼叫保安，请稍候。', en: 'The guard is being called.' },
  answered: { 'zh-CN': '保安已应答，马上就来。', en: 'The guard has heard you and is coming.' },
  digit_0: { 'zh-CN': '零', en: 'zero' },
  digit_1: { 'zh-CN': '一', en: 'one' },
  digit_2: { 'zh-CN': '二', en: 'two' },
  digit_3: { 'zh-CN': '三', en: 'three' },
  digit_4: { 'zh-CN': '四', en: 'four' },
  digit_5: { 'zh-CN': '五', en: 'five' },
  digit_6: { 'zh-CN': '六', en: 'six' },
  digit_7: { 'zh-CN': '七', en: 'seven' },
  digit_8: { 'zh-CN': '八', en: 'eight' },
  digit_9: { 'zh-CN': '九', en: 'nine' },
}
