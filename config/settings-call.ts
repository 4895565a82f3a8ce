// The declarations of the call: a button at the gate, a lamp and a sounder in the guard's room, his button to answer. One declaration a
// setting, nothing else. Read by settings.ts alone.

import * as v from 'valibot'
import { choice, group, toggle, whole } from './declare.ts'
import { chip, inputLine, outputLine } from './settings-lines.ts'
import { sides } from './words.ts'

const driver = {
  en: 'simulated: written to RUNTIME/signal-log, played by RUNTIME/sim-call.sock. gpiochip: lines of a chip.',
  zh: 'simulated：写入 RUNTIME/signal-log，由 RUNTIME/sim-call.sock 操作。gpiochip：芯片的引脚。',
}

const common = {
  side: v.optional(
    choice(sides, {
      en: 'Where the button hangs: there it is said that the guard is called, and that he has answered.',
      zh: '呼叫按钮所在的一侧；“正在呼叫”“已应答”在该侧提示。',
    }),
    'entry',
  ),
  unansweredAfterSeconds: v.optional(
    whole(15, 3600, {
      en: 'A call that nobody has answered for so long is an alarm.',
      zh: '呼叫这么久无人应答即报警。',
      unit: 'seconds',
    }),
    180,
  ),
}

const answer = {
  en: 'The guard’s own button to answer, in his room. Without it: the command `call answer`.',
  zh: '值班室的应答按钮。不接则用命令 `call answer`。',
}

export const call = v.pipe(
  v.variant('driver', [
    group(
      {
        driver: choice(['simulated'], driver),
        ...common,
        answer: v.optional(toggle(answer), true),
      },
      { en: 'A simulated call.', zh: '模拟的呼叫。' },
    ),
    group(
      {
        driver: choice(['gpiochip'], driver),
        ...common,
        chip,
        button: inputLine({ en: 'The call button at the gate.', zh: '门前的呼叫按钮。' }),
        lamp: outputLine({
          en: 'A lamp in the guard’s room: blinks while somebody calls.',
          zh: '值班室的呼叫灯：有人呼叫时闪烁。',
        }),
        sounder: v.exactOptional(
          outputLine({
            en: 'A buzzer in the guard’s room: for a minute after each press.',
            zh: '值班室的蜂鸣器：每次按下后响一分钟。',
          }),
        ),
        answer: v.exactOptional(inputLine(answer)),
      },
      { en: 'A call on real lines.', zh: '接在真实引脚上的呼叫。' },
    ),
  ]),
  v.metadata({
    en: 'A call button at the gate and what it does in the guard’s room; works while the main program is down. It never opens anything.',
    zh: '门前的呼叫按钮与值班室的呼叫灯；主程序停止时也可用。从不开门。',
  }),
)
