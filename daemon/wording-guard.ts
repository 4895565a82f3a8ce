// The lines for what the guard does at night. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const guardLines: Readonly<Record<string, Line>> = {
  call_not_wired: ['This gate has no call button.', '此门没有呼叫按钮。'],
  call_none: ['Nobody calls.', '没有人呼叫。'],
  signal_absent: [
    'The signal part is not running; the call cannot be answered at the gate.',
    '信号进程未运行，无法在门前应答。',
  ],
  call_requested: ['Somebody calls at the gate.', '门前有人呼叫。'],
  call_answered: ['The call was answered.', '呼叫已应答。'],
  call_unanswered: ['Somebody calls at the gate, and nobody has answered.', '门前有人呼叫，无人应答。'],
  call_unanswered_over: ['The call is no longer open.', '呼叫已结束。'],
  call_button_stuck: ['The call button is jammed or its wire shorted.', '呼叫按钮卡住或线路短路。'],
  motor_refused: ['The door refused the order.', '门拒绝了命令。'],
  motor_not_wired: ['This gate has no such motor wire.', '此门未接该电机输入。'],
  motor_obstacle: [
    'Something stands in the light barrier, or it cannot be read: nothing is closed.',
    '光电被遮挡或读不到：不关门。',
  ],
  motor_door_released: [
    'The gate is released just now (somebody passes, fire, or it is held open).',
    '门正处于放行状态（有人通过、消防或常开）。',
  ],
  motor_gate_travels: ['The gate is on its way; try again when it stands.', '门正在动作，停稳后再试。'],
  motor_gate_closed: ['The gate is closed already.', '门已经关着。'],
  motor_order_stale: ['The order came too late and was dropped; try again.', '命令到达太迟，已丢弃；请重试。'],
  motor_order_from_future: [
    'The door’s clock and ours differ; restart the door part.',
    '门进程的时钟不一致；请重启门进程。',
  ],
  obstacle_long: ['Something stands in the gate’s light barrier.', '门的光电长时间被遮挡。'],
  motor_close: ['closing, by order', '按命令关门'],
  motor_stop: ['stopped, by order', '按命令停止'],
  room_without_card: ['Nobody of this room has a card that is valid.', '该房无有效的卡。'],
  cards_several: [
    'This room has several cards: name one with --card, or end them all with --all; codes go on.',
    '该房有多张卡：用 --card 指定一张，或用 --all 全部挂失；密码不受影响。',
  ],
  card_not_of_room: ['No valid card of this room has this number.', '该房没有此编号的有效卡。'],
}
