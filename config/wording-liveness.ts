// What is said about the settings of liveness. Both languages, one line each, what is wrong and what to do. Read by wording.ts alone.

import type { Text } from './wording-file.ts'

export const livenessWording = {
  time_malformed: {
    en: 'This is no time of day; write HH:MM, from 00:00 to 23:59, in quotes.',
    'zh-CN': '这不是时间；请写 HH:MM（00:00 至 23:59），并加引号。',
  },
  days_malformed: {
    en: 'These are no days of the week; write one, such as "6", or from one to another, such as "1-5", in quotes (1 is Monday).',
    'zh-CN': '这不是星期；请写一天（如 "6"）或起止（如 "1-5"），并加引号（1 为星期一）。',
  },
  liveness_off: {
    en: 'At this real door a printed photograph of a resident is taken for the resident; write face.liveness: challenge, or a second factor. passive keeps out screens and only some prints.',
    'zh-CN':
      '这扇真实的门会把住户的照片当作本人；请写 face.liveness: challenge，或要求双重验证。passive 能挡住屏幕，只能挡住部分打印照片。',
  },
  challenge_unseen: {
    en: 'Whoever is asked to turn the head on the {side} side must see and hear it: add sides.{side}.signal with a lamp, and a buzzer there or a speaker under sound.',
    'zh-CN':
      '{side} 侧要求转头的提示须看得见也听得到：请在 sides.{side}.signal 添加灯，并添加蜂鸣器或在 sound 下配置扬声器。',
  },
} as const satisfies Record<string, Text>
