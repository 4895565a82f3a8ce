// The declarations for the equality of the ways: what happens when only face is left, who the guard is, what another way costs a resident.
// Read by settings.ts alone.

import * as v from 'valibot'
import { choice, group, matching, number, text, whole } from './declare.ts'

const timeOfDay = (en: string, zh: string) =>
  matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'time_malformed', { en, zh, form: 'HH:MM, such as "07:00"' })

export const inequality = v.optional(
  group(
    {
      graceHours: v.optional(
        whole(1, 72, {
          en: 'A side may offer face and nothing else this long, with an alarm; then the remedy acts.',
          zh: '某侧只剩人脸可用时最多容忍的时间（期间报警），之后执行补救。',
          unit: 'hours',
        }),
        24,
      ),
      remedy: v.optional(
        choice(['pause-face', 'guard', 'hold-open'], {
          en: 'What then happens: face pauses too; the guard is called and opens; or the door is held open, and face pauses outside the window.',
          zh: '补救：人脸一并暂停；呼叫保安开门；或门保持常开（时段之外人脸暂停）。',
        }),
        'pause-face',
      ),
      guard: v.exactOptional(
        text(200, {
          en: 'Who is called, and comes or stands there. guard needs it, and an alarm outlet or a broker to call by.',
          zh: '被呼叫的保安或值守人员。guard 需要此项，并需报警输出或消息服务器。',
        }),
      ),
      holdOpen: v.exactOptional(
        group(
          {
            from: timeOfDay('From this time of day.', '每日开始时间。'),
            to: timeOfDay('To this time of day; earlier than from: over midnight.', '每日结束时间；早于开始则跨午夜。'),
          },
          {
            en: 'When the door may be held open without a guard: an open street gate at night is a burglary.',
            zh: '无保安时允许常开的时段：夜间敞开的大门等于失窃。',
          },
        ),
      ),
    },
    { en: 'When every way but face is down.', zh: '除人脸外其他方式均失效时。' },
  ),
  {},
)

const price = (en: string, zh: string) => v.optional(number(0, 10_000, { en, zh }), 0)

export const otherWay = v.optional(
  group(
    {
      firstCardPrice: price(
        'What a resident pays for a first card; face costs nothing, so `check` warns above 0.',
        '住户首张卡的费用；人脸免费，因此大于 0 时 `check` 警告。',
      ),
      replacementCardPrice: price(
        'What a resident pays for the card after a lost one; `check` warns above 0.',
        '补卡费用；大于 0 时 `check` 警告。',
      ),
      currency: v.optional(text(16, { en: 'As the report writes the prices.', zh: '报告中的货币名称。' }), 'CNY'),
    },
    {
      en: 'What a way in without face costs a resident; stands in the equality report.',
      zh: '非人脸方式对住户的费用；写入平等报告。',
    },
  ),
  {},
)
