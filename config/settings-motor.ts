// The declarations of a gate motor behind the relay: its impulse, its way, and the optional wires to stop and to close it. One declaration
// a setting, nothing else. Read by settings-door.ts alone.

import * as v from 'valibot'
import { group, toggle, whole } from './declare.ts'
import { inputLine, relayLine } from './settings-lines.ts'

const timing = {
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
  obstacleAfterSeconds: v.optional(
    whole(5, 3600, {
      en: 'Something in the light barrier for longer than this is an alarm.',
      zh: '光电被遮挡超过此时间即报警。',
      unit: 'seconds',
    }),
    120,
  ),
}

const obstacle = {
  en: 'The motor’s light barrier, read as well: while it is interrupted or cannot be read nothing is closed. It never keeps the gate from opening.',
  zh: '同时接入的电机光电：被遮挡或读不到时绝不关门；从不妨碍开门。',
}
const stop = {
  en: 'A relay on the motor’s STOP input: an impulse by `motor stop`, and when something enters the light barrier while the gate closes by our order.',
  zh: '接电机“停”输入的继电器：`motor stop` 时，以及按本程序命令关门途中光电被遮挡时，发一个脉冲。',
}
const close = {
  en: 'A relay on the motor’s CLOSE input: one impulse by `motor close` of guard or office, who must see the gate; never by itself or by a schedule. Needs obstacle.',
  zh: '接电机“关”输入的继电器：仅在保安或物业执行 `motor close`（须能看到门）时发一个脉冲，从不自动、不按时间表。须接 obstacle。',
}

const doc = {
  en: 'A gate with a motor: the relay is wired to its input that only opens. Safety edges and force limits are the motor’s own.',
  zh: '电机门：继电器接电机的“只开”输入。防夹与限力由电机自身负责。',
}

export const realMotor = group(
  {
    ...timing,
    obstacle: v.exactOptional(inputLine(obstacle)),
    stop: v.exactOptional(relayLine(stop)),
    close: v.exactOptional(relayLine(close)),
  },
  doc,
)

export const simulatedMotor = group(
  {
    ...timing,
    obstacle: v.optional(toggle(obstacle), false),
    stop: v.optional(toggle(stop), false),
    close: v.optional(toggle(close), false),
  },
  doc,
)
