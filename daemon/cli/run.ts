// `evengate run`: the daemon itself. A configuration is judged before anything starts and again at every reload; a refused one
// never replaces a running one. A reload leaves the door process untouched.

import type { Problem } from '../../config/problems.ts'
import { reviewConfig } from '../../config/review.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { done, failed, type Language, type Result, systemClock } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
import { findFaceAlone } from '../opening.ts'
import { openContext, printFailure } from './context.ts'

/** What judging a configuration needs to know about installed models. */
export const installedPack = async (modelsDirectory: string): Promise<'builtin' | 'recommended'> => {
  const found = await findPack('recommended', modelsDirectory)
  return found.ok ? 'recommended' : 'builtin'
}

export type Judged = { readonly config?: Config; readonly problems: readonly Problem[] }

export const judgeConfig = (configFile: string): Promise<Judged> => reviewConfig(configFile, installedPack)

/** The id that consents name: of the pack in use, or `none` where nobody looks at faces. */
export const modelOf = async (config: Config): Promise<string> => {
  const hasFace = Object.values(config.sides).some((side) => side?.face !== undefined)
  if (!hasFace || config.face.modelsDirectory === undefined) return 'none'
  const found = await findPack(config.face.pack, config.face.modelsDirectory)
  return found.ok ? modelIdOf(found.value.pack) : 'none'
}

const sayProblems = (problems: readonly Problem[], language: Language): void => {
  for (const problem of problems) process.stderr.write(`${renderProblem(problem, language)}\n`)
}

const startWith = async (config: Config): Promise<Result<Daemon>> =>
  startDaemon({ config, clock: systemClock, model: await modelOf(config) })

/** Says every problem; starts the gate unless one of them refuses it. */
export const startJudged = async (configFile: string, language: Language): Promise<Result<Daemon>> => {
  const { config, problems } = await judgeConfig(configFile)
  sayProblems(problems, language)
  return config ? startWith(config) : failed('config_refused', configFile)
}

/** A configuration that may replace the running one, judged by what people hold as well. */
const judgeReload = async (configFile: string, running: Daemon, language: Language): Promise<Result<Config>> => {
  const { config, problems } = await judgeConfig(configFile)
  sayProblems(problems, language)
  if (!config) return failed('config_refused', configFile)
  const alone = findFaceAlone(config, running.facts)
  return alone.length > 0 ? failed('face_alone', alone.join(', ')) : done(config)
}

type Serve = (daemon: Daemon) => { readonly close: () => void }
type Running = { daemon: Daemon; control: { readonly close: () => void } }

/** Swaps the gate for one with the new configuration; whatever goes wrong, a gate runs afterwards, if need be with the old one. */
const reload = async (running: Running, configFile: string, language: Language, serve: Serve): Promise<void> => {
  const before = running.daemon
  const judged = await judgeReload(configFile, before, language)
  if (!judged.ok) {
    printFailure({ json: false, language }, judged)
    log('fault', 'reload_refused', { because: judged.code })
    return
  }
  running.control.close()
  // What holds the gate shut meanwhile is the door itself.
  await before.stop({ keepDoor: true })
  const next = await startWith(judged.value)
  if (!next.ok) {
    printFailure({ json: false, language }, next)
    log('fault', 'reload_failed', { because: next.code })
  }
  const started = next.ok ? next : await startWith(before.config)
  if (!started.ok) {
    log('fault', 'gate_lost', { because: started.code })
    process.exit(1)
  }
  running.daemon = started.value
  running.control = serve(started.value)
  if (next.ok) log('notice', 'gate_reloaded', { gate: next.value.config.gate })
}

/** Refuses or runs until a signal ends it. The exit code of the program. */
export const runDaemon = async (configFile: string, serve: Serve, asked?: Language): Promise<number> => {
  const { language } = openContext({ config: configFile, json: false, ...(asked ? { language: asked } : {}) })
  const started = await startJudged(configFile, language)
  if (!started.ok) return printFailure({ json: false, language }, started)
  const running: Running = { daemon: started.value, control: serve(started.value) }
  log('notice', 'gate_started', { gate: running.daemon.config.gate })
  // One reload at a time; of those asked for meanwhile one is enough, as it reads the file when its turn comes.
  let reloading = Promise.resolve()
  let asks = 0
  process.on('SIGHUP', () => {
    if (asks >= 2) return
    asks++
    reloading = reloading.then(() => reload(running, configFile, language, serve)).finally(() => asks--)
  })
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  await reloading
  running.control.close()
  await running.daemon.stop()
  return 0
}
