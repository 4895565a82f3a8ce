// From the words of a command line to one verb with its arguments, or to what is wrong with them. Pure: reads no file, prints
// nothing, and never throws, whatever was typed. Called by main.

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type Language, languages } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import { commonOptions, type OptionSpec, type Verb, verbs } from './verbs.ts'

export type Common = { readonly config?: string; readonly language?: Language; readonly json: boolean }

export type WrongCode =
  | 'command_missing'
  | 'command_unknown'
  | 'option_unknown'
  | 'option_missing'
  | 'option_value'
  | 'option_valueless'
  | 'date_unknown'
  | 'word_missing'
  | 'word_extra'
  | 'word_malformed'

export type CommandLine = {
  readonly kind: 'line'
  readonly verb: Verb
  /** Words and options by their names, as the command's own schema wants them. */
  readonly args: Readonly<Record<string, string | number | boolean>>
  readonly common: Common
}

export type Parsed =
  | CommandLine
  /** The rest belongs to a command that reads its own options. */
  | { readonly kind: 'own'; readonly verb: Verb; readonly rest: readonly string[] }
  | { readonly kind: 'help'; readonly verb?: Verb; readonly noun?: string; readonly language?: Language }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'wrong'
      readonly code: WrongCode
      readonly about: string
      readonly verb?: Verb
      /** The first word of several commands, without the second. */
      readonly noun?: string
      readonly language?: Language
    }

const WORD_LIMIT = 4096

const specsOf = (verb: Verb): Readonly<Record<string, OptionSpec>> => ({ ...verb.options, ...commonOptions })

const parserOptions = (specs: Readonly<Record<string, OptionSpec>>): ParseArgsOptionsConfig =>
  Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [
      name,
      { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(short === undefined ? {} : { short }) },
    ]),
  )

/** What the option takes, or undefined when this is not it. */
const readValue = (spec: OptionSpec, raw: string | boolean): string | number | boolean | undefined => {
  if (typeof raw === 'boolean' || spec.type === 'flag') return spec.type === 'flag' && raw === true ? true : undefined
  if (spec.type === 'choice') return spec.options.includes(raw) ? raw : undefined
  if (spec.type === 'date') return isDay(raw) ? raw : undefined
  if (spec.type === 'text')
    return raw.length > 0 && raw.length <= spec.most && (spec.form?.test(raw) ?? true) ? raw : undefined
  const value = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN
  return value >= spec.least && value <= spec.most ? value : undefined
}

const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The language asked for, found even on a line that is wrong otherwise. */
const findLanguage = (argv: readonly string[]): { readonly language?: Language } => {
  const asked = argv.flatMap((word, n) =>
    word === '--language' ? [argv[n + 1]] : word.startsWith('--language=') ? [word.slice(11)] : [],
  )
  const language = languages.find((one) => one === asked.at(-1))
  return language === undefined ? {} : { language }
}

const findVerb = (argv: readonly string[]): { readonly verb: Verb; readonly rest: readonly string[] } | undefined => {
  const named = verbs.filter(({ name }) => argv.slice(0, name.split(' ').length).join(' ') === name)
  // `notice sign` is no `notice` with a word too many.
  const verb = named.toSorted((a, b) => b.name.length - a.name.length)[0]
  return verb && { verb, rest: argv.slice(verb.name.split(' ').length) }
}

const findNoun = (word: string): { readonly noun?: string } =>
  verbs.some(({ name }) => name.startsWith(`${word} `)) ? { noun: word } : {}

export const parseLine = (argv: readonly string[]): Parsed => {
  const language = findLanguage(argv)
  const found = findVerb(argv)
  if (!found) {
    const [first = '-'] = argv
    const named = { ...findNoun(first), ...language }
    if (argv.includes('--help') || argv.includes('-h') || first === 'help') return { kind: 'help', ...named }
    if (first === '--version') return { kind: 'version' }
    if (first.startsWith('-')) return { kind: 'wrong', code: 'command_missing', about: '', ...named }
    return { kind: 'wrong', code: 'command_unknown', about: argv.slice(0, 2).join(' '), ...named }
  }
  const { verb, rest } = found
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', verb, ...language }
  if (verb.where === 'own') return { kind: 'own', verb, rest }
  return readArguments(verb, rest, (code, about) => ({ kind: 'wrong', code, about, verb, ...language }))
}

type Refuse = (code: WrongCode, about: string) => Parsed

const readArguments = (verb: Verb, rest: readonly string[], refuse: Refuse): Parsed => {
  const specs = specsOf(verb)
  const split = splitArguments(rest, specs)
  if ('valueless' in split) return refuse('option_valueless', split.valueless)
  if ('unknown' in split) return refuse('option_unknown', split.unknown)
  const values: Record<string, string | number | boolean> = {}
  for (const [name, raw] of Object.entries(split.values)) {
    const spec = specs[name]
    const value = spec && readValue(spec, raw)
    if (value === undefined) return refuse(spec?.type === 'date' ? 'date_unknown' : 'option_value', `--${name}`)
    values[name] = value
  }
  const missing = Object.entries(specs).find(([name, spec]) => spec.required === true && values[name] === undefined)
  if (missing) return refuse('option_missing', `--${missing[0]}`)
  const words = readWords(verb, split.positionals, refuse)
  if ('kind' in words) return words
  const own = Object.entries(values).filter(([name]) => name in verb.options)
  const args = { ...words.args, ...Object.fromEntries(own.map(([name, value]) => [camel(name), value])) }
  return { kind: 'line', verb, args, common: readCommon(values) }
}

type Split =
  | { readonly values: Readonly<Record<string, string | boolean>>; readonly positionals: readonly string[] }
  | { readonly unknown: string }
  /** A known option at the end, or before another option. */
  | { readonly valueless: string }

/** node:util says what is wrong by throwing; only whether, and where, is of use here. */
const splitArguments = (rest: readonly string[], specs: Readonly<Record<string, OptionSpec>>): Split => {
  try {
    const parsed = parseArgs({ args: [...rest], options: parserOptions(specs), strict: true, allowPositionals: true })
    return { values: parsed.values as Readonly<Record<string, string | boolean>>, positionals: parsed.positionals }
  } catch {
    const unknown = rest.find((word) => word.startsWith('-') && !isKnown(word, specs))
    const valueless = rest.find((word, n) => takesValue(word, specs) && (rest[n + 1] ?? '-').startsWith('-'))
    return unknown === undefined && valueless !== undefined ? { valueless } : { unknown: unknown ?? rest.join(' ') }
  }
}

const isKnown = (word: string, specs: Readonly<Record<string, OptionSpec>>): boolean =>
  Object.entries(specs).some(([name, { short }]) => word === `--${name}` || word === `-${short}`)

const takesValue = (word: string, specs: Readonly<Record<string, OptionSpec>>): boolean =>
  Object.entries(specs).some(
    ([name, { type, short }]) => type !== 'flag' && (word === `--${name}` || word === `-${short}`),
  )

const readWords = (
  verb: Verb,
  found: readonly string[],
  refuse: Refuse,
): Parsed | { readonly args: Readonly<Record<string, string>> } => {
  const missing = verb.words[found.length]
  if (missing !== undefined) return refuse('word_missing', missing)
  const extra = found[verb.words.length]
  if (extra !== undefined) return refuse('word_extra', extra)
  const malformed = verb.words.findIndex((_, n) => found[n] === '' || (found[n]?.length ?? 0) > WORD_LIMIT)
  if (malformed >= 0) return refuse('word_malformed', verb.words[malformed] ?? '')
  return { args: Object.fromEntries(verb.words.map((word, n) => [word.toLowerCase(), found[n] ?? ''])) }
}

const readCommon = (values: Readonly<Record<string, string | number | boolean>>): Common => {
  const { config, language: asked, json } = values
  const language = languages.find((one) => one === asked)
  return {
    ...(typeof config === 'string' ? { config } : {}),
    ...(language === undefined ? {} : { language }),
    json: json === true,
  }
}
