// Reads a code from the input and from nowhere else: on a terminal twice and without an echo, otherwise the first line. It is given
// to the caller and kept nowhere. Called by `pin set` and `pin duress`.

import { createInterface } from 'node:readline'
import { done, failed, type Result } from '../../config/words.ts'

const CODE_LIMIT_CHARACTERS = 64
const ENTER = /[\r\n]/
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACE = new Set(['\u0008', '\u007f'])

const readSilently = (prompt: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    let typed = ''
    const settle = (line: string | undefined) => {
      process.stdin.off('data', take)
      process.stdin.setRawMode(false)
      process.stdin.pause()
      process.stderr.write('\n')
      resolve(line)
    }
    const take = (keys: Buffer) => {
      for (const key of keys.toString('utf8')) {
        if (ENTER.test(key)) return settle(typed)
        if (key === CTRL_C || key === CTRL_D) return settle(undefined)
        if (BACKSPACE.has(key)) typed = typed.slice(0, -1)
        else if (typed.length < CODE_LIMIT_CHARACTERS) typed += key
      }
    }
    // Before the prompt: whoever types as soon as it stands there must not see it echoed.
    process.stdin.setRawMode(true)
    process.stderr.write(prompt)
    process.stdin.on('data', take)
    process.stdin.resume()
  })

const readFirstLine = async (): Promise<string | undefined> => {
  for await (const line of createInterface({ input: process.stdin })) return line.slice(0, CODE_LIMIT_CHARACTERS).trim()
  return undefined
}

export const readCode = async (prompts: {
  readonly first: string
  readonly again: string
}): Promise<Result<string, 'code_missing' | 'codes_differ'>> => {
  const first = process.stdin.isTTY ? await readSilently(prompts.first) : await readFirstLine()
  if (first === undefined || first === '') return failed('code_missing')
  if (!process.stdin.isTTY) return done(first)
  const again = await readSilently(prompts.again)
  return again === first ? done(first) : failed('codes_differ')
}
