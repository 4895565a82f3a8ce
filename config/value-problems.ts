// Turns what valibot says about one value into a problem with a code: a missing value, a wrong type, a unit written
// out, a number out of range. Judges nothing itself. Called by load.ts.

import type { BaseIssue } from 'valibot'
import { type Declaration, findDeclaration, type Unit } from './declare.ts'
import { type Keys, type Problem, problem, writePath } from './problems.ts'
import { settings } from './settings.ts'
import { type ProblemCode, wording } from './wording.ts'
import { paths } from './words.ts'

/** How many of the wanted unit one of the written unit is. */
const perUnit: Partial<Readonly<Record<Unit, Readonly<Record<string, number>>>>> = {
  ms: {
    ms: 1,
    s: 1000,
    sec: 1000,
    second: 1000,
    秒: 1000,
    毫秒: 1,
    min: 60_000,
    minute: 60_000,
    分钟: 60_000,
    h: 3_600_000,
  },
  seconds: { s: 1, sec: 1, second: 1, 秒: 1, min: 60, minute: 60, 分钟: 60 },
  hours: { h: 1, hour: 1, 小时: 1, d: 24, day: 24, 天: 24 },
  days: { d: 1, day: 1, 天: 1, 日: 1, week: 7, 周: 7, month: 30, 个月: 30, y: 365, year: 365, 年: 365 },
  months: { month: 1, 个月: 1, 月: 1, y: 12, year: 12, 年: 12 },
  px: { px: 1, pixel: 1, 像素: 1 },
  'frames/s': { fps: 1 },
  baud: { bd: 1, baud: 1, bps: 1 },
}

const nameType = (value: unknown): string => {
  if (typeof value === 'number') return 'a number'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'boolean') return 'true or false'
  return Array.isArray(value) ? 'a list' : 'a group of settings'
}

const nameWanted = ({ shape }: Declaration): string => {
  if (shape.kind === 'list') return 'a list'
  if (shape.kind !== 'value') return 'a group of settings'
  if (shape.type === 'text or number') return 'a name or a number'
  if (shape.type === 'boolean') return 'true or false'
  return shape.type === 'number' ? 'a number' : 'a text'
}

/** `3s` where milliseconds are wanted: the number to write instead. */
const convertUnit = (given: unknown, unit: Unit | undefined): number | undefined => {
  if (typeof given !== 'string' || unit === undefined) return undefined
  const [, amount, word] = /^\s*([\d.]{1,12})\s*(\p{L}{1,12})\.?\s*$/u.exec(given) ?? []
  const table = perUnit[unit]
  if (!amount || !word || !table) return undefined
  const factor = table[word.toLowerCase()] ?? table[word.toLowerCase().replace(/s$/, '')]
  const converted = factor === undefined ? Number.NaN : Number(amount) * factor
  return Number.isFinite(converted) ? converted : undefined
}

const isCode = (message: string): message is ProblemCode => Object.hasOwn(wording, message)

const quote = (input: unknown): string | number => (typeof input === 'number' ? input : String(input))

const judgeType = (path: string, key: string, input: unknown, declared: Declaration): Problem => {
  const { shape, doc, options } = declared
  const suggestion = convertUnit(input, doc.unit)
  if (suggestion !== undefined && doc.unit)
    return problem('error', 'unit_wrong', path, { key, given: quote(input), unit: doc.unit, suggestion })
  if (options.length > 0 && typeof input !== 'object')
    return problem('error', 'choice_unknown', path, { given: quote(input), options: options.join(' | ') })
  const found = nameType(input)
  if (shape.kind === 'value' && shape.type === 'text' && typeof input !== 'object')
    return problem('error', 'text_needs_quotes', path, { given: quote(input), found })
  return problem('error', 'type_wrong', path, { key, found, wanted: nameWanted(declared) })
}

const judgeLimit = (code: ProblemCode, path: string, input: unknown, { doc, min, max }: Declaration): Problem => {
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
  const given = typeof input === 'object' ? {} : { given: quote(input) }
  return problem('error', code, path, { ...given, ...limits, ...(doc.unit ? { unit: doc.unit } : {}) })
}

/** Inside a pair stands no declaration of its own: its two items are judged as one setting. */
const judgePair = (keys: Keys, issue: BaseIssue<unknown>): Problem => {
  const path = writePath(keys)
  return issue.type === 'picklist' && typeof issue.input === 'string'
    ? problem('error', 'choice_unknown', path, { given: issue.input, options: paths.join(' | ') })
    : problem('error', 'pair_wrong', path)
}

/** `root`: the whole file as plain values. */
export const readIssue = (issue: BaseIssue<unknown>, root: unknown): Problem => {
  const keys: Keys = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
  const path = writePath(keys)
  const declared = findDeclaration(settings, keys, root)
  if (!declared) return judgePair(keys.slice(0, -1), issue)
  const key = String(keys.findLast((one) => typeof one === 'string') ?? '')
  const { input, message } = issue
  const { en, zh } = declared.doc
  if (input === undefined) return problem('error', 'setting_missing', path, { key, en, zh })
  if (input === null) return problem('error', 'setting_empty', path, { key, en, zh })
  if (isCode(message)) return judgeLimit(message, path, input, declared)
  return declared.shape.kind === 'value' && declared.shape.type === 'pair'
    ? problem('error', 'pair_wrong', path)
    : judgeType(path, key, input, declared)
}
