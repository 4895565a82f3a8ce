// What every command of this side needs before it begins: which configuration, in which language, where the running gate is, and
// how to say that something failed. Opens no store. Called by each command.

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Glance, glanceAtConfig } from '../../config/glance.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import { type Failure, failed, type Language, type Result } from '../../config/words.ts'
import { controlSockets } from '../commands/roles.ts'
import { callControl, type Request } from '../control.ts'
import { runtimeFolderOf } from '../runtime-folder.ts'
import { wordCode, wordFailure } from '../wording.ts'
import type { Common } from './parse.ts'

const INSTALLED_CONFIG = '/etc/evengate/gate.yaml'
const INSTALLED_RUNTIME = '/run/evengate'
const CHECKOUT_CONFIG = resolve(import.meta.dirname, '../../config/simulated.example.yaml')

/** --config, else $EVENGATE_CONFIG, else the installed one, else the simulated gate of a checkout. */
export const findConfigFile = ({ config }: Common): string =>
  resolve(
    config ?? process.env['EVENGATE_CONFIG'] ?? (existsSync(INSTALLED_CONFIG) ? INSTALLED_CONFIG : CHECKOUT_CONFIG),
  )

export type Context = {
  readonly configFile: string
  /** By --config or by the environment; otherwise it is the one that lies there. */
  readonly isNamed: boolean
  /** Settings that could be read, also of a configuration that `check` refuses: the gate may run with an earlier one. */
  readonly config?: Config
  /** Where the running gate is; found also from a file that the gate would refuse today. */
  readonly runtimeDirectory?: string
  readonly language: Language
  readonly json: boolean
}

/** A broken file on the disk must not lock the office out of a gate that runs with an earlier one. */
const findRuntime = (configFile: string, { runtimeDirectory, storeDirectory }: Glance): string | undefined => {
  if (runtimeDirectory !== undefined) return runtimeDirectory
  if (configFile === INSTALLED_CONFIG) return INSTALLED_RUNTIME
  if (storeDirectory === undefined) return undefined
  return runtimeFolderOf({ runtime: {}, store: { directory: storeDirectory } })
}

export const openContext = (common: Common): Context => {
  const configFile = findConfigFile(common)
  const isNamed = common.config !== undefined || process.env['EVENGATE_CONFIG'] !== undefined
  const loaded = loadConfig(configFile)
  const config = loaded.ok ? loaded.value : loaded.understood
  if (config) {
    const language = common.language ?? config.language
    // What is shown to people is told by the gate's clock, wherever they sit.
    process.env['TZ'] = config.timeZone
    return { configFile, isNamed, language, json: common.json, config, runtimeDirectory: runtimeFolderOf(config) }
  }
  const seen = glanceAtConfig(configFile)
  const runtimeDirectory = findRuntime(configFile, seen)
  const language = common.language ?? seen.language ?? 'en'
  return {
    configFile,
    isNamed,
    language,
    json: common.json,
    ...(runtimeDirectory === undefined ? {} : { runtimeDirectory }),
  }
}

/** Text of one of two languages, side by side where it is used. */
export const pick = (language: Language, en: string, zh: string): string => (language === 'en' ? en : zh)

/** Whoever named no file sees first which one is meant. */
export const sayChosenFile = ({ configFile, isNamed, language, json }: Context): void => {
  if (isNamed || json) return
  const what = configFile === CHECKOUT_CONFIG ? pick(language, 'the simulated example', '模拟示例') : configFile
  const where = what === configFile ? '' : ` (${configFile})`
  process.stderr.write(`${pick(language, `No --config: using ${what}`, `未指定 --config：使用${what}`)}${where}\n`)
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** The answer: one line of JSON, or text for people. */
export const printAnswer = ({ json }: Pick<Context, 'json'>, value: unknown, showText: () => string): number => {
  print(json ? JSON.stringify(value) : showText())
  return 0
}

/** One line that says why and what to do; 1 is the exit code. */
export const printFailure = ({ json, language }: Pick<Context, 'json' | 'language'>, failure: Failure): number => {
  const { code, detail } = failure
  const about = detail === undefined ? { code } : { code, detail }
  if (json) print(JSON.stringify({ failed: true, ...about, text: wordCode(code, language) }))
  else process.stderr.write(`${wordFailure(code, detail, language)}\n`)
  return 1
}

/**
 * By the administrator's socket, else by that of each role until one takes the command: the caller may be in the group of another. When
 * none does, what the nearest one said.
 */
const askAnySocket = async (
  folder: string,
  request: Request,
  onTell: (line: unknown) => void,
  hangUp?: AbortSignal,
): Promise<Result<unknown>> => {
  const nearness = ['daemon_absent', 'daemon_forbidden', 'role_refused']
  let nearest: Result<unknown> & { readonly ok: false } = failed('daemon_absent')
  for (const name of controlSockets) {
    const answered = await callControl(join(folder, `${name}.sock`), request, onTell, hangUp)
    if (answered.ok || !nearness.includes(answered.code)) return answered
    if (nearness.indexOf(answered.code) > nearness.indexOf(nearest.code)) nearest = answered
  }
  return nearest
}

/** Asks the gate that runs with this configuration. */
export const askGate = async (
  { runtimeDirectory, configFile, isNamed }: Context,
  command: string,
  args: unknown,
  onTell: (line: unknown) => void,
  hangUp?: AbortSignal,
): Promise<Result<unknown>> => {
  if (runtimeDirectory === undefined)
    return existsSync(configFile) ? failed('config_refused', configFile) : failed('config_absent', configFile)
  const answered = await askAnySocket(runtimeDirectory, { command, args }, onTell, hangUp)
  // Whoever named no file should see which gate was looked for.
  const isElsewhere = !answered.ok && answered.code === 'daemon_absent' && !isNamed
  return isElsewhere ? failed(answered.code, configFile) : answered
}

/** A hint on the way is said beside the answer, never in it. */
export const sayHint = (language: Language, told: unknown): void => {
  if (typeof told !== 'object' || told === null) return
  if ('hint' in told && typeof told.hint === 'string') process.stderr.write(`${wordCode(told.hint, language)}\n`)
  if ('verified' in told && 'of' in told) process.stderr.write(`${String(told.verified)} / ${String(told.of)}\n`)
}
