// The one program: takes the words of the command line to the verb that owns them. Holds no verb itself, and loads only the one asked
// for: a command that asks the running gate must not load what only the gate needs.

import { readFileSync } from 'node:fs'
import { type Language, languages } from '../config/words.ts'
import { log, originOf, wordsOf } from '../drivers/log.ts'
import { findConfigFile, openContext, sayChosenFile } from './cli/context.ts'
import { type CommandLine, type Parsed, parseLine } from './cli/parse.ts'
import { explainOption, showUsage } from './cli/usage.ts'
import { wordCode } from './wording.ts'

const here: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  run: async ({ common }) => {
    const [{ runDaemon }, { serveCommands }] = await Promise.all([
      import('./cli/run.ts'),
      import('./commands/serve.ts'),
    ])
    sayChosenFile(openContext(common))
    return runDaemon(findConfigFile(common), serveCommands, common.language)
  },
  check: async (line) => (await import('./cli/check.ts')).checkGate(line),
  notice: async (line) => (await import('./cli/notice.ts')).printNotice(line),
  doctor: async (line) => (await import('./cli/doctor.ts')).examineGate(line),
  'models list': async (line) => (await import('./cli/models.ts')).listModels(line),
  'models pull': async (line) => (await import('./cli/models-install.ts')).pullModels(line),
  'models add': async (line) => (await import('./cli/models-install.ts')).addModels(line),
  'models evaluate': async (line) => (await import('./cli/models-evaluate.ts')).evaluateModels(line),
  'voice make': async (line) => (await import('./cli/voice.ts')).makeVoice(line),
  restore: async (line) => (await import('./cli/restore.ts')).restoreBackup(line),
  'pass issue': async (line) => (await import('./cli/pass.ts')).issueVisitorPass(line),
  'receipt show': async (line) => (await import('./cli/receipt.ts')).showReceipt(line),
  'notice sign': async (line) => (await import('./cli/notice-pages.ts')).printSign(line),
  'notice rules': async (line) => (await import('./cli/notice-pages.ts')).printRules(line),
  'notice form': async (line) => (await import('./cli/notice-pages.ts')).printForm(line),
  'report privacy': async (line) => (await import('./cli/report.ts')).reportPrivacy(line),
  'report incident': async (line) => (await import('./cli/report.ts')).reportIncident(line),
  'report evidence': async (line) => (await import('./cli/evidence.ts')).packEvidence(line),
  'report impact': async (line) => (await import('./cli/impact.ts')).reportImpact(line),
  'report equality': async (line) => (await import('./cli/report.ts')).reportEquality(line),
  import: async (line) => (await import('./cli/import.ts')).importList(line),
  desk: async (line) => (await import('./cli/desk.ts')).runDesk(line),
  'desk letter': async (line) => (await import('./cli/desk-letter.ts')).printLetter(line),
  sim: async (line) => (await import('./cli/sim.ts')).runSimulation(line),
}

const own: Readonly<Record<string, (rest: readonly string[]) => Promise<number>>> = {
  demo: async (rest) => (await import('./demo/demo.ts')).runDemo(rest),
  bench: async (rest) => (await import('./bench/bench.ts')).runBench(rest),
}

/** Before any configuration is read: what was asked for, else what the terminal speaks. */
const languageOf = (asked: Language | undefined): Language =>
  asked ?? languages.find((one) => (process.env['LANG'] ?? '').startsWith(one.slice(0, 2))) ?? 'en'

const refuseLine = (wrong: Extract<Parsed, { kind: 'wrong' }>): number => {
  const { code, about, verb, language } = wrong
  const spoken = languageOf(language)
  const printable = about.replaceAll(/\p{C}/gu, '�').slice(0, 80)
  const isValue = code === 'option_value' || code === 'option_valueless'
  const takes = isValue ? explainOption(verb, about.slice(2), spoken) : undefined
  const explained = takes === undefined ? printable : `${printable}: ${takes}`
  process.stderr.write(`evengate: ${wordCode(code, spoken)} ${explained}\n${showUsage(wrong, spoken)}`)
  return 2
}

/** Beside this folder in a checkout and in an installed package. */
const readVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest
  return version
}
type Manifest = { readonly version: string }

const runLine = async (parsed: Parsed): Promise<number> => {
  switch (parsed.kind) {
    case 'wrong':
      return refuseLine(parsed)
    case 'help':
      process.stdout.write(showUsage(parsed, languageOf(parsed.language)))
      return 0
    case 'version':
      process.stdout.write(`evengate ${readVersion()}\n`)
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
