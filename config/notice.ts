// The notice a resident reads before a consent to face, made from the configuration, and its hash. Whatever it says is part of
// what was agreed to: operator, maintainer, gate, purpose, retention. A changed notice makes every earlier consent stale.

import { createHash } from 'node:crypto'
import type { Config } from './settings.ts'
import { type Language, languages } from './words.ts'

export const writeNotice = (config: Config, language: Language): string => {
  const { gate, operator, retention } = config
  const months = retention.templateMonths
  return language === 'en'
    ? `Face at the gate “${gate}”: your choice

Operator: ${operator.name}. Contact: ${operator.contact}. Maintenance: ${operator.maintainer}.
Purpose: to open this gate for you, and nothing else.
How: a camera looks at a face that stands in the marked zone; numbers computed from it are compared inside the gate. No picture
is kept. The numbers are stored encrypted in the gate, never leave it, and are deleted when you withdraw or after ${months} months.
You need not agree. Card and code open the same gate at the same hours, at no cost, before and after.
You may withdraw at any time at the keypad: tap your card, then press 9# twice. It takes effect at once.
`
    : `“${gate}”门的人脸识别：由您选择

运营者：${operator.name}。联系方式：${operator.contact}。维护者：${operator.maintainer}。
目的：仅用于为您打开此门。
方式：摄像头只处理站在标示区域内的人脸，由其计算出的特征仅在门内比对。不保存任何图像。特征加密存放在门内，绝不外传，
您撤回同意或满 ${months} 个月后删除。
您可以不同意。刷卡和密码在相同时间打开同一扇门，不收任何费用，同意前后均如此。
您可随时在键盘上撤回：先刷卡，再按两次 9#。立即生效。
`
}

/** One hash over both languages: whichever was read, the same thing was agreed to. */
export const hashNotice = (config: Config): string =>
  createHash('sha256')
    .update(languages.map((language) => writeNotice(config, language)).join('\0'))
    .digest('hex')
