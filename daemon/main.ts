// The one program: takes the words of the command line to the verb that owns them. Holds no verb itself, and loads only the one asked
// for: a command that asks the running gate must not load what only the gate needs.

import { type Language, languages } from '../config/words.ts'
import { log, originOf, wordsOf } from '../drivers/log.ts'
import { findConfigFile } from './cli/context.ts'
import { type CommandLine, type Parsed, parseLine } from './cli/parse.ts'
import { usageOf, usageOfCommon, type Verb, verbs } from './cli/verbs.ts'
import { wordCode } from './wording.ts'

const here: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  run: async ({ common }) => {
    const [{ runDaemon }, { serveCommands }] = await Promise.all([
      import('./cli/run.ts'),
      import('./commands/serve.ts'),
    ])
    return runDaemon(findConfigFile(common), serveCommands, common.language)
  },
  check: async (line) => (await import('./cli/check.ts')).checkGate(line),
  notice: async (line) => (await import('./cli/notice.ts')).printNotice(line),
  doctor: async (line) => (await import('./cli/doctor.ts')).examineGate(line),
  'models list': async (line) => (await import('./cli/models.ts')).listModels(line),
  'models pull': async (line) => (await import('./cli/models-install.ts')).pullModels(line),
  'models add': async (line) => (await import('./cli/models-install.ts')).addModels(line),
  'voice make': async (line) => (await import('./cli/voice.ts')).makeVoice(line),
  sim: async (line) => (await import('./cli/sim.ts')).runSimulation(line),
}

const own: Readonly<Record<string, (rest: readonly string[]) => Promise<number>>> = {
  demo: async (rest) => (await import('./demo/demo.ts')).runDemo(rest),
  bench: async (rest) => (await import('./bench/bench.ts')).runBench(rest),
}

const showUsage = (verb: Verb | undefined, language: Language): string => {
  const lines = (verb ? [verb] : verbs).map(
    (one) => `  evengate ${usageOf(one)}\n      ${language === 'en' ? one.en : one.zh}`,
  )
  if (verb?.where === 'own') return `${lines.join('\n')}\n`
  const common = language === 'en' ? `every command: ${usageOfCommon()}` : `所有命令：${usageOfCommon()}`
  return `${lines.join('\n')}\n\n${common}\n`
}

/** Before any configuration is read: what was asked for, else what the terminal speaks. */
const languageOf = (asked: Language | undefined): Language =>
  asked ?? languages.find((one) => (process.env['LANG'] ?? '').startsWith(one.slice(0, 2))) ?? 'en'

const refuseLine = ({ code, about, verb, language }: Extract<Parsed, { kind: 'wrong' }>): number => {
  const spoken = languageOf(language)
  const printable = about.replaceAll(/\p{C}/gu, '�').slice(0, 80)
  process.stderr.write(`evengate: ${wordCode(code, spoken)} ${printable}\n${showUsage(verb, spoken)}`)
  return 2
}

const runLine = async (parsed: Parsed): Promise<number> => {
  switch (parsed.kind) {
    case 'wrong':
      return refuseLine(parsed)
    case 'help':
      process.stdout.write(showUsage(parsed.verb, languageOf(parsed.language)))
      return 0
    case 'own':
      return own[parsed.verb.name]?.(parsed.rest) ?? 2
    case 'line':
      return here[parsed.verb.name]?.(parsed) ?? (await import('./cli/ask.ts')).askDaemon(parsed)
  }
}

// What nobody expected: the text of an unknown error may quote what somebody typed or tapped, so only its kind and place are said,
// and the code of one that is our own.
process.on('uncaughtException', (error) => {
  log('fault', 'main_crashed', { error: error.name, ...wordsOf(error), where: originOf(error) })
  process.exit(70)
})

process.exitCode = await runLine(parseLine(process.argv.slice(2)))
