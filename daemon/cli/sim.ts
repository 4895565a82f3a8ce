// `sim`: the whole daemon with simulated parts in this process, and a prompt that plays the people. Happenings are printed as they
// come; the other commands reach this gate like any. A pipe instead of a terminal is a script. Refuses any real part. Called by main.

import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '../../config/settings.ts'
import { failed, type Language, sides } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { serveCommands } from '../commands/serve.ts'
import type { Daemon } from '../daemon.ts'
import { openContext, pick, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'
import { type PlayOrder, readPrompt } from './play-orders.ts'
import { endGate, startJudged } from './run.ts'
import { showHappening } from './show-happening.ts'

const START_LIMIT_MS = 20_000
const START_POLL_MS = 50
const PROMPT = '> '

const findRealPart = (config: Config): string | undefined => {
  if (config.door.driver !== 'simulated') return 'door'
  return sides
    .flatMap((side) => {
      const { card = [], keypad = [], face = [] } = config.sides[side] ?? {}
      return [...card, ...keypad, ...face]
    })
    .find(({ driver }) => driver !== 'simulated' && driver !== 'folder')?.id
}

/** Every part connected, or the time over: a face part without models is not waited for for ever. */
const awaitParts = async ({ config, clock, supervisor }: Daemon): Promise<void> => {
  const until = clock.monotonic() + START_LIMIT_MS
  const mounted = sides.flatMap((side) => Object.keys(config.sides[side] ?? {}))
  const parts = (['door', 'card', 'keypad', 'face', 'signal'] as const).filter(
    (part) => part === 'door' || mounted.includes(part),
  )
  while (!parts.every((part) => supervisor.isUp(part)) && clock.monotonic() < until) await pause(START_POLL_MS)
}

const help = (language: Language): string =>
  pick(
    language,
    `tap ID [DEVICE]             a card, such as tap 04a1b2c3d4e5f6
pin KEYS [DEVICE]           keys, such as pin 12042*471108# or pin 9#
show PICTURE [SECONDS]      a face before the camera
button                      the exit button
door open|closed            the door leaf
fire on|off                 the fire input
unplug DEVICE, plug DEVICE  a cable
help, quit`,
    `tap 卡号 [设备]             刷卡，如 tap 04a1b2c3d4e5f6
pin 按键 [设备]             按键，如 pin 12042*471108# 或 pin 9#
show 图片 [秒数]            在摄像头前出示人脸
button                      出门按钮
door open|closed            门扇开、关
fire on|off                 消防信号
unplug 设备、plug 设备      拔、插线缆
help、quit`,
  )

type Stage = { readonly daemon: Daemon; readonly print: (line: string) => void; readonly language: Language }

/** Plays one order and waits until the gate has answered it, so that a script is a story and not a heap. */
const playOrder = async ({ daemon, print, language }: Stage, wanted: PlayOrder): Promise<boolean> => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const unwatch = daemon.watch((happening) => {
    if (wanted.isAnswer(happening)) answer()
  })
  const limit = new AbortController()
  try {
    const played = await playDevice(daemon.runtimeDirectory, wanted.device, wanted.order).catch(() => ({
      error: 'device_absent',
    }))
    if ('error' in played) {
      print(pick(language, `not played: ${String(played.error)}`, `未执行：${String(played.error)}`))
      return false
    }
    await Promise.race([answered, pause(wanted.limitMs, undefined, { signal: limit.signal }).catch(() => undefined)])
    return true
  } finally {
    limit.abort()
    unwatch()
  }
}

/** True when every line could be played. */
const playLines = async (stage: Stage): Promise<boolean> => {
  const { daemon, print, language } = stage
  const lines = createInterface({ input: process.stdin })
  process.once('SIGINT', () => lines.close())
  process.once('SIGTERM', () => lines.close())
  const invite = () => {
    if (process.stdin.isTTY) process.stdout.write(PROMPT)
  }
  let good = true
  invite()
  for await (const line of lines) {
    const wanted = readPrompt(daemon.config, line)
    if (wanted === 'quit') break
    if (wanted === 'help') print(help(language))
    else if (typeof wanted === 'object' && 'wrong' in wanted) {
      print(pick(language, `not understood: ${wanted.wrong}; type help`, `无法理解：${wanted.wrong}；请输入 help`))
      good = false
    } else if (typeof wanted === 'object') good = (await playOrder(stage, wanted)) && good
    invite()
  }
  lines.close()
  return good
}

export const runSimulation = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { config, configFile, language, json } = context
  if (!config) return printFailure(context, failed('config_refused', configFile))
  const real = findRealPart(config)
  if (real !== undefined) return printFailure(context, failed('sim_real_driver', real))
  const started = await startJudged(configFile, language)
  if (!started.ok) return printFailure(context, started)
  const daemon = started.value
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  daemon.watch((happening) =>
    print(json ? JSON.stringify(happening) : `  ${showHappening(happening, daemon.clock.monotonic(), language)}`),
  )
  const control = serveCommands(daemon)
  await awaitParts(daemon)
  if (process.stdin.isTTY) print(help(language))
  const good = await playLines({ daemon, print, language })
  await control.close()
  await endGate(daemon)
  return good ? 0 : 1
}
