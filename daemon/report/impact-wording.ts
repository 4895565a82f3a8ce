// What an assessment of impact says by itself, from the real configuration, under the four heads of the law (the face measures' article 9):
// it cannot say what the gate does not do. Text only. Read by impact.ts.

import { isNetwork } from '../../config/checks-face.ts'
import { listDevices, listSides, offers, opensByOne } from '../../config/mounted.ts'
import { spellDays, spellGate } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import type { ImpactPart } from '../store/assessment.ts'

export type ImpactSection = {
  readonly head: string
  readonly points: readonly string[]
  /** On what of it the operator has his own word. */
  readonly parts: readonly ImpactPart[]
}

/** What decides some sentences. */
const readKind = (config: Config) => {
  const withFace = listSides(config).filter(({ settings }) => offers(settings, 'face'))
  return {
    /** A face is only ever compared with the owner of the card or code before it. */
    isOneToOne: !withFace.some(({ settings }) => opensByOne(settings)),
    crossesNetwork: listDevices(config).face.some(({ device }) => 'input' in device && isNetwork(String(device.input))),
  }
}

const liveness: Readonly<Record<Config['face']['liveness'], readonly [en: string, zh: string]>> = {
  off: ['none', '不检测'],
  passive: [
    'by signs of a screen or a print, without asking anything of anybody',
    '依据屏幕和打印件的迹象，不要求住户配合',
  ],
  challenge: ['by a slow turn of the head, left or right', '要求缓慢左转或右转'],
}
const remedies: Readonly<Record<Config['inequality']['remedy'], readonly [en: string, zh: string]>> = {
  'pause-face': ['face pauses too', '人脸也暂停'],
  guard: ['a guard is called to open', '呼叫保安开门'],
  'hold-open': ['the gate is held open', '保持开门'],
}

const writeEnglish = (config: Config): readonly ImpactSection[] => {
  const { face, retention, inequality, operator } = config
  const { all, others, cameras } = spellGate(config, 'en')
  const { isOneToOne, crossesNetwork } = readKind(config)
  return [
    {
      head: '1. Purpose and method: lawful, proper, necessary?',
      points: [
        `Purpose: to open this gate for residents who agreed, and nothing else. Responsible: ${operator.name}. Ways through the gate: ${all}.`,
        `Is face necessary? No: the same purpose is reached without it, by ${others}. It is a convenience for whoever asks for it, on a separate consent; a refusal costs nothing.`,
        isOneToOne
          ? 'A face is compared with the owner of the card or code before it alone (1:1), never searched among all.'
          : 'Why is a face searched among all (1:N), and not compared with its owner after a card (1:1)? So that people whose hands are full pass with neither card nor code. Where that is not needed, this gate can ask for the card first (setting twoFactor).',
        `Method: a camera (${cameras}) looks at a marked zone. Numbers are computed from a face that stands there and looks, and compared inside the gate. Nothing is searched for while nothing moves; a tap or a key ends the look at once.`,
      ],
      parts: ['purpose', 'necessity'],
    },
    {
      head: '2. Effect on people, and whether what lessens it works',
      points: [
        `Somebody may be taken for somebody else. The gate is set so that of 100 looks by strangers at most ${(face.targetFpir * 100).toFixed(1)} are, with ${face.plannedFaces} faces enrolled. It works worse for some groups of people.`,
        'Somebody may not be recognised. He takes another way; a gate that is expected to turn away more than 20 in 100 is refused at start.',
        'Passers-by stand before the camera too. They are counted by the hour, not recognised; no picture is written.',
        'Residents may be pressed to agree. Nobody is asked again after a no, no screen shows who said no, and “report equality” shows whether the other ways are as quick, as sure and as cheap.',
        `When only face is left working, people at the gate are told within 5 seconds, and after ${inequality.graceHours} hours ${remedies[inequality.remedy][0]}.`,
      ],
      parts: ['effects'],
    },
    {
      head: '3. What may leak or be misused, and the harm',
      points: [
        'The numbers of a face, stolen together with their key: a face cannot be replaced, and may be recognised elsewhere for life.',
        'Names and rooms: who lives where. Records of passages hold ids and no names; together with the names they are movements.',
        'A picture or a film of a resident, shown to the camera: the gate opens to a stranger. The test for a living person is unmeasured against real attacks; a second proof (card and face together) is the barrier.',
        'Whoever holds the memory chip and the store’s key may recover old blocks, unless the key lies in a security chip (TPM).',
      ],
      parts: ['risks'],
    },
    {
      head: '4. Measures: lawful, effective, fitting the risk?',
      points: [
        'Each face is sealed under a key of its own, which only the program for faces has; that program can write no file.',
        crossesNetwork
          ? 'A camera is on the network: its pictures cross it before they reach the gate. Keep that network apart.'
          : 'The program for faces has no network: pictures and numbers do not leave the gate.',
        `Is somebody there in the flesh? Tested ${liveness[face.liveness][0]}.`,
        'Withdrawal at the keypad or the office: no longer recognised within a second, the numbers deleted, a signed receipt. Backups never hold a face.',
        `Kept: a face at most ${retention.templateMonths} months; who passed ${spellDays(retention.namedEventsDays, 'en')}; an ended consent, as evidence, ${spellDays(retention.consentDays, 'en')}.`,
        'Office, guard, technician and auditor see different things. Every change, and every look at one person’s whole file, is recorded with who did it, in a record that cannot be rewritten without the residents’ receipts showing it.',
      ],
      parts: ['measures'],
    },
  ]
}

const writeChinese = (config: Config): readonly ImpactSection[] => {
  const { face, retention, inequality, operator } = config
  const { all, others, cameras } = spellGate(config, 'zh-CN')
  const { isOneToOne, crossesNetwork } = readKind(config)
  return [
    {
      head: '一、处理目的、方式是否合法、正当、必要',
      points: [
        `目的：仅为已同意的住户打开此门。责任者：${operator.name}。通行方式：${all}。`,
        `人脸是否必要：否，不用人脸同样达到目的（${others}）。人脸仅为便利，由本人要求并单独同意后提供；拒绝不产生任何代价。`,
        isOneToOne
          ? '人脸只与先刷卡或输码的本人比对（1:1），从不在全部已登记者中检索。'
          : '为何在全部已登记者中检索（1:N），而非刷卡后只与本人比对（1:1）：使双手不便者无需刷卡或输码即可通行。如无此需要，可设为先刷卡（设置 twoFactor）。',
        `方式：摄像头（${cameras}）只看标示区域；站定并注视者，计算其人脸特征并在门内比对。无人移动时不检索；刷卡或按键立即停止。`,
      ],
      parts: ['purpose', 'necessity'],
    },
    {
      head: '二、对个人权益的影响，以及降低不利影响的措施是否有效',
      points: [
        `可能把他人误认为住户：按登记 ${face.plannedFaces} 人设定，陌生人每 100 次注视最多误认 ${(face.targetFpir * 100).toFixed(1)} 次。对部分人群效果较差。`,
        '可能认不出本人，届时走其他方式；预计每 100 次拒认超过 20 次的配置不予启动。',
        '路过者也会经过摄像头：只计每小时次数，不识别，不写入图像。',
        '住户可能受到劝诱：拒绝后不再询问，任何屏幕不显示谁拒绝；“report equality”显示其他方式是否同样快、同样可靠、同样便宜。',
        `若只剩人脸可用：5 秒内在门口提示，${inequality.graceHours} 小时后${remedies[inequality.remedy][1]}。`,
      ],
      parts: ['effects'],
    },
    {
      head: '三、泄露、被窃、被滥用的风险及可能造成的危害',
      points: [
        '人脸特征连同密钥被窃：人脸无法更换，可能终身在他处被识别。',
        '姓名和房号：谁住在哪里。通行记录只有编号；与姓名一起即为行踪。',
        '以住户照片或视频对准摄像头：门可能为陌生人打开。活体检测未经真实攻击实测；可靠的屏障是双重验证（刷卡加人脸）。',
        '同时取得存储芯片和数据库密钥者可能恢复旧数据块；密钥存于安全芯片（TPM）可防止。',
      ],
      parts: ['risks'],
    },
    {
      head: '四、所采取的保护措施是否合法、有效，并与风险程度相适应',
      points: [
        '每个人脸以各自的密钥加密，密钥仅人脸程序持有；该程序不能写入任何文件。',
        crossesNetwork
          ? '有网络摄像头：图像在到达门禁前经过网络，请将该网络隔离。'
          : '人脸程序没有网络：图像和特征不离开本门。',
        `是否真人：${liveness[face.liveness][1]}。`,
        '在键盘或运营者处撤回：1 秒内不再识别，特征删除，出具签名回执。备份从不含人脸。',
        `保存：人脸最长 ${retention.templateMonths} 个月；通行人员记录 ${spellDays(retention.namedEventsDays, 'zh-CN')}；已结束的同意书（凭据）${spellDays(retention.consentDays, 'zh-CN')}。`,
        '物业、保安、技术员、审计各见所需。每次变更、每次调取某人全部信息都记录由谁所为；记录若被改写，住户手中的回执即可查出。',
      ],
      parts: ['measures'],
    },
  ]
}

export const listSections = (config: Config, language: Language): readonly ImpactSection[] =>
  language === 'en' ? writeEnglish(config) : writeChinese(config)
