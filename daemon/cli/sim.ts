// `sim`: the whole daemon with simulated parts in this process, and a prompt that plays the people. Happenings are printed as they
// come; the other commands reach this gate like any. A pipe instead of a terminal is a script. Refuses any real part. Called by main.

import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '../../config/settings.ts'
import { failed, type Language, sides } from '../../config/words.ts'
import { wordsOf } from '../../drivers/log.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { serveCommands } from '../commands/serve.ts'
import type { Daemon } from '../daemon.ts'
import { CAMERA_RESTS_MS } from '../demo/stage.ts'
import { wordCode } from '../wording.ts'
import { openContext, pick, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'
import { type PlayOrder, readPrompt, type Wrong } from './play-orders.ts'
import { endGate, startJudged } from './run.ts'
import { showHappening } from './show-happening.ts'
import { type Cast, gatherCast } from './sim-cast.ts'

const START_LIMIT_MS = 20_000
const START_POLL_MS = 50
const PROMPT = '> '

const findRealPart = (config: Config): string | undefined => {
  const { door, alarm, call } = config
  const named = Object.entries({ door, alarm, call }).map(([id, part]) => ({ id, driver: part?.driver }))
  const mounted = sides.flatMap((side) => {
    const { card = [], keypad = [], face = [], signal } = config.sides[side] ?? {}
    return [...card, ...keypad, ...face, { id: `${side} signal`, driver: signal?.driver }]
  })
  return [...named, ...mounted].find(
    ({ driver }) => driver !== undefined && driver !== 'simulated' && driver !== 'folder',
  )?.id
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
pin KEYS [DEVICE]           keys, such as pin 12042*739214# or pin 9#
show                        who can be shown by name
show NAME [SECONDS]         that person before the camera; also show FILE
button                      the exit button
door open|closed            the door leaf
fire on|off                 the fire input
guard on|off                the guard's button: down, up
call on|off, answer on|off  the call button; the guard's own to answer
barrier on|off              something in a motor's light barrier
silence on|off              the button of the outlet for alarms
unplug DEVICE, plug DEVICE  a cable
help, quit`,
    `tap 卡号 [设备]             刷卡，如 tap 04a1b2c3d4e5f6
pin 按键 [设备]             按键，如 pin 12042*739214# 或 pin 9#
show                        列出可按名字出示的人物
show 名字 [秒数]            该人站到摄像头前；也可 show 图片文件
button                      出门按钮
door open|closed            门扇开、关
fire on|off                 消防信号
guard on|off                保安按钮：按下、松开
call on|off、answer on|off  呼叫按钮；值班室的应答按钮
barrier on|off              电机门光电被遮挡
silence on|off              报警输出的消音按钮
unplug 设备、plug 设备      拔、插线缆
help、quit`,
  )

const showCast = (cast: Cast, language: Language): string => {
  const people = cast.people()
  if (people.length === 0)
    return pick(
      language,
      'no pictures of people on this machine: show FILE shows a picture of yours',
      '本机没有人物图片：可用 show 图片文件 出示自己的图片',
    )
  const named = people.map(({ name, looks }) => `${name} (${name}2 … ${name}${looks})`).join(', ')
  return pick(language, `show one of: ${named}; or a file`, `可出示：${named}；或图片文件`)
}

const showWrong = ({ wrong, form }: Wrong, language: Language): string =>
  pick(
    language,
    `not understood: ${wrong}${form === undefined ? '' : ` (${form})`}; type help`,
    `无法理解：${wrong}${form === undefined ? '' : `（${form}）`}；请输入 help`,
  )

type Stage = {
  readonly daemon: Daemon
  readonly print: (line: string) => void
  readonly language: Language
  /** Until when fingers are busy at each keypad. */
  readonly typing: Map<string, number>
  touchedAt: number
}

/** A device of its own words answers with a code; one that does not answer is told by its absence. */
const playOnce = async (directory: string, { device, order }: PlayOrder): Promise<string | undefined> => {
  try {
    const { error } = await playDevice(directory, device, order)
    return error === undefined ? undefined : String(error)
  } catch (error) {
    const { because } = wordsOf(error)
    if (because === undefined) throw error
    return because === 'device_absent' ? 'sim_device_absent' : because
  }
}

/** A side's camera rests after a tap or a key there: whoever is shown stands there so much longer. */
const stayLonger = ({ daemon: { clock }, touchedAt }: Stage, wanted: PlayOrder): PlayOrder => {
  const { lastsMs, order, limitMs } = wanted
  if (lastsMs === undefined) return wanted
  const restMs = Math.max(0, touchedAt + CAMERA_RESTS_MS - clock.monotonic())
  return { ...wanted, order: { ...order, forMs: lastsMs + restMs }, limitMs: limitMs + restMs }
}

const waitForFingers = async ({ daemon: { clock }, typing }: Stage, { device, typedMs }: PlayOrder): Promise<void> => {
  if (typedMs === undefined) return
  await pause(Math.max(0, (typing.get(device) ?? 0) - clock.monotonic()))
  typing.set(device, clock.monotonic() + typedMs)
}

/** What the configuration does not have answers nobody, and nothing is wrong with it. */
const isMounted = ({ call, alarm }: Config, device: string): boolean =>
  device === 'call' ? call !== undefined : device !== 'alarm' || alarm !== undefined

/** Plays one order and waits until the gate has answered it, so that a script is a story and not a heap. */
const playOrder = async (stage: Stage, asked: PlayOrder): Promise<void> => {
  const { daemon, print, language } = stage
  await waitForFingers(stage, asked)
  const wanted = stayLonger(stage, asked)
  if (wanted.touches) stage.touchedAt = daemon.clock.monotonic()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const unwatch = daemon.watch((happening) => {
    if (wanted.isAnswer(happening)) answer()
  })
  const limit = new AbortController()
  try {
    const isThere = isMounted(daemon.config, wanted.device)
    const refused = isThere ? await playOnce(daemon.runtimeDirectory, wanted) : 'not_wired'
    if (refused !== undefined) {
      const why = wordCode(refused, language)
      print(pick(language, `not played: ${why}`, `未执行：${why}`))
      return
    }
    // Somebody who types goes on while a face stands there.
    if (wanted.lastsMs !== undefined && process.stdin.isTTY) return
    await Promise.race([answered, pause(wanted.limitMs, undefined, { signal: limit.signal }).catch(() => undefined)])
  } finally {
    limit.abort()
    unwatch()
  }
}

const printLine = (line: string): void => void process.stdout.write(`${line}\n`)

/** What happens meanwhile is printed above what is being typed. Lines are lost that come before somebody reads them. */
const openPrompt = () => {
  const { stdin, stdout } = process
  if (!stdin.isTTY) {
    return {
      lines: createInterface({ input: stdin }),
      invite: () => undefined,
      print: printLine,
    }
  }
  const lines = createInterface({ input: stdin, output: stdout, prompt: PROMPT })
  lines.on('SIGINT', () => lines.close())
  let inviting = false
  lines.on('line', () => {
    inviting = false
  })
  lines.once('close', () => {
    if (inviting) stdout.write('\n')
    inviting = false
  })
  return {
    lines,
    invite: () => {
      inviting = true
      lines.prompt()
    },
    print: (line: string) => {
      if (inviting) stdout.write('\r\x1b[K')
      printLine(line)
      if (inviting) lines.prompt(true)
    },
  }
}
type Prompt = ReturnType<typeof openPrompt>

/** True when every line was understood. */
const playLines = async (stage: Stage, { lines, invite }: Prompt, cast: Cast): Promise<boolean> => {
  const { daemon, print, language } = stage
  process.once('SIGINT', () => lines.close())
  process.once('SIGTERM', () => lines.close())
  let good = true
  invite()
  for await (const line of lines) {
    const wanted = readPrompt(daemon.config, line, cast.find)
    if (wanted === 'quit') break
    if (wanted === 'help') print(help(language))
    else if (wanted === 'cast') print(showCast(cast, language))
    else if (typeof wanted === 'object' && 'wrong' in wanted) {
      print(showWrong(wanted, language))
      good = false
    } else if (typeof wanted === 'object') await playOrder(stage, wanted)
    invite()
  }
  lines.close()
  return good
}

/** 0 when it was left; 1 when it could not start, or when a line of a script was not understood. */
export const runSimulation = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { config, configFile, language, json } = context
  if (!config) return printFailure(context, failed('config_refused', configFile))
  const real = findRealPart(config)
  if (real !== undefined) return printFailure(context, failed('sim_real_driver', real))
  const started = await startJudged(configFile, language)
  if (!started.ok) return printFailure(context, started)
  const daemon = started.value
  let prompt: Prompt | undefined
  const print = (line: string) => (prompt?.print ?? printLine)(line)
  const unwatch = daemon.watch((happening) =>
    print(json ? JSON.stringify(happening) : `  ${showHappening(happening, daemon.clock.monotonic(), language)}`),
  )
  const control = serveCommands(daemon)
  await awaitParts(daemon)
  if (process.stdin.isTTY) print(help(language))
  prompt = openPrompt()
  const cast = gatherCast(daemon.model.startsWith('builtin') ? 'builtin' : 'recommended')
  const good = await playLines(
    { daemon, print, language, typing: new Map(), touchedAt: Number.NEGATIVE_INFINITY },
    prompt,
    cast,
  )
  // That its parts end now is no news.
  unwatch()
  await control.close()
  await endGate(daemon)
  return good || process.stdin.isTTY ? 0 : 1
}
