// What each sign says aloud, in both languages. Short, polite, and never a reason. Text only. Read by `evengate voice make`.

import type { Language } from '../../config/words.ts'
import type { Sign } from './contract.ts'

export const sentences: Readonly<Record<Sign, Readonly<Record<Language, string>>>> = {
  granted: { 'zh-CN': '请进。', en: 'Please come in.' },
  denied: { 'zh-CN': '抱歉，未能通过。', en: 'Sorry, no entry.' },
  use_card_or_code: { 'zh-CN': '请刷卡或输入密码。', en: 'Please use your card or code.' },
  second_please: { 'zh-CN': '请出示第二种凭证。', en: 'Your second proof, please.' },
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
}
