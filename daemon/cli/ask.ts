// The commands that ask the running gate: sends one, says the hints on the way, prints the answer. `pin set` and `pin duress` read the code first;
// what is followed is printed as it comes, and `status --watch` has a screen of its own (status-watch.ts). Called by main.

import { once } from 'node:events'
import { resolve } from 'node:path'
import { askGate, type Context, openContext, pick, printAnswer, printFailure, sayHint } from './context.ts'
import { eraseResident, readReceipt } from './erase.ts'
import type { CommandLine } from './parse.ts'
import { readCode } from './read-code.ts'
import { withReceipt } from './read-receipt.ts'
import { showAnswer } from './show.ts'
import { showEvent } from './show-event.ts'
import { watchStatus } from './status-watch.ts'

/** What is told on the way and is itself the answer: events that come. */
const printTold = ({ json, language }: Context) => {
  let hinted: unknown
  return (told: unknown): void => {
    if (typeof told !== 'object' || told === null) return
    if ('event' in told)
      process.stdout.write(`${json ? JSON.stringify(told.event) : showEvent(told.event, language)}\n`)
    // The same hint comes again as long as somebody stands there.
    else if (!('hint' in told) || told.hint !== hinted) sayHint(language, told)
    if ('hint' in told) hinted = told.hint
  }
}

const askAndPrint = async (line: CommandLine, context: Context, args: unknown): Promise<number> => {
  const { name } = line.verb
  const answered = await askGate(context, name, args, printTold(context))
  if (!answered.ok) return printFailure(context, answered)
  if (line.args['follow'] === true) return 0
  if (name === 'log tail' && context.json) {
    // One event a line, as with --follow.
    for (const event of answered.value as readonly unknown[]) process.stdout.write(`${JSON.stringify(event)}\n`)
    return 0
  }
  return printAnswer(context, answered.value, () => showAnswer(name, answered.value, context.language))
}

/** A code is never an argument. */
const readsCode: ReadonlySet<string> = new Set(['pin set', 'pin duress'])

/** Somebody who closes the pager or presses Ctrl-C has seen enough; neither is a failure. */
const endQuietly = (): void => {
  void once(process, 'SIGINT').then(() => process.exit(0))
  process.stdout.on('error', () => process.exit(0))
}

export const askDaemon = async (line: CommandLine): Promise<number> => {
  const context = openContext(line.common)
  if (line.args['watch'] === true) return watchStatus(context)
  if (line.args['follow'] === true) endQuietly()
  if (line.verb.name === 'log verify') {
    const args = withReceipt(line.args)
    return args.ok ? askAndPrint(line, context, args.value) : printFailure(context, args)
  }
  if (line.verb.name === 'erase') return eraseResident(line, context)
  if (line.verb.name === 'backup') return askAndPrint(line, context, { file: resolve(String(line.args['file'])) })
  if (line.verb.name === 'erase verify') {
    const receipt = readReceipt(String(line.args['receipt']))
    return receipt.ok ? askAndPrint(line, context, { receipt: receipt.value }) : printFailure(context, receipt)
  }
  if (!readsCode.has(line.verb.name) || line.args['end'] === true) return askAndPrint(line, context, line.args)
  const code = await readCode({
    first: pick(context.language, 'New code: ', '新密码：'),
    again: pick(context.language, 'Once more: ', '再输入一次：'),
  })
  return code.ok ? askAndPrint(line, context, { ...line.args, code: code.value }) : printFailure(context, code)
}
