// The lines for the desk. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const deskLines: Readonly<Record<string, Line>> = {
  desk_needs_terminal: [
    'The desk is a page on a terminal; run it in one, such as ssh -t.',
    '发卡台需要终端；请在终端中运行，例如 ssh -t。',
  ],
  desk_moment: ['One moment.', '请稍候。'],
  // The window of 30 s that `card add` names is opened again and again here.
  desk_tap: ['Tap the new card twice.', '请将新卡刷两次。'],
  desk_given: ['Card given:', '已发卡：'],
  type_code_at_keypad: [
    'Type the new code at the keypad now, and #; twice. 6 to 12 digits.',
    '请现在在键盘上输入新密码并按 #，共两次；6 至 12 位。',
  ],
  type_code_again: ['Once more at the keypad, and #.', '请在键盘上再输入一次，按 #。'],
  keypad_codes_differ: ['The two differ: type it anew, twice.', '两次不一致：请重新输入两次。'],
  code_not_typed: ['Nobody typed a code within a minute.', '一分钟内无人输入密码。'],
  code_window_busy: ['Another desk waits for a code at this gate.', '另一发卡台正在等待输入密码。'],
  keypad_unknown: ['No such keypad at this gate.', '此门没有该键盘。'],
  keypad_which: ['There are several keypads; name one by --keypad.', '有多个键盘；请用 --keypad 指定。'],
  desk_coded: ['Code set:', '已设密码：'],
  desk_lettered: ['Letter written; print it, seal it, delete the file:', '密码信已生成；请打印、密封并删除文件：'],
  desk_formed: ['Form written:', '表单已生成：'],
  desk_served: ['Has a card or a code already:', '已有卡或密码：'],
  desk_room_served: ['Nobody waits in this room:', '该房号无人待办：'],
  desk_put_off: ['Will be called again after the others:', '稍后再叫：'],
  desk_taken_back: ['The card is taken back:', '卡已撤销：'],
  desk_nothing_back: ['Nothing was given in this sitting.', '本次尚未发卡。'],
  desk_paused: ['Paused: no card is taken. p goes on.', '已暂停：不接受刷卡。按 p 继续。'],
  desk_idle: ['Nobody tapped for ten minutes: paused. p goes on.', '十分钟无人刷卡：已暂停。按 p 继续。'],
  desk_order_unknown: ['No such key.', '没有此按键。'],
  desk_pages_missing: [
    'Letters and forms need a folder: start the desk with --pages FOLDER.',
    '密码信和表单需要目录：请用 --pages 目录 启动。',
  ],
}
