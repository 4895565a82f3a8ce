// The declarations of visitors' passes. One declaration a setting. Read by settings.ts alone.

import * as v from 'valibot'
import { group, toggle, whole } from './declare.ts'

export const passes = v.optional(
  group(
    {
      atKeypad: v.optional(
        toggle({
          en: 'Whether a resident may have a one-time code for a rider told to him at the keypad: his own code, or his card while a contact says that the door is closed, then 3#.',
          zh: '住户可否在键盘上为骑手取一次性密码：先输入自己的密码，或在门磁显示门已关时刷自己的卡，再按 3#。',
        }),
        true,
      ),
      riderMinutes: v.optional(
        whole(5, 240, { en: 'For how many minutes such a code may be used.', zh: '该密码的有效时间，单位：分钟。' }),
        60,
      ),
    },
    { en: 'Visitors’ passes.', zh: '访客通行证。' },
  ),
  {},
)

/** Of a camera. */
export const readsPasses = v.optional(
  toggle({
    en: 'Whether this camera also reads the QR codes of visitors’ passes. Other codes are not looked into.',
    zh: '此摄像头是否同时读取访客通行证的二维码；其他二维码不作处理。',
  }),
  false,
)
