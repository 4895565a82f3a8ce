// `evengate run`: the daemon itself. A configuration is judged before anything starts and again at every reload; a refused one
// never replaces a running one. A reload leaves the door process untouched, unless what the door itself knows has changed.

import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../../config/problems.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { done, failed, type Language, type Result, sides, systemClock } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
import { findFaceAlone } from '../opening.ts'
import { prepareRuntimeFolder, runtimeFolderOf } from '../runtime-folder.ts'
import { openContext, printFailure } from './context.ts'
import { judgeConfig } from './judge.ts'

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

/** A bug on the way to another configuration must not take the gate down with it. */
const surviveFault = async <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
  try {
    return await work()
  } catch (error) {
    // The message could quote a value; the type cannot.
    return failed('gate_fault', error instanceof Error ? error.name : undefined)
  }
}

const startWith = (config: Config): Promise<Result<Daemon>> =>
  surviveFault(async () => startDaemon({ config, clock: systemClock, model: await modelOf(config) }))

/** Says every problem; starts the gate unless one of them refuses it. */
export const startJudged = async (configFile: string, language: Language): Promise<Result<Daemon>> => {
  const { config, problems } = await judgeConfig(configFile)
  sayProblems(problems, language)
  return config ? startWith(config) : failed('config_refused', configFile)
}

/** How long a reload waits for the disk before it is refused; the gate runs on meanwhile. */
const LEDGER_LIMIT_MS = 2000
const LEDGER_POLL_MS = 20

/** Records the wish, which also proves that the disk takes it now: on one that stalls, the next gate would not start. */
const proveLedger = async ({ ledger, config }: Daemon): Promise<Result<void>> => {
  await ledger.record({ kind: 'reload_asked', payload: { gate: config.gate } })
  const until = systemClock.monotonic() + LEDGER_LIMIT_MS
  for (;;) {
    const { answering, journaled } = ledger.state()
    if (answering && journaled === 0) return done(undefined)
    if (systemClock.monotonic() > until) return failed('ledger_waiting')
    await pause(LEDGER_POLL_MS)
  }
}

/** A configuration that may replace the running one now, judged by what people hold and by whether nothing waits for the disk as well. */
const judgeReload = async (configFile: string, running: Daemon, language: Language): Promise<Result<Config>> => {
  const { config, problems } = await judgeConfig(configFile)
  sayProblems(problems, language)
  if (!config) return failed('config_refused', configFile)
  const alone = findFaceAlone(config, running.facts)
  if (alone.length > 0) return failed('face_alone', alone.join(', '))
  const folder = prepareRuntimeFolder(runtimeFolderOf(config))
  if (!folder.ok) return folder
  const proven = await proveLedger(running)
  return proven.ok ? done(config) : proven
}

/** All that the door knows of a configuration: its own settings, the sides there are, and where it is found. */
const doorOf = (config: Config) => ({
  door: config.door,
  sides: sides.filter((side) => config.sides[side] !== undefined),
  folder: runtimeFolderOf(config),
})

type Serve = (daemon: Daemon) => { readonly close: () => Promise<void> }
type Running = { daemon: Daemon; control: { readonly close: () => Promise<void> } }

const loseGate = (because: string): never => {
  log('fault', 'gate_lost', { because })
  process.exit(1)
}

/** Swaps the gate for one with the new configuration; whatever goes wrong, a gate runs afterwards, if need be with the old one. */
const reload = async (running: Running, configFile: string, language: Language, serve: Serve): Promise<void> => {
  const before = running.daemon
  const judged = await surviveFault(() => judgeReload(configFile, before, language))
  if (!judged.ok) {
    printFailure({ json: false, language }, judged)
    log('fault', 'reload_refused', { because: judged.code })
    return
  }
  await running.control.close()
  // Kept, the door itself holds the gate meanwhile, and its exit button works; ended, it puts its relay at rest.
  await before.stop({ keepDoor: isDeepStrictEqual(doorOf(before.config), doorOf(judged.value)) })
  const next = await startWith(judged.value)
  if (!next.ok) {
    printFailure({ json: false, language }, next)
    log('fault', 'reload_failed', { because: next.code })
  }
  const started = next.ok ? next : await startWith(before.config)
  if (!started.ok) return loseGate(started.code)
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
    reloading = reloading
      .then(() => reload(running, configFile, language, serve))
      .catch((error: unknown) => loseGate(error instanceof Error ? error.name : 'unknown'))
      .finally(() => asks--)
  })
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  await reloading
  await running.control.close()
  await running.daemon.stop()
  return 0
}
