// What is said of the commands themselves: how each is written, what it does, what each option takes. Text only; reads the table and
// decides nothing. Called by main.

import type { Language } from '../../config/words.ts'
import { commonOptions, type OptionSpec, type Verb, verbs } from './verbs.ts'

const spellValue = (spec: OptionSpec): string => {
  if (spec.type === 'flag') return ''
  return spec.type === 'choice' ? (spec.value ?? spec.options.join('|')) : spec.value
}

const nameOption = (name: string, spec: OptionSpec): string =>
  `${spec.short === undefined ? '' : `-${spec.short}, `}--${name} ${spellValue(spec)}`.trimEnd()

const showOption = (name: string, spec: OptionSpec): string =>
  spec.required === true ? nameOption(name, spec) : `[${nameOption(name, spec)}]`

/** `card add RESIDENT …` without the options that every command has. */
export const usageOf = ({ name, words, options }: Verb): string =>
  [name, ...words, ...Object.entries(options).map(([option, spec]) => showOption(option, spec))].join(' ')

const usageOfCommon = (): string =>
  Object.entries(commonOptions)
    .map(([option, spec]) => showOption(option, spec))
    .join(' ')

const explainSpec = (spec: OptionSpec, language: Language): string => {
  const say = (en: string, zh: string): string => (language === 'en' ? en : zh)
  switch (spec.type) {
    case 'flag':
      return say('takes no value', '不带值')
    case 'choice':
      return say(`one of ${spec.options.join(', ')}`, `可选 ${spec.options.join('、')}`)
    case 'date':
      return say('a day that there is, YYYY-MM-DD', '真实存在的日期，格式 YYYY-MM-DD')
    case 'text':
      return spec.says ? say(...spec.says) : say(`at most ${spec.most} characters`, `最多 ${spec.most} 个字符`)
    case 'whole': {
      const preset = spec.preset === undefined ? '' : say(`, else ${spec.preset}`, `，默认 ${spec.preset}`)
      return say(`a whole number from ${spec.least} to ${spec.most}`, `整数，${spec.least} 至 ${spec.most}`) + preset
    }
  }
}

/** What an option takes; nothing for one that is not the command's. */
export const explainOption = (verb: Verb | undefined, option: string, language: Language): string | undefined => {
  const spec = { ...verb?.options, ...commonOptions }[option]
  return spec && explainSpec(spec, language)
}

const explainOptions = ({ options }: Verb, language: Language): readonly string[] =>
  Object.entries(options)
    .filter(([, spec]) => spec.type !== 'flag')
    .map(([name, spec]) => `      ${nameOption(name, spec)}: ${explainSpec(spec, language)}`)

export type Shown = { readonly verb?: Verb; readonly noun?: string }

/** One command with its options, those of a noun such as `household`, or all. */
export const showUsage = ({ verb, noun }: Shown, language: Language): string => {
  const shown = verb ? [verb] : verbs.filter(({ name }) => noun === undefined || name.startsWith(`${noun} `))
  const lines = shown.flatMap((one) => [
    `  evengate ${usageOf(one)}`,
    `      ${language === 'en' ? one.en : one.zh}`,
    ...(verb || noun !== undefined ? explainOptions(one, language) : []),
  ])
  if (verb?.where === 'own') return `${lines.join('\n')}\n`
  const common = language === 'en' ? 'every command: ' : '所有命令：'
  return `${lines.join('\n')}\n\n${common}${usageOfCommon()}\n`
}
