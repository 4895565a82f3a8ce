// What is said about codes. Both languages, one line each, what is wrong and what to do. Read by wording.ts alone.

import type { Text } from './wording-file.ts'

export const codesWording = {
  code_alone_beside_face: {
    en: 'At the {side} a code is the only way beside face: whoever cannot remember or type one is left with his face; add a card reader under sides.{side}.card.',
    'zh-CN': '{side} 侧除人脸外只有密码：记不住或不便输入密码的人只能用人脸；请在 sides.{side}.card 下添加读卡器。',
  },
} as const satisfies Record<string, Text>
