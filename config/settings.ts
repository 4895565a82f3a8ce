// Every setting of a gate, declared once: type, unit, range, default and text. The type `Config` and the table of
// settings are derived from here. Never reads a file (load.ts) and never compares settings (cross-checks.ts).

import * as v from 'valibot'
import { choice, group, judged, matching, number, text, whole } from './declare.ts'
import { describe, type SettingRow } from './describe.ts'
import { call } from './settings-call.ts'
import { cardsApart } from './settings-cards.ts'
import { door } from './settings-door.ts'
import { inequality, otherWay } from './settings-equality.ts'
import { liveness, livenessTimes } from './settings-liveness.ts'
import { mqtt } from './settings-mqtt.ts'
import { passes } from './settings-passes.ts'
import { calendar, openDuring, passback, schedules } from './settings-rules.ts'
import { type cardReader, type faceDevice, type keypad, side } from './settings-sides.ts'
import { alarm, sound } from './settings-signal.ts'
import { languages } from './words.ts'

const isTimeZone = (name: string): boolean => {
  // Intl also takes offsets such as +08:00, which know no summer time and are not zones.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (cause) {
    if (cause instanceof RangeError) return false
    throw cause
  }
}

const folder = (en: string, zh: string) => text(512, { en, zh, form: 'folder', resolve: 'relative' })

const operator = group(
  {
    name: text(200, { en: 'Who runs the gate and answers for it.', zh: '门禁的运营者（责任主体）。' }),
    contact: text(200, { en: 'How residents reach the operator.', zh: '住户联系运营者的方式。' }),
    maintainer: text(200, { en: 'Who maintains the gate.', zh: '门禁的维护者。' }),
  },
  {
    en: 'Stands on the sign and in every consent’s notice; a change makes consents stale.',
    zh: '写入告示和每份同意告知；更改后原同意须重新确认。',
  },
)

const store = group(
  {
    directory: folder('Where the encrypted store lies.', '加密数据库所在目录。'),
    keysDirectory: folder(
      'Where the keys lie; never inside the store’s folder.',
      '密钥所在目录；不要放在数据库目录内。',
    ),
  },
  { en: 'The encrypted store.', zh: '加密数据库。' },
)

const runtime = v.optional(
  group(
    {
      directory: v.exactOptional(
        folder(
          'Sockets and counters of the running gate. Absent: a folder of the system’s.',
          '运行时的套接字和计数；不写则用系统目录。',
        ),
      ),
    },
    { en: 'Files that live only while the gate runs.', zh: '仅在运行期间存在的文件。' },
  ),
  {},
)

const clock = v.optional(
  group(
    {
      trust: v.optional(
        choice(['synchronized', 'always'], {
          en: 'When dates may decide: once the clock is synchronized, or always. Round-the-clock rights need no clock.',
          zh: '何时可按日期判断：时钟同步后，或始终。全天通行权不需要时钟。',
        }),
        'synchronized',
      ),
    },
    { en: 'The clock.', zh: '时钟。' },
  ),
  {},
)

const retention = v.optional(
  group(
    {
      namedEventsDays: v.optional(
        whole(1, 90, { en: 'After this an event loses its resident.', zh: '之后事件与住户脱钩。', unit: 'days' }),
        30,
      ),
      templateMonths: v.optional(
        whole(1, 12, {
          en: 'A template ends with its consent, at the latest after this.',
          zh: '人脸模板随同意失效，最迟不超过此期限。',
          unit: 'months',
        }),
        12,
      ),
      equalityDays: v.optional(
        whole(30, 3650, { en: 'Counts per day, without residents.', zh: '每日统计（不含住户）。', unit: 'days' }),
        1095,
      ),
      consentDays: v.optional(
        whole(1095, 3650, {
          en: 'Consents and receipts, after their end.',
          zh: '同意书和回执，自结束起。',
          unit: 'days',
        }),
        1095,
      ),
    },
    { en: 'How long things are kept.', zh: '保存期限。' },
  ),
  {},
)

const face = v.optional(
  group(
    {
      pack: v.optional(
        choice(['auto', 'builtin', 'recommended', 'sface'], {
          en: 'The face models. auto: recommended when installed, else builtin. builtin and the unmeasured sface open only a simulated door.',
          zh: '人脸模型。auto：已安装则用 recommended，否则用 builtin。builtin 和未经测量的 sface 只能开模拟门。',
        }),
        'auto',
      ),
      modelsDirectory: v.exactOptional(
        folder('Where installed models lie; required with a camera.', '已安装模型所在目录；有摄像头时必填。'),
      ),
      threads: v.exactOptional(
        whole(1, 4, {
          en: 'Processor cores for faces; not said: half of those there are, at most 3.',
          zh: '人脸计算所用核数；不填则取一半，最多 3。',
        }),
      ),
      targetFpir: v.optional(
        number(0.0001, 0.1, {
          en: 'Of so many strangers who stand there, one share may be taken for somebody; sets the threshold.',
          zh: '站在门前的陌生人被误认的目标比例；据此确定阈值。',
        }),
        0.01,
      ),
      start: v.optional(
        choice(['zone', 'request'], {
          en: 'When a face is looked at. zone: when it stands in the capture zone and looks. request: only after `#` at the keypad of that side, or when a first proof waits for it.',
          zh: '何时处理人脸。zone：站入采集区并看向镜头时。request：仅在该侧键盘按 `#` 后，或第一种凭证等待人脸时。',
        }),
        'zone',
      ),
      frames: v.optional(
        whole(1, 5, {
          en: 'Good frames of one face whose mean is compared. With 1 the first good frame decides alone.',
          zh: '同一人脸取几帧好画面的平均值比对。为 1 时首帧单独决定。',
        }),
        3,
      ),
      liveness,
      livenessTimes,
      targetFmr: v.optional(
        number(0.00001, 0.01, {
          en: 'The same behind a card or code, where a face is compared with its owner alone: a stranger needs that first, so more may be allowed.',
          zh: '先刷卡或输码、只与本人比对时的误认目标比例；陌生人须先有卡或密码，故可放宽。',
        }),
        0.001,
      ),
      plannedFaces: v.optional(
        whole(1, 10_000, {
          en: 'Residents whose faces this gate is to know. `check` judges by them: the more there are, the higher the threshold, and the more residents it turns away.',
          zh: '计划登记人脸的住户数；check 据此判断：人数越多，阈值越高，本人被拒越多。',
        }),
        100,
      ),
      personsElsewhere: v.optional(
        whole(0, 100_000_000, {
          en: 'Persons whose faces the operator keeps at other gates. With those of this gate they count towards the 100 000 from which the law wants it filed.',
          zh: '运营者在其他门保存人脸的人数；与本门合计，达十万人须备案。',
        }),
        0,
      ),
      otherWayGraceDays: v.optional(
        whole(1, 30, {
          en: 'Face goes on this long after a resident’s last card or code was lost.',
          zh: '住户失去最后的卡或密码后，人脸仍可用的天数。',
          unit: 'days',
        }),
        7,
      ),
    },
    { en: 'Recognition of faces.', zh: '人脸识别。' },
  ),
  {},
)

export const settings = group(
  {
    gate: matching(/^[a-z0-9-]{1,32}$/, 'id_malformed', {
      en: 'The gate’s name; consents name it.',
      zh: '门的名称；同意书中会写明。',
      form: 'a–z 0–9 -, 1–32 characters',
    }),
    language: v.optional(choice(languages, { en: 'The language of messages.', zh: '提示语言。' }), 'zh-CN'),
    timeZone: judged(isTimeZone, 'time_zone_unknown', {
      en: 'Schedules are read in this zone.',
      zh: '时间表所用时区。',
      form: 'IANA name, such as Asia/Shanghai',
    }),
    operator,
    store,
    runtime,
    clock,
    retention,
    door,
    sides: group(
      { entry: side, exit: v.exactOptional(side) },
      { en: 'What is mounted on each side of the gate.', zh: '门两侧安装的设备。' },
    ),
    sound: v.exactOptional(sound),
    alarm: v.exactOptional(alarm),
    call: v.exactOptional(call),
    face,
    inequality,
    otherWay,
    mqtt: v.exactOptional(mqtt),
    schedules,
    calendar,
    openDuring,
    passback,
    cardsApart,
    passes,
  },
  { en: 'The configuration of one gate.', zh: '一个门的配置。' },
)

type Frozen<T> = T extends string | number | boolean | undefined ? T : { readonly [Key in keyof T]: Frozen<T[Key]> }

/** A whole configuration with every default filled in, every path absolute, frozen to its leaves. */
export type Config = Frozen<v.InferOutput<typeof settings>>
export type DoorSettings = Config['door']
export type RealDoor = Exclude<DoorSettings, { readonly driver: 'simulated' }>
export type OutputLine = RealDoor['relay']
export type InputLine = NonNullable<RealDoor['contact']>
export type SignalSettings = NonNullable<Config['sides']['entry']['signal']>
export type AlarmSettings = NonNullable<Config['alarm']>
export type CallSettings = NonNullable<Config['call']>
export type SideSettings = Config['sides']['entry']
export type CardReader = Frozen<v.InferOutput<typeof cardReader>>
export type Keypad = Frozen<v.InferOutput<typeof keypad>>
export type FaceDevice = Frozen<v.InferOutput<typeof faceDevice>>
export type CaptureZone = FaceDevice['zone']

/** One row a setting, in the order of the file, for the table in the README and for `check`. */
export const describeSettings = (): readonly SettingRow[] => describe(settings)
