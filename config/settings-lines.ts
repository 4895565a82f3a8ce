// How a line of a GPIO chip is declared, an output or an input: shared by the door, its motor, the signal, the alarm and the call. One
// declaration a setting, nothing else. Read by the declarations of those alone.

import * as v from 'valibot'
import { choice, type Doc, group, nameOrNumber, text, whole } from './declare.ts'

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

export const relayLine = (doc: Doc) =>
  group(
    {
      line,
      active: choice(['high', 'low'], {
        en: 'The level that energises the relay. No default: a wrong guess opens the gate at boot.',
        zh: '使继电器吸合的电平。没有默认值：猜错会在开机时开门。',
      }),
      bias,
    },
    doc,
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
