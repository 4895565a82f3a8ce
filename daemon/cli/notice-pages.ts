// `notice sign`, `notice rules`, `notice form`: pages from the configuration, for the gate's wall and the office. Only of a configuration
// that could run. Called by main.

import { randomBytes } from 'node:crypto'
import type { Config } from '../../config/settings.ts'
import { failed } from '../../config/words.ts'
import { type Document, type Look, looks, writeDocument } from '../report/document.ts'
import { writeForm, writeRules, writeSign } from '../report/notices.ts'
import { askGate, type Context, openContext, printAnswer, printFailure } from './context.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'

/** Enough that no two sheets of a compound bear the same number. */
const NUMBER_BYTES = 4

export const readLook = (as: unknown, preset: Look = 'page'): Look => looks.find((look) => look === as) ?? preset

/** A page is printed as it is; with --json it stands in `text`. */
export const printDocument = (context: Context, document: Document, look: Look, more: object = {}): number => {
  const text = writeDocument(document, look)
  return printAnswer(context, { language: document.language, title: document.title, ...more, text }, () =>
    text.trimEnd(),
  )
}

type Ready = { readonly context: Context; readonly config: Config; readonly language: Context['language'] }

/** Undefined: the configuration is refused, and that was said. */
export const readyFor = async (common: CommandLine['common']): Promise<Ready | number> => {
  const context = openContext(common)
  const { config } = await judgeConfig(context.configFile)
  if (!config) return printFailure(context, failed('config_refused', context.configFile))
  return { context, config, language: context.language }
}

/** On a wall it is read from a distance: large, unless asked for otherwise. */
export const printSign = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  const key = await askGate(context, 'key show', {}, () => undefined)
  if (!key.ok) return printFailure(context, key)
  const { fingerprint } = key.value as { readonly fingerprint: string }
  return printDocument(context, writeSign(config, fingerprint, language), readLook(args['as'], 'large'))
}

export const printRules = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  return printDocument(context, writeRules(config, language), readLook(args['as']))
}

const drawNumber = (): string => `F-${randomBytes(NUMBER_BYTES).toString('hex').toUpperCase()}`

export const printForm = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  const asked = args['number']
  const number = typeof asked === 'string' ? asked : drawNumber()
  return printDocument(context, writeForm(config, number, language), readLook(args['as']), { number })
}
