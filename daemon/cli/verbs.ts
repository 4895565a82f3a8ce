// The one table of commands: name, words, options, where it runs, what it does. Parsing, usage and dispatch read it and nothing
// else. Does nothing itself.

import { languages } from '../../config/words.ts'
import { figureNames } from '../bench/figures.ts'
import { revocations } from '../core/reasons.ts'
import { suspensionReasons } from '../core/suspension.ts'
import { cardVerbs } from './verbs-cards.ts'
import { codeVerbs } from './verbs-codes.ts'
import { deskVerbs } from './verbs-desk.ts'
import { guardVerbs } from './verbs-guard.ts'
import { handoverVerbs } from './verbs-handover.ts'
import { as, out, pageVerbs } from './verbs-pages.ts'
import { passVerbs } from './verbs-passes.ts'
import { proofVerbs } from './verbs-proof.ts'
import { ruleVerbs } from './verbs-rules.ts'

export type OptionSpec = { readonly short?: string; readonly required?: true } & (
  | { readonly type: 'flag' }
  | {
      readonly type: 'text'
      readonly value: string
      readonly form?: RegExp
      /** The form in words. */
      readonly says?: readonly [en: string, zh: string]
      readonly most: number
    }
  | { readonly type: 'date'; readonly value: 'YYYY-MM-DD' }
  | {
      readonly type: 'whole'
      readonly value: string
      readonly least: number
      readonly most: number
      readonly preset?: number
    }
  /** `value` stands for options that are too many for one line. */
  | { readonly type: 'choice'; readonly options: readonly string[]; readonly value?: string }
)

export type Verb = {
  readonly name: string
  /** Words that must follow, in this order. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, OptionSpec>>
  /** `daemon`: asks the running gate; `here`: works in this process; `own`: reads its own options. */
  readonly where: 'daemon' | 'here' | 'own'
  readonly en: string
  readonly zh: string
}

const flag: OptionSpec = { type: 'flag' }
const text = (value: string, most: number): OptionSpec => ({ type: 'text', value, most })
const required = <Spec extends OptionSpec>(spec: Spec): Spec & { readonly required: true } => ({
  ...spec,
  required: true,
})

/** Understood by every command. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  config: text('FILE', 4096),
  language: { type: 'choice', options: languages },
  json: flag,
  help: { type: 'flag', short: 'h' },
}

const verb = (
  name: string,
  where: Verb['where'],
  [en, zh]: readonly [en: string, zh: string],
  options: Verb['options'] = {},
): Verb => {
  const words = name.split(' ')
  const own = words.filter((word) => word !== word.toUpperCase())
  return { name: own.join(' '), words: words.slice(own.length), options, where, en, zh }
}

export const verbs: readonly Verb[] = Object.freeze([
  verb('run', 'here', ['The daemon of the gate, until a signal ends it.', '运行门禁，直到收到结束信号。']),
  verb('check', 'here', [
    'All problems of a configuration at once, or what it means.',
    '一次列出配置的全部问题，或显示生效配置。',
  ]),
  verb('notice', 'here', [
    'What a resident reads before a consent to face, as this gate is.',
    '住户同意人脸识别前阅读的告知书，按本门实际配置生成。',
  ]),
  verb(
    'doctor',
    'here',
    [
      'Probes the real parts one by one; stores nothing. --watch: one live screen and a test pulse.',
      '逐一检测实际部件；不保存任何内容。--watch：实时画面和试开。',
    ],
    { watch: flag },
  ),
  verb('voice make FOLDER', 'here', [
    'Spoken sentences for the setting sound.voice, by espeak-ng.',
    '用 espeak-ng 生成语音文件，供 sound.voice 使用。',
  ]),
  verb('status', 'daemon', ['Paths, door, mode, last events.', '各通行方式、门、模式和最近事件。'], { watch: flag }),
  verb('household add ROOM', 'daemon', [
    'A room and its residents; ROOM has at most 40 characters.',
    '新增房号，最多 40 个字符。',
  ]),
  verb('household list', 'daemon', ['All rooms.', '列出房号。']),
  verb('resident add', 'daemon', ['A person with a right at this gate.', '新增住户，并授予本门通行权。'], {
    room: required(text('ROOM', 40)),
    name: required(text('NAME', 100)),
    schedule: text('SCHEDULE', 64),
    born: { type: 'date', value: 'YYYY-MM-DD' },
    'guardian-required': flag,
  }),
  verb('resident list', 'daemon', ['All residents and how many credentials each holds.', '列出住户及其凭证数量。'], {
    'code-only': flag,
  }),
  verb(
    'resident show RESIDENT',
    'daemon',
    [
      'One resident’s credentials, rights, consents; --all: everything held on him.',
      '住户的凭证、权限和同意书；--all：所保存的全部内容。',
    ],
    { all: flag },
  ),
  verb('resident export RESIDENT', 'daemon', [
    'Everything held on him, as JSON to take along.',
    '所保存的全部内容，JSON 格式，供本人带走。',
  ]),
  verb(
    'resident why RESIDENT',
    'daemon',
    ['Why he was not let in: his own denied attempts.', '为何未能进门：本人被拒绝的记录。'],
    { count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 1000, preset: 20 } },
  ),
  verb(
    'resident suspend RESIDENT',
    'daemon',
    [
      `Suspends every way in, to the end of a day, with a notice to print. REASON: ${suspensionReasons.join(', ')}. Never for unpaid fees.`,
      `中止全部通行方式至某日结束，并给出通知书。原因：${suspensionReasons.join('、')}。不得因欠费。`,
    ],
    {
      because: required(text('REASON', 64)),
      until: required({ type: 'date', value: 'YYYY-MM-DD' }),
    },
  ),
  verb('resident resume RESIDENT', 'daemon', ['Ends a suspension.', '结束中止。']),
  verb('card add RESIDENT', 'daemon', [
    'Waits 30 s for two taps of the same unknown card.',
    '30 秒内将同一张新卡刷两次。',
  ]),
  verb(
    'pin set RESIDENT',
    'daemon',
    [
      'Sets a code of 6 to 12 digits, valid to the end of a day or for good; read from the input, never an argument. Refused: runs, repeats, dates, the number itself, what strangers try first.',
      '设置 6 至 12 位密码，可设截止日；从输入读取，不作为参数。不得为连续、重复数字、日期、号码本身或常见密码。',
    ],
    {
      number: required({
        ...{ type: 'text', value: 'NUMBER', form: /^\d{3,8}$/, most: 8 },
        says: ['3 to 8 digits, never the room’s own number', '3 至 8 位数字，不得与房号相同'],
      }),
      until: { type: 'date', value: 'YYYY-MM-DD' },
    },
  ),
  ...codeVerbs,
  verb(
    'consent record RESIDENT',
    'daemon',
    ['A signed form; counts once confirmed at the keypad.', '登记书面同意；在键盘确认后生效。'],
    {
      form: required(text('NUMBER', 64)),
      witness: required(text('WHO', 100)),
      guardian: text('NAME', 100),
      'guardian-born': { type: 'date', value: 'YYYY-MM-DD' },
      read: { type: 'choice', options: languages },
      months: { type: 'whole', value: 'N', least: 1, most: 12, preset: 12 },
    },
  ),
  verb('consent show RESIDENT', 'daemon', ['A resident’s consents, ended ones too.', '住户的同意书，包括已结束的。']),
  verb('consent withdraw RESIDENT', 'daemon', [
    'Ends the consent; the face is forgotten at once.',
    '撤回同意；立即删除人脸。',
  ]),
  verb(
    'face enrol RESIDENT',
    'daemon',
    [
      'Enrols a face, within 10 minutes of 1# at the keypad. --on-card: it opens only with this card of his, issued by `card issue`.',
      '登记人脸，须在键盘按 1# 后 10 分钟内。--on-card：人脸只能用住户本人的这张卡（由 `card issue` 发放）打开。',
    ],
    {
      'on-card': { type: 'text', value: 'CREDENTIAL', most: 40 },
      side: { type: 'choice', options: ['entry', 'exit'] },
    },
  ),
  verb(
    'face off',
    'daemon',
    [
      'Stops all faces at once, by a court’s order; cards and codes go on. Survives restart, restore and upgrade.',
      '依法院命令等立即停用全部人脸；卡和密码不受影响。重启、恢复、升级后仍有效。',
    ],
    { because: required(text('TEXT', 200)) },
  ),
  verb('face on', 'daemon', ['Ends the stop of all faces.', '解除人脸停用。'], {
    because: required(text('TEXT', 200)),
  }),
  verb(
    'credential revoke CREDENTIAL',
    'daemon',
    [
      'Ends a card, a code or a face; why is one of a few words, as the record takes no free text about a person.',
      '注销卡、密码或人脸；原因只能从固定词中选择，记录中不写关于个人的文字。',
    ],
    { because: { type: 'choice', options: revocations } },
  ),
  verb('erase verify RECEIPT', 'daemon', [
    'Looks for remains of an erased person in every page of the store and of every known backup.',
    '在数据库和所有已知备份的每一页中查找已删除者的残留。',
  ]),
  verb(
    'erase RESIDENT',
    'daemon',
    [
      'The right to be forgotten: the person, card, code and face go for good. Asks first, and writes a receipt.',
      '被遗忘权：永久删除此人及其卡、密码和人脸。执行前会询问，并写出回执。',
    ],
    { yes: flag, receipt: text('FILE', 4096) },
  ),
  verb('backup FILE', 'daemon', [
    'Copies people, cards, codes and the record into an encrypted file of the same key; never a face.',
    '将住户、卡、密码和记录复制到同一密钥加密的文件；不含人脸。',
  ]),
  verb('restore FILE', 'here', [
    'Puts a backup in place at the gate’s next start or reload; faces are enrolled anew.',
    '在门禁下次启动或重新加载时恢复备份；人脸须重新登记。',
  ]),
  verb('clock accept', 'daemon', [
    'Says that the clock is right, after a leap or a year off.',
    '确认时钟正确（跳变或长期停用之后）。',
  ]),
  verb('open', 'daemon', ['Opens the door once, on the record.', '开门一次，并留下记录。']),
  verb('log tail', 'daemon', ['The last events.', '最近的事件。'], {
    count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 1000, preset: 20 },
    follow: { type: 'flag', short: 'f' },
  }),
  verb(
    'log verify',
    'daemon',
    [
      'Proves the record whole, and the one of a receipt or of a head’s code; or names the first bad event.',
      '验证记录完整，且与回执或链首代码一致；或指出首个异常。',
    ],
    { receipt: text('FILE', 4096), head: text('CODE', 64) },
  ),
  ...pageVerbs,
  ...proofVerbs,
  ...handoverVerbs,
  ...ruleVerbs,
  ...cardVerbs,
  ...passVerbs,
  ...deskVerbs,
  ...guardVerbs,
  verb(
    'report equality',
    'daemon',
    [
      'Whether card and code are as good as face: a page to print, or --json. --sample: a simulated month, without a gate.',
      '刷卡、密码是否与人脸一样好：可打印的网页，或 --json。--sample：模拟的一个月，无需门禁。',
    ],
    {
      from: { type: 'date', value: 'YYYY-MM-DD' },
      to: { type: 'date', value: 'YYYY-MM-DD' },
      sample: { type: 'whole', value: 'SEED', least: 0, most: 999_999_999 },
      as,
      out,
    },
  ),
  verb('models list', 'here', [
    'Face models, how they were measured, and whether their files are whole.',
    '列出人脸模型、测量结果及其文件状态。',
  ]),
  verb('models pull PACK', 'here', ['Fetches face models from their makers.', '从发布者处下载人脸模型。'], {
    from: text('URL', 2048),
  }),
  verb('models add FOLDER', 'here', ['Takes face models from a folder.', '从目录安装人脸模型。'], {
    pack: text('PACK', 32),
  }),
  verb('models calibrate', 'daemon', [
    'Compares the enrolled faces with each other: sets the threshold by this site, and lists look-alikes.',
    '比较已登记的人脸：按本处实际校准阈值，并列出相貌相近者。',
  ]),
  verb(
    'models evaluate',
    'here',
    [
      'Measures face models on pictures, one folder a person or one deeper by groups; --attacks: liveness, one folder a species.',
      '用图片测量人脸模型：每人一个目录，或多一层按组；--attacks 测量活体检测：每类攻击一个目录，真人放在 live。',
    ],
    {
      pack: text('PACK', 32),
      pictures: text('FOLDER', 4096),
      attacks: text('FOLDER', 4096),
      report: text('FOLDER', 4096),
      models: text('FOLDER', 4096),
    },
  ),
  verb('sim', 'here', ['The whole daemon with simulated parts and a prompt.', '以模拟部件运行，并提供命令提示符。']),
  verb('bench', 'own', ['The project’s figures.', '测量各项性能指标。'], {
    json: flag,
    only: { type: 'choice', options: figureNames, value: 'FIGURE' },
    runs: { type: 'whole', value: 'N', least: 1, most: 100, preset: 5 },
    residents: { type: 'whole', value: 'N', least: 1, most: 100_000, preset: 10_000 },
    taps: { type: 'whole', value: 'N', least: 1, most: 10_000, preset: 100 },
  }),
  verb('demo', 'own', ['A morning at the gate, played.', '演示门前的一个早晨。'], {
    json: flag,
    seed: { type: 'whole', value: 'N', least: 0, most: 2 ** 32 - 1, preset: 1 },
    language: { type: 'choice', options: languages },
  }),
])
