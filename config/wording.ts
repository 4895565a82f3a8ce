// Builds the one line that is said about a problem, from its code, in either language. Decides nothing.
// Called by `check` and by the daemon at start and at reload; the checks take the type of their codes from here.

import { maskText } from './effective.ts'
import type { Problem } from './problems.ts'
import { cardsWording } from './wording-cards.ts'
import { doorWording, lawWording, pinWording, sideWording } from './wording-checks.ts'
import { codesWording } from './wording-codes.ts'
import { equalityWording } from './wording-equality.ts'
import { fileWording, settingWording, yamlWording } from './wording-file.ts'
import { filingWording } from './wording-filing.ts'
import { livenessWording } from './wording-liveness.ts'
import { mqttWording } from './wording-mqtt.ts'
import { rulesWording } from './wording-rules.ts'
import { signalWording } from './wording-signal.ts'
import type { Language } from './words.ts'

export const wording = {
  ...fileWording,
  ...yamlWording,
  ...settingWording,
  ...lawWording,
  ...equalityWording,
  ...codesWording,
  ...sideWording,
  ...doorWording,
  ...pinWording,
  ...mqttWording,
  ...signalWording,
  ...filingWording,
  ...livenessWording,
  ...rulesWording,
  ...cardsWording,
} as const

export type ProblemCode = keyof typeof wording

/** Values that are words of ours and not of the file. */
const vocabulary: Readonly<Record<string, string>> = {
  ms: '毫秒',
  seconds: '秒',
  hours: '小时',
  days: '天',
  months: '个月',
  px: '像素',
  'frames/s': '帧/秒',
  baud: '波特',
  'a number': '数字',
  'a text': '文本',
  'true or false': '是非值（true 或 false）',
  'a group of settings': '一组设置',
  'a list': '列表',
  'a name or a number': '名称或数字',
}

const longUnits: Readonly<Record<string, string>> = { ms: 'milliseconds', px: 'pixels', 'frames/s': 'frames a second' }

/** A quoted value may be a whole file or hold an escape sequence; a line on a terminal must stay one line. */
const valueLimit = 200

const showValue = (value: string | number, language: Language): string => {
  if (typeof value === 'number') return String(value)
  const word = language === 'en' ? longUnits[value] : vocabulary[value]
  if (word !== undefined) return word
  const line = maskText(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '�')
  return line.length > valueLimit ? `${line.slice(0, valueLimit)}…` : line
}

const showPlace = ({ line, path }: Problem, language: Language): string => {
  const place = showValue(path, language)
  if (line === undefined) return place
  const numbered = language === 'en' ? `line ${line}` : `第 ${line} 行`
  return place === '' ? numbered : language === 'en' ? `${numbered}, ${place}` : `${numbered}，${place}`
}

const severities = {
  error: { en: 'error', 'zh-CN': '错误' },
  warning: { en: 'warning', 'zh-CN': '警告' },
} as const

/** One line: where, how bad, what is wrong, what to do. */
export const renderProblem = (problem: Problem, language: Language): string => {
  const text: string = wording[problem.code][language]
  const { unit } = problem.values
  const inUnit = unit === undefined ? '' : ` ${showValue(unit, language)}`
  const fill = (name: string): string => (name === 'inUnit' ? inUnit : showValue(problem.values[name] ?? '', language))
  const filled = text.replaceAll(/\{(\w+)\}/g, (_, name: string) => fill(name))
  const place = showPlace(problem, language)
  const severity = severities[problem.severity][language]
  return language === 'en'
    ? `${severity}${place === '' ? '' : ` (${place})`}: ${filled}`
    : `${severity}${place === '' ? '' : `（${place}）`}：${filled}`
}
