// The declarations of the door: relay, exit button, contact, fire input. One declaration a setting, nothing else.
// Read by settings.ts.

import * as v from 'valibot'
import { choice, group, toggle, whole } from './declare.ts'
import { chip, inputLine, relayLine } from './settings-lines.ts'
import { realMotor, simulatedMotor } from './settings-motor.ts'

const pulseMs = whole(300, 30_000, {
  en: 'How long one opening energises the relay. No default: it depends on the lock.',
  zh: '一次开门使继电器吸合多久。没有默认值：取决于锁具。',
  unit: 'ms',
})

const timing = {
  pulseMs,
  pulseLimitMs: v.optional(
    whole(300, 30_000, {
      en: 'The relay is never energised longer than this by one grant; at least pulseMs.',
      zh: '一次放行最多使继电器吸合这么久；不小于 pulseMs。',
      unit: 'ms',
    }),
    30_000,
  ),
  heldAfterMs: v.optional(
    whole(1000, 600_000, {
      en: 'A door open longer than this after its pulse is reported as held.',
      zh: '门在脉冲结束后开着超过此时间即报“门未关”。',
      unit: 'ms',
    }),
    30_000,
  ),
}

const staffHold = v.optional(
  toggle({
    en: 'A staff resident’s card, let in and left on the reader for five seconds, holds the door open as the guard’s button does; the same card’s next tap lets it go. Needs a reader that knows when a card leaves (pcsc).',
    zh: '工作人员（staff）的卡获准后在读卡器上停留五秒即保持常开，与保安按钮相同；同一张卡再刷即解除。须为能感知卡片离开的读卡器（pcsc）。',
  }),
  false,
)

const driver = {
  en: 'simulated: no hardware. gpiochip: the kernel’s character device; the relay falls when the program dies. onoff: sysfs, for old kernels.',
  zh: 'simulated：无硬件。gpiochip：内核字符设备，程序停止时继电器释放。onoff：sysfs，用于旧内核。',
}

const simulatedDoor = group(
  {
    driver: choice(['simulated'], driver),
    ...timing,
    staffHold,
    motor: v.exactOptional(simulatedMotor),
    exitButton: v.optional(toggle({ en: 'Has an exit button.', zh: '有出门按钮。' }), false),
    guardButton: v.optional(toggle({ en: 'Has a guard’s button.', zh: '有保安按钮。' }), false),
    contact: v.optional(toggle({ en: 'Has a door contact.', zh: '有门磁。' }), false),
    fire: v.optional(toggle({ en: 'Has a fire input.', zh: '有消防输入。' }), false),
  },
  { en: 'A door without hardware.', zh: '无硬件的模拟门。' },
)

const realDoor = group(
  {
    driver: choice(['gpiochip', 'onoff'], driver),
    ...timing,
    staffHold,
    motor: v.exactOptional(realMotor),
    chip,
    relay: relayLine({ en: 'The output that opens the door.', zh: '开门的继电器输出。' }),
    exitButton: v.exactOptional(
      inputLine({
        en: 'The exit button. Required when the gate has an exit side; needs no network, clock or store to open.',
        zh: '出门按钮。有出口侧时必须有；开门不依赖网络、时钟或数据库。',
      }),
    ),
    guardButton: v.exactOptional(
      inputLine({
        en: 'The guard’s button: a press opens once, five seconds hold the door open until the next press. Out of residents’ reach.',
        zh: '保安按钮：短按开门一次，按住五秒保持常开，再按解除。须装在住户够不到的地方。',
      }),
    ),
    contact: v.exactOptional(inputLine({ en: 'The door contact.', zh: '门磁。' })),
    fire: v.exactOptional(
      inputLine({
        en: 'The fire input. The wiring must release the lock by itself; the program follows.',
        zh: '消防输入。接线本身必须能释放门锁，程序只是跟随。',
      }),
    ),
  },
  { en: 'A door on real lines.', zh: '接在真实引脚上的门。' },
)

export const door = v.pipe(
  v.variant('driver', [simulatedDoor, realDoor]),
  v.metadata({
    en: 'The door: relay, exit button, contact, fire input.',
    zh: '门：继电器、出门按钮、门磁、消防输入。',
  }),
)
