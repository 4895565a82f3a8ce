// `evengate run`: the daemon itself. A configuration is judged before anything starts and again at every reload; a refused one
// never replaces a running one. A reload leaves the door process untouched.

import { reviewConfig } from '../../config/review.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { failed, type Result, systemClock } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
import { wordFailure } from '../wording.ts'

/** What judging a configuration needs to know about installed models. */
export const installedPack = async (modelsDirectory: string): Promise<'builtin' | 'recommended'> => {
  const found = await findPack('recommended', modelsDirectory)
  return found.ok ? 'recommended' : 'builtin'
}

export type Judged = { readonly config?: Config; readonly lines: readonly string[]; readonly refused: boolean }

export const judgeConfig = async (configFile: string): Promise<Judged> => {
  const { config, problems } = await reviewConfig(configFile, installedPack)
  const lines = problems.map((problem) => renderProblem(problem, config?.language ?? 'en'))
  return config ? { config, lines, refused: false } : { lines, refused: true }
}

/** The id that consents name: of the pack in use, or `none` where nobody looks at faces. */
export const modelOf = async (config: Config): Promise<string> => {
  const hasFace = Object.values(config.sides).some((side) => side?.face !== undefined)
  if (!hasFace || config.face.modelsDirectory === undefined) return 'none'
  const found = await findPack(config.face.pack, config.face.modelsDirectory)
  return found.ok ? modelIdOf(found.value.pack) : 'none'
}

const start = async (configFile: string): Promise<Result<Daemon>> => {
  const judged = await judgeConfig(configFile)
  for (const line of judged.lines) process.stderr.write(`${line}\n`)
  if (!judged.config) return failed('config_refused', configFile)
  const model = await modelOf(judged.config)
  return startDaemon({ configFile, config: judged.config, clock: systemClock, model })
}

/** Refuses or runs until a signal ends it. The exit code of the program. */
export const runDaemon = async (
  configFile: string,
  serve: (daemon: Daemon) => { readonly close: () => void },
): Promise<number> => {
  const started = await start(configFile)
  if (!started.ok) {
    const { code, detail } = started
    process.stderr.write(`${wordFailure(code, detail, 'en')}\n`)
    return 1
  }
  let daemon = started.value
  let control = serve(daemon)
  log('notice', 'gate_started', { gate: daemon.config.gate })
  const reload = async () => {
    const judged = await judgeConfig(configFile)
    for (const line of judged.lines) process.stderr.write(`${line}\n`)
    if (!judged.config) {
      log('fault', 'reload_refused')
      return
    }
    // From here the new configuration is known to be good; what holds the gate shut meanwhile is the door itself.
    control.close()
    await daemon.stop({ keepDoor: true })
    const next = await start(configFile)
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
