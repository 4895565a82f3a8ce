// The declarations of what the gate says by light, tone and voice, and of the outlet for alarms. One declaration a setting.
// Read by settings.ts and settings-sides.ts alone.

import * as v from 'valibot'
import { choice, group, text } from './declare.ts'
import { chip, inputLine, outputLine } from './settings-lines.ts'

const driver = {
  en: 'simulated: written to RUNTIME/signal-log. gpiochip: lamps and buzzers on lines of a chip.',
  zh: 'simulated：写入 RUNTIME/signal-log。gpiochip：接在芯片引脚上的灯和蜂鸣器。',
}

const optionalOutput = (en: string, zh: string) => v.exactOptional(outputLine({ en, zh }))

export const signal = v.pipe(
  v.variant('driver', [
    group({ driver: choice(['simulated'], driver) }, { en: 'A simulated signal.', zh: '模拟的灯和声音。' }),
    group(
      {
        driver: choice(['gpiochip'], driver),
        chip,
        green: optionalOutput('Granted, and steady while unlocked.', '准许通行；开锁期间常亮。'),
        red: optionalOutput('Denied.', '拒绝。'),
        amber: optionalOutput(
          '“Use your card or code”, and each step of a menu. Absent: the other lamps, in the same rhythm.',
          '“请刷卡或输入密码”和菜单各步。不接则由其他灯以相同节奏代替。',
        ),
        buzzer: optionalOutput(
          'A buzzer that sounds by itself while it has power. A speaker: see sound.',
          '通电即响的有源蜂鸣器。扬声器见 sound。',
        ),
      },
      { en: 'Lamps and a buzzer on real lines.', zh: '接在真实引脚上的灯和蜂鸣器。' },
    ),
  ]),
  v.metadata({
    en: 'What whoever stands there sees and hears: the same for card, code and face.',
    zh: '门前的人看到和听到的提示；刷卡、密码、人脸一视同仁。',
  }),
)

export const sound = group(
  {
    device: text(128, {
      en: 'The sound card by its ALSA name, as `aplay -L` shows it; default: the system’s own.',
      zh: '声卡的 ALSA 名称，见 `aplay -L`；default 为系统默认。',
    }),
    voice: v.exactOptional(
      text(512, {
        en: 'Spoken sentences, made by `evengate voice make FOLDER`. Absent: tones alone.',
        zh: '语音文件所在目录，由 `evengate voice make 目录` 生成。不写则只有提示音。',
        form: 'folder',
        resolve: 'relative',
      }),
    ),
  },
  { en: 'A speaker for the tones of both sides.', zh: '播放两侧提示音的扬声器。' },
)

export const alarm = v.pipe(
  v.variant('driver', [
    group({ driver: choice(['simulated'], driver) }, { en: 'A simulated outlet.', zh: '模拟的报警输出。' }),
    group(
      {
        driver: choice(['gpiochip'], driver),
        chip,
        lamp: optionalOutput('Lit until the cause is over.', '亮至原因消除。'),
        buzzer: optionalOutput('Sounds until somebody acknowledges.', '响至有人确认。'),
        help: optionalOutput(
          'On for a minute after a code typed under duress: a wire to the guard’s room or an alarm centre, never to anything at the gate.',
          '有人被胁迫输码后接通一分钟：接至值班室或报警中心，切勿接门前的任何设备。',
        ),
        acknowledge: inputLine({ en: 'The button that silences the buzzer.', zh: '消音确认按钮。' }),
      },
      { en: 'Lamp, buzzer and button on real lines.', zh: '接在真实引脚上的灯、蜂鸣器和按钮。' },
    ),
  ]),
  v.metadata({
    en: 'Where people at the gate see that something is wrong; needs no network. Required with face at a real door.',
    zh: '让门前的人看到故障的报警输出，不依赖网络。真实的门提供人脸时必须有。',
  }),
)
