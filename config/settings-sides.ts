// The declarations of the two sides and their devices: card readers, keypads, cameras. One declaration a setting.
// Read by settings.ts alone.

import * as v from 'valibot'
import { choice, group, list, matching, number, text, toggle, whole } from './declare.ts'
import { cardProof, cardProofTimes, cardUse } from './settings-cards.ts'
import { readsPasses } from './settings-passes.ts'
import { scheduleId } from './settings-rules.ts'
import { signal } from './settings-signal.ts'
import { paths } from './words.ts'

/** Devices of one kind on one side. A gate has one or two; the limit keeps a mistake from starting fifty cameras. */
const devicesLimit = 4

const id = matching(/^[a-z0-9-]{1,32}$/, 'id_malformed', {
  en: 'The device’s own name, unique at this gate.',
  zh: '设备名称，在本门内唯一。',
  form: 'a–z 0–9 -, 1–32 characters',
})

const silenceMs = v.optional(
  whole(1000, 30_000, {
    en: 'Keys typed so far are forgotten after this much silence.',
    zh: '停止按键这么久后，已输入的按键作废。',
    unit: 'ms',
  }),
  10_000,
)

const simulated = { en: 'simulated: played by `sim` and the demo.', zh: 'simulated：由 sim 和演示操作。' }

const cardDriver = {
  en: `pcsc: a reader behind pcscd. serial: a reader that sends card numbers over a serial line. ${simulated.en}`,
  zh: `pcsc：pcscd 上的读卡器。serial：经串口发送卡号的读卡器。${simulated.zh}`,
}

const serialDevice = text(512, {
  en: 'The serial device; use its stable name under /dev/serial/by-path/ (the USB port) or /dev/serial/by-id/ (the adapter).',
  zh: '串口设备；请用固定名称：/dev/serial/by-path/（按 USB 口）或 /dev/serial/by-id/（按适配器）。',
  resolve: 'relative',
})
const serialBaud = v.optional(whole(300, 115_200, { en: 'The line’s speed.', zh: '串口速率。', unit: 'baud' }), 9600)

export const cardReader = v.pipe(
  v.variant('driver', [
    group(
      { id, driver: choice(['simulated'], cardDriver), use: cardUse },
      { en: 'A simulated card reader.', zh: '模拟读卡器。' },
    ),
    group(
      {
        id,
        driver: choice(['pcsc'], cardDriver),
        use: cardUse,
        reader: text(128, {
          en: 'Part of the reader’s name as pcscd shows it; must fit one reader only. Its number of order (the first of the two at the end) may change with the USB port.',
          zh: 'pcscd 所示读卡器名称的一部分；只能对应一台读卡器。末尾两个数字中的第一个（接入顺序）可随 USB 口改变。',
        }),
      },
      { en: 'A card reader behind pcscd.', zh: 'pcscd 上的读卡器。' },
    ),
    group(
      { id, driver: choice(['serial'], cardDriver), use: cardUse, device: serialDevice, baud: serialBaud },
      { en: 'A card reader on a serial line; it gives numbers only.', zh: '串口读卡器，只给出卡号。' },
    ),
  ]),
  v.metadata({ en: 'A card reader.', zh: '读卡器。' }),
)

const keypadDriver = {
  en: `serial: key codes over a serial line. evdev: a USB keypad. ${simulated.en}`,
  zh: `serial：串口键盘。evdev：USB 键盘。${simulated.zh}`,
}

export const keypad = v.pipe(
  v.variant('driver', [
    group(
      { id, driver: choice(['simulated'], keypadDriver), silenceMs },
      { en: 'A simulated keypad.', zh: '模拟键盘。' },
    ),
    group(
      {
        id,
        driver: choice(['serial'], keypadDriver),
        device: serialDevice,
        baud: serialBaud,
        silenceMs,
      },
      { en: 'A keypad on a serial line.', zh: '串口键盘。' },
    ),
    group(
      {
        id,
        driver: choice(['evdev'], keypadDriver),
        device: text(512, {
          en: 'The input device by its stable name under /dev/input/by-path/ (the USB port) or /dev/input/by-id/; it is taken for the gate alone.',
          zh: '输入设备的固定名称：/dev/input/by-path/（按 USB 口）或 /dev/input/by-id/；由门禁独占。',
          resolve: 'relative',
        }),
        silenceMs,
      },
      { en: 'A USB keypad.', zh: 'USB 键盘。' },
    ),
  ]),
  v.metadata({ en: 'A keypad.', zh: '键盘。' }),
)

const share = (preset: number, en: string, zh: string) => v.optional(number(0, 1, { en, zh }), preset)

const zone = v.optional(
  group(
    {
      x: share(0.15, 'Left edge, as a share of the picture’s width.', '左边缘，占画面宽度的比例。'),
      y: share(0.05, 'Upper edge, as a share of the picture’s height.', '上边缘，占画面高度的比例。'),
      width: share(0.7, 'Width, as a share of the picture’s width.', '宽度，占画面宽度的比例。'),
      height: share(0.9, 'Height, as a share of the picture’s height.', '高度，占画面高度的比例。'),
      minFacePixels: v.optional(
        whole(40, 1000, {
          en: 'A smaller face is not looked at: whoever walks past stays unseen.',
          zh: '更小的人脸不处理：路过的人不被识别。',
          unit: 'px',
        }),
        80,
      ),
    },
    {
      en: 'The capture zone. A face outside it is never turned into a vector.',
      zh: '采集区。区外的人脸绝不生成特征。',
    },
  ),
  {},
)

const pictureEntries = {
  width: v.optional(whole(160, 1920, { en: 'The picture’s width.', zh: '画面宽度。', unit: 'px' }), 640),
  height: v.optional(whole(120, 1080, { en: 'The picture’s height.', zh: '画面高度。', unit: 'px' }), 480),
  framesPerSecond: v.optional(
    whole(1, 30, { en: 'Pictures taken a second.', zh: '每秒画面数。', unit: 'frames/s' }),
    10,
  ),
  zone,
  passes: readsPasses,
}

const cameraDriver = {
  en: 'ffmpeg: a V4L2 device, a file or a network camera. folder: a simulated camera that shows pictures when told.',
  zh: 'ffmpeg：V4L2 设备、文件或网络摄像机。folder：按指令显示图片的模拟摄像头。',
}

export const faceDevice = v.pipe(
  v.variant('driver', [
    group(
      { id, driver: choice(['folder'], cameraDriver), ...pictureEntries },
      { en: 'A simulated camera.', zh: '模拟摄像头。' },
    ),
    group(
      {
        id,
        driver: choice(['ffmpeg'], cameraDriver),
        // A leading dash would be an option of ffmpeg.
        input: matching(/^(?!-)[^\p{Cc}]{1,1024}$/u, 'input_malformed', {
          en: 'V4L2 device by its stable name under /dev/v4l/by-path/, file or rtsp:// address; one that begins with ./ or ../ is a file beside this configuration.',
          zh: 'V4L2 设备（/dev/v4l/by-path/ 下的固定名称）、文件或 rtsp:// 地址；以 ./ 或 ../ 开头的是配置文件旁的文件。',
          form: '1–1024 characters, not beginning with -',
          resolve: 'dotted',
        }),
        format: v.exactOptional(
          matching(/^[a-z0-9_]{1,32}$/, 'format_malformed', {
            en: 'ffmpeg’s name of the input’s format, such as v4l2, when it cannot tell by itself.',
            zh: 'ffmpeg 的输入格式名，如 v4l2；能自动识别时可不写。',
            form: 'a–z 0–9 _, 1–32 characters',
          }),
        ),
        loop: v.optional(toggle({ en: 'Play a file again from its start.', zh: '循环播放文件。' }), false),
        ...pictureEntries,
      },
      { en: 'A camera through ffmpeg.', zh: '经 ffmpeg 的摄像头。' },
    ),
  ]),
  v.metadata({ en: 'A camera for faces.', zh: '人脸摄像头。' }),
)

const onePath = v.picklist(paths)

export const side = group(
  {
    card: v.exactOptional(
      list(cardReader, devicesLimit, { en: 'The card readers of this side.', zh: '本侧的读卡器。' }),
    ),
    cardProof,
    cardProofTimes,
    keypad: v.exactOptional(list(keypad, devicesLimit, { en: 'The keypads of this side.', zh: '本侧的键盘。' })),
    face: v.exactOptional(
      list(faceDevice, devicesLimit, {
        en: 'The cameras of this side. Only beside card or keypad: face is never the only way.',
        zh: '本侧的摄像头。必须同时有刷卡或密码：人脸绝不是唯一方式。',
      }),
    ),
    signal: v.exactOptional(signal),
    twoFactor: v.exactOptional(
      list(
        v.pipe(
          v.strictTuple([onePath, onePath]),
          v.metadata({ en: 'Two different paths of this side.', zh: '本侧两种不同的方式。', form: '[card, keypad]' }),
        ),
        3,
        {
          en: 'Pairs of paths, any one of which opens. Absent: one proof is enough.',
          zh: '成对的方式，满足任意一对即开门。不写：一种凭证即可。',
        },
      ),
    ),
    twoFactorDuring: v.exactOptional(
      matching(scheduleId, 'schedule_id_malformed', {
        en: 'The schedule during which the pairs are asked for; outside it, and while the clock is not trusted, one proof is enough. Absent: always.',
        zh: '要求成对凭证的时间表；时段之外或时钟不可信时一种凭证即可。不写：始终要求。',
        form: 'the id of a schedule',
      }),
    ),
  },
  { en: 'A side of the gate and the devices on it.', zh: '门的一侧及其设备。' },
)
