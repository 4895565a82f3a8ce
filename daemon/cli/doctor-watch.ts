// `doctor --watch`: one live screen of the real parts while a technician works on them, and a test pulse asked for by the gate's name.
// Works before anybody is enrolled, stores nothing, and refuses while the gate runs: then the devices are the gate's. Without a
// terminal it prints lines, with --json one object a second. Called by doctor.ts.

import { createInterface } from 'node:readline'
import type { Config } from '../../config/settings.ts'
import { failed, systemClock } from '../../config/words.ts'
import { silenceLog } from '../../drivers/log.ts'
import { isClockTrusted } from '../clock.ts'
import { type Context, openContext, printFailure } from './context.ts'
import { type Look, showLook, summariseLook } from './doctor-look.ts'
import { isGateRunning, type WatchedParts, watchParts } from './doctor-parts.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'
import { probeBroker } from './probe-broker.ts'
import { awaitLeave, openScreen } from './screen.ts'

const DRAW_EVERY_MS = 250
const PRINT_EVERY_MS = 1000
const BROKER_EVERY_MS = 15_000
const GATE_EVERY_MS = 2000

/** Everything but the parts: the clock, the broker, what was last typed. */
const createSurroundings = (config: Config) => {
  let broker: Look['broker'] = config.mqtt ? { state: 'unknown' } : undefined
  let asked: Look['asked']
  const ask = async ({ mqtt, gate }: Config) => {
    if (!mqtt) return
    const answer = await probeBroker(gate, mqtt)
    broker = answer.ok ? { state: 'up' } : { state: 'down', because: answer.code }
  }
  void ask(config)
  const asking = setInterval(() => void ask(config), BROKER_EVERY_MS)
  return {
    setAsked: (outcome: Look['asked']): void => {
      asked = outcome
    },
    look: (parts: WatchedParts): Look => {
      const wall = systemClock.wall()
      return {
        wall,
        at: systemClock.monotonic(),
        config,
        sights: parts.sights(),
        devices: parts.devices(),
        isDoorUp: parts.isDoorUp(),
        isClockTrusted: isClockTrusted(config.clock.trust, wall, wall),
        broker,
        asked,
      }
    },
    stop: () => clearInterval(asking),
  }
}

type Surroundings = ReturnType<typeof createSurroundings>

/** The gate's own name and nothing else: a pulse is never an accident. */
const takeLine = (parts: WatchedParts, around: Surroundings, gate: string, line: string): void => {
  if (line === '') return
  if (line !== gate) around.setAsked('not_the_name')
  else around.setAsked(parts.pulse() ? 'pulsed' : 'door_absent')
}

/** Ends the watching when a gate starts: two programs on one door are one too many. */
const awaitGate = (config: Config, stopped: AbortSignal): Promise<'gate'> =>
  new Promise((resolve) => {
    const look = setInterval(async () => {
      if (await isGateRunning(config)) resolve('gate')
    }, GATE_EVERY_MS)
    stopped.addEventListener('abort', () => clearInterval(look))
  })

/** A picture, drawn until somebody ends it. */
const watchOnScreen = async ({ language }: Context, parts: WatchedParts, around: Surroundings, gate: string) => {
  const screen = openScreen({ prompt: '> ', onLine: (line) => takeLine(parts, around, gate, line) })
  const draw = () => screen.draw(showLook(around.look(parts), language))
  draw()
  const drawing = setInterval(draw, DRAW_EVERY_MS)
  return {
    left: screen.left,
    close: () => {
      clearInterval(drawing)
      screen.close()
    },
  }
}

/** Lines that changed, or one object a second. A keypad's last key is looked at once a second: a code never stands there whole. */
const watchInLines = async ({ json, language }: Context, parts: WatchedParts, around: Surroundings, gate: string) => {
  let before: ReadonlySet<string> = new Set()
  const print = () => {
    const look = around.look(parts)
    const lines = json ? [JSON.stringify(summariseLook(look))] : showLook(look, language, 'still')
    for (const line of lines) if (json || !before.has(line)) process.stdout.write(`${line}\n`)
    before = new Set(lines)
  }
  print()
  const printing = setInterval(print, PRINT_EVERY_MS)
  const lines = createInterface({ input: process.stdin, terminal: false })
  lines.on('line', (line) => takeLine(parts, around, gate, line.trim()))
  return {
    left: awaitLeave(),
    close: () => {
      clearInterval(printing)
      lines.close()
      process.stdin.destroy()
    },
  }
}

export const watchGate = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { config } = await judgeConfig(context.configFile)
  if (!config) return printFailure(context, failed('config_refused', context.configFile))
  const onScreen = !context.json && process.stdout.isTTY && process.stdin.isTTY
  if (onScreen) silenceLog()
  const started = await watchParts(config, systemClock, onScreen)
  if (!started.ok) return printFailure(context, started)
  const parts = started.value
  const around = createSurroundings(config)
  const watch = await (onScreen ? watchOnScreen : watchInLines)(context, parts, around, config.gate)
  const over = new AbortController()
  const ended = await Promise.race([watch.left, awaitGate(config, over.signal)])
  over.abort()
  watch.close()
  around.stop()
  await parts.stop()
  return ended === 'gate' ? printFailure(context, failed('parts_in_use')) : 0
}
