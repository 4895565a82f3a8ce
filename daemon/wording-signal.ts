// The lines for what is heard at the gate: speaker, sentences, the silenced alarm; what is wrong, and what to do. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const signalLines: Readonly<Record<string, Line>> = {
  alarm_acknowledged: ['Somebody at the gate has silenced the alarm.', '有人在门前按下了消音确认。'],
  // the speaker and its sentences
  aplay_missing: ['The program aplay is missing; install alsa-utils.', '缺少程序 aplay；请安装 alsa-utils。'],
  sound_starting: ['The speaker is being opened.', '正在打开扬声器。'],
  sound_absent: [
    'No sound card goes by the name in sound.device; `aplay -L` lists them.',
    '没有名为 sound.device 的声卡；用 `aplay -L` 查看。',
  ],
  sound_busy: ['Another program has the sound card.', '声卡被其他程序占用。'],
  sound_forbidden: [
    'The sound card may not be used; add the user to the group audio.',
    '无权使用声卡；请将用户加入 audio 组。',
  ],
  sound_failed: [
    'The sound card cannot be used; try it with `aplay -D DEVICE`.',
    '声卡无法使用；请用 `aplay -D 设备` 测试。',
  ],
  sound_stalled: ['The sound card takes no samples; it is opened anew.', '声卡停止响应；正在重新打开。'],
  voice_missing: [
    'No spoken sentences lie in sound.voice; run `evengate voice make FOLDER`. Tones go on.',
    'sound.voice 中没有语音文件；请运行 `evengate voice make 目录`。提示音照常。',
  ],
  voice_malformed: [
    'A spoken sentence is no WAV of 16 bits, one channel, 22050 Hz; run `evengate voice make FOLDER`.',
    '有语音文件不是 16 位、单声道、22050 Hz 的 WAV；请运行 `evengate voice make 目录`。',
  ],
  // making them
  espeak_missing: ['The program espeak-ng is missing; install it.', '缺少程序 espeak-ng；请安装。'],
  voice_failed: [
    'espeak-ng could not write a sentence; is there room in the folder?',
    'espeak-ng 无法写入语音；目录是否可写、有空间？',
  ],
}
