// What the demo says to people, in both languages. Codes stay codes; nothing is decided here. Used by the screens.

import { type Language, languages } from '../../config/words.ts'
import { denials, grants } from '../core/reasons.ts'
import type { Outcome, SceneCode, ShownPath } from './scene.ts'

type Pair = readonly [zh: string, en: string]

const words = {
  title: ['门前的一个早晨', 'A morning at the gate'],
  starting: ['启动真实守护进程，外设为模拟', 'Starting the real daemon on simulated parts'],
  enrolling: ['物业登记住户的卡和密码', 'The office enrols residents, cards and codes'],
  consenting: [
    '四位自愿用人脸者：各刷自己的卡，按 1# 确认同意',
    'Four who chose face confirm their consent: own card, then 1#',
  ],
  enrollingFaces: ['摄像头前登记人脸', 'Their faces are enrolled before the camera'],
  scenes: ['早晨开始', 'The morning begins'],
  resting: ['刷卡或按键后，该侧摄像头停 5 秒', 'After a tap or key the camera of that side rests for 5 s'],
  sixty: ['六十位住户：一分钟内的人流，压缩到数秒', 'Sixty residents: what comes in a minute, compressed into seconds'],
  stranger: ['陌生人', 'a stranger'],
  nobody: ['未知', 'unknown'],
  leaving: ['出门者', 'somebody leaving'],
  technician: ['技术员', 'a technician'],
  relay: ['继电器', 'relay'],
  open: ['门开', 'open'],
  shut: ['门关', 'shut'],
  recommended: ['模型包 recommended', 'face pack recommended'],
  builtin: ['模型包 builtin（仅辅助）', 'face pack builtin (assist only)'],
  lfw: ['登记与识别用不同照片', 'enrolled and recognised by different pictures'],
  npm: ['npm 包内图片的合成视图', 'synthetic views of pictures from npm'],
  none: ['没有人脸图片', 'no pictures of faces'],
  syntheticView: ['合成视图', 'synthetic view'],
  count: ['次数', 'tries'],
  grants: ['放行', 'grants'],
  median: ['中位', 'median'],
  p95: ['p95', 'p95'],
  recorded: ['放行均有记录', 'grants with their record'],
  chain: ['账本链', 'ledger chain'],
  verified: ['完整', 'verified'],
  broken: ['断裂', 'broken'],
  events: ['条事件', 'events'],
  seed: ['种子', 'seed'],
  good: ['全部符合预期。', 'Everything came out as it should.'],
  bad: ['有场景不符合预期（标 !）。', 'Something did not come out as it should (marked !).'],
  interrupted: ['已中断，未留下任何文件。', 'Interrupted; nothing is left behind.'],
  usage: [
    '用法：npm run demo -- [--json] [--seed N] [--language zh-CN|en]',
    'Usage: npm run demo -- [--json] [--seed N] [--language zh-CN|en]',
  ],
} as const satisfies Readonly<Record<string, Pair>>

const scenes: Readonly<Record<SceneCode, Pair>> = {
  card: ['刷卡', 'card'],
  code: ['密码', 'code'],
  face: ['人脸', 'face'],
  stranger_face: ['陌生人的脸', 'stranger’s face'],
  unknown_card: ['未知的卡', 'unknown card'],
  wrong_code: ['密码错误', 'wrong code'],
  card_while_face_killed: ['人脸进程被杀时刷卡', 'card while face is killed'],
  exit_button: ['出门按钮', 'exit button'],
  face_only_configuration: ['只有人脸的配置', 'face-only configuration'],
  consent_withdrawn: ['撤回同意 9# 9#', 'consent withdrawn 9# 9#'],
  sixty_residents: ['六十位住户', 'sixty residents'],
}

const pathWords: Readonly<Record<ShownPath, Pair>> = {
  card: ['卡', 'card'],
  keypad: ['键盘', 'keypad'],
  face: ['人脸', 'face'],
  exit_button: ['按钮', 'button'],
  none: ['—', '—'],
}

const outcomes: Readonly<Record<Outcome, Pair>> = {
  grant: ['放行', 'granted'],
  deny: ['拒绝', 'denied'],
  refused: ['驳回', 'refused'],
}

/** Reasons that are no decision's. */
const otherReasons: Readonly<Record<string, Pair>> = {
  face_alone: ['人脸不得是唯一方式：须另有卡或键盘。', 'Face must not be the only way: add card or keypad.'],
  pictures_missing: ['没有可展示的人脸图片。', 'There are no pictures of faces to show.'],
  face_not_enrolled: ['没有图片能用于登记。', 'No picture was good enough to enrol.'],
  face_not_recognised: ['未被识别。', 'Not recognised.'],
  face_not_seen: ['摄像头未看清。', 'The camera did not see it well.'],
}
const reasons: Readonly<Record<string, Pair>> = {
  ...otherReasons,
  ...Object.fromEntries([...denials, ...grants].map(([code, en, zh]) => [code, [zh, en]] as const)),
}

export type Wording = {
  readonly say: (word: keyof typeof words) => string
  readonly scene: (code: SceneCode) => string
  readonly path: (path: ShownPath) => string
  readonly outcome: (outcome: Outcome) => string
  readonly reason: (code: string) => string
}

export const wordIn = (language: Language): Wording => {
  const choose = (pair: Pair): string => pair[languages.indexOf(language)] ?? pair[1]
  return {
    say: (word) => choose(words[word]),
    scene: (code) => choose(scenes[code]),
    path: (path) => choose(pathWords[path]),
    outcome: (outcome) => choose(outcomes[outcome]),
    reason: (code) => choose(reasons[code] ?? [code, code]),
  }
}
