// What is said about the settings of light, sound and alarm. Both languages, one line each, what is wrong and what to do. Read by
// wording.ts alone.

import type { Text } from './wording-file.ts'

export const signalWording = {
  signal_without_light: {
    en: 'The {side} side has no light, so that whoever cannot hear is not answered; add sides.{side}.signal with green, red and amber.',
    'zh-CN': '{side} 侧没有灯光，听不见的人得不到提示；请在 sides.{side}.signal 下添加 green、red、amber。',
  },
  signal_without_sound: {
    en: 'The {side} side has no sound, so that whoever cannot see is not answered; add sides.{side}.signal.buzzer, or a speaker under sound.',
    'zh-CN': '{side} 侧没有声音，看不见的人得不到提示；请添加 sides.{side}.signal.buzzer，或在 sound 下配置扬声器。',
  },
  simulated_signal: {
    en: 'Nobody at this real door sees or hears a simulated signal; wire lamps and a buzzer and write driver: gpiochip.',
    'zh-CN': '真实的门前没有人看得到、听得到模拟的提示；请接上灯和蜂鸣器并写 driver: gpiochip。',
  },
  alarm_outlet_missing: {
    en: 'The {side} side offers face, and nobody at the gate would see that every other way is down (P1). Add alarm with driver gpiochip, a lamp or a buzzer, and an acknowledge button; or remove face.',
    'zh-CN':
      '{side} 侧提供人脸，而其他方式全部失效时门前无人知晓（P1）。请添加 alarm（driver: gpiochip，灯或蜂鸣器，以及确认按钮），或去掉人脸。',
  },
  alarm_without_output: {
    en: 'The alarm has a button and nothing to silence; add alarm.lamp, alarm.buzzer, or both.',
    'zh-CN': 'alarm 只有确认按钮而没有输出；请添加 alarm.lamp 或 alarm.buzzer，或两者。',
  },
  alarm_without_lamp: {
    en: 'Whoever cannot hear does not notice this alarm, and once silenced nothing shows it; add alarm.lamp.',
    'zh-CN': '听不见的人察觉不到此报警，消音后也没有任何显示；请添加 alarm.lamp。',
  },
} as const satisfies Record<string, Text>
