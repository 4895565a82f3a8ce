// What is said about the wires of a gate motor and of the call that do not go together. Both languages, one line each. Read by
// wording-checks.ts alone.

export const motorWording = {
  motor_needs_gpiochip: {
    en: 'With driver onoff a killed program may leave this contact closed. Use driver gpiochip, or take the wire out.',
    'zh-CN': '驱动 onoff 下程序被强行结束时，此触点可能保持闭合。请改用驱动 gpiochip，或去掉此线。',
  },
  close_without_obstacle: {
    en: 'A closing wire without a light barrier: nothing would keep the gate from closing on somebody. Wire door.motor.obstacle, or take close out.',
    'zh-CN': '接了“关”却没有光电：可能夹人。请接 door.motor.obstacle，或去掉 close。',
  },
  close_without_stop: {
    en: 'When something enters the light barrier while the gate closes, only the motor’s own board can stop it. Wire door.motor.stop as well.',
    'zh-CN': '关门途中光电被遮挡时，只有电机自己的控制板能停下。请一并接 door.motor.stop。',
  },
  obstacle_without_close: {
    en: 'The light barrier keeps the gate from closing by `motor close`, and no closing wire is there: it only gives an alarm. Wire it to the motor’s own board in any case.',
    'zh-CN': '光电用于阻止 `motor close` 关门，而未接“关”：此处只会报警。无论如何光电都要接在电机自己的控制板上。',
  },
  call_side_missing: {
    en: 'The call button hangs at the {side}, which is not configured. Name the other side.',
    'zh-CN': '呼叫按钮在 {side} 侧，而该侧未配置。请改写另一侧。',
  },
  call_unseen: {
    en: 'Whoever calls at the {side} neither sees nor hears that he was heard. Give that side a signal, or a speaker.',
    'zh-CN': '{side} 侧没有灯和声音，呼叫的人不知道是否已应答。请给该侧配置 signal 或扬声器。',
  },
  call_simulated: {
    en: 'The call of this real door is simulated; nobody hears it. Use driver gpiochip.',
    'zh-CN': '这扇真实的门的呼叫是模拟的，没有人能听到。请改用驱动 gpiochip。',
  },
  staff_hold_without_reader: {
    en: 'No reader at this gate knows when a card leaves, so that none can be left there to hold the door. Use a pcsc reader, or take staffHold out.',
    'zh-CN': '本门没有能感知卡片离开的读卡器，无法用停留的卡保持常开。请用 pcsc 读卡器，或去掉 staffHold。',
  },
  hold_off_long: {
    en: 'Without a door contact nobody knows that the gate has closed: whoever comes back within holdOffSeconds stands before a closed gate ({travelMs} ms of travel). Shorten it, or wire door.contact.',
    'zh-CN':
      '没有门磁便不知道门已关好：在 holdOffSeconds 内折返的人会被挡在门外（开门行程 {travelMs} 毫秒）。请缩短，或接 door.contact。',
  },
} as const
