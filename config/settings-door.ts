// The declarations of the door: relay, exit button, contact, fire input. One declaration a setting, nothing else.
// Read by settings.ts; the forms of a chip and of its lines also by settings-signal.ts.

import * as v from 'valibot'
import { choice, type Doc, group, nameOrNumber, text, toggle, whole } from './declare.ts'

const line = nameOrNumber(64, 511, {
  en: 'The line on the chip, by its name (GPIO17) or its offset (17).',
  zh: '芯片上的引脚：名称（GPIO17）或序号（17）。',
  form: 'name, or 0–511',
})

const bias = v.exactOptional(
  choice(['pull-up', 'pull-down', 'none'], {
    en: 'The pull of the pin, set by the kernel. none: a resistor in the wiring does it.',
    zh: '引脚的上下拉，由内核设置。none：由接线中的电阻完成。',
  }),
)

export const chip = text(64, {
  en: 'The chip’s label, never its number, which changes with the kernel: pinctrl-rp1 (Pi 5), pinctrl-bcm2711 (Pi 4).',
  zh: '芯片的标签，不用会随内核改变的编号：pinctrl-rp1（Pi 5）、pinctrl-bcm2711（Pi 4）。',
})

const relay = group(
  {
    line,
    active: choice(['high', 'low'], {
      en: 'The level that energises the relay. No default: a wrong guess opens the gate at boot.',
      zh: '使继电器吸合的电平。没有默认值：猜错会在开机时开门。',
    }),
    bias,
  },
  { en: 'The output that opens the door.', zh: '开门的继电器输出。' },
)

export const outputLine = (doc: Doc) =>
  group(
    {
      line,
      active: choice(['high', 'low'], { en: 'The level that switches it on.', zh: '使其接通的电平。' }),
      bias,
    },
    doc,
  )

const inputEntries = {
  line,
  active: choice(['high', 'low'], {
    en: 'The level that means pressed, open or fire.',
    zh: '表示按下、门开或火警的电平。',
  }),
  bias,
  debounceMs: v.optional(
    whole(0, 400, {
      en: 'A level must last this long to count. At most 400: longer inputs must be acted on (GB/T 37078).',
      zh: '电平须持续这么久才算数。最多 400：更长的输入必须响应（GB/T 37078）。',
      unit: 'ms',
    }),
    30,
  ),
}

export const inputLine = (doc: Doc) => group(inputEntries, doc)

const pulseMs = whole(300, 30_000, {
  en: 'How long one opening energises the relay. No default: it depends on the lock.',
  zh: '一次开门使继电器吸合多久。没有默认值：取决于锁具。',
  unit: 'ms',
})

const motor = group(
  {
    impulseMs: v.optional(
      whole(100, 3000, {
        en: 'Length of the impulse on the motor’s opening input; at most door.pulseMs.',
        zh: '给电机“开”输入的脉冲时长；不大于 door.pulseMs。',
        unit: 'ms',
      }),
      500,
    ),
    travelMs: whole(1000, 120_000, {
      en: 'From the impulse until the gate stands open; no second impulse meanwhile. No default: measure it.',
      zh: '从脉冲到门完全打开的时间；其间不再发脉冲。没有默认值：请实测。',
      unit: 'ms',
    }),
    holdOffSeconds: v.optional(
      whole(0, 300, {
        en: 'For so long the same credential gives the motor no second impulse at the entry, until the gate has closed again. 0: none is held off.',
        zh: '同一凭证在入口这么久内不再给电机脉冲，门重新关好即解除。0：不限制。',
        unit: 'seconds',
      }),
      10,
    ),
  },
  {
    en: 'A gate with a motor: the relay is wired to its input that only opens. Closing and obstacles are the motor’s own.',
    zh: '电机门：继电器接电机的“只开”输入。关门与防夹由电机自身负责。',
  },
)

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
  motor: v.exactOptional(motor),
}

const driver = {
  en: 'simulated: no hardware. gpiochip: the kernel’s character device; the relay falls when the program dies. onoff: sysfs, for old kernels.',
  zh: 'simulated：无硬件。gpiochip：内核字符设备，程序停止时继电器释放。onoff：sysfs，用于旧内核。',
}

const simulatedDoor = group(
  {
    driver: choice(['simulated'], driver),
    ...timing,
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
    chip,
    relay,
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
