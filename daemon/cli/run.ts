// `evengate run`: the daemon itself. A configuration is judged before anything starts and again at every reload; a refused one
// never replaces a running one. A reload leaves the door process untouched, unless what the door itself knows has changed.

import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../../config/problems.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { done, type Failure, failed, type Language, type Result, systemClock } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { type Notifier, openNotifier, REFUSED_PAUSE_MS } from '../../drivers/notify.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
import { findFaceAlone } from '../opening.ts'
import { doorSettings } from '../part-plan.ts'
import { prepareRuntimeFolder, runtimeFolderOf } from '../runtime-folder.ts'
import { openSockets, ownSockets, type Sockets } from '../sockets.ts'
import { startWatchdog } from '../watchdog.ts'
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

const startWith = (config: Config, sockets: Sockets): Promise<Result<Daemon>> =>
  surviveFault(async () => startDaemon({ config, clock: systemClock, model: await modelOf(config), sockets }))

/** Says every problem; starts the gate unless one of them refuses it. */
export const startJudged = async (
  configFile: string,
  language: Language,
  sockets: Sockets = ownSockets,
): Promise<Result<Daemon>> => {
  const { config, problems } = await judgeConfig(configFile)
  sayProblems(problems, language)
  return config ? startWith(config, sockets) : failed('config_refused', configFile)
}

/** The watchdog's patience while one gate stops and the next starts. */
const RELOAD_LIMIT_MS = 60_000
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

/** All that the door knows of a configuration: its own settings, and where it is found. */
const doorOf = (config: Config) => ({ ...doorSettings(config), folder: runtimeFolderOf(config) })

type Serve = (daemon: Daemon) => { readonly close: () => Promise<void> }
type Running = {
  readonly daemon: Daemon
  readonly control: { readonly close: () => Promise<void> }
  readonly watchdog: { readonly stop: () => void } | undefined
}

const runGate = (daemon: Daemon, serve: Serve, notifier: Notifier): Running => {
  const { clock, tryLine, ledger, supervisor } = daemon
  const feed = () => void notifier.say('WATCHDOG=1')
  const watched = { clock, tryLine, ledger, beatAt: supervisor.beatAt, feed }
  const watchdog = notifier.watchdogMs === undefined ? undefined : startWatchdog(watched)
  const control = serve(daemon)
  notifier.say('READY=1', `STATUS=gate ${daemon.config.gate}`)
  return { daemon, control, watchdog }
}

/** Nothing feeds the watchdog while one gate makes room for the next. */
const announceReload = ({ say, watchdogMs }: Notifier): (() => void) => {
  say('RELOADING=1', `MONOTONIC_USEC=${Math.round(systemClock.monotonic() * 1000)}`)
  if (watchdogMs === undefined) return () => undefined
  say(`WATCHDOG_USEC=${RELOAD_LIMIT_MS * 1000}`)
  return () => void say(`WATCHDOG_USEC=${watchdogMs * 1000}`)
}

const loseGate = (because: string): never => {
  log('fault', 'gate_lost', { because })
  process.exit(1)
}

/** Swaps the gate for one with the new configuration; whatever goes wrong, a gate runs afterwards, if need be with the old one. */
const reload = async (
  running: Running,
  configFile: string,
  language: Language,
  run: (daemon: Daemon) => Running,
): Promise<Running> => {
  const before = running.daemon
  const judged = await surviveFault(() => judgeReload(configFile, before, language))
  if (!judged.ok) {
    printFailure({ json: false, language }, judged)
    log('fault', 'reload_refused', { because: judged.code })
    return running
  }
  running.watchdog?.stop()
  await running.control.close()
  // Kept, the door itself holds the gate meanwhile, and its exit button works; ended, it puts its relay at rest.
  await before.stop({ keepDoor: isDeepStrictEqual(doorOf(before.config), doorOf(judged.value)) })
  const next = await startWith(judged.value, before.sockets)
  if (!next.ok) {
    printFailure({ json: false, language }, next)
    log('fault', 'reload_failed', { because: next.code })
  }
  const started = next.ok ? next : await startWith(before.config, before.sockets)
  if (!started.ok) return loseGate(started.code)
  if (next.ok) log('notice', 'gate_reloaded', { gate: next.value.config.gate })
  return run(started.value)
}

/** Says why. A service manager would start us again at once and for nothing: so it is made to wait. */
const refuseStart = async (failure: Failure, language: Language, notifier: Notifier): Promise<number> => {
  notifier.say(`STATUS=refused: ${failure.code}`)
  const exitCode = printFailure({ json: false, language }, failure)
  if (notifier.isListening) await pause(REFUSED_PAUSE_MS)
  return exitCode
}

/** The end that somebody asked for: in the log, and in the record as far as the disk takes it within the ledger's limit. */
export const endGate = async ({ config, ledger, stop }: Daemon): Promise<void> => {
  await ledger.record({ kind: 'gate_stopped', payload: { gate: config.gate } })
  await stop()
  log('notice', 'gate_stopped', { gate: config.gate })
}

/** Refuses or runs until a signal ends it. The exit code of the program. */
export const runDaemon = async (configFile: string, serve: Serve, asked?: Language): Promise<number> => {
  const { language } = openContext({ config: configFile, json: false, ...(asked ? { language: asked } : {}) })
  const notifier = await openNotifier()
  const sockets = openSockets()
  const started = sockets.ok ? await startJudged(configFile, language, sockets.value) : sockets
  if (!started.ok) return refuseStart(started, language, notifier)
  const run = (daemon: Daemon) => runGate(daemon, serve, notifier)
  let running = run(started.value)
  log('notice', 'gate_started', { gate: running.daemon.config.gate })
  // One reload at a time; of those asked for meanwhile one is enough, as it reads the file when its turn comes.
  let reloading = Promise.resolve()
  let asks = 0
  process.on('SIGHUP', () => {
    if (asks >= 2) return
    asks++
    const swap = async () => {
      const settle = announceReload(notifier)
      running = await reload(running, configFile, language, run)
      settle()
      notifier.say('READY=1')
    }
    reloading = reloading
      .then(swap)
      .catch((error: unknown) => loseGate(error instanceof Error ? error.name : 'unknown'))
      .finally(() => asks--)
  })
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  notifier.say('STOPPING=1')
  await reloading
  running.watchdog?.stop()
  await running.control.close()
  await endGate(running.daemon)
  return 0
}
