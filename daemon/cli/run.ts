// `evengate run`: the daemon itself. A configuration is judged before anything starts and again at every reload; a refused one
// never replaces a running one. A reload leaves the door process untouched.

import type { Problem } from '../../config/problems.ts'
import { reviewConfig } from '../../config/review.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { failed, type Language, type Result, systemClock } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
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

/** Says every problem; starts the gate unless one of them refuses it. */
export const startJudged = async (configFile: string, language: Language): Promise<Result<Daemon>> => {
  const { config, problems } = await judgeConfig(configFile)
  for (const problem of problems) process.stderr.write(`${renderProblem(problem, language)}\n`)
  if (!config) return failed('config_refused', configFile)
  return startDaemon({ config, clock: systemClock, model: await modelOf(config) })
}

type Serve = (daemon: Daemon) => { readonly close: () => void }

/** Refuses or runs until a signal ends it. The exit code of the program. */
export const runDaemon = async (configFile: string, serve: Serve, asked?: Language): Promise<number> => {
  const { language } = openContext({ config: configFile, json: false, ...(asked ? { language: asked } : {}) })
  const started = await startJudged(configFile, language)
  if (!started.ok) return printFailure({ json: false, language }, started)
  let daemon = started.value
  let control = serve(daemon)
  log('notice', 'gate_started', { gate: daemon.config.gate })
  const reload = async () => {
    const { config, problems } = await judgeConfig(configFile)
    for (const problem of problems) process.stderr.write(`${renderProblem(problem, language)}\n`)
    if (!config) {
      log('fault', 'reload_refused')
      return
    }
    // From here the new configuration is known to be good; what holds the gate shut meanwhile is the door itself.
    control.close()
    await daemon.stop({ keepDoor: true })
    const next = await startJudged(configFile, language)
    if (!next.ok) {
      log('fault', 'reload_failed', { because: next.code })
      process.exit(1)
    }
    daemon = next.value
    control = serve(daemon)
    log('notice', 'gate_reloaded', { gate: daemon.config.gate })
  }
  process.on('SIGHUP', () => void reload())
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  control.close()
  await daemon.stop()
  return 0
}
