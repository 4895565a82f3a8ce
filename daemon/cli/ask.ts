// The commands that ask the running gate: sends one, says the hints on the way, prints the answer. `pin set` reads the code first;
// what is watched or followed is printed as it comes. Called by main.

import { once } from 'node:events'
import { askGate, type Context, openContext, pick, printAnswer, printFailure, sayHint } from './context.ts'
import type { CommandLine } from './parse.ts'
import { readCode } from './read-code.ts'
import { showAnswer } from './show.ts'
import { showEvent } from './show-event.ts'
import { showStatus } from './show-status.ts'

const CLEAR_SCREEN = '\x1b[H\x1b[J'

/** What is told on the way and is itself the answer: events that come, states that change. */
const printTold = ({ json, language }: Context, told: unknown): void => {
  if (typeof told !== 'object' || told === null) return
  if ('event' in told) process.stdout.write(`${json ? JSON.stringify(told.event) : showEvent(told.event, language)}\n`)
  else if ('status' in told) {
    const clear = process.stdout.isTTY ? CLEAR_SCREEN : ''
    process.stdout.write(json ? `${JSON.stringify(told.status)}\n` : `${clear}${showStatus(told.status, language)}\n\n`)
  } else sayHint(language, told)
}

const askAndPrint = async (line: CommandLine, context: Context, args: unknown): Promise<number> => {
  const { name } = line.verb
  const answered = await askGate(context, name, args, (told) => printTold(context, told))
  if (!answered.ok) return printFailure(context, answered)
  if (line.args['watch'] === true || line.args['follow'] === true) return 0
  if (name === 'log tail' && context.json) {
    // One event a line, as with --follow.
    for (const event of answered.value as readonly unknown[]) process.stdout.write(`${JSON.stringify(event)}\n`)
    return 0
  }
  return printAnswer(context, answered.value, () => showAnswer(name, answered.value, context.language))
}

/** Somebody who closes the pager or presses Ctrl-C has seen enough; neither is a failure. */
const endQuietly = (): void => {
  void once(process, 'SIGINT').then(() => process.exit(0))
  process.stdout.on('error', () => process.exit(0))
}

export const askDaemon = async (line: CommandLine): Promise<number> => {
  const context = openContext(line.common)
  if (line.args['watch'] === true || line.args['follow'] === true) endQuietly()
  if (line.verb.name !== 'pin set') return askAndPrint(line, context, line.args)
  const code = await readCode({
    first: pick(context.language, 'New code: ', '新密码：'),
    again: pick(context.language, 'Once more: ', '再输入一次：'),
  })
  return code.ok ? askAndPrint(line, context, { ...line.args, code: code.value }) : printFailure(context, code)
}
