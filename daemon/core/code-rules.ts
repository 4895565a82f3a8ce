// Which codes are too easy to be set: those that a stranger tries first. Rules and a short list, and no dictionary: what is left is still
// some nine tenths of all codes. Pure. Asked at the desk and at the keypad before a code is set; codes that stand already are not asked.

/** The keypad frames as many. */
const CODE_DIGITS = { least: 6, most: 12 } as const

export type CodeFlaw =
  | 'code_not_digits'
  | 'code_too_short'
  | 'code_too_long'
  | 'code_one_digit'
  | 'code_run'
  | 'code_repeats'
  | 'code_few_digits'
  | 'code_is_number'
  | 'code_date'
  | 'code_common'

/** 9 is followed by 0, as on the keys: 567890 is a run too. */
const stepsOf = (code: string): ReadonlySet<number> =>
  new Set([...code.slice(1)].map((digit, n) => (Number(digit) - Number(code[n]) + 10) % 10))

/** A piece again and again, whole or cut off at the end: 121212, 123123, 4714714; or to and fro: 123321. */
const isRepeated = (code: string): boolean => {
  const lengths = Array.from({ length: Math.floor(code.length / 2) }, (_, n) => n + 1)
  const repeats = (length: number) => [...code].every((digit, n) => n < length || digit === code[n - length])
  return lengths.some(repeats) || code === [...code].reverse().join('')
}

const isDay = (year: number, month: number, day: number): boolean => {
  const at = new Date(Date.UTC(2000, 0, 1))
  at.setUTCFullYear(year, month - 1, day)
  return month >= 1 && month <= 12 && day >= 1 && at.getUTCMonth() === month - 1
}

/** Years in which somebody alive was born, or that he lives to see. */
const FIRST_YEAR = 1920
const LAST_YEAR = 2049
const isYear = (year: number): boolean => year >= FIRST_YEAR && year <= LAST_YEAR
/** 47 is 1947, 12 is 2012; 1920 to 2019 are a hundred years, so that each pair of digits is one. */
const fullYear = (two: number): number => (two < FIRST_YEAR % 100 ? 2000 : 1900) + two

/** YYYYMMDD, DDMMYYYY, MMDDYYYY; YYMMDD, DDMMYY, MMDDYY; YYYYMM. */
const isDate = (code: string): boolean => {
  const at = (from: number, to: number) => Number(code.slice(from, to))
  if (code.length === 8) {
    const [first, last] = [at(0, 4), at(4, 8)]
    return (
      (isYear(first) && isDay(first, at(4, 6), at(6, 8))) ||
      (isYear(last) && (isDay(last, at(2, 4), at(0, 2)) || isDay(last, at(0, 2), at(2, 4))))
    )
  }
  if (code.length !== 6) return false
  const [a, b, c] = [at(0, 2), at(2, 4), at(4, 6)]
  return (
    isDay(fullYear(a), b, c) ||
    isDay(fullYear(c), b, a) ||
    isDay(fullYear(c), a, b) ||
    (isYear(at(0, 4)) && c >= 1 && c <= 12)
  )
}

/**
 * What people choose that no rule above knows: ways across the keys, words spoken in digits (520 is "I love you", 1314 "all life long",
 * 168 "luck all the way"), numbers that everybody knows.
 */
const common: ReadonlySet<string> = new Set([
  ...['147258', '147852', '258369', '147369', '369258', '258456', '741852', '963852', '852963', '159357', '159753'],
  ...['357159', '753159', '789456', '456123', '123789', '789123', '321654', '654987', '987321', '147896', '123654'],
  ...['147258369', '147852369', '789456123', '321654987', '159753456', '741852963', '963852741', '123654789'],
  ...['102030', '112358', '314159', '3141592', '31415926', '142857', '246810', '135246', '13579246'],
  ...['520131', '5201314', '1314520', '131452', '201314', '521131', '5211314', '584520', '5841314', '1314521'],
  ...['168888', '888168', '886688', '668899', '186888', '518888', '100200', '110119', '110120', '119120', '123000'],
])

/** The number that is typed first, or what is left of it, is on the sheet beside the door for everybody to see. */
const tellsNumber = (code: string, number: string): boolean => code.includes(number) || number.includes(code)

/** Pairs one after the other: 112233, 224466. */
const isPaired = (code: string): boolean => {
  const pairs = code.match(/(\d)\1/g) ?? []
  return pairs.length * 2 === code.length && stepsOf(pairs.map(([digit]) => digit).join('')).size === 1
}

/** `number`: the one that the code belongs to, where it is known. */
export const flawOfCode = (code: string, number?: string): CodeFlaw | undefined => {
  if (!/^\d*$/.test(code)) return 'code_not_digits'
  if (code.length < CODE_DIGITS.least) return 'code_too_short'
  if (code.length > CODE_DIGITS.most) return 'code_too_long'
  const steps = stepsOf(code)
  if (steps.size === 1 && steps.has(0)) return 'code_one_digit'
  if (steps.size === 1 && (steps.has(1) || steps.has(9))) return 'code_run'
  if (isRepeated(code) || isPaired(code)) return 'code_repeats'
  if (new Set(code).size < 3) return 'code_few_digits'
  if (number !== undefined && tellsNumber(code, number)) return 'code_is_number'
  if (isDate(code)) return 'code_date'
  return common.has(code) ? 'code_common' : undefined
}
