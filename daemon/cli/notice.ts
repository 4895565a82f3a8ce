// `notice`: what a resident reads before a consent to face, in the language asked for, and the hash that the consent will name. Only of
// a configuration that could run: nobody is to sign what no gate keeps. Needs no running gate. Called by main.

import { hashNotice, writeNotice } from '../../config/notice.ts'
import { failed } from '../../config/words.ts'
import { openContext, pick, printAnswer, printFailure } from './context.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'

export const printNotice = async ({ common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { config } = await judgeConfig(context.configFile)
  if (!config) return printFailure(context, failed('config_refused', context.configFile))
  const { language } = context
  const text = writeNotice(config, language)
  const hash = hashNotice(config)
  const named = pick(language, `Check value of this notice: ${hash}`, `本告知书的校验值：${hash}`)
  return printAnswer(context, { language, hash, text }, () => `${text.trimEnd()}\n\n${named}`)
}
