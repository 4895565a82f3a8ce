// The assessment of impact (PIPL 55 and 56, the face measures' article 9): its contents from the real configuration, so that it cannot say
// what the gate does not do, and a hash over what it was made from, by which one that was made before is known to be out of date.
// The operator adds his own reasons and signs. Called by the command line.

import { createHash } from 'node:crypto'
import { isNetwork } from '../../config/checks-face.ts'
import { listDevices, listSides, offers, opensByOne } from '../../config/mounted.ts'
import { hashNotice, spellGate } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import { type Document, head, points, say } from './document.ts'

/** Everything the assessment rests on. Another sentence of the notice is another assessment. */
export const hashAssessed = (config: Config): string => {
  const { gate, operator, sides, face, retention, inequality, mqtt } = config
  const assessed = { gate, operator, sides, face, retention, inequality, mqtt, notice: hashNotice(config) }
  return createHash('sha256').update(JSON.stringify(assessed)).digest('hex')
}

/** The last assessment that was signed: when, and from what. */
export type Assessed = { readonly at: number; readonly hash: string }

/** What decides some sentences. */
const readKind = (config: Config) => {
  const withFace = listSides(config).filter(({ settings }) => offers(settings, 'face'))
  return {
    /** A face is only ever compared with the owner of the card or code before it. */
    isOneToOne: !withFace.some(({ settings }) => opensByOne(settings)),
    crossesNetwork: listDevices(config).face.some(({ device }) => 'input' in device && isNetwork(String(device.input))),
  }
}

const liveness = { off: '不检测', passive: '被动检测', challenge: '转头检测' } as const
const remedies = { 'pause-face': '暂停人脸', guard: '呼叫保安', 'hold-open': '保持开门' } as const

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`

const standing = (config: Config, language: Language, last: Assessed | undefined): string => {
  const zh = language === 'zh-CN'
  if (last === undefined) return zh ? '尚未登记已签署的评估。' : 'No signed assessment is recorded yet.'
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: config.timeZone }).format(last.at)
  const fits = last.hash === hashAssessed(config)
  if (fits)
    return zh ? `最近一次评估：${day}，仍与配置一致。` : `Last assessed ${day}; it still fits this configuration.`
  return zh
    ? `最近一次评估：${day}。此后配置已变更：须重新评估。`
    : `Last assessed ${day}. The configuration has changed since: assess anew.`
}

const writeEnglish = (config: Config): Document['blocks'] => {
  const { face, retention, inequality, operator } = config
  const { all, others, cameras } = spellGate(config, 'en')
  const { isOneToOne, crossesNetwork } = readKind(config)
  return [
    head('1. Purpose, means, and whether they are lawful, proper and necessary'),
    points([
      `Purpose: to open this gate for residents who agreed. Operator: ${operator.name}. Ways through it: ${all}.`,
      `Necessary? No: the purpose is reached without face, by ${others}. Face is offered as a convenience, to whoever asks for it, on a consent of its own.`,
      isOneToOne
        ? 'A face is compared with the owner of the card or code before it alone (1:1), never searched among all.'
        : 'Why is a face searched among all, and not compared with one after a card? Because it is offered to people whose hands are full. Where that is not needed, `twoFactor` with face after a card compares it with its owner alone.',
      `Means: a camera (${cameras}) and a marked zone; nobody is searched for while nothing moves; a tap or a key ends the look at once.`,
    ]),
    head('2. Effect on people, and the risks'),
    points([
      'A face cannot be replaced when its numbers are stolen.',
      `Somebody may be taken for somebody else: planned for ${percent(face.targetFpir)} of strangers' looks among ${face.plannedFaces} faces. It works worse for some groups: see the measured page on faces.`,
      'Somebody may not be recognised, and takes another way; a gate that is expected to turn away more than 20 % is refused.',
      'A flat picture or a film may be shown to the camera. Liveness is unmeasured against real attacks; a second factor is the barrier.',
      'Passers-by are before the camera: they are counted by the hour and not recognised; no picture is written.',
      'Pressure on those who decline: the equality report shows whether their way is as quick, as sure and as cheap.',
    ]),
    head('3. Measures, and whether they fit the risks'),
    points([
      'Numbers are sealed one by one under keys that only the face process has; that process has no file to write.',
      crossesNetwork
        ? 'A camera is on the network: its pictures cross it before they reach the gate. Keep that network apart.'
        : 'The face process has no network: pictures and numbers do not leave the gate.',
      `Liveness: ${face.liveness}. Withdrawal at the keypad or the office takes effect within a second; erasure is proved by a receipt.`,
      `Kept: a face at most ${retention.templateMonths} months; who passed ${retention.namedEventsDays} days; ended consents ${retention.consentDays} days.`,
      `When only face is left, it is announced within 5 s, and after ${inequality.graceHours} hours: ${inequality.remedy}.`,
      'Roles on separate sockets; every change, and each taking along of one person’s file, is an event with role and caller, in a chain that receipts prove.',
    ]),
    head('4. What the operator adds and signs'),
    {
      kind: 'blanks',
      names: [
        'Why face is offered here',
        'Whom it was discussed with',
        'Risks that remain, and why they are borne',
        'Date',
        'Signature',
      ],
    },
  ]
}

const writeChinese = (config: Config): Document['blocks'] => {
  const { face, retention, inequality, operator } = config
  const { all, others, cameras } = spellGate(config, 'zh-CN')
  const { isOneToOne, crossesNetwork } = readKind(config)
  return [
    head('一、目的、方式是否合法、正当、必要'),
    points([
      `目的：仅为已同意的住户打开此门。运营者：${operator.name}。通行方式：${all}。`,
      `是否必要：否。不用人脸同样达到目的：${others}。人脸仅为便利，由本人要求并单独同意后提供。`,
      isOneToOne
        ? '人脸只与先刷卡或输码的本人比对（1:1），从不在全部已登记者中检索。'
        : '为何在全部已登记者中检索（1:N），而非刷卡后只与本人比对（1:1）：为双手不便者提供。如无此需要，可用 `twoFactor` 设为刷卡后只与本人比对。',
      `方式：摄像头（${cameras}）只处理标示区域；无人移动时不检索；刷卡或按键立即停止处理。`,
    ]),
    head('二、对个人权益的影响及安全风险'),
    points([
      '特征一旦被窃，人脸无法更换。',
      `可能把他人误认为住户：按 ${face.plannedFaces} 人计划，陌生人每次误认目标为 ${percent(face.targetFpir)}。对部分人群效果较差，见人脸实测页。`,
      '可能认不出本人，届时走其他方式；预计拒认超过 20% 的配置会被拒绝。',
      '可能有人用照片或视频冒充。活体检测未经真实攻击实测；可靠的屏障是双重验证。',
      '路过者会经过摄像头：只计每小时次数，不识别，不写入图像。',
      '对拒绝者的压力：平等报告显示其方式是否同样快、同样可靠、同样便宜。',
    ]),
    head('三、保护措施是否合法、有效，并与风险相适应'),
    points([
      '特征逐个加密，密钥仅人脸进程持有；该进程无可写文件。',
      crossesNetwork
        ? '有网络摄像头：图像在到达门禁前经过网络，请将该网络隔离。'
        : '人脸进程无网络：图像和特征不离开本门。',
      `活体策略：${liveness[face.liveness]}。在键盘或运营者处撤回，1 秒内生效；删除有回执可证。`,
      `保存：人脸最长 ${retention.templateMonths} 个月；通行人员记录 ${retention.namedEventsDays} 天；已结束的同意书 ${retention.consentDays} 天。`,
      `若只剩人脸可用：5 秒内报警，${inequality.graceHours} 小时后执行：${remedies[inequality.remedy]}。`,
      '各角色接口分开；每次变更、每次调取个人全部信息都有角色和操作者记录，构成可由回执验证的链。',
    ]),
    head('四、运营者补充并签署'),
    { kind: 'blanks', names: ['为何在此提供人脸', '与谁讨论过', '仍存在的风险及接受理由', '日期', '签名'] },
  ]
}

export const writeImpact = (config: Config, last: Assessed | undefined, language: Language): Document => ({
  language,
  title:
    language === 'en'
      ? `Assessment of impact: faces at the gate “${config.gate}”`
      : `个人信息保护影响评估：“${config.gate}”门的人脸识别`,
  blocks: [
    say(standing(config, language, last), 'answer'),
    ...(language === 'en' ? writeEnglish(config) : writeChinese(config)),
    say(
      language === 'en'
        ? `Made from the configuration ${hashAssessed(config)}. Keep it three years; make it anew when the configuration changes.`
        : `依据配置 ${hashAssessed(config)} 生成。保存三年；配置变更后须重做。`,
    ),
  ],
})
